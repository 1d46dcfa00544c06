// A blob store over a folder of segment files. Everything that concerns one blob happens in the order it was asked for,
// in the blob's lane; different blobs do not wait for each other. Files stay open for a while, because opening is the
// slow part.

import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { isBlobId, requireBlobId, requireSegmentCount } from '../blob-shape.ts'
import type { BlobFolder } from './blob-file.ts'
import { SegmentFile, segmentFileBytes } from './segment-file.ts'

/**
 * Files kept open while idle: a screenful of photos. Each takes a file descriptor, and 4 bytes per segment of memory.
 * Files with unsynced segments are kept besides, because only the open file knows of them.
 */
const idleFiles = 32

interface Lane {
  /** Settles, never rejects, when the work asked for so far is done. */
  tail: Promise<void>
  waiting: number
  file: SegmentFile | undefined
  closing: boolean
}

/** @param onClose called once, after all files are closed */
export function blobFiles(folder: BlobFolder, onClose: () => Promise<void> = async () => {}): BlobStore {
  /** Least recently used first. */
  const lanes = new Map<string, Lane>()
  let closed = false

  async function inLane<T>(blobId: string, work: (lane: Lane) => Promise<T>): Promise<T> {
    if (closed) throw new StorageError('closed')
    requireBlobId(blobId)
    const lane = lanes.get(blobId) ?? { tail: Promise.resolve(), waiting: 0, file: undefined, closing: false }
    lanes.delete(blobId)
    lanes.set(blobId, lane)
    return enqueue(lane, () => work(lane)).finally(closeIdle)
  }

  /** With the blob's file open, or undefined when there is no such blob. */
  function withFile<T>(blobId: string, work: (file: SegmentFile | undefined) => Promise<T>): Promise<T> {
    return inLane(blobId, async (lane) => {
      lane.file ??= await openFile(blobId)
      return work(lane.file)
    })
  }

  async function openFile(blobId: string): Promise<SegmentFile | undefined> {
    const file = await folder.open(blobId, false)
    if (file === undefined) return undefined
    const segments = await SegmentFile.open(file)
    if (segments === undefined) await file.close()
    return segments
  }

  async function createFile(blobId: string, segmentCount: number): Promise<SegmentFile> {
    const { usedBytes, quotaBytes = Number.POSITIVE_INFINITY } = await folder.usage()
    if (usedBytes + segmentFileBytes(segmentCount) > quotaBytes) throw new StorageError('full')
    const file = await folder.open(blobId, true)
    if (file === undefined) throw new StorageError('unavailable')
    try {
      return await SegmentFile.create(file, segmentCount)
    } catch (error) {
      await file.close()
      await folder.remove(blobId)
      throw error
    }
  }

  function closeIdle(): void {
    let excess = lanes.size - idleFiles
    for (const [blobId, lane] of lanes) {
      if (excess <= 0) return
      if (!lane.closing && (lane.waiting > 0 || lane.file?.hasUnsynced === true)) continue
      excess--
      if (lane.closing) continue
      lane.closing = true
      // It stays in the map until its file is closed: work that arrives meanwhile queues behind, and opens it again.
      void enqueue(lane, async () => {
        lane.closing = false
        await closeFile(lane)
        if (lane.waiting === 1 && lanes.get(blobId) === lane) lanes.delete(blobId)
      }).catch(() => {})
    }
  }

  return {
    async create(blobId: string, segmentCount: number): Promise<void> {
      requireSegmentCount(segmentCount)
      return inLane(blobId, async (lane) => {
        lane.file ??= await openFile(blobId)
        lane.file ??= await createFile(blobId, segmentCount)
        if (lane.file.segmentCount !== segmentCount) throw new StorageError('conflict')
      })
    },

    async write(blobId: string, index: number, bytes: Bytes): Promise<void> {
      return withFile(blobId, async (file) => {
        if (file === undefined) throw new StorageError('conflict')
        await file.write(index, bytes)
      })
    },

    sync: (blobId: string) => withFile(blobId, async (file) => file?.sync()),
    read: (blobId: string, index: number) => withFile(blobId, async (file) => file?.read(index)),
    present: (blobId: string) => withFile(blobId, async (file) => file?.bitmap()),

    async delete(blobId: string): Promise<void> {
      return inLane(blobId, async (lane) => {
        const file = lane.file
        lane.file = undefined
        await file?.abandon()
        await folder.remove(blobId)
      })
    },

    async list(): Promise<readonly string[]> {
      if (closed) throw new StorageError('closed')
      return (await folder.list()).filter(isBlobId)
    },

    async usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes?: number }> {
      if (closed) throw new StorageError('closed')
      return folder.usage()
    },

    async close(): Promise<void> {
      if (closed) return
      closed = true
      const results = await Promise.allSettled([...lanes.values()].map((lane) => enqueue(lane, () => closeFile(lane))))
      lanes.clear()
      await onClose()
      for (const result of results) if (result.status === 'rejected') throw result.reason
    },
  }
}

function enqueue<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
  lane.waiting++
  const result = lane.tail.then(work).finally(() => lane.waiting--)
  lane.tail = result.then(
    () => {},
    () => {},
  )
  return result
}

async function closeFile(lane: Lane): Promise<void> {
  const file = lane.file
  lane.file = undefined
  await file?.close()
}
