import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNodeBlobStore } from '../../src/storage/node/blob-folder.ts'
import { openSqliteRows } from '../../src/storage/node/sqlite-rows.ts'
import { openNodeStorage, openNodeStore } from '../../src/storage/node.ts'
import { blobStoreContract } from '../contract/blob-store.ts'
import { openStorageContract } from '../contract/open-storage.ts'
import { storeContract } from '../contract/store.ts'
import { vaultContract } from '../contract/vault.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

storeContract('the SQLite store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-store-'))
  const random = seededRandom(directory)
  const [vaultKey, otherKey] = [random(32), random(32)]
  return {
    open: () => openNodeStore({ directory, random, vaultKey }),
    openWithOtherKey: () => openNodeStore({ directory, random, vaultKey: otherKey }),
    openUnsealed: async () => openSqliteRows(join(directory, 'records.db')),
    close: () => rm(directory, { recursive: true }),
  }
})

blobStoreContract('the file blob store', async () => {
  const root = await mkdtemp(join(tmpdir(), 'safelight-blobs-'))
  let directory = join(root, '0')
  return {
    open: () => openNodeBlobStore({ directory }),
    async crash(blobs) {
      const copy = `${directory}0`
      await cp(directory, copy, { recursive: true })
      await blobs.close()
      directory = copy
      return openNodeBlobStore({ directory })
    },
    close: () => rm(root, { recursive: true }),
  }
})

openStorageContract('a folder', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-profile-'))
  const random = seededRandom(directory)
  return {
    open: (options) => openNodeStorage({ directory, random, ...options }),
    openUnsealed: async () => openSqliteRows(join(directory, 'records.db')),
    loseKey: () => rm(join(directory, 'vault.key')),
    loseRecords: () => rm(join(directory, 'records.db')),
    close: () => rm(directory, { recursive: true }),
  }
})

vaultContract('a folder', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-vault-'))
  const random = seededRandom(directory)
  const path = join(directory, 'vault.key')
  return {
    open: (unlock) => openNodeStorage({ directory, random, unlock }),
    deviceSlot: () => readFile(path).catch(() => undefined),
    loseDeviceSlot: () => rm(path),
    close: () => rm(directory, { recursive: true }),
  }
})
