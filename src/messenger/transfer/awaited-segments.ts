// Whoever reads media that are still on their way waits for single segments here.

import type { Context } from '../context.ts'
import { StorageError } from '../ports.ts'

export interface AwaitedSegments {
  /**
   * Waits until a segment is here. `hurry` is called with the id of its message each time that it is not.
   * @throws StorageError `damaged` when it will never be
   */
  wait(
    blobId: string,
    index: number,
    signal: AbortSignal,
    hurry: (messageId: string) => Promise<void>,
  ): Promise<Uint8Array>
  stored(blobId: string, index: number): void
  /** Whoever waits for a segment of it looks again: it may never come. */
  wakeAll(blobId: string): void
}

export function createAwaitedSegments(context: Pick<Context, 'tables' | 'blobs' | 'background'>): AwaitedSegments {
  const { tables, blobs } = context
  const waiters = new Map<string, Set<() => void>>()

  /** Until it is woken. `isHere` is asked once: it may have come between the look and here. */
  function sleep(wish: string, signal: AbortSignal, isHere: () => Promise<boolean>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const wakes = waiters.get(wish) ?? new Set()
      waiters.set(wish, wakes)
      const end = (): void => {
        wakes.delete(wake)
        if (wakes.size === 0) waiters.delete(wish)
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
        if (row === undefined || row.state === 'complete' || row.state === 'mine' || row.state === 'damaged')
          throw new StorageError('damaged')
        await sleep(`${blobId}/${index}`, signal, async () => {
          context.background(hurry(row.messageId), 'hurry-failed')
          return (await blobs.read(blobId, index)) !== undefined
        })
      }
    },
    stored(blobId, index) {
      for (const wake of waiters.get(`${blobId}/${index}`) ?? []) wake()
    },
    wakeAll(blobId) {
      for (const [wish, wakes] of waiters) if (wish.startsWith(`${blobId}/`)) for (const wake of wakes) wake()
    },
  }
}
