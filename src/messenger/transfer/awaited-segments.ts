// Whoever reads media that are still on their way waits for single segments here.

import type { Context } from '../context.ts'
import { MediaError, StorageError } from '../ports.ts'
import type { BlobRow } from '../records/rows.ts'

export interface AwaitedSegments {
  /**
   * Waits until a segment is here. `hurry` is called with the id of its message each time that it is not.
   * @throws StorageError `damaged` when it will never be, MediaError `cancelled` when the download was given up
   */
  wait(blobId: string, index: number, signal: AbortSignal, hurry: (messageId: string) => void): Promise<Uint8Array>
  /** Those of a blob that somebody waits for now, the newest wish first. */
  of(blobId: string): readonly number[]
  stored(blobId: string, index: number): void
  /** Whoever waits for a segment of it looks again: it may never come. */
  wakeAll(blobId: string): void
}

type Wakes = Set<() => void>

/** Nothing more of these comes. */
const over: readonly BlobRow['state'][] = ['complete', 'mine', 'damaged']

export function createAwaitedSegments(context: Pick<Context, 'tables' | 'blobs' | 'background'>): AwaitedSegments {
  const { tables, blobs } = context
  /** By blob and index; wishes in the order in which they came. */
  const waiters = new Map<string, Map<number, Wakes>>()

  /** Until it is woken. `isHere` is asked once: it may have come between the look and here. */
  function sleep(blobId: string, index: number, signal: AbortSignal, isHere: () => Promise<boolean>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const ofBlob = waiters.get(blobId) ?? new Map<number, Wakes>()
      waiters.set(blobId, ofBlob)
      const wakes = ofBlob.get(index) ?? new Set()
      // Whoever wants it last makes it the newest wish.
      ofBlob.delete(index)
      ofBlob.set(index, wakes)
      const end = (): void => {
        // Once: the next one may wait for it already.
        if (!wakes.delete(wake)) return
        if (wakes.size === 0) ofBlob.delete(index)
        if (ofBlob.size === 0) waiters.delete(blobId)
        signal.removeEventListener('abort', aborted)
      }
      const wake = (): void => {
        end()
        resolve()
      }
      const aborted = (): void => {
        end()
        reject(signal.reason)
      }
      wakes.add(wake)
      signal.addEventListener('abort', aborted)
      const again = isHere().then((there) => there && wake())
      context.background(again, 'hurry-failed')
    })
  }

  return {
    async wait(blobId, index, signal, hurry) {
      for (;;) {
        signal.throwIfAborted()
        const bytes = await blobs.read(blobId, index)
        if (bytes !== undefined) return bytes
        const row = await tables.blobs.get(blobId)
        if (row === undefined || over.includes(row.state)) {
          // The last of it may have come since.
          const late = await blobs.read(blobId, index)
          if (late === undefined) throw new StorageError('damaged')
          return late
        }
        // Whoever reads began with another state: to look into these pauses them.
        if (row.state === 'offered' || row.state === 'evicted') throw new MediaError('cancelled')
        signal.throwIfAborted()
        await sleep(blobId, index, signal, async () => {
          hurry(row.messageId)
          return (await blobs.read(blobId, index)) !== undefined
        })
      }
    },
    of: (blobId) => [...(waiters.get(blobId)?.keys() ?? [])].toReversed(),
    stored(blobId, index) {
      for (const wake of waiters.get(blobId)?.get(index) ?? []) wake()
    },
    wakeAll(blobId) {
      for (const wakes of waiters.get(blobId)?.values() ?? []) for (const wake of wakes) wake()
    },
  }
}
