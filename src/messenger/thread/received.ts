// What actions of others do: those about messages now, or once their message comes.

import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import type { ApplyAction } from '../delivery/actions.ts'
import { times } from '../limits.ts'
import type { ApplyToMessage } from './apply.ts'
import { targetsOf } from './apply.ts'
import type { GroupIntake } from '../groups/gate.ts'
import { isGroupBody, isThreadBody } from './bodies.ts'
import type { EarlyActions } from './early-actions.ts'

export function createReceivedActions(
  { clock }: Context,
  apply: ApplyToMessage,
  early: EarlyActions,
  groupAction: GroupIntake['action'],
): ApplyAction {
  return async (change, contactId, contact, content, encoded) => {
    const { body } = content
    if (isGroupBody(body)) return groupAction(change, contactId, contact, body)
    if (!isThreadBody(body)) return
    const conversationId = toHex(content.conversationId)
    // One from the future would win for ever.
    const at = Math.min(content.sentAtMs, clock.now() + times.futureMs)
    for (const messageId of targetsOf(body)) {
      const outcome = await apply(change, messageId, { conversationId, by: contactId, at, body })
      if (outcome === 'early' && contact.state !== 'request')
        await early.keep(change, messageId, contactId, content, encoded)
    }
  }
}
