// The calls of the tab that owns the messenger, and the messenger's events as plain data.

import type { Messenger } from '../../messenger/api.ts'
import type { AppCalls, AppEvent } from './calls.ts'
import { createSends } from './sends.ts'

/** More than a person looks through: then the words have to say more. */
const searchLimit = 50

/** `emit` gets every event once, in order; the owner passes them to its own views and to the other tabs. */
export function leaderCalls(messenger: Messenger, emit: (event: AppEvent) => void): AppCalls {
  forwardEvents(messenger, emit)
  if (messenger.vault.repaired) emit({ kind: 'notice', code: 'vault-changed' })
  const { withSignal, ...sends } = createSends(messenger, emit)

  return {
    profile: () => messenger.profile.get(),
    setName: (name) => messenger.profile.setName(name),
    settings: () => messenger.settings.get(),
    setSettings: (change) => messenger.settings.set(change),

    vaultSlots: () => messenger.vault.slots(),
    setPassphrase: (passphrase) => messenger.vault.setPassphrase(passphrase),
    removePassphrase: () => messenger.vault.removePassphrase(),
    createRecoveryWords: () => messenger.vault.createRecoveryWords(),
    confirmRecoveryWords: (words) => messenger.vault.confirmRecoveryWords(words),
    addPasskey: (passkey) => messenger.vault.addPasskey(passkey),
    removeSlot: (id) => messenger.vault.removeSlot(id),

    push: () => messenger.push.get(),
    pushKey: () => messenger.push.key(),
    enablePush: (target) => messenger.push.enable(target),
    renewPush: (target) => messenger.push.renew(target),
    disablePush: () => messenger.push.disable(),

    relays: () => messenger.relays.list(),
    addRelay: (url) => messenger.relays.add(url),
    joinRelay: (link) => messenger.relays.join(link),
    removeRelay: (url) => messenger.relays.remove(url),

    invites: () => messenger.invites.list(),
    async createInvite() {
      const { id, link, uses, used, expiresAt } = await messenger.invites.create()
      return { id, link, uses, used, expiresAt }
    },
    revokeInvite: (id) => messenger.invites.revoke(id),
    inspectInvite: async (link) => messenger.invites.inspect(link),
    connect: (link, anew) => messenger.invites.connect(link, { anew }),

    posts: () => messenger.posts.list(),
    markPostSeen: (id) => messenger.posts.markSeen(id),
    deletePost: (id) => messenger.posts.delete(id),

    openCalls: () => messenger.calls.list(),
    createCall: (draft) => messenger.calls.create(draft),
    pickFromCall: (id, contactId, words) => messenger.calls.pick(id, contactId, words),
    closeCall: (id, text) => messenger.calls.close(id, { text }),

    requests: () => messenger.requests.list(),
    acceptRequest: (id) => messenger.requests.accept(id),
    deleteRequest: (id) => messenger.requests.delete(id),
    blockRequest: (id) => messenger.requests.block(id),
    ignoreRequest: (id, isIgnored) => messenger.requests.ignore(id, isIgnored),
    ignoredRequests: () => messenger.requests.list({ ignored: true }),
    reportRequest: (id) => messenger.requests.report(id),

    contacts: () => messenger.contacts.list(),
    introduce: (id, toId, text) => messenger.contacts.introduce(id, toId, { text }),
    blockContact: (id) => messenger.contacts.block(id),
    unblockContact: (id) => messenger.contacts.unblock(id),
    reportContact: (conversationId) => messenger.conversations.report(conversationId),
    follow: (contactId) => messenger.follows.add(contactId),
    unfollow: (contactId) => messenger.follows.remove(contactId),
    answerFollower: (contactId, isApproved) =>
      isApproved ? messenger.follows.approve(contactId) : messenger.follows.decline(contactId),
    lastFollow: async () => (await messenger.follows.history())[0],
    // Asked for twice, after a takeover, it must not take back its own taking back.
    undoFollow: async (at) =>
      (await messenger.follows.history())[0]?.at === at ? messenger.follows.undo() : undefined,
    exportFollows: () => messenger.follows.export(),
    importFollows: (file) => messenger.follows.import(file),
    safetyNumber: (id) => messenger.contacts.safetyNumber(id),
    compareCode: (id, scanned) => messenger.contacts.compareCode(id, scanned),
    setVerified: (id, verified) => messenger.contacts.setVerified(id, verified),
    confirmKeys: (id) => messenger.contacts.confirmKeys(id),
    rejectKeys: (id) => messenger.contacts.rejectKeys(id),

    createGroup: (seed, draft) => messenger.groups.create({ ...draft, seed }),
    group: (id) => messenger.groups.get(id),
    inviteToGroup: (id, contactIds) => messenger.groups.invite(id, contactIds),
    withdrawFromGroup: (id, fingerprint) => messenger.groups.withdraw(id, fingerprint),
    removeFromGroup: (id, fingerprint) => messenger.groups.remove(id, fingerprint),
    leaveGroup: (id) => messenger.groups.leave(id),
    renameGroup: (id, name) => messenger.groups.rename(id, name),
    setGroupAdmin: (id, fingerprint, isAdmin) => messenger.groups.setAdmin(id, fingerprint, isAdmin),
    setGroupAdders: (id, adders) => messenger.groups.setAdders(id, adders),
    setGroupPicture: (id, picture) => messenger.groups.setPicture(id, picture),
    groupPicture: (id) => messenger.groups.picture(id),
    createGroupLink: (id) => messenger.groups.createLink(id),
    closeGroupLink: (id) => messenger.groups.closeLink(id),
    acceptAsker: (groupId, contactId) => messenger.groups.acceptAsker(groupId, contactId),
    refuseAsker: (groupId, contactId) => messenger.groups.refuseAsker(groupId, contactId),
    inspectGroupLink: (link) => messenger.groups.inspectLink(link),
    askToJoin: (link) => messenger.groups.askToJoin(link),
    groupAsks: () => messenger.groups.asks(),
    forgetGroupAsk: (groupId) => messenger.groups.forgetAsk(groupId),
    writeToMember: (id, fingerprint) => messenger.groups.writeTo(id, fingerprint),
    search: (searchId, query, conversationId) =>
      withSignal(searchId, (signal) =>
        messenger.search.find(query, {
          limit: searchLimit,
          signal,
          ...(conversationId === undefined ? {} : { conversationId }),
        }),
      ),

    conversations: () => messenger.conversations.list(),
    page: (id, before, limit) => messenger.conversations.page(id, before === undefined ? { limit } : { before, limit }),
    markSeen: (id, messageId) => messenger.conversations.markSeen(id, messageId),
    setDraft: (id, text, about) => messenger.conversations.setDraft(id, text, about),
    warm: (id) => messenger.conversations.warm(id),
    setTimer: (id, lifeMs) => messenger.conversations.setTimer(id, lifeMs),
    mute: (id, until) => messenger.conversations.mute(id, until),
    pinned: (id) => messenger.conversations.pinned(id),
    typing: (id, isTyping) => messenger.conversations.typing(id, isTyping),

    ...sends,
    message: (id) => messenger.messages.get(id),
    retryMessage: (id) => messenger.messages.retry(id),
    async deleteMessage(messageId, conversationId) {
      await messenger.messages.delete(messageId)
      emit({ kind: 'deleted', messageId, conversationId })
    },
    react: (id, emoji) => messenger.messages.react(id, emoji),
    editMessage: (id, text) => messenger.messages.edit(id, text),
    unsend: (ids) => messenger.messages.unsend(ids),
    pin: (id, isPinned) => messenger.messages.pin(id, isPinned),

    openView: (id) => messenger.messages.openView(id),
    replayView: (id) => messenger.messages.replayView(id),
    closeView: (viewId) => messenger.messages.closeView(viewId),
    reportCapture: (id) => messenger.messages.reportCapture(id),

    transfers: () => messenger.transfers.list(),
    manageTransfer: (action, id, rendition) => messenger.transfers[action](id, rendition),
    mediaUsage: () => messenger.transfers.usage(),
    clearMedia: (conversationId) => messenger.transfers.clear(conversationId),

    async readMedia(readId, attachmentId, rendition, start, end, isEager = false) {
      return withSignal(readId, async (signal) => {
        const parts: Uint8Array[] = []
        const options = { start, end, rendition, signal, isEager }
        for await (const part of messenger.media.read(attachmentId, options)) parts.push(part)
        return concat(parts)
      })
    },
  }
}

function forwardEvents(messenger: Messenger, emit: (event: AppEvent) => void): void {
  messenger.addEventListener('message', ({ detail }) => emit({ kind: 'message', message: detail }))
  messenger.addEventListener('request', () => emit({ kind: 'change', what: 'requests' }))
  messenger.addEventListener('state', ({ detail }) => emit({ kind: 'state', ...detail }))
  messenger.addEventListener('transfer', ({ detail }) => emit({ kind: 'transfer', ...detail }))
  messenger.addEventListener('view', ({ detail }) => emit({ kind: 'view', ...detail }))
  messenger.addEventListener('deleted', ({ detail }) => emit({ kind: 'deleted', ...detail }))
  messenger.addEventListener('typing', ({ detail }) => emit({ kind: 'typing', ...detail }))
  messenger.addEventListener('presence', ({ detail }) => emit({ kind: 'presence', ...detail }))
  messenger.addEventListener('change', ({ detail: { what } }) => emit({ kind: 'change', what }))
  messenger.addEventListener('error', ({ detail }) => emit({ kind: 'notice', code: detail.code }))
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
