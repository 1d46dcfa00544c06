// What an opened message does. Everything here runs inside the change that opened it.

import { toHex } from '../../protocol/bytes.ts'
import type { Content, Receipt } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { SentViews } from '../viewing/sent-views.ts'
import type { ActionHandler } from './actions.ts'
import type { MessageHandler } from './handle-message.ts'
import type { StatementHandler } from './handle-statement.ts'
import type { PostHandler } from '../posts/received-post.ts'
import type { TimerHandler } from '../thread/received-timer.ts'
import type { Opened } from './opened.ts'
import { moveState } from './states.ts'

export type ContentHandler = (change: Change, contactId: string, content: Content, opened: Opened) => Promise<void>

export interface HandlerParts {
  readonly statement: StatementHandler
  readonly message: MessageHandler
  readonly action: ActionHandler
  readonly timer: TimerHandler
  readonly post: PostHandler
  readonly sentViews: SentViews
  readonly delivered: (messageId: string, contactId: string) => void
}

export function createContentHandler(context: Context, parts: HandlerParts): ContentHandler {
  const { tables, clock, events, self } = context

  return async (change, contactId, content, opened) => {
    const { body } = content
    // Only who said yes says anything there, whatever became of the answer.
    if (opened.isMine && body.kind !== 'accept' && body.kind !== 'refresh')
      await parts.statement.acceptUnsaid(change, contactId)
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined) return
    switch (body.kind) {
      case 'request':
      case 'accept':
      case 'refresh':
      case 'mailbox':
      case 'profile': {
        // Where and who they are is what their newest session says: an old one, or a copy of it, changes nothing.
        if (!opened.isCurrent) return
        const by = { ...opened.position, sentAt: content.sentAtMs }
        return parts.statement.take(change, contactId, contact, body, by)
      }
      case 'receipt':
        return receipt(change, contactId, body)
      case 'message':
        return parts.message(change, contactId, contact, content, body, opened)
      case 'reaction':
      case 'edit':
      case 'unsend':
      case 'pin':
      case 'follow':
      case 'follower':
      case 'invitation':
      case 'consent':
      case 'operations':
      case 'compare':
      case 'picture':
      case 'join':
      case 'joining':
      case 'introduce':
      case 'introduced':
      case 'meet':
        return parts.action(change, contactId, contact, { ...content, body }, opened)
      case 'typing':
        // Over a relay it would be old when it comes.
        if (opened.via === 'direct' && contact.state === 'accepted' && self.row.typing !== false)
          change.after(() =>
            events.emit('typing', {
              conversationId: toHex(content.conversationId),
              contactId,
              isTyping: body.isTyping,
            }),
          )
        return
      case 'timer':
        return parts.timer(change, contactId, contact, { ...content, body }, opened)
      case 'post':
        return parts.post(change, contactId, contact, { ...content, body }, opened)
      case 'unknown':
        // A kind of a later version: nothing of it can be shown.
        return
    }
  }

  async function receipt(change: Change, contactId: string, body: Receipt): Promise<void> {
    const { delivered, seen } = body
    const at = clock.now()
    for (const id of delivered.map(toHex)) await moveState(context, change, id, contactId, { kind: 'delivered', at })
    for (const id of seen.map(toHex)) await moveState(context, change, id, contactId, { kind: 'seen', at })
    await parts.sentViews.said(change, contactId, body)
    change.after(() => {
      for (const id of delivered) parts.delivered(toHex(id), contactId)
    })
  }
}
