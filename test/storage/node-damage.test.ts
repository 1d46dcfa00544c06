// What a folder says when its files were changed, lost, or do not fit on the disk.

import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/protocol/limits.ts'
import { openNodeBlobStore } from '../../src/storage/node/blob-folder.ts'
import { nodeStorageError } from '../../src/storage/node/errors.ts'
import { openSqliteRows } from '../../src/storage/node/sqlite-rows.ts'
import { openNodeStorage } from '../../src/storage/node.ts'
import { blobId, segment } from '../contract/blob-data.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

const random = seededRandom('damage')
const damaged = { name: 'StorageError', code: 'damaged' }
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safelight-damage-'))
})
afterEach(() => rm(directory, { recursive: true }))

const records = (): string => join(directory, 'records.db')

async function createProfile(rows = 1): Promise<void> {
  const { store, release } = await openNodeStorage({ directory, random })
  const value = new Uint8Array(500)
  await store.commit(
    Array.from({ length: rows }, (_, row) => ({ kind: 'put' as const, store: 's', key: `${row}`, value })),
  )
  await release()
}

describe('a damaged database', () => {
  it('that is no database any more does not open, and stays as it is', async () => {
    await createProfile()
    await writeFile(records(), 'not a database at all'.repeat(1000))
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
    expect(await readFile(records(), 'utf8')).toContain('not a database at all')
  })

  it('that was emptied does not open as a new one', async () => {
    await createProfile()
    await truncate(records(), 0)
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
  })

  it('that was cut short does not open', async () => {
    await createProfile(1000)
    const { size } = await stat(records())
    await truncate(records(), size / 2)
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
  })

  it('whose pages were overwritten says so when it is read', async () => {
    await createProfile(1000)
    const { size } = await stat(records())
    const file = await open(records(), 'r+')
    // All but the first pages, which hold the schema and the vault's own rows.
    await file.write(random(size - 5 * 4096), 0, size - 5 * 4096, 5 * 4096)
    await file.close()
    const openAndRead = async (): Promise<void> => {
      const { store, release } = await openNodeStorage({ directory, random })
      try {
        await store.list('s')
      } finally {
        await release()
      }
    }
    await expect(openAndRead()).rejects.toMatchObject(damaged)
  })

  it('of another profile does not open with this key', async () => {
    await createProfile()
    const other = await mkdtemp(join(tmpdir(), 'safelight-other-'))
    const { release } = await openNodeStorage({ directory: other, random })
    await release()
    await copyFile(join(other, 'records.db'), records())
    await rm(other, { recursive: true })
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
  })

  it('of a later version is left alone', async () => {
    await createProfile()
    const database = new DatabaseSync(records())
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('leaves the profile unlocked after it failed to open', async () => {
    await createProfile()
    const whole = await readFile(records())
    await truncate(records(), 0)
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
    await writeFile(records(), whole)
    const { release } = await openNodeStorage({ directory, random })
    await release()
  })
})

describe('the key file', () => {
  it('can be read by its owner only', async () => {
    await createProfile()
    expect((await stat(join(directory, 'vault.key'))).mode & 0o777).toBe(0o600)
  })

  it('is damaged when it is cut short, longer or of another version', async () => {
    await createProfile()
    const path = join(directory, 'vault.key')
    const key = await readFile(path)
    for (const changed of [key.subarray(0, 0), key.subarray(0, 32), Buffer.concat([key, key]), Buffer.alloc(33, 2)]) {
      await writeFile(path, changed)
      await expect(openNodeStorage({ directory, random })).rejects.toMatchObject(damaged)
    }
  })

  it('leaves its bytes in no file of a locked profile, wherever the writing or the removing of it was cut off', async () => {
    const words = `${'abandon '.repeat(11)}about`
    const unlock = () => ({ kind: 'words', words }) as const
    const path = join(directory, 'vault.key')
    await createProfile()
    const key = await readFile(path)
    const storage = await openNodeStorage({ directory, random })
    await storage.vault.confirmRecoveryWords(words)
    await storage.vault.setPassphrase('correct horse battery')
    await storage.release()
    expect(await holders(key)).toEqual([])

    // Killed before the renaming, and between the removal of the one and of the other.
    for (const left of [[`${path}.new`], [path], [`${path}.new`, path]]) {
      for (const file of left) await writeFile(file, key)
      const opened = await openNodeStorage({ directory, random, unlock })
      expect(await holders(key)).toEqual([])
      await opened.release()
    }

    // And when the renaming fails.
    const opened = await openNodeStorage({ directory, random, unlock })
    await mkdir(join(path, 'in-the-way'), { recursive: true })
    await expect(opened.vault.removePassphrase()).rejects.toMatchObject({ name: 'StorageError' })
    await opened.release()
    await rm(path, { recursive: true })
    expect(await holders(key)).toEqual([])
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject({ code: 'sealed' })
  })
})

/** The files that hold the vault key, which is all of its file but the version. */
async function holders(key: Buffer): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
    if (file.isFile() && (await readFile(path)).includes(key.subarray(1))) found.push(file.name)
  }
  return found
}

