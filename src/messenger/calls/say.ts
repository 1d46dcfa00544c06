// A text of mine to one person, inside a change that does more than that.

import type { Body } from '../../protocol/content/content.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { appendMessage } from '../conversation/append.ts'
import { timerOf } from '../conversation/recipients.ts'
import type { Sealer } from '../delivery/seal.ts'
import { newId } from '../ids.ts'
import type { Change } from '../records/ledger.ts'

export async function say(
  context: Context,
  sealer: Sealer,
  change: Change,
  contactId: string,
  text: string,
): Promise<void> {
  const { tables, random, clock, events } = context
  const contact = await change.get(tables.contacts, contactId)
  if (contact?.state !== 'accepted') return
  const { conversationId } = contact
  const id = newId(random)
  const now = clock.now()
  const timerMs = timerOf(context, conversationId)
  const life = timerMs === 0 ? {} : { lifeMs: Math.max(protocolLimits.lifeMinMs, timerMs) }
  const body: Body = { kind: 'message', text, media: [], ...life }
  const content = await sealer.seal(change, contactId, body, {
    messageId: id,
    sentAtMs: now,
    message: { blobs: [] },
  })
  const row = {
    id,
    sentAt: now,
    receivedAt: now,
    content,
    recipients: [{ contactId, state: { kind: 'sending' as const } }],
    receipt: 'none' as const,
    ...life,
  }
  await appendMessage(context, change, conversationId, row, [], [contactId], 'besides')
  change.after(() => events.emit('change', { what: 'conversations', id: conversationId }))
}
