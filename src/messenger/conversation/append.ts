// Puts one message at the end of its conversation: row, index, blobs and the conversation's summary in one change.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { BlobRow, ConversationRow, MessageRow } from '../records/rows.ts'
import { orderKey } from '../records/table.ts'

export interface NewBlob {
  readonly blobId: string
  readonly role: BlobRow['role']
  readonly segmentCount: number
  readonly state: BlobRow['state']
  readonly byItself?: boolean
}

export async function appendMessage(
  context: Context,
  change: Change,
  conversationId: string,
  row: MessageRow,
  blobs: readonly NewBlob[],
  readers: readonly string[],
  /** `besides`: mine, and not from the place to write, in which all stays as it is. `line`: nothing that somebody wrote. */
  what: 'message' | 'besides' | 'line' = 'message',
): Promise<string> {
  const { tables, events } = context
  const conversation = await change.get(tables.conversations, conversationId)
  if (conversation === undefined) throw new RangeError('a message needs its conversation')
  const order = conversation.lastOrder + 1
  const key = `${conversationId}/${orderKey(order)}`
  const mine = row.senderId === undefined
  change.put(tables.messages, key, row)
  change.put(tables.messageIndex, row.id, { key })
  for (const { blobId, ...blob } of blobs) change.put(tables.blobs, blobId, { ...blob, messageId: row.id, readers })
  const { about, ...others } = conversation
  // What I write comes after what I read, and ends what was being written.
  const isWritten = mine && what === 'message'
  change.put(tables.conversations, conversationId, {
    ...others,
    ...(isWritten ? { draft: '' } : about === undefined ? {} : { about }),
    lastOrder: order,
    lastActivityAt: Math.max(conversation.lastActivityAt, row.receivedAt),
    unread: conversation.unread + (mine || what === 'line' ? 0 : 1),
  })
  if (what === 'line')
    change.after(() => {
      events.emit('view', { messageId: row.id, conversationId })
      events.emit('change', { what: 'conversations', id: conversationId })
    })
  return key
}

export function newConversation(
  of: { readonly contactId?: string; readonly group?: string },
  nowMs: number,
): ConversationRow {
  return { ...of, lastOrder: 0, lastActivityAt: nowMs, seenOrder: 0, unread: 0, draft: '' }
}
