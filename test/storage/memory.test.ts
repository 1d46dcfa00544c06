import { expect, it } from 'vitest'
import { blobId, segment } from '../contract/blob-data.ts'
import { blobStoreContract } from '../contract/blob-store.ts'
import { openStorageContract } from '../contract/open-storage.ts'
import { storeContract } from '../contract/store.ts'
import {
  crashedCopy,
  createMemoryDisk,
  memoryBlobStore,
  memoryStore,
  openMemoryStorage,
} from '../../src/storage/memory.ts'
import { limits } from '../../src/protocol/limits.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { sealedStore } from '../../src/storage/sealed-store.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

storeContract('the memory store', async () => {
  const disk = createMemoryDisk()
  const random = seededRandom('memory store')
  const [vaultKey, otherKey] = [random(32), random(32)]
  return {
    open: async () => sealedStore(memoryStore(disk), { vaultKey, random }),
    openWithOtherKey: async () => sealedStore(memoryStore(disk), { vaultKey: otherKey, random }),
    openUnsealed: async () => memoryStore(disk),
    close: async () => {},
  }
})

blobStoreContract('the memory blob store', async () => {
  let disk = createMemoryDisk()
  return {
    open: async () => memoryBlobStore(disk),
    async crash() {
      disk = crashedCopy(disk)
      return memoryBlobStore(disk)
    },
    close: async () => {},
  }
})

openStorageContract('memory', async () => {
  const disk = createMemoryDisk()
  const random = seededRandom('memory')
  return {
    open: (options) => openMemoryStorage(disk, random, options),
    openUnsealed: async () => memoryStore(disk),
    async loseKey() {
      disk.vaultKey = undefined
    },
    async loseRecords() {
      disk.rows.clear()
    },
    close: async () => {},
  }
})

it('gives each caller without a disk a profile of its own', async () => {
  const random = seededRandom('no disk')
  const first = await openMemoryStorage(undefined, random)
  const second = await openMemoryStorage(undefined, random)
  await first.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('1') }])
  expect(await second.store.get('s', 'a')).toBeUndefined()
})

it('leaves a copy of the disk alone, and the copy leaves the disk alone', async () => {
  const disk = createMemoryDisk()
  const random = seededRandom('copies')
  const storage = await openMemoryStorage(disk, random)
  await storage.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('before') }])
  const copy = await openMemoryStorage(crashedCopy(disk), random)
  await storage.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('after') }])
  await copy.store.commit([{ kind: 'put', store: 's', key: 'b', value: utf8('copy') }])
  expect(await copy.store.get('s', 'a')).toEqual(utf8('before'))
  expect(await storage.store.get('s', 'b')).toBeUndefined()
})

it('loses in a crash what was not synced', async () => {
  const disk = createMemoryDisk()
  const blobs = memoryBlobStore(disk)
  await blobs.create(blobId(1), 2)
  await blobs.write(blobId(1), 0, segment(0, 10))
  await blobs.sync(blobId(1))
  await blobs.write(blobId(1), 1, segment(1, 10))
  expect(await memoryBlobStore(crashedCopy(disk)).present(blobId(1))).toEqual(Uint8Array.of(0b1000_0000))
})

it('is full when the quota of the disk is reserved', async () => {
  const blobs = memoryBlobStore(createMemoryDisk({ quotaBytes: 3 * limits.segmentBytes }))
  await blobs.create(blobId(1), 2)
  await expect(blobs.create(blobId(2), 2)).rejects.toMatchObject({ code: 'full' })
  await blobs.create(blobId(2), 1)
  expect(await blobs.usage()).toEqual({ usedBytes: 3 * limits.segmentBytes, quotaBytes: 3 * limits.segmentBytes })
  await blobs.delete(blobId(1))
  await blobs.create(blobId(3), 2)
})
