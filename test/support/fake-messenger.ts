// A messenger that lives in memory and talks to nobody: for looking at the app and for tests of its views. Its owner
// plays the other side with `receive`, `setState` and `setTransfer`.

import type {
  Attachment,
  BroadcastResult,
  ContactView,
  ConversationView,
  DeliveryState,
  DraftAbout,
  FollowChange,
  GroupLine,
  GroupView,
  InviteView,
  MediaDraft,
  MessageDraft,
  MessageView,
  Messenger,
  MessageViewing,
  MessengerEvents,
  PostView,
  ProfileView,
  PushView,
  QuotedMessage,
  RecipientView,
  RelayView,
  RequestView,
  SendProgress,
  SettingsView,
  TransferItem,
  TransferRendition,
  TransferView,
} from '../../src/messenger/api.ts'
import { InviteError, JoinError, UsageError } from '../../src/messenger/api.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { decodeJoinLink } from '../../src/protocol/mailbox/membership.ts'
import { createFakeCalls } from './fake-calls.ts'
import { createFakeGroups } from './fake-groups.ts'
import type { FakeGroup } from './fake-groups.ts'
import { createFakePosts } from './fake-posts.ts'
import type { FakePost } from './fake-posts.ts'
import { createFakeVault } from './fake-vault.ts'

export interface FakeMedia {
  readonly kind: Attachment['kind']
  readonly data: Blob
  readonly width: number
  readonly height: number
  readonly poster?: Blob
  readonly thumbhash?: Uint8Array
  readonly durationMs?: number
  readonly caption?: string
  readonly altText?: string
  readonly loop?: boolean
  readonly waveform?: Uint8Array
  readonly name?: string
  readonly original?: {
    readonly data: Blob
    readonly width: number
    readonly height: number
    readonly transfer?: TransferView
  }
  readonly transfer?: TransferView
}

export interface FakeMessenger extends Messenger {
  addContact(contact: Partial<ContactView> & { readonly id: string; readonly name: string }): ContactView
  /** `writesFirst`: introduced, and to be written to by this person once that is accepted. */
  addRequest(
    request: Omit<RequestView, 'messages' | 'previews'> & Partial<RequestView>,
    options?: { readonly writesFirst?: boolean },
  ): void
  /** From the contact, or, with `mine`, as if it had been sent before. */
  receive(
    contactId: string,
    message: {
      readonly text?: string
      readonly media?: readonly FakeMedia[]
      readonly sentAt?: number
      readonly mine?: DeliveryState
      /** Anything else that there is to see of it. */
      readonly as?: Partial<MessageView>
      /** To be viewed and not kept: media and text are in its view alone. */
      readonly view?: { readonly seconds?: number; readonly replays: number }
    },
  ): MessageView
  /** Of a contact, or, without one, mine. */
  addPost(contactId: string | undefined, post: FakePost): PostView
  /** What a recipient's device says of a view. */
  setViewed(messageId: string, said: Pick<RecipientView, 'openedAt' | 'replayedAt' | 'capturedAt'>): void
  /** Ends an open view as its time does. */
  endView(messageId: string): void
  /** What becomes of a message by others: reactions, a new text, taken back. */
  alter(messageId: string, how: Partial<MessageView>): void
  /** Its time is over. */
  expire(messageId: string): void
  /** They write, or stopped. */
  type(contactId: string, isTyping: boolean): void
  /** Of everybody it went to, or of one. */
  setState(messageId: string, state: DeliveryState, contactId?: string): void
  /** A message of mine goes to one more, who joined. */
  addRecipient(messageId: string, person: { readonly id: string; readonly name: string }): void
  addGroup(group: FakeGroup): GroupView
  /** From somebody in it: a contact, or anybody by a name. */
  receiveInGroup(
    groupId: string,
    sender: { readonly id: string; readonly name: string },
    message: { readonly text?: string; readonly media?: readonly FakeMedia[]; readonly as?: Partial<MessageView> },
  ): MessageView
  /** Somebody with its link answers an open call: a contact by then. */
  answerCall(callId: string, contactId: string): void
  /** Somebody else changed a group. */
  changeGroup(groupId: string, change: Partial<GroupView>, line?: GroupLine): void
  setTransfer(attachmentId: string, transfer: TransferView, rendition?: TransferRendition): void
  setDirect(contactId: string, direct: boolean): void
  /** `waiting`: so many messages of somebody who began anew lie aside. */
  setKeys(contactId: string, keys: ContactView['keys'], waiting?: number): void
  setTrouble(contactId: string, trouble: NonNullable<ContactView['trouble']>): void
  setRelays(relays: readonly RelayView[]): void
  notify(detail: MessengerEvents['error']): void
  /** How media in `send` is prepared. */
  prepare: (
    media: MediaDraft,
    options: { readonly onProgress: SendProgress; readonly signal?: AbortSignal },
  ) => Promise<FakeMedia>
  /** Every `send` that stored a message, by its id. */
  readonly sent: readonly string[]
  /** What was asked of transfers: `pause <attachment> <rendition>`. */
  readonly managed: readonly string[]
  /** Messages whose capture was reported. */
  readonly captured: readonly string[]
  /** Every `typing` of mine. */
  readonly typed: readonly boolean[]
  /** Every `introduce`. */
  readonly introduced: readonly { readonly id: string; readonly toId: string; readonly text: string }[]
  /** What who answered an open call was told at its end, by contact. */
  readonly toldOfCalls: ReadonlyMap<string, string>
  /** Contacts to whom `broadcast` fails. */
  readonly unreachable: Set<string>
  /** Every `connect` that asked somebody. */
  readonly asked: readonly { readonly link: string; readonly anew: boolean }[]
}

