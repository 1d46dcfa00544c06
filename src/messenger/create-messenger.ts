// Puts a messenger together over one platform. The only place that knows all parts.

import type { MessagesApi, Messenger, MessengerEvents, MessengerOptions, ReportFile } from './api.ts'
import { UsageError } from './api.ts'
import { cleanName, createProfile, createSettings } from './account/profile.ts'
import { createRelays } from './account/relays.ts'
import { openSelf } from './account/self.ts'
import { createVault } from './account/vault.ts'
import type { Context } from './context.ts'
import { createCompose } from './conversation/compose.ts'
import { createConversations, isShown } from './conversation/conversations.ts'
import { createMessages, sentMessage } from './conversation/messages.ts'
import { createViews } from './conversation/views.ts'
import { createExpiry } from './delivery/expiry.ts'
import { createKeyForgetting } from './delivery/forget-keys.ts'
import { createActionHandler, createSendAction } from './delivery/actions.ts'
import { createContentHandler } from './delivery/handle-content.ts'
import { createMessageHandler } from './delivery/handle-message.ts'
import { createStatementHandler } from './delivery/handle-statement.ts'
import { createMailboxes } from './delivery/mailboxes.ts'
import { createPush } from './delivery/push.ts'
import { createOutbox } from './delivery/outbox.ts'
import { createPublisher } from './delivery/publish.ts'
import { createReceipts } from './delivery/receipts.ts'
import { createReceiver, releasedFrom } from './delivery/receive.ts'
import { createAskAgain } from './delivery/ask-again.ts'
import { createRefresher } from './delivery/refresh.ts'
import { createResend } from './delivery/resend.ts'
import { createRotation } from './delivery/rotation.ts'
import { createSealer } from './delivery/seal.ts'
import { lazyGroups } from './groups/gate.ts'
import { createLinks } from './direct/links.ts'
import { EventHub } from './events.ts'
import { createConnect } from './people/connect.ts'
import { blockContact, createContacts } from './people/contacts.ts'
import { late } from './late.ts'
import { createFollowHandler, createFollows, tellFollow } from './people/follows.ts'
import { createInvites } from './people/invites.ts'
import { createRequests } from './people/requests.ts'
import type { Change } from './records/ledger.ts'
import { createPostHandler } from './posts/received-post.ts'
import { createLedger } from './records/ledger.ts'
import { StorageError, TransportError } from './ports.ts'
import { openTables } from './records/tables.ts'
import { createClockWatch } from './sure-time.ts'
import { relayOrigin } from './relay-name.ts'
import { createApply } from './thread/apply.ts'
import { createEarlyActions } from './thread/early-actions.ts'
import { createReceivedActions } from './thread/received.ts'
import { createThreadApi } from './thread/thread.ts'
import { createTimerHandler } from './thread/received-timer.ts'
import { createDefaultTimer, createSetTimer } from './thread/set-timer.ts'
import { createTimers } from './thread/timers.ts'
import { createTellTyping } from './thread/typing.ts'
import { createDownloads } from './transfer/downloads.ts'
import { createMediaUse } from './transfer/media-use.ts'
import { createProgress } from './transfer/progress.ts'
import { createMediaApi } from './transfer/read-media.ts'
import { createSegmentReader } from './transfer/serve-segments.ts'
import { openStoppedUploads } from './transfer/stopped-uploads.ts'
import { sweepBlobs } from './transfer/sweep.ts'
import { createTransferEvents } from './transfer/transfer-events.ts'
import { lazyTransfers } from './transfer/lazy-transfers.ts'
import { createUploads } from './transfer/uploads.ts'
import { createSentViews } from './viewing/sent-views.ts'
import { createViewWatch } from './viewing/view-watch.ts'
import { lazyViewings } from './viewing/lazy-viewings.ts'

/**
 * Opens the profile that the platform names, making it when it is new, and starts it.
 * @throws StorageError `locked` when it is open elsewhere, `sealed` and `wrong-secret` when the device alone does not open
 * it, `damaged` when it cannot be read
 * @throws UsageError `bad-name`, `bad-relay-url`
 */
