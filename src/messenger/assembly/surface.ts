// What a caller gets of the parts of a messenger. What most visits do not need is loaded with the first call of it.

import { createProfile, createSettings } from '../account/profile.ts'
import { createVault } from '../account/vault.ts'
import type { MessagesApi, Messenger } from '../api.ts'
import { UsageError } from '../api.ts'
import { createCompose } from '../conversation/compose.ts'
import { createConversations, isShown } from '../conversation/conversations.ts'
import { createMessages, sentMessage } from '../conversation/messages.ts'
import { asListener } from '../events.ts'
import { late } from '../late.ts'
import { createContacts } from '../people/contacts.ts'
import type { Vault } from '../ports/vault.ts'
import { createSetTimer } from '../thread/set-timer.ts'
import { lazyThread } from '../thread/lazy-thread.ts'
import { createTellTyping } from '../thread/typing.ts'
import { lazyTransfers } from '../transfer/lazy-transfers.ts'
import { createMediaApi } from '../transfer/read-media.ts'
import type { Parts } from './parts.ts'

/** `close` ends the messenger; called twice, it is the same end. */
export function createSurface(parts: Parts, vault: Vault, close: () => Promise<void>): Messenger {
  const { context, groups, introductions, sealer, sendAction, receipts, viewings, views, transfers, stopped } = parts
  const { mailboxes, rotation, links, outbox, downloads, use, wishes, report } = parts
  const { transport, events, closing } = context

  const compose = createCompose(context, sealer, views)
  const forward = late(async () => {
    const { createForward } = await import('../conversation/forward.ts')
    return createForward(context, { views, downloads, compose })
  })
  const thread = lazyThread(context, parts.applyToMessage, sendAction)
  const messages: MessagesApi = {
    ...createMessages(context, { views, outbox, downloads, sealer, viewings, thread }),
    async forward(...asked) {
      if (closing.aborted) throw new UsageError('closed')
      const sent = await (await forward())(...asked)
      return sent.map((view) => sentMessage(context, view, (id) => messages.get(id)))
    },
  }

  const keyChanges = late(async () => {
    const { createKeyChanges } = await import('../people/key-changes.ts')
    return createKeyChanges(context, {
      resend: parts.resend,
      handle: parts.handle,
      decided(contactId) {
        outbox.kick(contactId)
        receipts.flush(contactId)
        parts.refresher.kick()
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
    const { createSearch } = await import('../search/search.ts')
    return createSearch(context, views, (row) => isShown(context, row))
  })

  const follows = late(async () => {
    const { createFollows } = await import('../people/follows.ts')
    return createFollows(context, sendAction)
  })

  const posts = late(async () => {
    const { createPosts } = await import('../posts/posts.ts')
    const dropped = (messageId: string): void => downloads.drop(messageId)
    return createPosts(context, { views, sealer, send: sendAction, receipts, dropped })
  })

  const broadcast = late(async () => {
    const { createBroadcast } = await import('../conversation/broadcast.ts')
    return createBroadcast(context, { sealer, views, get: (id) => messages.get(id) })
  })

  const calls = late(async () => {
    const { createCalls } = await import('../calls/calls.ts')
    return createCalls(context, parts)
  })

  return {
    profile: createProfile(context, sealer),
    invites: { ...parts.invites, ...parts.connect },
    requests: parts.requests,
    contacts: {
      ...createContacts(context, links, mailboxes, sealer, sendAction),
      renewAddress: (id) => rotation.renew(id),
      introduce: async (...pair) => (await introductions()).introduce(...pair),
      confirmKeys: async (id) => (await keyChanges()).confirmKeys(id),
      rejectKeys: async (id) => (await keyChanges()).rejectKeys(id),
    },
    follows: {
      add: async (id) => (await follows()).add(id),
      remove: async (id) => (await follows()).remove(id),
      list: async () => (await follows()).list(),
      followers: async () => (await follows()).followers(),
      approve: async (id) => (await follows()).approve(id),
      decline: async (id) => (await follows()).decline(id),
      history: async () => (await follows()).history(),
      undo: async () => (await follows()).undo(),
      export: async () => (await follows()).export(),
      import: async (file) => (await follows()).import(file),
    },
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
      const { createTransfers } = await import('../transfer/transfers.ts')
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
    relays: parts.relays,
    settings: createSettings(context, {
      directChanged(allowed) {
        transport.setDirect(allowed)
        if (!allowed) context.background(links.closeAll(), 'links-close-failed')
        for (const url of mailboxes.relays())
          context.background(mailboxes.sync(transport.relay(url)), 'mailbox-sync-later')
      },
      budgetChanged: () => use.grown(),
      wifiChanged: parts.followUplink,
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
    push: parts.push,
    vault: createVault(context, vault, close),
    async send(conversationId, draft, sendOptions) {
      if (closing.aborted) throw new UsageError('closed')
      return sentMessage(context, await compose(conversationId, draft, sendOptions), (id) => messages.get(id))
    },
    async broadcast(contactIds, draft, options) {
      if (closing.aborted) throw new UsageError('closed')
      return (await broadcast())(contactIds, draft, options)
    },
    addEventListener: (type, listener, listenerOptions) =>
      events.addEventListener(type, asListener(listener), listenerOptions),
    removeEventListener: (type, listener) => events.removeEventListener(type, asListener(listener)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