const day = 86_400_000
const gibibyte = 1024 * 1024 * 1024

export function createFakeMessenger(
  options: { readonly name?: string; readonly now?: () => number; readonly tellsWifi?: boolean } = {},
): FakeMessenger {
  const now = options.now ?? Date.now
  const target = new EventTarget()
  const contacts = new Map<string, ContactView>()
  const requests = new Map<string, RequestView>()
  const invites = new Map<string, InviteView>()
  const messages = new Map<string, MessageView>()
  const media = new Map<string, FakeMedia>()
  const drafts = new Map<string, { readonly draft: string; readonly draftAbout?: DraftAbout }>()
  const introduced: { id: string; toId: string; text: string }[] = []
  const unreachable = new Set<string>()
  const writesFirst = new Set<string>()
  const ignoredIds = new Set<string>()
  const followHistory: FollowChange[] = []
  const timers = new Map<string, number>()
  const muted = new Map<string, number>()
  const typed: boolean[] = []
  const unread = new Map<string, number>()
  const sealed = new Map<string, { readonly text?: string; readonly attachments: readonly Attachment[] }>()
  const openViews = new Map<string, string>()
  const managed: string[] = []
  const captured: string[] = []
  const sent: string[] = []
  const asked: { link: string; anew: boolean }[] = []
  let relays: readonly RelayView[] = [{ url: 'https://relay.example', name: 'relay.example', state: 'live' }]
  let profile: ProfileView = { name: options.name ?? '', fingerprint: '5a'.repeat(32) }
  let settings: SettingsView = {
    direct: true,
    seenReceipts: true,
    autoDownload: { photo: 4 * gibibyte, voice: 4 * gibibyte, video: 4 * gibibyte, file: 0 },
    onlyOnWifi: false,
    tellsWifi: options.tellsWifi ?? false,
    mediaBudgetBytes: 0,
    typing: true,
    whoMayWrite: 'following',
    openFollowers: false,
    timerMs: 0,
  }
  let push: PushView = { state: 'off' }
  let order = 0

  const emit = <K extends keyof MessengerEvents>(type: K, detail: MessengerEvents[K]) =>
    target.dispatchEvent(new CustomEvent(type, { detail }))
  const changed = (what: MessengerEvents['change']['what']) => emit('change', { what })
  const ofConversation = (id: string) => [...messages.values()].filter((message) => message.conversationId === id)
  const contactOf = (conversationId: string) =>
    [...contacts.values()].find((contact) => contact.conversationId === conversationId)
  const known = (id: string): ContactView => {
    const contact = contacts.get(id)
    if (contact === undefined) throw new UsageError('unknown-contact')
    return contact
  }
  const decideKeys = (id: string, change: Partial<ContactView>) => {
    const { aside: _, ...rest } = known(id)
    contacts.set(id, { ...rest, ...change, keys: 'known' })
    changed('contacts')
  }
  const changeContact = (id: string, change: Partial<ContactView>) => {
    contacts.set(id, { ...known(id), ...change })
    changed('contacts')
  }
  const follow = (contactId: string, following: boolean): FollowChange => {
    changeContact(contactId, { following })
    const change = { contactId, name: known(contactId).name, following, at: now() + followHistory.length }
    followHistory.push(change)
    return change
  }
  const attach = (messageId: string, items: readonly FakeMedia[]): Attachment[] =>
    items.map((item, index) => {
      const id = `${messageId}.${index}`
      media.set(id, item)
      const { kind, width, height, data, poster, transfer = { kind: 'done' }, original, ...rest } = item
      const { thumbhash, durationMs, caption, altText, loop, waveform, name } = rest
      return {
        id,
        kind,
        mime: data.type,
        width,
        height,
        sizeBytes: data.size,
        hasPoster: poster !== undefined,
        transfer,
        ...(thumbhash === undefined ? {} : { thumbhash }),
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(caption === undefined ? {} : { caption }),
        ...(altText === undefined ? {} : { altText }),
        ...(loop === undefined ? {} : { loop }),
        ...(waveform === undefined ? {} : { waveform }),
        ...(name === undefined ? {} : { name }),
        ...(original === undefined
          ? {}
          : {
              original: {
                mime: original.data.type,
                width: original.width,
                height: original.height,
                sizeBytes: original.data.size,
                transfer: original.transfer ?? { kind: 'offered', totalBytes: original.data.size },
              },
            }),
      }
    })
  const viewOf = (
    id: string,
    of: Pick<ConversationView, 'name' | 'accepted' | 'contactId' | 'groupId'>,
  ): ConversationView => {
    const lastMessage = ofConversation(id).at(-1)
    return {
      id,
      unread: unread.get(id) ?? 0,
      lastActivityAt: lastMessage?.sentAt ?? now(),
      draft: '',
      ...drafts.get(id),
      timerMs: timers.get(id) ?? 0,
      isMuted: (muted.get(id) ?? 0) > now(),
      ...mutedUntil(muted.get(id)),
      ...of,
      ...(lastMessage === undefined ? {} : { lastMessage }),
    }
  }
  const conversationViews = () => [
    ...[...contacts.values()].map(({ id, conversationId, name, state }) =>
      viewOf(conversationId, { contactId: id, name, accepted: state !== 'asked' }),
    ),
    ...groups
      .all()
      .map(({ id, conversationId, name }) => viewOf(conversationId, { groupId: id, name, accepted: true })),
  ]
  const groups = createFakeGroups({
    myName: () => profile.name,
    person: (id) => ({ fingerprint: known(id).fingerprint, name: known(id).name }),
    conversationOf: (id) => known(id).conversationId,
    tell(conversationId, line) {
      const { id } = store({ conversationId }, hex(16), { line }, [])
      emit('view', { messageId: id, conversationId })
    },
    changed: () => changed('conversations'),
  })
  const addContact: FakeMessenger['addContact'] = (contact) => {
    const made: ContactView = {
      conversationId: `c0${contact.id}`,
      fingerprint: contact.id.padEnd(64, '7'),
      state: 'accepted',
      following: false,
      followsMe: 'no',
      direct: false,
      verified: false,
      keys: 'known',
      ...contact,
    }
    contacts.set(made.id, made)
    changed('contacts')
    changed('conversations')
    return made
  }
  const store = (
    { conversationId }: Pick<ContactView, 'conversationId'>,
    id: string,
    view: Partial<MessageView>,
    items: readonly FakeMedia[],
  ): MessageView => {
    const message: MessageView = {
      id,
      conversationId,
      order: (order += 1),
      senderName: profile.name,
      sentAt: now(),
      attachments: attach(id, items),
      reactions: [],
      isPinned: false,
      recipients: [],
      ...view,
    }
    messages.set(id, message)
    return message
  }
  const change = (id: string, how: (message: MessageView) => MessageView) => {
    const message = messages.get(id)
    if (message !== undefined) messages.set(id, how(message))
  }
  const quoteOf = (id: string): QuotedMessage => {
    const message = messages.get(id)
    if (message === undefined || message.unsentAt !== undefined) return { id }
    const { senderName, text, attachments } = message
    const kind = attachments[0]?.kind
    return {
      id,
      senderName,
      ...(text === undefined ? {} : { text }),
      ...(kind === undefined ? {} : { media: kind }),
    }
  }
  const redraw = (messageId: string) => {
    const message = messages.get(messageId)
    if (message !== undefined) emit('view', { messageId, conversationId: message.conversationId })
  }

  const receive: FakeMessenger['receive'] = (contactId, { text, media: items = [], sentAt, mine, view, as = {} }) => {
    const contact = known(contactId)
    const message = store(
      contact,
      hex(16),
      {
        ...(mine === undefined ? { senderId: contact.id, senderName: contact.name } : {}),
        recipients: mine === undefined ? [] : [{ contactId, name: contact.name, state: mine }],
        ...(text === undefined ? {} : { text }),
        ...(sentAt === undefined ? {} : { sentAt }),
        ...as,
      },
      items,
    )
    if (view !== undefined) seal(message.id, view, mine !== undefined)
    if (mine === undefined) unread.set(contact.conversationId, (unread.get(contact.conversationId) ?? 0) + 1)
    const stored = messages.get(message.id) ?? message
    emit('message', stored)
    changed('conversations')
    return stored
  }

  const seal = (id: string, { seconds, replays }: { seconds?: number; replays: number }, isMine: boolean) => {
    const message = messages.get(id)
    if (message === undefined) return
    const { text, attachments, ...rest } = message
    sealed.set(id, { attachments, ...(text === undefined ? {} : { text }) })
    const photos = attachments.filter(({ kind }) => kind === 'photo').length
    const viewing: MessageViewing = {
      replays,
      photos,
      videos: attachments.length - photos,
      stage: isMine ? 'sent' : 'sealed',
      ...(seconds === undefined ? {} : { seconds }),
      ...(isMine ? {} : { until: now() + 30 * day }),
    }
    const shown = attachments.map(
      ({ id: attachmentId, kind, mime, width, height, sizeBytes, transfer }): Attachment => ({
        id: attachmentId,
        kind,
        mime,
        width,
        height,
        sizeBytes,
        transfer,
        hasPoster: false,
        viewOnly: true,
      }),
    )
    messages.set(id, { ...rest, viewing, attachments: shown })
  }
  const setViewing = (id: string, how: (viewing: MessageViewing) => MessageViewing) => {
    change(id, (message) => (message.viewing === undefined ? message : { ...message, viewing: how(message.viewing) }))
    emit('view', { messageId: id, conversationId: messages.get(id)?.conversationId ?? '' })
  }
  const view = async (id: string, stage: 'sealed' | 'replayable') => {
    const message = messages.get(id)
    const held = sealed.get(id)
    if (message?.viewing === undefined || held === undefined) throw new UsageError('no-view')
    if (message.viewing.stage === 'open') throw new UsageError('view-open')
    if (message.viewing.stage !== stage) throw new UsageError('view-over')
    if (message.attachments.some(({ transfer }) => transfer.kind !== 'done')) throw new UsageError('view-waiting')
    const viewId = hex(16)
    openViews.set(viewId, id)
    const isReplay = stage === 'replayable'
    setViewing(id, (viewing) => ({
      ...viewing,
      stage: 'open',
      ...(isReplay ? { replayedAt: now() } : { openedAt: now() }),
    }))
    const { seconds } = message.viewing
    return {
      viewId,
      messageId: id,
      isReplay,
      endsAt: now() + 600_000,
      ...(seconds === undefined ? {} : { seconds }),
      ...(held.text === undefined ? {} : { text: held.text }),
      attachments: held.attachments.map((item) => {
        const item0 = media.get(item.id)
        if (item0 !== undefined) media.set(`${item.id}.${viewId}`, item0)
        return { ...item, id: `${item.id}.${viewId}`, viewOnly: true }
      }),
    }
  }
  const closeView = (viewId: string) => {
    const id = openViews.get(viewId)
    if (id === undefined) return
    openViews.delete(viewId)
    setViewing(id, (viewing) => ({
      ...viewing,
      stage: viewing.replays > 0 && viewing.replayedAt === undefined ? 'replayable' : 'over',
    }))
  }
  const transferItems = (): TransferItem[] =>
    [...messages.values()].flatMap((message) =>
      message.attachments.flatMap(({ id, transfer, original }): TransferItem[] => {
        const all = [
          { rendition: 'display' as const, transfer },
          ...(original === undefined ? [] : [{ rendition: 'original' as const, transfer: original.transfer }]),
        ]
        const direction = message.senderId === undefined ? 'upload' : 'download'
        return all
          .filter((item) => !['done', 'offered', 'evicted'].includes(item.transfer.kind))
          .map((item) => ({ attachmentId: id, conversationId: message.conversationId, direction, ...item }))
      }),
    )
  const manage =
    (action: string, how: (transfer: TransferView, totalBytes: number) => TransferView) =>
    async (id: string, rendition: TransferRendition = 'display') => {
      managed.push(`${action} ${id} ${rendition}`)
      const message = messages.get(id.slice(0, id.lastIndexOf('.')))
      const attachment = message?.attachments.find((item) => item.id === id)
      const transfer = rendition === 'original' ? attachment?.original?.transfer : attachment?.transfer
      if (transfer === undefined) throw new UsageError('unknown-attachment')
      const total = 'totalBytes' in transfer ? transfer.totalBytes : (attachment?.sizeBytes ?? 0)
      setTransfer(id, how(transfer, total), rendition)
    }
  const doneBytes = (transfer: TransferView) => ('doneBytes' in transfer ? transfer.doneBytes : 0)
  const goOn = (transfer: TransferView, totalBytes: number): TransferView => ({
    kind: 'download',
    doneBytes: doneBytes(transfer),
    totalBytes,
  })

  const posts = createFakePosts({
    now,
    newId: () => hex(16),
    name: () => profile.name,
    contacts,
    messages,
    store: (conversationId, ...rest) => store({ conversationId }, ...rest),
    prepare: (item, { onProgress = () => undefined, signal }) =>
      fake.prepare(item, { onProgress, ...(signal === undefined ? {} : { signal }) }),
    changed: () => changed('posts'),
  })

  const calls = createFakeCalls({
    now,
    newId: () => hex(16),
    person: known,
    changed: () => changed('calls'),
  })

  const fake: FakeMessenger = {
    addEventListener: (type, listener, listenerOptions) =>
      target.addEventListener(type, listener as EventListener, listenerOptions),
    removeEventListener: (type, listener) => target.removeEventListener(type, listener as EventListener),
    profile: {
      get: async () => profile,
      async setName(name) {
        if (name === '' || name.length > 64) throw new UsageError('bad-name')
        profile = { ...profile, name }
        changed('profile')
      },
    },
    settings: {
      get: async () => settings,
      async set(wanted) {
        settings = { ...settings, ...wanted }
        changed('settings')
      },
    },
    push: {
      get: async () => push,
      key: async () => 'BA'.padEnd(87, 'A'),
      async enable() {
        push = { state: 'on' }
        changed('push')
      },
      renew: async () => undefined,
      async disable() {
        push = { state: 'off' }
        changed('push')
      },
    },
    vault: createFakeVault(() => changed('vault')),
    relays: {
      list: async () => relays,
      async add(url) {
        if (!URL.canParse(url)) throw new UsageError('bad-relay-url')
        relays = [...relays, { url, name: new URL(url).host, state: 'connecting' }]
        changed('relays')
      },
      async join(link) {
        const { relay } = decodeJoinLink(link) ?? {}
        if (relay === undefined) throw new JoinError('broken')
        if (link.endsWith('A')) throw new JoinError('used')
        const joined: RelayView = { url: relay, name: new URL(relay).host, state: 'live', membership: 'member' }
        relays = [...relays.filter(({ url }) => url !== relay), joined]
        changed('relays')
      },
      async remove(url) {
        if (relays.length === 1) throw new UsageError('last-relay')
        relays = relays.filter((relay) => relay.url !== url)
        changed('relays')
      },
    },
    invites: {
      async create() {
        const id = hex(16)
        const link = `https://relay.example/#i/${hex(110)}`
        const invite: InviteView = { id, link, uses: 1, used: 0, expiresAt: now() + 14 * day }
        invites.set(id, invite)
        changed('invites')
        return { ...invite, revoke: async () => void invites.delete(id) }
      },
      list: async () => [...invites.values()],
      async revoke(id) {
        invites.delete(id)
        changed('invites')
      },
      inspect(link) {
        if (!link.includes('#i/')) throw new InviteError('broken')
        return {
          name: 'Bo',
          relay: 'relay.example',
          expiresAt: now() + 14 * day,
          fingerprint: 'b0'.repeat(32),
          uses: link.includes('many') ? 215 : 1,
        }
      },
      async connect(link, { anew = false } = {}) {
        const { name, fingerprint } = this.inspect(link)
        const before = [...contacts.values()].find((contact) => contact.fingerprint === fingerprint)
        if (before?.state === 'blocked') throw new UsageError('blocked')
        if (before?.state === 'accepted' && !anew && before.trouble === undefined) return before
        asked.push({ link, anew })
        const { trouble: _, ...kept } = before ?? {}
        return addContact({ id: 'b0', name, ...kept, fingerprint, state: 'asked' })
      },
    },
    requests: {
      list: async ({ ignored = false } = {}) =>
        [...requests.values()].filter(({ id }) => ignoredIds.has(id) === ignored),
      async accept(id) {
        const request = requests.get(id)
        if (request === undefined) throw new UsageError('unknown-request')
        requests.delete(id)
        changed('requests')
        const inviter = [...contacts.values()].find(({ fingerprint }) => fingerprint === request.fingerprint)
        if (request.group !== undefined && inviter !== undefined) return inviter
        const { name, fingerprint, introducedBy } = request
        if (introducedBy === undefined) return addContact({ id, name, fingerprint })
        if (writesFirst.has(id)) addContact({ id, name, fingerprint, state: 'asked' })
        const introducer = [...contacts.values()].find((contact) => contact.name === introducedBy)
        if (introducer === undefined) throw new UsageError('unknown-request')
        return introducer
      },
      async ignore(id, isIgnored = true) {
        if (isIgnored) ignoredIds.add(id)
        else ignoredIds.delete(id)
        changed('requests')
      },
      async delete(id) {
        requests.delete(id)
        changed('requests')
      },
      async block(id) {
        const { group, fingerprint } = requests.get(id) ?? {}
        const inviter = [...contacts.values()].find((contact) => contact.fingerprint === fingerprint)
        if (group !== undefined && inviter !== undefined) changeContact(inviter.id, { state: 'blocked' })
        requests.delete(id)
        changed('requests')
      },
      async report(id) {
        const request = requests.get(id)
        if (request === undefined) throw new UsageError('unknown-request')
        if (request.introducedBy !== undefined) throw new UsageError('nothing-signed')
        const data = new TextEncoder().encode(JSON.stringify({ author: request.fingerprint, text: request.text }))
        return { data, fileName: 'safelight-report.json', messages: 1 + request.messages, leftOut: 0 }
      },
    },
    contacts: {
      async introduce(id, toId, { text = '' } = {}) {
        if (known(id).state !== 'accepted' || known(toId).state !== 'accepted') throw new UsageError('unknown-contact')
        introduced.push({ id, toId, text })
      },
      list: async () => [...contacts.values()],
      get: async (id) => contacts.get(id),
      block: async (id) => changeContact(id, { state: 'blocked' }),
      unblock: async (id) => changeContact(id, { state: 'accepted' }),
      renewAddress: () => Promise.resolve(),
      async safetyNumber(id) {
        return { digits: '0123456789'.repeat(6), qr: `safelight-verify:${known(id).fingerprint}` }
      },
      async compareCode(id, scanned) {
        if (!scanned.startsWith('safelight-verify:')) return 'no-code'
        return scanned.endsWith(known(id).fingerprint) ? 'match' : 'not-them'
      },
      setVerified: async (id, verified) => changeContact(id, { verified }),
      async confirmKeys(id) {
        const waiting = known(id).aside?.messages ?? 0
        decideKeys(id, { verified: false })
        for (let index = 0; index < waiting; index += 1) receive(id, { text: `Waited aside ${index + 1}` })
      },
      async rejectKeys(id) {
        if (known(id).aside !== undefined) decideKeys(id, {})
      },
    },
    follows: {
      add: async (id) => void follow(id, true),
      remove: async (id) => void follow(id, false),
      list: async () => [...contacts.values()].filter(({ following }) => following).map(({ id }) => id),
      followers: async () =>
        [...contacts.values()].flatMap(({ id, name, followsMe }) =>
          followsMe === 'no' ? [] : [{ contactId: id, name, state: followsMe }],
        ),
      approve: async (id) => changeContact(id, { followsMe: 'approved' }),
      decline: async (id) => changeContact(id, { followsMe: 'no' }),
      history: async () => followHistory.toReversed(),
      async undo() {
        const last = followHistory.at(-1)
        if (last?.contactId === undefined) return undefined
        return follow(last.contactId, !last.following)
      },
      export: async () => new TextEncoder().encode(JSON.stringify(followHistory)),
      async import(file) {
        if (!new TextDecoder().decode(file).startsWith('[')) throw new UsageError('bad-file')
        return 2
      },
    },
    search: {
      async find(query, { conversationId } = {}) {
        const isIn = (id: string) => conversationId === undefined || id === conversationId
        const has = (text = '') => text.toLowerCase().includes(query.trim().toLowerCase())
        return {
          people: conversationId === undefined ? [...contacts.values()].filter(({ name }) => has(name)) : [],
          messages: [...messages.values()]
            .filter((message) => isIn(message.conversationId))
            .filter(({ text, attachments }) => has(text) || attachments.some(({ caption }) => has(caption)))
            .toReversed()
            .slice(0, 50),
          more: false,
        }
      },
    },
    posts,
    calls: calls.api,
    groups: groups.api,
    conversations: {
      list: async () => conversationViews().toSorted((a, b) => b.lastActivityAt - a.lastActivityAt),
      get: async (id) => conversationViews().find((conversation) => conversation.id === id),
      async page(id, { before, limit = 50 } = {}) {
        const all = ofConversation(id)
        const end = before === undefined ? all.length : all.findIndex((message) => message.id === before)
        return all.slice(Math.max(0, end - limit), end)
      },
      async markSeen(id) {
        unread.set(id, 0)
        changed('conversations')
      },
      async setDraft(id, draft, draftAbout) {
        drafts.set(id, { draft, ...(draftAbout === undefined ? {} : { draftAbout }) })
        changed('conversations')
      },
      async setTimer(id, lifeMs) {
        timers.set(id, lifeMs)
        const by = { name: profile.name, isMe: true }
        const line = store({ conversationId: id }, hex(16), { line: { kind: 'timer', by, lifeMs } }, [])
        redraw(line.id)
        changed('conversations')
      },
      async mute(id, until) {
        if (until === undefined) muted.delete(id)
        else muted.set(id, until)
        changed('conversations')
      },
      pinned: async (id) => ofConversation(id).filter(({ isPinned }) => isPinned),
      typing: async (_, isTyping) => void typed.push(isTyping),
      report: async () => {
        throw new UsageError('nothing-signed')
      },
      warm: async () => undefined,
    },
    async send(conversationId: string, draft: MessageDraft, sendOptions = {}) {
      const group = groups.ofConversation(conversationId)
      const contact = contactOf(conversationId)
      if (group?.isMember === false) throw new UsageError('not-a-member')
      if (contact === undefined && group === undefined) throw new UsageError('unknown-conversation')
      const id = sendOptions.id ?? hex(16)
      if (!messages.has(id)) {
        const items: FakeMedia[] = []
        const drafted = draft.media ?? []
        for (const [index, item] of drafted.entries()) {
          const onProgress: SendProgress = (fraction, stage) =>
            sendOptions.onProgress?.((index + fraction) / drafted.length, stage)
          items.push(
            await this.prepare(item, {
              onProgress,
              ...(sendOptions.signal === undefined ? {} : { signal: sendOptions.signal }),
            }),
          )
        }
        const others = group?.members.filter(({ isMe }) => !isMe) ?? []
        const people = others.map(({ contactId, fingerprint, name }) => ({ id: contactId ?? fingerprint, name }))
        const recipients = (contact === undefined ? people : [contact]).map((person): RecipientView => {
          return { contactId: person.id, name: person.name, state: { kind: 'sending' } }
        })
        store(
          { conversationId },
          id,
          {
            recipients,
            ...(draft.text === undefined ? {} : { text: draft.text }),
            ...(draft.replyTo === undefined ? {} : { replyTo: quoteOf(draft.replyTo) }),
            ...(draft.mentions === undefined ? {} : { mentions: draft.mentions }),
          },
          items,
        )
        sent.push(id)
        drafts.delete(conversationId)
        changed('conversations')
      }
      return { id, conversationId, recipients: messages.get(id)?.recipients ?? [], state: async () => undefined }
    },
    async broadcast(contactIds, draft, { ids = [], ...rest } = {}) {
      const results: BroadcastResult[] = []
      for (const [index, contactId] of contactIds.entries()) {
        const id = ids[index] ?? hex(16)
        const { conversationId } = known(contactId)
        if (unreachable.has(contactId)) results.push({ contactId, error: new UsageError('blocked') })
        else results.push({ contactId, sent: await this.send(conversationId, draft, { ...rest, id }) })
      }
      return results
    },
    messages: {
      get: async (id) => messages.get(id),
      retry: async (id) => setState(id, { kind: 'sending' }),
      async delete(id) {
        messages.delete(id)
        changed('conversations')
      },
      async forward(id, conversationIds, { ids = [] } = {}) {
        const message = messages.get(id)
        if (message === undefined || message.unsentAt !== undefined) throw new UsageError('unknown-message')
        if (message.viewing !== undefined) throw new UsageError('view-only')
        return conversationIds.map((conversationId, index) => {
          const contact = contactOf(conversationId)
          if (contact === undefined) throw new UsageError('unknown-conversation')
          const recipients = [{ contactId: contact.id, name: contact.name, state: { kind: 'sending' } }] as const
          const items = message.attachments.flatMap((attachment) => media.get(attachment.id) ?? [])
          const newId = ids[index] ?? hex(16)
          store(contact, newId, { recipients, ...(message.text === undefined ? {} : { text: message.text }) }, items)
          sent.push(newId)
          changed('conversations')
          return { id: newId, conversationId, recipients, state: async () => undefined }
        })
      },
      async react(id, emoji) {
        change(id, (message) => ({
          ...message,
          reactions: [
            ...message.reactions.filter(({ contactId }) => contactId !== undefined),
            ...(emoji === undefined ? [] : [{ name: profile.name, emoji, at: now() }]),
          ],
        }))
        redraw(id)
      },
      async edit(id, text) {
        change(id, (message) => ({
          ...message,
          text,
          earlierTexts: [...(message.earlierTexts ?? []), { text: message.text ?? '', at: message.sentAt }],
        }))
        redraw(id)
      },
      async unsend(ids) {
        for (const id of ids) {
          change(id, (message) => {
            const { text: _, earlierTexts: __, ...rest } = message
            return { ...rest, attachments: [], reactions: [], isPinned: false, unsentAt: now() }
          })
          redraw(id)
        }
      },
      async pin(id, isPinned) {
        change(id, (message) => ({ ...message, isPinned }))
        redraw(id)
      },
      openView: (id) => view(id, 'sealed'),
      replayView: (id) => view(id, 'replayable'),
      closeView: async (viewId) => closeView(viewId),
      reportCapture: async (id) => void captured.push(id),
    },
    transfers: {
      list: async () => transferItems(),
      start: manage('start', goOn),
      pause: manage('pause', (transfer, totalBytes) => ({
        kind: 'paused',
        doneBytes: doneBytes(transfer),
        totalBytes,
      })),
      resume: manage('resume', goOn),
      cancel: manage('cancel', (_, totalBytes) => ({ kind: 'offered', totalBytes })),
      retry: manage('retry', (_, totalBytes) => ({ kind: 'download', doneBytes: 0, totalBytes })),
      async clear(conversationId) {
        const received = ofConversation(conversationId).filter(
          ({ senderId, viewing }) => senderId !== undefined && viewing === undefined,
        )
        for (const { id, transfer, sizeBytes } of received.flatMap(({ attachments }) => attachments))
          if (transfer.kind === 'done') setTransfer(id, { kind: 'evicted', totalBytes: sizeBytes })
          else if (transfer.kind === 'paused') setTransfer(id, { kind: 'offered', totalBytes: sizeBytes })
      },
      usage: async () =>
        [...new Set([...messages.values()].map(({ conversationId }) => conversationId))]
          .map((conversationId) => {
            const all = ofConversation(conversationId)
            const bytes = (
              which: (message: MessageView) => boolean,
              counts: (transfer: TransferView) => boolean = () => true,
            ) =>
              all
                .filter(which)
                .flatMap(({ attachments }) => attachments)
                .reduce((sum, { sizeBytes, transfer }) => {
                  if (!counts(transfer)) return sum
                  if (transfer.kind === 'done') return sum + sizeBytes
                  return sum + ('doneBytes' in transfer && transfer.kind !== 'upload' ? transfer.doneBytes : 0)
                }, 0)
            return {
              conversationId,
              sentBytes: bytes(({ senderId }) => senderId === undefined),
              receivedBytes: bytes(({ senderId }) => senderId !== undefined),
              clearableBytes: bytes(
                ({ senderId, viewing }) => senderId !== undefined && viewing === undefined,
                ({ kind }) => kind === 'done' || kind === 'paused',
              ),
            }
          })
          .filter(({ sentBytes, receivedBytes }) => sentBytes + receivedBytes > 0),
    },
    media: {
      async *read(attachment, { start = 0, end, rendition = 'display' } = {}) {
        const item = media.get(typeof attachment === 'string' ? attachment : attachment.id)
        const blobs = { poster: item?.poster, original: item?.original?.data, display: item?.data }
        const blob = blobs[rendition]
        if (blob === undefined) throw new UsageError('unknown-attachment')
        yield new Uint8Array(await blob.slice(start, end ?? blob.size).arrayBuffer())
      },
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,

    addContact,
    addRequest(request, { writesFirst: isFirst = false } = {}) {
      if (isFirst) writesFirst.add(request.id)
      requests.set(request.id, { messages: 0, previews: [], ...request })
      changed('requests')
    },
    addRecipient(messageId, { id, name }) {
      const recipient: RecipientView = { contactId: id, name, state: { kind: 'sending' } }
      change(messageId, (message) => ({ ...message, recipients: [...message.recipients, recipient] }))
      emit('state', { messageId, conversationId: messages.get(messageId)?.conversationId ?? '', recipient })
    },
    addGroup: (group) => groups.add(group),
    changeGroup: (id, change, line) => groups.change(id, change, line),
    answerCall: (callId, contactId) => calls.answer(callId, contactId),
    receiveInGroup(groupId, sender, { text, media: items = [], as = {} }) {
      const conversationId = groups.get(groupId)?.conversationId ?? ''
      const from = { senderId: sender.id, senderName: sender.name }
      const message = store(
        { conversationId },
        hex(16),
        { ...from, ...(text === undefined ? {} : { text }), ...as },
        items,
      )
      unread.set(conversationId, (unread.get(conversationId) ?? 0) + 1)
      emit('message', message)
      changed('conversations')
      return message
    },
    receive,
    addPost: (contactId, post) => posts.add(contactId, post),
    setState,
    setTransfer,
    setViewed(messageId, said) {
      change(messageId, (message) => ({
        ...message,
        recipients: message.recipients.map((recipient) => ({ ...recipient, ...said })),
      }))
      emit('view', { messageId, conversationId: messages.get(messageId)?.conversationId ?? '' })
    },
    endView(messageId) {
      for (const [viewId, id] of openViews) if (id === messageId) closeView(viewId)
    },
    setDirect(contactId, direct) {
      changeContact(contactId, { direct })
      emit('presence', { contactId, direct })
    },
    setKeys: (contactId, keys, waiting) =>
      changeContact(contactId, { keys, ...(waiting === undefined ? {} : { aside: { messages: waiting } }) }),
    setTrouble: (contactId, trouble) => changeContact(contactId, { trouble }),
    setRelays(list) {
      relays = list
      changed('relays')
    },
    alter(messageId, how) {
      change(messageId, (message) => ({ ...message, ...how }))
      redraw(messageId)
    },
    expire(messageId) {
      const conversationId = messages.get(messageId)?.conversationId ?? ''
      messages.delete(messageId)
      emit('deleted', { messageId, conversationId })
      changed('conversations')
    },
    type: (contactId, isTyping) =>
      void emit('typing', { conversationId: known(contactId).conversationId, contactId, isTyping }),
    notify: (detail) => void emit('error', detail),
    async prepare({ data, caption, altText, voice, loop }) {
      if (!(data instanceof Blob)) throw new MediaError('unreadable')
      if (data.size === 0) throw new MediaError('empty')
      if (voice === true) {
        const waveform = Uint8Array.from({ length: 64 }, (_, at) => (at * 37) % 256)
        return { kind: 'voice', data, width: 0, height: 0, durationMs: 12_000, waveform }
      }
      const kind = data.type.startsWith('video/') ? 'video' : 'photo'
      return {
        kind,
        data,
        width: 1600,
        height: 1200,
        ...(caption === undefined ? {} : { caption }),
        ...(altText === undefined ? {} : { altText }),
        ...(loop === undefined ? {} : { loop }),
      }
    },
    sent,
    introduced,
    toldOfCalls: calls.told,
    unreachable,
    managed,
    captured,
    typed,
    asked,
  }
  return fake

  function setTransfer(attachmentId: string, transfer: TransferView, rendition: TransferRendition = 'display'): void {
    const messageId = attachmentId.slice(0, attachmentId.lastIndexOf('.'))
    const moved = (item: Attachment): Attachment => {
      if (rendition === 'display') return { ...item, transfer }
      return item.original === undefined ? item : { ...item, original: { ...item.original, transfer } }
    }
    change(messageId, (message) => ({
      ...message,
      attachments: message.attachments.map((item) => (item.id === attachmentId ? moved(item) : item)),
    }))
    const conversationId = messages.get(messageId)?.conversationId ?? ''
    emit('transfer', { attachmentId, conversationId, transfer, rendition })
  }

  function setState(messageId: string, state: DeliveryState, contactId?: string): void {
    change(messageId, (message) => ({
      ...message,
      recipients: message.recipients.map((recipient) =>
        contactId === undefined || recipient.contactId === contactId ? { ...recipient, state } : recipient,
      ),
    }))
    const message = messages.get(messageId)
    for (const recipient of message?.recipients ?? []) {
      emit('state', { messageId, conversationId: message?.conversationId ?? '', recipient })
    }
  }
}

function mutedUntil(until: number | undefined): Pick<ConversationView, 'mutedUntil'> {
  return until === undefined || until === Infinity ? {} : { mutedUntil: until }
}

function hex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
