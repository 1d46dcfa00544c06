// When received media were last looked at, which are read now, and when it is time to make room for newer ones.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { RoomParts } from './make-room.ts'

export interface MediaUse {
  /** Somebody reads it, until the returned function is called: meanwhile it does not make room. */
  reading(blobId: string): () => void
  /** Something came, or the budget changed: looks soon whether something has to make room. */
  grown(): void
  /** For whoever makes room at once. */
  readonly room: RoomParts
}

export function createMediaUse(context: Context, parts: Omit<RoomParts, 'isRead'>): MediaUse {
  const { tables, ledger, clock, self, closing } = context
  const noted = new Map<string, number>()
  /** How many read it. */
  const readers = new Map<string, number>()
  const room: RoomParts = { ...parts, isRead: (blobId) => readers.has(blobId) }
  let pending = false

  const note = (blobId: string, now: number): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      const isLookedInto = row?.state === 'paused' && row.usedAt !== undefined
      if (row?.state === 'complete' || isLookedInto) change.put(tables.blobs, blobId, { ...row, usedAt: now })
    })

  function looked(blobId: string): void {
    const now = clock.now()
    // Once an hour is enough to know which is older.
    if (now - (noted.get(blobId) ?? 0) < times.usedMs) return
    noted.set(blobId, now)
    context.background(note(blobId, now), 'media-use-later')
  }

  return {
    room,
    reading(blobId) {
      looked(blobId)
      readers.set(blobId, (readers.get(blobId) ?? 0) + 1)
      return () => {
        const left = (readers.get(blobId) ?? 1) - 1
        if (left > 0) readers.set(blobId, left)
        else readers.delete(blobId)
      }
    },
    grown() {
      if (pending || (self.row.mediaBudgetBytes ?? 0) === 0) return
      pending = true
      clock.after(times.makeRoomMs, () => {
        pending = false
        if (!closing.aborted) context.background(makeRoom(), 'make-room-later')
      })
    },
  }

  async function makeRoom(): Promise<void> {
    const make = await import('./make-room.ts')
    await make.makeRoom(context, room)
  }
}
