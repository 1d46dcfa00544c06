// The parts of a messenger, each given what it needs of the others. Only what is left over on the disk is dealt with here;
// life.ts sets them going.

import { createRelays } from '../account/relays.ts'
import type { MessengerEvents, ReportFile } from '../api.ts'
import type { Context } from '../context.ts'
import { createAnnounce } from '../conversation/announce.ts'
import { createViews } from '../conversation/views.ts'
import { createSendAction } from '../delivery/actions.ts'
import { createAskAgain } from '../delivery/ask-again.ts'
import { createExpiry } from '../delivery/expiry.ts'
import { createKeyForgetting } from '../delivery/forget-keys.ts'
import { createMailboxes } from '../delivery/mailboxes.ts'
import { releasedFrom } from '../delivery/opened.ts'
import { createOutbox } from '../delivery/outbox.ts'
import { createPublisher } from '../delivery/publish.ts'
import { createPush } from '../delivery/push.ts'
import { createReceipts } from '../delivery/receipts.ts'
import { createReceiver } from '../delivery/receive.ts'
import { createRefresher } from '../delivery/refresh.ts'
import { createResend } from '../delivery/resend.ts'
import { createRotation } from '../delivery/rotation.ts'
import { createSealer } from '../delivery/seal.ts'
import { createLinks } from '../direct/links.ts'
import { asListener } from '../events.ts'
import { lazyGroups } from '../groups/gate.ts'
import { late } from '../late.ts'
import { createConnect } from '../people/connect.ts'
import { tellFollow } from '../people/followed.ts'
import { createInvites } from '../people/invites.ts'
import { createRequests } from '../people/requests.ts'
import type { OpenPlatform, Platform } from '../ports/platform.ts'
import type { Change } from '../records/ledger.ts'
import { createClockWatch } from '../sure-time.ts'
import { createApply } from '../thread/apply.ts'
import { createDefaultTimer } from '../thread/set-timer.ts'
import { createTimers } from '../thread/timers.ts'
import { createDownloads } from '../transfer/downloads.ts'
import { createMediaUse } from '../transfer/media-use.ts'
import { createProgress } from '../transfer/progress.ts'
import { createSegmentReader } from '../transfer/serve-segments.ts'
import { openStoppedUploads } from '../transfer/stopped-uploads.ts'
import { sweepBlobs } from '../transfer/sweep.ts'
import { createTransferEvents } from '../transfer/transfer-events.ts'
import { createUploads } from '../transfer/uploads.ts'
import { lazyViewings } from '../viewing/lazy-viewings.ts'
import { createSentViews } from '../viewing/sent-views.ts'
import { createViewWatch } from '../viewing/view-watch.ts'
import { createHandling } from './handling.ts'
import { openContext } from './open-context.ts'

export type Parts = Awaited<ReturnType<typeof openParts>>