export async function createMessenger(options: MessengerOptions): Promise<Messenger> {
  const relayUrls = options.relays.map((text) => {
    const origin = relayOrigin(text)
    if (origin === undefined) throw new UsageError('bad-relay-url')
    return origin
  })
  if (relayUrls.length === 0) throw new UsageError('bad-relay-url')
  const name = options.profile === undefined ? '' : cleanName(options.profile.name)

  const { platform } = options
  const opened = await platform.open()
  const { store, blobs, transport } = opened
  const closing = new AbortController()
  try {
    return await assemble()
  } catch (error) {
    closing.abort()
    await transport.close()
    await opened.release()
    throw error
  }

  async function assemble(): Promise<Messenger> {
    const { clock, random, log, media } = platform
    const tables = await openTables(store)
    const ledger = createLedger(store)
    const self = await openSelf(tables, ledger, { random, clock }, { name, relays: relayUrls })
    const events = new EventHub()
    const groups = lazyGroups(
      () => context,
      async () => {
        const { openGroups } = await import('./groups/open-groups.ts')
        return openGroups(context, {
          sealer,
          send: sendAction,
          connect: (link, text) => connect.connectMember(link, text),
          links: { make: (...made) => invites.make(...made), revoke: (id) => invites.revoke(id) },
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
      const { createIntroductions } = await import('./people/introductions.ts')
      return createIntroductions(context, {
        send: sendAction,
        makeLink: (...made) => invites.make(...made),
        connect: (link) => connect.connect(link),
        block: (change, contactId) => blockContact(context, mailboxes, change, contactId),
      })
    })
    const context: Context = {
      clock,
      random,
      log,
      media,
      uplink: platform.uplink,
      blobs,
      transport,
      tables,
      ledger,
      events,
      self,
      groups: groups.gate,
      closing: closing.signal,
      background(work, event) {
        work.catch((error: unknown) => {
          if (closing.signal.aborted) return
          if (error instanceof TransportError || error instanceof StorageError) log.debug(event, { code: error.code })
          else log.error(event, { error: error instanceof Error ? error.name : 'unknown' })
        })
      },
    }
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
    const receipts = createReceipts(context, sealer, () => links)
    const sentViews = createSentViews(context)
    const viewings = lazyViewings(context, async () => {
      const { createViewings } = await import('./viewing/viewings.ts')
      return createViewings(context, { views, receipts, dropped: (messageId) => downloads.drop(messageId) })
    })
    const applyToMessage = createApply(context, {
      dropped(messageId) {
        downloads.drop(messageId)
        viewings.forget(messageId)
      },
    })
    const earlyActions = createEarlyActions(context, applyToMessage)
    const defaultTimer = createDefaultTimer(context, sealer)
    const befriended = async (change: Change, contactId: string): Promise<void> => {
      await tellFollow(context, sendAction, change, contactId)
      await defaultTimer(change, contactId)
    }
    const statement = createStatementHandler(context, {
      requested: (change, contactId) => requests.requested(change, contactId),
      askedAgain: (change, contactId) => refresher.answer(change, contactId),
      reachable: (contactId) => outbox.kick(contactId),
      befriended,
      accepted(contactId) {
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
      releaseEarly: (change, conversationId, messageId) => earlyActions.release(change, conversationId, messageId),
      messageStored(key) {
        const next = announced.then(() => announceMessage(key))
        announced = next.catch(() => undefined)
        context.background(next, 'announce-failed')
      },
    })
    const handle = createContentHandler(context, {
      statement,
      message,
      action: createActionHandler(
        context,
        receipts,
        createReceivedActions(context, {
          apply: applyToMessage,
          early: earlyActions,
          groups: (...received) => groups.intake.action(...received),
          introductions: async (...received) => (await introductions()).received(...received),
          follows: createFollowHandler(context, (...sent) => sendAction(...sent)),
        }),
      ),
      timer: createTimerHandler(context, receipts),
      post: createPostHandler(context, {
        receipts,
        stored: (key) => downloads.add(key),
        dropped: (messageId) => downloads.drop(messageId),
      }),
      sentViews,
      delivered(messageId, contactId) {
        context.background(outbox.settle(messageId, contactId), 'settle-failed')
        if (tables.viewings.peek(messageId)?.stage === 'sent')
          context.background(sentViews.delivered(messageId), 'view-wipe-later')
      },
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
        const wasSeen = row.seenAt !== undefined || Number.parseInt(order, 16) <= seenOrder
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
      const { createWishes } = await import('./transfer/wishes.ts')
      return createWishes(context, downloads, (blobId) => transfers.changed(blobId))
    })
    const uplinkFollower = late(async () => {
      const { createUplinkFollower } = await import('./transfer/follow-uplink.ts')
      return createUplinkFollower(context, downloads, (blobId) => transfers.changed(blobId))
    })
    /** What goes by itself may have to wait, or not any more. */
    const followUplink = (): void =>
      context.background(
        uplinkFollower().then((follow) => follow()),
        'follow-uplink-later',
      )
    platform.uplink?.onChange(() => self.row.onlyOnWifi === true && followUplink(), { signal: closing.signal })
    const report = async (contactId: string): Promise<ReportFile> => {
      const { reportOn } = await import('./people/report.ts')
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
        const { answerCall } = await import('./calls/answer.ts')
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
    const expiry = createExpiry(context)
    const publisher = createPublisher(context)
    const keyForgetting = createKeyForgetting(context)
    const clockWatch = createClockWatch(context)
    const sendAction = createSendAction(context, sealer)
    const thread = createThreadApi(context, applyToMessage, sendAction)
    const compose = createCompose(context, sealer, views)
    const forward = late(async () => {
      const { createForward } = await import('./conversation/forward.ts')
      return createForward(context, { views, downloads, compose })
    })
    const messages: MessagesApi = {
      ...createMessages(context, { views, outbox, downloads, sealer, viewings, thread }),
      async forward(...asked) {
        if (closing.signal.aborted) throw new UsageError('closed')
        const sent = await (await forward())(...asked)
        return sent.map((view) => sentMessage(context, view, (id) => messages.get(id)))
      },
    }
    const timers = createTimers(context, (messageId) => {
      downloads.drop(messageId)
      viewings.forget(messageId)
    })
    for (const type of ['state', 'change'] as const) events.addEventListener(type, () => timers.kick())
    const viewWatch = createViewWatch(context, viewings, sentViews)

    /** One after another, in the order in which they were stored. */
    let announced: Promise<unknown> = Promise.resolve()
    async function announceMessage(key: string): Promise<void> {
      const row = await tables.messages.get(key)
      // Taken back before anybody saw it, or deleted.
      if (row === undefined || row.unsentAt !== undefined) return
      const view = await views.message(key, row)
      events.emit('message', view)
      events.emit('change', { what: 'conversations', id: view.conversationId })
      downloads.add(key)
    }

    // Before anything comes that is said in one.
    if ([...tables.groups.held()].length > 0) await groups.load()
    // What a crash left open is over before anybody can ask.
    await viewWatch.start()
    await timers.start()
    await transport.start({
      relay(connection) {
        if (connection.state === 'live') push.live(connection.url)
        relays.changed(connection)
        if (connection.state !== 'live') return
        publisher.live(connection.url)
        links.retry()
        outbox.kickAll()
        refresher.kick()
        downloads.kick()
      },
      push: (url, mailboxId, items) => context.background(mailboxes.pushed(url, mailboxId, items), 'push-later'),
      peer: (link) => links.accept(link),
    })
    transport.setDirect(self.row.direct)
    relays.keep()
    outbox.kickAll()
    receipts.resume()
    expiry.start()
    refresher.start()
    publisher.start()
    keyForgetting.start()
    clockWatch.start()
    rotation.start()
    await downloads.resume()
    if (self.row.onlyOnWifi === true) followUplink()
    use.grown()

    const keyChanges = late(async () => {
      const { createKeyChanges } = await import('./people/key-changes.ts')
      return createKeyChanges(context, {
        resend,
        handle,
        decided(contactId) {
          outbox.kick(contactId)
          receipts.flush(contactId)
          refresher.kick()
          // What waited for this word where it lies.
          mailboxes.decided()
          for (const url of mailboxes.relays()) {
            const relay = transport.relay(url)
            if (relay.state === 'live') context.background(mailboxes.sync(relay), 'mailbox-sync-failed')
          }
        },
      })
    })

    const search = late(async () => {
      const { createSearch } = await import('./search/search.ts')
      return createSearch(context, views, (row) => isShown(context, row))
    })

    const posts = late(async () => {
      const { createPosts } = await import('./posts/posts.ts')
      const dropped = (messageId: string): void => downloads.drop(messageId)
      return createPosts(context, { views, sealer, send: sendAction, receipts, dropped })
    })

    const broadcast = late(async () => {
      const { createBroadcast } = await import('./conversation/broadcast.ts')
      return createBroadcast(context, { sealer, views, get: (id) => messages.get(id) })
    })

    const calls = late(async () => {
      const { createCalls } = await import('./calls/calls.ts')
      return createCalls(context, sealer, invites)
    })

    let closed: Promise<void> | undefined
    const close = async (): Promise<void> => {
      // What this cannot store any more is ended at the next start.
      await viewings.closeAll().catch(() => log.debug('view-end-later'))
      closing.abort()
      viewWatch.stop()
      timers.stop()
      relays.close()
      expiry.stop()
      refresher.stop()
      publisher.close()
      keyForgetting.stop()
      clockWatch.stop()
      rotation.stop()
      await links.closeAll()
      await ledger.settled()
      await transport.close()
      await opened.release()
    }

    return {
      profile: createProfile(context, sealer),
      invites: { ...invites, ...connect },
      requests,
      contacts: {
        ...createContacts(context, links, mailboxes, sealer),
        renewAddress: (id) => rotation.renew(id),
        introduce: async (...pair) => (await introductions()).introduce(...pair),
        confirmKeys: async (id) => (await keyChanges()).confirmKeys(id),
        rejectKeys: async (id) => (await keyChanges()).rejectKeys(id),
      },
      follows: createFollows(context, sendAction),
      groups: groups.api,
      conversations: createConversations(
        context,
        views,
        receipts,
        links,
        createTellTyping(context, sealer, links),
        createSetTimer(context, sealer, async (groupId, lifeMs) => (await groups.load()).setTimer(groupId, lifeMs)),
        report,
      ),
      messages,
      media: createMediaApi(context, { downloads, wishes, viewings, use }),
      transfers: lazyTransfers(async () => {
        const { createTransfers } = await import('./transfer/transfers.ts')
        return createTransfers(context, {
          views,
          wishes: await wishes(),
          outbox,
          stopped,
          room: use.room,
          resend: (messageId) => messages.retry(messageId),
          changed: (blobId) => transfers.changed(blobId),
        })
      }),
      relays,
      settings: createSettings(context, {
        directChanged(allowed) {
          transport.setDirect(allowed)
          if (!allowed) context.background(links.closeAll(), 'links-close-failed')
          for (const url of mailboxes.relays())
            context.background(mailboxes.sync(transport.relay(url)), 'mailbox-sync-later')
        },
        budgetChanged: () => use.grown(),
        wifiChanged: followUplink,
      }),
      posts: {
        create: async (draft, options) => (await posts()).create(draft, options),
        list: async () => (await posts()).list(),
        markSeen: async (id) => (await posts()).markSeen(id),
        delete: async (id) => (await posts()).delete(id),
      },
      calls: {
        create: async (draft) => (await calls()).create(draft),
        list: async () => (await calls()).list(),
        pick: async (id, contactId, words) => (await calls()).pick(id, contactId, words),
        close: async (id, words) => (await calls()).close(id, words),
      },
      search: {
        find: async (query, options) => (await search()).find(query, options),
      },
      push,
      vault: createVault(context, opened.vault, () => (closed ??= close())),
      async send(conversationId, draft, sendOptions) {
        if (closing.signal.aborted) throw new UsageError('closed')
        return sentMessage(context, await compose(conversationId, draft, sendOptions), (id) => messages.get(id))
      },
      async broadcast(contactIds, draft, options) {
        if (closing.signal.aborted) throw new UsageError('closed')
        return (await broadcast())(contactIds, draft, options)
      },
      addEventListener: (type, listener, listenerOptions) =>
        events.addEventListener(type, asListener(listener), listenerOptions),
      removeEventListener: (type, listener) => events.removeEventListener(type, asListener(listener)),
      close: () => (closed ??= close()),
      [Symbol.asyncDispose]: () => (closed ??= close()),
    }
  }
}

/** Events of a type are dispatched with that type's detail only, by `EventHub.emit`. */
function asListener<T>(listener: (event: CustomEvent<T>) => void): EventListener {
  return listener as EventListener
}
