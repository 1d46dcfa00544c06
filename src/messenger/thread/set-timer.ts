// The timer of a conversation: from now on what is written in it goes so long after it was seen. Whoever says it last is
// right, and everybody sees that it was said.

import { toHex } from '../../protocol/bytes.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { UsageError } from '../api.ts'
import { timeAfter } from '../believed-time.ts'
import type { Context } from '../context.ts'
import { appendMessage } from '../conversation/append.ts'
import { recipientsOf } from '../conversation/recipients.ts'
import type { Sealer } from '../delivery/seal.ts'
import { newId } from '../ids.ts'
import type { Change } from '../records/ledger.ts'

export type SetTimer = (conversationId: string, lifeMs: number) => Promise<void>

/** `inGroup`: it is an operation of a group's log. */
export function createSetTimer(
  context: Context,
  sealer: Sealer,
  inGroup: (groupId: string, lifeMs: number) => Promise<void>,
): SetTimer {
  const { tables, ledger } = context

  return async (conversationId, lifeMs) => {
    checkLife(lifeMs)
    const row = tables.conversations.peek(conversationId)
    if (row?.group !== undefined) return inGroup(row.group, lifeMs)
    recipientsOf(context, conversationId)
    await ledger.change((change) => sayTimer(context, sealer, change, conversationId, lifeMs))
  }
}

/** @throws UsageError `bad-timer` */
export function checkLife(lifeMs: number): void {
  const isLife = Number.isInteger(lifeMs) && protocolLimits.lifeMinMs <= lifeMs && lifeMs <= protocolLimits.lifeMs
  if (lifeMs !== 0 && !isLife) throw new UsageError('bad-timer')
}

/** Between two people. */
async function sayTimer(
  context: Context,
  sealer: Sealer,
  change: Change,
  conversationId: string,
  lifeMs: number,
): Promise<void> {
  const { tables, clock, random, self } = context
  const row = await change.get(tables.conversations, conversationId)
  if (row === undefined || (row.timer?.lifeMs ?? 0) === lifeMs) return
  const { contactId = '' } = row
  const id = newId(random)
  const now = clock.now()
  const at = timeAfter(row.timer?.at, now)
  const content = await sealer.seal(
    change,
    contactId,
    { kind: 'timer', lifeMs },
    { messageId: id, sentAtMs: at, message: { blobs: [] } },
  )
  change.put(tables.conversations, conversationId, { ...row, timer: { lifeMs, at } })
  await appendMessage(
    context,
    change,
    conversationId,
    {
      id,
      sentAt: at,
      receivedAt: now,
      content,
      recipients: [{ contactId, state: { kind: 'sending' } }],
      receipt: 'none',
      line: { kind: 'timer', by: toHex(self.fingerprint), lifeMs },
    },
    [],
    [],
    'line',
  )
}

/** What a new conversation begins with, where I want that. */
export function createDefaultTimer(context: Context, sealer: Sealer) {
  return async (change: Change, contactId: string): Promise<void> => {
    const { tables, self } = context
    const contact = await change.get(tables.contacts, contactId)
    const { timerMs = 0 } = self.row
    if (timerMs === 0 || contact === undefined || contact.peer !== undefined) return
    const row = await change.get(tables.conversations, contact.conversationId)
    if (row?.timer === undefined) await sayTimer(context, sealer, change, contact.conversationId, timerMs)
  }
}
