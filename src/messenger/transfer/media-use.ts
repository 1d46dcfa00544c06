// When received media were last looked at, and when it is time to make room for newer ones.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'

export interface MediaUse {
  /** Somebody looks at it. */
  looked(blobId: string): void
  /** Something came, or the budget changed: looks soon whether something has to make room. */
  grown(): void
}

export function createMediaUse(context: Context, changed: (blobId: string) => void): MediaUse {
  const { tables, ledger, clock, self, closing } = context
  const noted = new Map<string, number>()
  let pending = false

  const note = (blobId: string, now: number): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      if (row?.state === 'complete') change.put(tables.blobs, blobId, { ...row, usedAt: now })
    })

  return {
    looked(blobId) {
      const now = clock.now()
      // Once an hour is enough to know which is older.
      if (now - (noted.get(blobId) ?? 0) < times.usedMs) return
      noted.set(blobId, now)
      context.background(note(blobId, now), 'media-use-later')
    },
    grown() {
      if (pending || (self.row.mediaBudgetBytes ?? 0) === 0) return
      pending = true
      clock.after(times.makeRoomMs, () => {
        pending = false
        if (!closing.aborted) context.background(room(), 'make-room-later')
      })
    },
  }

  async function room(): Promise<void> {
    const { makeRoom } = await import('./make-room.ts')
    await makeRoom(context, changed)
  }
}
