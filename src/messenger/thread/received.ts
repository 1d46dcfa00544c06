// What actions of others do: those about messages now, or once their message comes.

import { toHex } from '../../protocol/bytes.ts'
import { believedTime } from '../believed-time.ts'
import type { Context } from '../context.ts'
import type { ApplyAction } from '../delivery/actions.ts'
import { takeRoom } from '../delivery/request-room.ts'
import type { ApplyToMessage } from './apply.ts'
import { targetsOf } from './apply.ts'
import type { GroupIntake } from '../groups/gate.ts'
import type { Introductions } from '../people/introductions.ts'
import { isGroupBody, isIntroductionBody } from './bodies.ts'
import type { FollowAnswers } from '../people/follow-answers.ts'
import type { EarlyActions } from './early-actions.ts'

export interface ReceivedParts {
  readonly apply: ApplyToMessage
  readonly early: EarlyActions
  readonly groups: GroupIntake['action']
  readonly introductions: Introductions['received']
  readonly follows: FollowAnswers['received']
}

export function createReceivedActions(context: Context, parts: ReceivedParts): ApplyAction {
  const { tables, clock } = context

  return async (change, contactId, contact, content, encoded) => {
    const { body } = content
    if (isGroupBody(body)) return parts.groups(change, contactId, contact, body)
    if (isIntroductionBody(body)) return parts.introductions(change, contactId, contact, body)
    if (body.kind === 'follow' || body.kind === 'follower') return parts.follows(change, contactId, contact, body)
    const conversationId = toHex(content.conversationId)
    // Of what waits for my word all texts are kept, and nothing else of its writer.
    const isWaiting = contact.peer !== undefined && conversationId === contact.conversationId
    if (isWaiting && body.kind === 'edit') {
      const key = (await change.get(tables.messageIndex, toHex(body.of)))?.key
      const row = key === undefined ? undefined : await change.get(tables.messages, key)
      if (row?.senderId !== contactId) return
      const isKept = await takeRoom(context, change, contactId, { messages: 0, bytes: encoded.length })
      if (!isKept) return
    }
    const at = believedTime(content.sentAtMs, clock.now())
    for (const messageId of targetsOf(body)) {
      const outcome = await parts.apply(change, messageId, { conversationId, by: contactId, at, body })
      if (outcome === 'early' && contact.state !== 'request')
        await parts.early.keep(change, messageId, contactId, content, encoded)
    }
  }
}
