// What of one blob is on this device, and what comes to it: only what matches its hash is taken. What is stored stays.

import { verifySegment } from '../../protocol/blob/hash-list.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { BlobStore } from '../ports.ts'
import { countBits, hasBit } from './bitmap.ts'

export interface StoredBlob {
  /** Looks what is here; before anything else. */
  open(): Promise<void>
  has(index: number): boolean
  count(): number
  isWhole(): boolean
  /** Stores it, and gives whether it is what the manifest says. @throws StorageError */
  take(hashes: Uint8Array, index: number, bytes: Uint8Array): Promise<boolean>
  /** Makes what was taken survive a crash. */
  sync(): Promise<void>
}

/** What a crash may cost, besides what is under way: one segment to fetch again. A sync is two flushes of the file. */
const syncEvery = 2

export function createStoredBlob(blobs: BlobStore, manifest: Manifest, stored: (index: number) => void): StoredBlob {
  const blobId = toHex(manifest.blobId)
  const { segmentCount } = manifest
  const here = new Uint8Array(Math.ceil(segmentCount / 8))
  let opened: Promise<void> | undefined
  let created: Promise<void> | undefined
  let unsynced = 0

  async function look(): Promise<void> {
    const present = await blobs.present(blobId)
    for (let index = 0; index < segmentCount; index += 1) if (hasBit(present, index)) mark(index)
  }

  function mark(index: number): void {
    here[index >> 3] = (here[index >> 3] ?? 0) | (0x80 >> (index & 7))
  }

  const count = (): number => countBits(here, segmentCount)

  return {
    open: () => (opened ??= look()),
    has: (index) => hasBit(here, index),
    count,
    isWhole: () => count() === segmentCount,
    async take(hashes, index, bytes) {
      if (!(await verifySegment(hashes, index, bytes))) return false
      // Room is taken only once something real came: a manifest alone costs its sender nothing.
      created ??= blobs.create(blobId, segmentCount)
      await created
      await blobs.write(blobId, index, bytes)
      mark(index)
      // Whoever waits for it does not wait for the disk too.
      stored(index)
      unsynced += 1
      if (unsynced >= syncEvery) {
        unsynced = 0
        await blobs.sync(blobId)
      }
      return true
    },
    async sync() {
      unsynced = 0
      if (created !== undefined) await blobs.sync(blobId)
    },
  }
}
