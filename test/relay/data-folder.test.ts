// Data folders in a state that nobody wants: the relay says what is wrong and what to do, and changes nothing.

import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreBackup } from '../../relay/backup/restore.ts'
import { startRelay } from '../../relay/server.ts'
import { SetupError } from '../../relay/setup-error.ts'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { postCommand } from './support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'

let folder: string
let database: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-data-'))
  database = join(folder, 'relay.sqlite')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = (dataDirectory = folder) =>
  startRelay({ port: 0, host: '127.0.0.1', dataDirectory, logLevel: 'silent', maxDiskBytes: 1e9 })
const { readKey, writeKey } = mailboxKeys(1)

/** Of a relay that has 300 envelopes, some of them only in the file beside the database. */
async function lived(): Promise<void> {
  await using relay = await createTestRelay()
  await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
  for (let round = 0; round < 10; round++) {
    const envelopes = Array.from({ length: 30 }, (_, index) => Uint8Array.of(round, index, ...bytesOf(4094, 1)))
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes })
  }
  await relay.stop()
  await cp(relay.dataDirectory, folder, { recursive: true })
}

const damaged =
  /^The database relay\.sqlite in the data folder is damaged\. Restore it from a backup, or move it away, .+$/

describe('a database', () => {
  it.each<[string, () => Promise<void>]>([
    ['cut to nothing', () => truncate(database, 0)],
    ['cut in the middle', () => truncate(database, 40_960)],
    ['whose head is overwritten', async () => writeFile(database, (await readFile(database)).fill(7, 0, 100))],
    ['whose tables are overwritten', async () => writeFile(database, (await readFile(database)).fill(7, 100, 4096))],
    [
      'of another program',
      async () => {
        await rm(database)
        using other = new DatabaseSync(database)
        other.exec('CREATE TABLE mailbox (subject TEXT)')
      },
    ],
    [
      'without one of its tables',
      async () => {
        using own = new DatabaseSync(database)
        own.exec('DROP TABLE take')
      },
    ],
    [
      'without the row that counts',
      async () => {
        using own = new DatabaseSync(database)
        own.exec('DELETE FROM usage')
      },
    ],
  ])('%s is told to be damaged, and never replaced by a new one', async (_name, harm) => {
    await lived()
    await harm()
    const before = await readFile(database)
    await expect(start()).rejects.toThrow(damaged)
    await expect(start()).rejects.toBeInstanceOf(SetupError)
    expect((await readFile(database)).equals(before)).toBe(true)
  })

  it('that is gone while a part of it is still there is told to be missing', async () => {
    await lived()
    await rm(database)
    await writeFile(`${database}-wal`, 'the last hour')
    await expect(start()).rejects.toThrow('is missing, but relay.sqlite-wal, which belongs to it, is there.')
    expect(await readFile(`${database}-wal`, 'utf8')).toBe('the last hour')
    expect(await readdir(folder)).not.toContain('relay.sqlite')
  })

  it('of a newer version is refused, and left as it is', async () => {
    await lived()
    {
      using newer = new DatabaseSync(database)
      newer.exec('PRAGMA user_version = 99')
    }
    const before = await readFile(database)
    await expect(start()).rejects.toThrow('The data folder was written by a newer version of the relay.')
    expect((await readFile(database)).equals(before)).toBe(true)
  })

  it('that turns out to be damaged later answers with an error, is reported as not ready, and nothing more is lost', async () => {
    await lived()
    // The pages of envelopes, not those that the start reads.
    const bytes = await readFile(database)
    await writeFile(database, bytes.fill(7, Math.floor(bytes.length / 2), bytes.length - 8192))
    const relay = await start()
    try {
      expect((await fetch(`${relay.url}/readyz`)).status).toBe(200)
      const fetched = { kind: 'fetch', readKey, after: 0, limit: 300 } as const
      expect(await postCommand(relay.url, fetched)).toEqual({ kind: 'error', code: 'internal' })
      expect((await fetch(`${relay.url}/readyz`)).status).toBe(503)
      expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
    } finally {
      await relay.stop()
    }
  })

  it('that is damaged is left behind in both ways that the relay names: with a backup, and without', async () => {
    await using relay = await createTestRelay()
    await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(4096, 1)] })
    const copy = join(folder, 'copy')
    await callRunningRelay(relay.dataDirectory, 'backup', { target: copy })
    await relay.stop()
    const own = join(relay.dataDirectory, 'relay.sqlite')
    await writeFile(own, (await readFile(own)).fill(7, 0, 100))
    const refused = await start(relay.dataDirectory).catch((error: unknown) => error)
    expect(String(refused)).toContain(
      'Restore it from a backup, or move it away, and relay.sqlite-wal with it, to start empty.',
    )

    const fetched = { kind: 'fetch', readKey, after: 0, limit: 9 } as const
    await restoreBackup({ source: copy, dataDirectory: join(folder, 'data') })
    const restored = await start(join(folder, 'data'))
    expect(await postCommand(restored.url, fetched)).toMatchObject({ items: [{ bytes: bytesOf(4096, 1) }] })
    expect(restored.peerId).toBe(relay.peerId)
    await restored.stop()

    for (const name of ['relay.sqlite', 'relay.sqlite-wal', 'relay.sqlite-shm'])
      await rename(join(relay.dataDirectory, name), join(folder, name)).catch(() => undefined)
    const anew = await start(relay.dataDirectory)
    expect(await postCommand(anew.url, fetched)).toEqual({ kind: 'error', code: 'unknown-mailbox' })
    expect(anew.peerId).toBe(relay.peerId)
    await anew.stop()
  })

  it('of a newer version is not restored either', async () => {
    await using relay = await createTestRelay()
    const copy = join(folder, 'copy')
    await callRunningRelay(relay.dataDirectory, 'backup', { target: copy })
    {
      using newer = new DatabaseSync(join(copy, 'relay.sqlite'))
      newer.exec('PRAGMA user_version = 99')
    }
    const restored = restoreBackup({ source: copy, dataDirectory: join(folder, 'data') })
    await expect(restored).rejects.toThrow('The backup was made by a newer version of the relay.')
    expect(await readdir(folder)).toEqual(['copy'])
  })
})

describe('two relays', () => {
  it('started at once on an empty folder are one relay and one refusal', async () => {
    const both = await Promise.allSettled([start(), start()])
    const [running] = both.filter((result) => result.status === 'fulfilled')
    const [refused] = both.filter((result) => result.status === 'rejected')
    expect(String(refused?.reason)).toContain('The data folder is in use by another relay, backup or restore.')
    expect((await fetch(`${running?.value.url}/readyz`)).status).toBe(200)
    await running?.value.stop()
    // The folder is free again.
    await (await start()).stop()
  })
})

describe('a folder that cannot be written', () => {
  it.each(['relay.lock', 'peer.key', 'relay.sqlite', 'blobs'])(
    'because something else is at %s is named',
    async (name) => {
      if (name === 'blobs') await writeFile(join(folder, name), 'mine')
      else await mkdir(join(folder, name))
      await expect(start()).rejects.toThrow(new RegExp(`${name}.* in the data folder cannot be (used|read|written)\\.`))
      await expect(start()).rejects.toBeInstanceOf(SetupError)
    },
  )
})
