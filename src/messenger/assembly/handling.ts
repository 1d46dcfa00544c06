// Puts together what becomes of content that came in: of each kind, and what the rest of the messenger hears of it.

import type { Context } from '../context.ts'
import { createActionHandler } from '../delivery/actions.ts'
import type { ContentHandler } from '../delivery/handle-content.ts'
import { createContentHandler } from '../delivery/handle-content.ts'
import { createMessageHandler } from '../delivery/handle-message.ts'
import type { StatementParts } from '../delivery/handle-statement.ts'
import { createStatementHandler } from '../delivery/handle-statement.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { Receipts } from '../delivery/receipts.ts'
import type { Refresher } from '../delivery/refresh.ts'
import type { Links } from '../direct/links.ts'
import type { GroupIntake } from '../groups/gate.ts'
import { late } from '../late.ts'
import type { FollowAnswers } from '../people/follow-answers.ts'
import type { Introductions } from '../people/introductions.ts'
import type { Requests } from '../people/requests.ts'
import type { ApplyToMessage } from '../thread/apply.ts'
import { createEarlyActions } from '../thread/early-actions.ts'
import { createTimerHandler } from '../thread/received-timer.ts'
import { createReceivedActions } from '../thread/received.ts'
import type { Downloads } from '../transfer/downloads.ts'
import type { SentViews } from '../viewing/sent-views.ts'

export interface HandlingParts {
  readonly receipts: Receipts
  readonly sentViews: SentViews
  readonly apply: ApplyToMessage
  readonly groups: GroupIntake
  readonly introductions: () => Promise<Introductions>
  readonly followAnswers: () => Promise<FollowAnswers>
  readonly befriended: StatementParts['befriended']
  /** A message is stored, under this key. */
  readonly announce: (key: string) => void
  /** Those that need this one first. */
  readonly others: () => HandlingOthers
}

export interface HandlingOthers {
  readonly requests: Requests
  readonly refresher: Refresher
  readonly outbox: Outbox
  readonly mailboxes: Mailboxes
  readonly links: Links
  readonly downloads: Downloads
}

export function createHandling(context: Context, parts: HandlingParts): ContentHandler {
  const { tables } = context
  const { receipts, sentViews, apply, groups, introductions, followAnswers, befriended, announce, others } = parts
  const early = createEarlyActions(context, apply)

  const statement = createStatementHandler(context, {
    requested: (change, contactId) => others().requests.requested(change, contactId),
    askedAgain: (change, contactId) => others().refresher.answer(change, contactId),
    reachable: (contactId) => others().outbox.kick(contactId),
    befriended,
    accepted(contactId) {
      const { refresher, outbox, mailboxes, links } = others()
      refresher.accepted(contactId)
      outbox.kick(contactId)
      // From now on they may find this device.
      const mailboxId = tables.contacts.peek(contactId)?.mailboxId
      if (mailboxId !== undefined) context.background(mailboxes.open(mailboxId), 'mailbox-open-later')
      links.warm(contactId)
    },
  })
  const message = createMessageHandler(context, {
    receipts,
    releaseEarly: (change, conversationId, messageId) => early.release(change, conversationId, messageId),
    messageStored: announce,
  })
  const actions = createReceivedActions(context, {
    apply,
    early,
    groups: (...received) => groups.action(...received),
    introductions: async (...received) => (await introductions()).received(...received),
    follows: async (...received) => (await followAnswers()).received(...received),
  })
  const posts = late(async () =>
    (await import('../posts/received-post.ts')).createPostHandler(context, {
      receipts,
      stored: (key) => others().downloads.add(key),
      dropped: (messageId) => others().downloads.drop(messageId),
    }),
  )
  return createContentHandler(context, {
    statement,
    message,
    action: createActionHandler(context, receipts, actions),
    timer: createTimerHandler(context, receipts),
    post: async (...received) => (await posts())(...received),
    sentViews,
    delivered(messageId, contactId) {
      context.background(others().outbox.settle(messageId, contactId), 'settle-failed')
      if (tables.viewings.peek(messageId)?.stage === 'sent')
        context.background(sentViews.delivered(messageId), 'view-wipe-later')
    },
  })
}
