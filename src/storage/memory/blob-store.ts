// Segments in memory. A segment survives `crashedCopy` only after `sync`, as on a real disk.

import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import { bitmapOf, requireBlobId, requireSegment, requireSegmentCount } from '../blob-shape.ts'
import type { MemoryBlob, MemoryDisk } from './disk.ts'
import { createMemoryDisk } from './disk.ts'

export function memoryBlobStore(disk: MemoryDisk = createMemoryDisk()): BlobStore {
  let closed = false

  function find(blobId: string): MemoryBlob | undefined {
    if (closed) throw new StorageError('closed')
    requireBlobId(blobId)
    return disk.blobs.get(blobId)
  }

  function usedBytes(): number {
    let segments = 0
    for (const { segmentCount } of disk.blobs.values()) segments += segmentCount
    return segments * limits.segmentBytes
  }

  function syncBlob({ synced, unsynced }: MemoryBlob): void {
    for (const [index, bytes] of unsynced) synced.set(index, bytes)
    unsynced.clear()
  }

  return {
    async create(blobId: string, segmentCount: number): Promise<void> {
      requireSegmentCount(segmentCount)
      const blob = find(blobId)
      if (blob?.segmentCount === segmentCount) return
      if (blob) throw new StorageError('conflict')
      const quotaBytes = disk.quotaBytes ?? Number.POSITIVE_INFINITY
      if (usedBytes() + segmentCount * limits.segmentBytes > quotaBytes) throw new StorageError('full')
      disk.blobs.set(blobId, { segmentCount, synced: new Map(), unsynced: new Map() })
    },

    async write(blobId: string, index: number, bytes: Bytes): Promise<void> {
      const blob = find(blobId)
      if (!blob) throw new StorageError('conflict')
      requireSegment(blob.segmentCount, index, bytes)
      if (!blob.synced.has(index) && !blob.unsynced.has(index)) blob.unsynced.set(index, bytes.slice())
    },

    async sync(blobId: string): Promise<void> {
      const blob = find(blobId)
      if (blob) syncBlob(blob)
    },

    async read(blobId: string, index: number): Promise<Bytes | undefined> {
      const blob = find(blobId)
      return (blob?.synced.get(index) ?? blob?.unsynced.get(index))?.slice()
    },

    async present(blobId: string): Promise<Bytes | undefined> {
      const blob = find(blobId)
      return blob && bitmapOf(blob.segmentCount, (index) => blob.synced.has(index) || blob.unsynced.has(index))
    },

    async delete(blobId: string): Promise<void> {
      if (find(blobId)) disk.blobs.delete(blobId)
    },

    async list(): Promise<readonly string[]> {
      if (closed) throw new StorageError('closed')
      return [...disk.blobs.keys()]
    },

    async usage(): Promise<{ usedBytes: number; quotaBytes?: number }> {
      if (closed) throw new StorageError('closed')
      return disk.quotaBytes === undefined
        ? { usedBytes: usedBytes() }
        : { usedBytes: usedBytes(), quotaBytes: disk.quotaBytes }
    },

    async close(): Promise<void> {
      if (closed) return
      closed = true
      for (const blob of disk.blobs.values()) syncBlob(blob)
    },
  }
}
