// Takes a message off this device, with its media and everything that waits for it. Its id stays, so that a repeat from the
// other side does not bring it back.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'

/** Rows go with the change, sealed bytes right after it; what a crash leaves of those is swept at the next start. */
export function removeMessage(context: Context, change: Change, key: string, row: MessageRow): void {
  const { tables, blobs, events } = context
  const conversationId = key.slice(0, key.indexOf('/'))
  const all = blobRefs(mediaOf(row)).flatMap(withHashList)
  change.delete(tables.messages, key)
  change.put(tables.messageIndex, row.id, row.senderId === undefined ? {} : { by: row.senderId })
  change.delete(tables.viewings, row.id)
  change.delete(tables.expiring, row.id)
  for (const { blobId } of all) change.delete(tables.blobs, blobId)
  for (const [entryKey, entry] of tables.outbox.held())
    if (entry.messageId === row.id) change.delete(tables.outbox, entryKey)
  change.after(() => {
    context.background(removeAll(), 'remove-later')
    events.emit('change', { what: 'conversations', id: conversationId })
  })

  async function removeAll(): Promise<void> {
    for (const { blobId } of all) await blobs.delete(blobId)
  }
}