describe('segment files', () => {
  it('that were never completely created do not count, and are made anew', async () => {
    const blobs = await openNodeBlobStore({ directory })
    for (const bytes of [0, 5, 2 * (limits.segmentBytes + 4) + 12]) {
      await writeFile(join(directory, blobId(1)), new Uint8Array(bytes))
      expect(await blobs.present(blobId(1))).toBeUndefined()
      await blobs.create(blobId(1), 1)
      expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0))
      await blobs.delete(blobId(1))
    }
    await blobs.close()
  })

  it('that were cut short afterwards do not count either', async () => {
    const blobs = await openNodeBlobStore({ directory })
    await blobs.create(blobId(1), 2)
    await blobs.write(blobId(1), 1, segment(1))
    await blobs.close()
    await truncate(join(directory, blobId(1)), limits.segmentBytes)
    const reopened = await openNodeBlobStore({ directory })
    expect(await reopened.present(blobId(1))).toBeUndefined()
    await reopened.close()
  })

  it('do not list what is not a blob', async () => {
    const blobs = await openNodeBlobStore({ directory })
    await writeFile(join(directory, '.DS_Store'), '')
    expect(await blobs.list()).toEqual([])
    await blobs.close()
  })

  it('do not close one another when more are used than are kept open', async () => {
    const blobs = await openNodeBlobStore({ directory })
    const ids = Array.from({ length: 40 }, (_, index) => blobId(index))
    for (const id of ids) await blobs.create(id, 2)
    // Unsynced segments live in open files only; they must outlast all the others.
    for (const [index, id] of ids.entries()) await blobs.write(id, 0, segment(index, 20))
    await Promise.all(ids.map((id, index) => blobs.write(id, 1, segment(index, 30))))
    for (const [index, id] of ids.entries()) {
      await blobs.sync(id)
      expect(await blobs.read(id, 1)).toEqual(segment(index, 30))
    }
    await blobs.close()
    const reopened = await openNodeBlobStore({ directory })
    for (const id of ids) expect(await reopened.present(id)).toEqual(Uint8Array.of(0b1100_0000))
    await reopened.close()
  })
})

describe('a full disk', () => {
  it('refuses a blob over the quota, and keeps nothing of it', async () => {
    const quotaBytes = 10 * limits.segmentBytes
    const blobs = await openNodeBlobStore({ directory, quotaBytes })
    await expect(blobs.create(blobId(1), 10)).rejects.toMatchObject({ code: 'full' })
    expect(await blobs.list()).toEqual([])
    await blobs.create(blobId(1), 9)
    await expect(blobs.create(blobId(2), 1)).rejects.toMatchObject({ code: 'full' })
    const usage = await blobs.usage()
    expect(usage.quotaBytes).toBe(quotaBytes)
    expect(usage.usedBytes).toBeGreaterThan(9 * limits.segmentBytes)
    await blobs.delete(blobId(1))
    await blobs.create(blobId(2), 1)
    await blobs.close()
  })

  it('is told from a damaged one by what SQLite says', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('CREATE TABLE t (value BLOB); PRAGMA max_page_count = 3')
    const error = failureOf(() => database.prepare('INSERT INTO t VALUES (?)').run(new Uint8Array(100_000)))
    expect(nodeStorageError(error)).toMatchObject({ code: 'full', cause: error })
    database.close()
  })

  it('is told from other failures by what the system says', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG'])
      expect(nodeStorageError(Object.assign(new Error(code), { code })).code).toBe('full')
    expect(nodeStorageError(Object.assign(new Error('EACCES'), { code: 'EACCES' })).code).toBe('unavailable')
    expect(nodeStorageError('not even an error').code).toBe('unavailable')
  })

  it('says nothing of the place in its message', async () => {
    const path = join(directory, 'no', 'such', 'folder', 'records.db')
    const error = failureOf(() => openSqliteRows(path))
    expect(error).toMatchObject({ name: 'StorageError', code: 'unavailable', message: 'storage: unavailable' })
  })
})

function failureOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}
