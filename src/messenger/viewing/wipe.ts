// Takes all that a message says from this device, and leaves the row that says that it was there.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow, ViewingRow } from '../records/rows.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'

/** Keys and words go with the commit, sealed bytes right after it; what a crash leaves of those is swept at the next start. */
export async function wipeMessage(
  context: Context,
  change: Change,
  messageId: string,
  viewing: ViewingRow,
): Promise<void> {
  const { tables } = context
  const { until: _, ...rest } = viewing
  change.put(tables.viewings, messageId, rest)
  const key = (await change.get(tables.messageIndex, messageId))?.key
  const row = key === undefined ? undefined : await change.get(tables.messages, key)
  if (key === undefined || row === undefined) return
  wipeContent(context, change, key, row)
}

/** The same of a message that is not to be viewed. */
export function wipeContent(context: Context, change: Change, key: string, row: MessageRow): void {
  const { tables, blobs } = context
  const all = blobRefs(mediaOf(row)).flatMap(withHashList)
  // What never was all here is never said to be delivered or seen, whenever it is asked for again.
  const receipt = row.receipt === 'waiting' ? 'none' : row.receipt
  // Its texts from before, too.
  const { edits: _, ...rest } = row
  change.put(tables.messages, key, { ...rest, content: new Uint8Array(), receipt })
  for (const { blobId } of all) change.delete(tables.blobs, blobId)
  change.after(() => context.background(removeAll(), 'wipe-later'))

  async function removeAll(): Promise<void> {
    for (const { blobId } of all) await blobs.delete(blobId)
  }
}
