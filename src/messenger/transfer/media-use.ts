// When received media were last looked at, and room for newer ones: beyond the budget those go first that nobody looked at
// for longest. Only what is whole and was said to be delivered goes; what is mine, or on its way, never does.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { Keyed } from '../records/table.ts'
import type { BlobRow } from '../records/rows.ts'

export interface MediaUse {
  /** Somebody looks at it. */
  looked(blobId: string): void
  /** Something came, or the budget changed: looks soon whether something has to make room. */
  grown(): void
  /** Makes room now. */
  makeRoom(): Promise<void>
}

export function createMediaUse(context: Context, changed: (blobId: string) => void): MediaUse {
  const { tables, ledger, blobs, clock, self, closing } = context
  const noted = new Map<string, number>()
  let pending = false

  const note = (blobId: string, now: number): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      if (row?.state === 'complete') change.put(tables.blobs, blobId, { ...row, usedAt: now })
    })

  async function makeRoom(): Promise<void> {
    const budget = self.row.mediaBudgetBytes ?? 0
    if (budget === 0) return
    const here = (await tables.blobs.list()).filter(({ row }) => row.state === 'complete')
    let total = here.reduce((sum, { row }) => sum + sizeOf(row), 0)
    // A poster is small and all that is left to see of a video; a list of hashes goes with what it lists.
    const oldest = here
      .filter(({ row }) => row.role === 'display' || row.role === 'original')
      .toSorted((a, b) => usedAt(a) - usedAt(b))
    for (const { key, row } of oldest) {
      if (total <= budget) return
      if (await evict(key, row.messageId)) total -= sizeOf(row)
    }
  }

  /** Gives whether it went. */
  async function evict(blobId: string, messageId: string): Promise<boolean> {
    const gone = await ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      const key = (await change.get(tables.messageIndex, messageId))?.key
      const message = key === undefined ? undefined : await change.get(tables.messages, key)
      // What is to be viewed once is taken away by its view alone.
      const mayGo = message?.receipt === 'done' && tables.viewings.peek(messageId) === undefined
      if (row?.state !== 'complete' || !mayGo) return false
      change.put(tables.blobs, blobId, { ...row, state: 'evicted' })
      return true
    })
    if (!gone) return false
    await blobs.delete(blobId)
    changed(blobId)
    return true
  }

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
        if (!closing.aborted) context.background(makeRoom(), 'make-room-later')
      })
    },
    makeRoom,
  }
}

function usedAt({ row }: Keyed<BlobRow>): number {
  return row.usedAt ?? 0
}

export function sizeOf({ segmentCount }: Pick<BlobRow, 'segmentCount'>): number {
  return segmentCount * protocolLimits.segmentBytes
}
