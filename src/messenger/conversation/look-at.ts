// What a look at a conversation says. A message whose media are not all here is passed: nobody saw what was missing, so its
// sender is told that it was seen after another look, when all of it is here (docs/protocol.md §6). So is what is looked at
// while the person tells nobody: that stays untold when they tell again.

import type { Context } from '../context.ts'
import type { Receipts } from '../delivery/receipts.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { beginLife } from '../thread/begin-life.ts'
import { messageKey } from './views.ts'

/** Everything up to `order` was looked at, as it is here now. */
export async function lookAt(
  context: Context,
  receipts: Receipts,
  change: Change,
  conversationId: string,
  order: number,
): Promise<void> {
  const { tables, self, events } = context
  const conversation = await change.get(tables.conversations, conversationId)
  if (conversation === undefined) return
  const { passed: before = [], ...rest } = conversation
  const isTold = self.row.seenReceipts
  const seen: MessageRow[] = []
  const passed: string[] = []
  for (const id of before) {
    const key = (await change.get(tables.messageIndex, id))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    // What was deleted or wiped meanwhile is looked at no more.
    if (key === undefined || row?.passed !== true || row.receipt === 'none') continue
    if (row.receipt === 'waiting' || key > messageKey(conversationId, order)) passed.push(id)
    else if (isTold) {
      change.put(tables.messages, key, looked(row))
      seen.push(row)
    }
  }
  const isNew = order > conversation.seenOrder
  if (!isNew && passed.length === before.length) return
  const range = {
    after: messageKey(conversationId, conversation.seenOrder),
    before: messageKey(conversationId, order + 1),
  }
  const received = isNew
    ? (await tables.messages.list(range)).filter(({ row: { senderId } }) => senderId !== undefined)
    : []
  for (const { key, row } of received) {
    await beginLife(context, change, row)
    if (isTold && row.receipt === 'done') seen.push(row)
    else change.put(tables.messages, key, { ...row, passed: true })
    if (row.receipt === 'waiting') passed.push(row.id)
  }
  change.put(tables.conversations, conversationId, {
    ...rest,
    seenOrder: Math.max(order, conversation.seenOrder),
    unread: Math.max(0, conversation.unread - received.length),
    ...(passed.length === 0 ? {} : { passed: passed.slice(-limits.passedMessages) }),
  })
  for (const [senderId, messages] of Map.groupBy(seen, (row) => row.senderId ?? ''))
    await receipts.owe(
      change,
      senderId,
      'seen',
      messages.map(({ id }) => id),
    )
  if (isNew) change.after(() => events.emit('change', { what: 'conversations', id: conversationId }))
}

/** All of it was here when it was looked at. */
export function looked(row: MessageRow): MessageRow {
  const { passed: _, ...rest } = row
  return rest
}
