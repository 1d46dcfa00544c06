// Somebody changed the timer of our conversation: the later word counts, and each is a line of the conversation.

import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import { believedTime } from '../believed-time.ts'
import type { Context } from '../context.ts'
import { appendMessage } from '../conversation/append.ts'
import type { Opened } from '../delivery/opened.ts'
import { receivedId } from '../delivery/received-id.ts'
import type { Receipts } from '../delivery/receipts.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'

export type TimerHandler = (
  change: Change,
  contactId: string,
  contact: ContactRow,
  content: Content & { readonly body: { readonly kind: 'timer'; readonly lifeMs: number } },
  opened: Pick<Opened, 'content' | 'via'>,
) => Promise<void>

export function createTimerHandler(context: Context, receipts: Receipts): TimerHandler {
  const { tables, clock } = context

  return async (change, contactId, contact, content, opened) => {
    const { conversationId } = contact
    const sentId = toHex(content.messageId)
    const { id, known } = await receivedId(context, change, { contactId, fingerprint: contact.fingerprint }, sentId)
    if (contact.state !== 'accepted' || contact.peer !== undefined) return
    await receipts.owe(change, contactId, 'delivered', [sentId], opened.via === 'direct' ? 'calm' : undefined)
    if (known !== undefined) return
    const row = await change.get(tables.conversations, conversationId)
    if (row === undefined) return
    const now = clock.now()
    const { lifeMs } = content.body
    const at = believedTime(content.sentAtMs, now)
    // Of two at the same time the shorter one: nothing stays that one of us wants gone.
    const { timer } = row
    const before = timer && believedTime(timer.at, now)
    const isNewer =
      timer === undefined || before === undefined || at > before || (at === before && isShorter(lifeMs, timer.lifeMs))
    if (isNewer) change.put(tables.conversations, conversationId, { ...row, timer: { lifeMs, at } })
    const line = { kind: 'timer' as const, by: toHex(contact.fingerprint), lifeMs }
    await appendMessage(
      context,
      change,
      conversationId,
      {
        id,
        senderId: contactId,
        sentAt: at,
        receivedAt: now,
        content: opened.content,
        recipients: [],
        receipt: 'done',
        line,
      },
      [],
      [],
      'line',
    )
  }
}

function isShorter(a: number, b: number): boolean {
  return a !== 0 && (b === 0 || a < b)
}
