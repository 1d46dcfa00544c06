// Segments in IndexedDB, where the browser gives no files (private windows of Firefox). One value of at most 256 KiB per
// segment, in a strict transaction each: a segment is there whole or not at all, and `sync` has nothing left to do.

import type { DBSchema } from 'idb'
import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import { bitmapOf, isIndexIn, requireBlobId, requireSegment, requireSegmentCount } from '../blob-shape.ts'
import type { Connection } from './database.ts'
import { connect, transact } from './database.ts'
import { profileNames } from './profile-name.ts'
import { originUsage } from './usage.ts'

interface Schema extends DBSchema {
  /** Number of segments by blob id. */
  blobs: { key: string; value: number }
  segments: { key: [blobId: string, index: number]; value: Bytes }
}

/** @throws StorageError */
export async function openIdbBlobStore(name: string): Promise<BlobStore> {
  const connection = await connect<Schema>({
    name: profileNames(name).blobs,
    version: 1,
    create: (database) => {
      database.createObjectStore('blobs')
      database.createObjectStore('segments')
    },
  })

  return {
    create: (blobId, segmentCount) => create(connection, blobId, segmentCount),
    write: (blobId, index, bytes) => write(connection, blobId, index, bytes),

    async sync(blobId: string): Promise<void> {
      requireBlobId(blobId)
      await connection.run(async () => {})
    },

    async read(blobId: string, index: number): Promise<Bytes | undefined> {
      requireBlobId(blobId)
      return connection.run(async (database) =>
        isIndexIn(limits.blobSegments, index) ? database.get('segments', [blobId, index]) : undefined,
      )
    },

    async present(blobId: string): Promise<Bytes | undefined> {
      requireBlobId(blobId)
      return connection.run(async (database) => {
        const transaction = database.transaction(['blobs', 'segments'])
        const [segmentCount, keys] = await Promise.all([
          transaction.objectStore('blobs').get(blobId),
          transaction.objectStore('segments').getAllKeys(segmentsOf(blobId)),
        ])
        const indexes = new Set(keys.map((key) => key[1]))
        return segmentCount === undefined ? undefined : bitmapOf(segmentCount, (index) => indexes.has(index))
      })
    },

    async delete(blobId: string): Promise<void> {
      requireBlobId(blobId)
      await connection.run(async (database) => {
        const transaction = database.transaction(['blobs', 'segments'], 'readwrite')
        await transact(transaction, (track) => {
          track(transaction.objectStore('blobs').delete(blobId))
          track(transaction.objectStore('segments').delete(segmentsOf(blobId)))
        })
      })
    },

    list: () => connection.run((database) => database.getAllKeys('blobs')),
    usage: () => connection.run(originUsage),
    close: async () => connection.close(),
  }
}

async function create(connection: Connection<Schema>, blobId: string, segmentCount: number): Promise<void> {
  requireBlobId(blobId)
  requireSegmentCount(segmentCount)
  const existing = await connection.run((database) => database.get('blobs', blobId))
  if (existing === segmentCount) return
  if (existing !== undefined) throw new StorageError('conflict')
  const { usedBytes, quotaBytes = Number.POSITIVE_INFINITY } = await originUsage()
  if (usedBytes + segmentCount * limits.segmentBytes > quotaBytes) throw new StorageError('full')
  await connection.run(async (database) => {
    const transaction = database.transaction('blobs', 'readwrite', { durability: 'strict' })
    await transact(transaction, (track) => track(transaction.store.put(segmentCount, blobId)))
  })
}

async function write(connection: Connection<Schema>, blobId: string, index: number, bytes: Bytes): Promise<void> {
  requireBlobId(blobId)
  await connection.run(async (database) => {
    // IndexedDB takes no key that is not a number; whether it fits this blob is seen below.
    requireSegment(limits.blobSegments, index, bytes)
    const transaction = database.transaction(['blobs', 'segments'], 'readwrite', { durability: 'strict' })
    const segments = transaction.objectStore('segments')
    const [segmentCount, present] = await Promise.all([
      transaction.objectStore('blobs').get(blobId),
      segments.getKey([blobId, index]),
    ])
    await transact(transaction, (track) => {
      if (segmentCount === undefined) throw new StorageError('conflict')
      requireSegment(segmentCount, index, bytes)
      // A copy, because a view would be stored with everything behind it.
      if (present === undefined) track(segments.put(bytes.slice(), [blobId, index]))
    })
  })
}

function segmentsOf(blobId: string): IDBKeyRange {
  return IDBKeyRange.bound([blobId], [blobId, []], false, true)
}