/** `made` is of a new profile. */
export async function openParts(
  platform: Platform,
  opened: OpenPlatform,
  made: { readonly name: string; readonly relays: readonly string[] },
  closing: AbortSignal,
) {
  const groups = lazyGroups(
    () => context,
    async () => {
      const { openGroups } = await import('../groups/open-groups.ts')
      return openGroups(context, {
        sealer,
        send: sendAction,
        connect: (link, text) => connect.connectMember(link, text),
        links: { make: (...given) => invites.make(...given), revoke: (id) => invites.revoke(id) },
        requests: () => requests,
        prepareLink: (uses, lifetimeMs) => invites.prepare(uses, lifetimeMs),
        openLink,
        release: (change, contactId, content, encoded) => handle(change, contactId, content, releasedFrom(encoded)),
      })
    },
  )
  const openLink = (mailboxId: string): void => {
    const url = tables.mailboxes.peek(mailboxId)?.relay
    context.background(
      mailboxes.open(mailboxId).then(() => url !== undefined && publisher.due(url)),
      'mailbox-open-later',
    )
  }
  const introductions = late(async () => {
    const [{ createIntroductions }, { blockContact }] = await Promise.all([
      import('../people/introductions.ts'),
      import('../people/block.ts'),
    ])
    return createIntroductions(context, {
      send: sendAction,
      makeLink: (...given) => invites.make(...given),
      connect: (link) => connect.connect(link),
      block: (change, contactId) => blockContact(context, mailboxes, change, contactId),
    })
  })
  const context: Context = await openContext(platform, opened, made, groups.gate, closing)
  const { tables, events, self, uplink } = context
  await sweepBlobs(context)
  const stopped = await openStoppedUploads(context)

  const progress = createProgress((blobId) => transfers.changed(blobId))
  const views = createViews(context, progress)
  const transfers = createTransferEvents(context, views, progress)
  events.addEventListener(
    'state',
    asListener<MessengerEvents['state']>(({ detail }) =>
      context.background(transfers.moved(detail.messageId), 'transfer-event-failed'),
    ),
  )
  const sealer = createSealer(context, (contactId) => outbox.kick(contactId))
  const sendAction = createSendAction(context, sealer)
  const receipts = createReceipts(context, sealer, () => links)
  const sentViews = createSentViews(context)
  const viewings = lazyViewings(context, async () => {
    const { createViewings } = await import('../viewing/viewings.ts')
    return createViewings(context, { views, receipts, dropped: (messageId) => downloads.drop(messageId) })
  })
  /** What is being fetched, or looked at, is no more. */
  const dropped = (messageId: string): void => {
    downloads.drop(messageId)
    viewings.forget(messageId)
  }
  const applyToMessage = createApply(context, { dropped })
  const defaultTimer = createDefaultTimer(context, sealer)
  const befriended = async (change: Change, contactId: string): Promise<void> => {
    await tellFollow(context, sendAction, change, contactId)
    await defaultTimer(change, contactId)
  }
  const followAnswers = late(async () => {
    const { createFollowAnswers } = await import('../people/follow-answers.ts')
    return createFollowAnswers(context, sendAction)
  })
  const handle = createHandling(context, {
    receipts,
    sentViews,
    apply: applyToMessage,
    groups: groups.intake,
    introductions,
    followAnswers,
    befriended,
    announce: createAnnounce(context, views, (key) => downloads.add(key)),
    others: () => ({ requests, refresher, outbox, mailboxes, links, downloads }),
  })
  const receiver = createReceiver(context, {
    handle,
    judge: (...said) => groups.intake.judge(...said),
    answer: (change, contactId) => refresher.answer(change, contactId),
    answered: (change, contactId) => refresher.answered(change, contactId),
    unreadable: (change, contactId) => refresher.want(change, contactId),
    settled: (change, contactId) => requests.settled(change, contactId),
    arrived: (change, contactId, mailboxId) => rotation.arrived(change, contactId, mailboxId),
  })
  const push = createPush(context)
  const receive = (mailboxId: string, envelope: Uint8Array) => receiver.receive(mailboxId, envelope, 'relay')
  const mailboxes = createMailboxes(context, receive, (url) => push.opened(url))
  const rotation = createRotation(context, { mailboxes, sealer, looked })
  /** What a crash kept from being withdrawn is, when it is looked for what else is left at such relays. */
  function looked(): void {
    relays.keep()
    context.background(invites.withdrawElsewhere(), 'withdraw-later')
  }
  const resend = createResend(context, { sealer, receipts, mailboxes })
  const refresher = createRefresher(context, { resend, askAgain: createAskAgain(context, sealer) })
  const links = createLinks(context, {
    async receive(_, mailboxId, envelope) {
      await mailboxes.settled(mailboxId)
      return receiver.receive(mailboxId, envelope, 'direct')
    },
    readSegment: createSegmentReader(context, stopped, (blobId, segmentCount, index) =>
      transfers.served(blobId, segmentCount, index),
    ),
    opened(contactId) {
      outbox.kick(contactId)
      receipts.flush(contactId)
      downloads.kick(contactId)
    },
    closed: (contactId) => outbox.kick(contactId),
  })
  const uploads = createUploads(context, progress, stopped)
  const outbox = createOutbox(context, links, uploads)
  const downloads = createDownloads(context, links, progress, {
    async complete(change, contactId, key, row) {
      await receipts.owe(change, contactId, 'delivered', [row.id])
      const [conversationId = '', order = ''] = key.split('/')
      const seenOrder = (await change.get(tables.conversations, conversationId))?.seenOrder ?? 0
      // What was passed before it was whole is seen at the next look; rows from before this was kept are not marked.
      const isLookedAt = row.seenAt !== undefined || Number.parseInt(order, 16) <= seenOrder
      const wasSeen = isLookedAt && row.passed !== true
      if (wasSeen && self.row.seenReceipts) await receipts.owe(change, contactId, 'seen', [row.id])
    },
    changed: (blobId) => transfers.changed(blobId),
    arrived: () => use.grown(),
  })
  const use = createMediaUse(context, {
    stop: (blobId) => downloads.stop(blobId),
    changed: (blobId) => transfers.changed(blobId),
  })
  const wishes = late(async () => {
    const { createWishes } = await import('../transfer/wishes.ts')
    return createWishes(context, downloads, (blobId) => transfers.changed(blobId))
  })
  const uplinkFollower = late(async () => {
    const { createUplinkFollower } = await import('../transfer/follow-uplink.ts')
    return createUplinkFollower(context, downloads, (blobId) => transfers.changed(blobId))
  })
  /** What goes by itself may have to wait, or not any more. */
  const followUplink = (): void =>
    context.background(
      uplinkFollower().then((follow) => follow()),
      'follow-uplink-later',
    )
  uplink?.onChange(() => self.row.onlyOnWifi === true && followUplink(), { signal: closing })
  const report = async (contactId: string): Promise<ReportFile> => {
    const { reportOn } = await import('../people/report.ts')
    return reportOn(context, contactId)
  }
  const requests = createRequests(context, {
    links,
    mailboxes,
    sealer,
    receipts,
    downloads,
    befriended,
    introductions,
    async called(change, contactId, inviteId) {
      const { answerCall } = await import('../calls/answer.ts')
      const accept: typeof requests.acceptIn = (...accepted) => requests.acceptIn(...accepted)
      await answerCall(context, change, { sealer, accept }, contactId, inviteId)
    },
    groups: () => groups.load(),
    report,
  })
  const connect = createConnect(context, { links, mailboxes, outbox, requests, sealer })
  const invites = createInvites(context, mailboxes)
  const relays = createRelays(context, mailboxes, async (url) => {
    await invites.withdrawAt(url)
    rotation.relaysChanged()
  })
  const publisher = createPublisher(context)
  const timers = createTimers(context, dropped)
  for (const type of ['state', 'change'] as const) events.addEventListener(type, () => timers.kick())

  return {
    context,
    groups,
    introductions,
    followAnswers,
    stopped,
    views,
    transfers,
    sealer,
    sendAction,
    receipts,
    viewings,
    applyToMessage,
    handle,
    push,
    mailboxes,
    rotation,
    resend,
    refresher,
    links,
    outbox,
    downloads,
    use,
    wishes,
    followUplink,
    report,
    requests,
    connect,
    invites,
    relays,
    publisher,
    timers,
    expiry: createExpiry(context),
    keyForgetting: createKeyForgetting(context),
    clockWatch: createClockWatch(context),
    viewWatch: createViewWatch(context, viewings, sentViews),
  }
}
