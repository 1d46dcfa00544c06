// What becomes of a blob that was fetched, and of its message when that was the last one it waited for.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf, withHashList } from './blob-refs.ts'

export type MessageComplete = (change: Change, contactId: string, key: string, row: MessageRow) => Promise<void>

/** `complete` is called when all media of the message are here, in the same commit. */
export function createSettling(
  { tables, ledger, clock }: Context,
  complete: MessageComplete,
): (key: string, ref: BlobRef, outcome: 'done' | 'damaged') => Promise<void> {
  return (key, ref, outcome) =>
    ledger.change(async (change) => {
      for (const { blobId } of withHashList(ref)) {
        const blob = await change.get(tables.blobs, blobId)
        // One that was given up meanwhile is not here, whatever came of it.
        if (blob?.state !== 'wanted' && blob?.state !== 'paused') continue
        change.put(
          tables.blobs,
          blobId,
          outcome === 'done' ? { ...blob, state: 'complete', usedAt: clock.now() } : { ...blob, state: 'damaged' },
        )
      }
      const row = await change.get(tables.messages, key)
      if (row?.senderId === undefined || row.receipt !== 'waiting') return
      // Nobody waits for an original. What is `evicted` was here, and whole.
      for (const { role, blobId } of blobRefs(mediaOf(row))) {
        const state = (await change.get(tables.blobs, blobId))?.state
        if (role !== 'original' && state !== 'complete' && state !== 'evicted') return
      }
      change.put(tables.messages, key, { ...row, receipt: 'done' })
      await complete(change, row.senderId, key, row)
    })
}
