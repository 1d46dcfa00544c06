// What the views show, as signals, kept up to date by the messenger's events. One per tab.

import { computed, signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import type {
  ContactView,
  ConversationView,
  GroupView,
  InviteView,
  MessageView,
  ProfileView,
  PushView,
  RelayView,
  PostsOfPerson,
  RequestView,
  SettingsView,
} from '../../messenger/api.ts'
import type { VaultSlot } from '../../messenger/ports/vault.ts'
import { noticeText } from '../error-text.ts'
import type { AppCalls, AppEvent, ChangedList } from './calls.ts'
import type { AppClient } from './client.ts'
import { createThread } from './thread.ts'
import type { Thread } from './thread.ts'
import { createWriters } from './typing.ts'

export interface Model {
  readonly calls: AppCalls
  /** Undefined until first read. An empty name: a new profile. */
  readonly profile: ReadonlySignal<ProfileView | undefined>
  readonly settings: ReadonlySignal<SettingsView | undefined>
  readonly relays: ReadonlySignal<readonly RelayView[] | undefined>
  readonly invites: ReadonlySignal<readonly InviteView[] | undefined>
  /** Whether this browser is woken. */
  readonly push: ReadonlySignal<PushView | undefined>
  /** How the profile can be opened. */
  readonly vault: ReadonlySignal<readonly VaultSlot[] | undefined>
  readonly posts: ReadonlySignal<readonly PostsOfPerson[] | undefined>
  readonly requests: ReadonlySignal<readonly RequestView[] | undefined>
  readonly contacts: ReadonlySignal<readonly ContactView[] | undefined>
  readonly conversations: ReadonlySignal<readonly ConversationView[] | undefined>
  /** Undefined until first read. */
  group(id: string): ReadonlySignal<GroupView | undefined>
  readonly unread: ReadonlySignal<number>
  /** Contacts who are writing, by conversation. */
  readonly writers: ReadonlySignal<ReadonlyMap<string, readonly string[]>>
  /** The newest that came in since this page was opened. */
  readonly arrived: ReadonlySignal<MessageView | undefined>
  /** Messages that are not stored yet: closing the tab now would lose them. */
  readonly preparing: ReadonlySignal<number>
  /** The same of all tabs: to lock now would lose them. */
  readonly busy: ReadonlySignal<boolean>
  /** Conversations with something that this tab has not stored yet: it is being prepared, or has failed. */
  readonly unstored: ReadonlySignal<ReadonlySet<string>>
  /** Whether photos or videos could not be sent, and wait in this tab for what the person does. */
  hasFailed(): boolean
  /** A message to go to, until its conversation has done so. */
  readonly sought: Signal<{ readonly conversationId: string; readonly order: number } | undefined>
  /** Something the person should know, until dismissed. */
  readonly notices: ReadonlySignal<readonly string[]>
  notify(text: string): void
  dismiss(text: string): void
  /** One for the conversation, and one of its own for its media, which goes back further than what is read. */
  thread(conversationId: string, shows?: 'messages' | 'media'): Thread
  /** Returns a function that ends it. */
  listen(listener: (event: AppEvent) => void): () => void
  /** Reads a list again and waits for it: for the view that has just changed it. */
  refresh(what: ChangedList): Promise<void>
}

/** More at once is a wall that nobody reads. */
const maxNotices = 3

export function createModel(client: AppClient, newId: () => string, now: () => number): Model {
  const { calls } = client
  const profile = signal<ProfileView>()
  const settings = signal<SettingsView>()
  const relays = signal<readonly RelayView[]>()
  const invites = signal<readonly InviteView[]>()
  const push = signal<PushView>()
  const vault = signal<readonly VaultSlot[]>()
  const requests = signal<readonly RequestView[]>()
  const contacts = signal<readonly ContactView[]>()
  const conversations = signal<readonly ConversationView[]>()
  const posts = signal<readonly PostsOfPerson[]>()
  const notices = signal<readonly string[]>([])
  const arrived = signal<MessageView>()
  const preparing = signal(0)
  const sending = signal(0)
  const unstored = signal<ReadonlySet<string>>(new Set())
  const threads = new Map<string, Thread>()
  const groups = new Map<string, { readonly view: Signal<GroupView | undefined>; readonly read: () => Promise<void> }>()
  const writers = createWriters()

  // What is shown first is read first.
  const reads: Readonly<Record<ChangedList, () => Promise<void>>> = {
    profile: reading(profile, () => calls.profile()),
    conversations: reading(conversations, () => calls.conversations()),
    contacts: reading(contacts, () => calls.contacts()),
    posts: reading(posts, () => calls.posts()),
    requests: reading(requests, () => calls.requests()),
    relays: reading(relays, () => calls.relays()),
    settings: reading(settings, () => calls.settings()),
    invites: reading(invites, () => calls.invites()),
    push: reading(push, () => calls.push()),
    vault: reading(vault, () => calls.vaultSlots()),
    sending: reading(sending, () => calls.sending()),
  }
  // A list that cannot be read stays as it is; the tab that owns the messenger tells why by a notice.
  const attempt = (read: () => Promise<void>) => void read().catch(() => undefined)
  const readGroups = () => {
    for (const { read } of groups.values()) attempt(read)
  }
  const readAll = () => {
    for (const read of Object.values(reads)) attempt(read)
    readGroups()
    for (const { refresh } of threads.values()) attempt(refresh)
  }
  const notify = (text: string) => {
    if (!notices.peek().includes(text)) notices.value = [...notices.peek(), text].slice(-maxNotices)
  }

  const apply = (event: AppEvent) => {
    for (const thread of threads.values()) thread.apply(event)
    writers.apply(event)
    switch (event.kind) {
      case 'leader':
        readAll()
        break
      case 'change':
        if (event.what !== 'calls') attempt(reads[event.what])
        // Who is in it, and by which names I know them.
        if (event.what === 'conversations' || event.what === 'contacts') readGroups()
        break
      case 'message':
        if (event.message.senderId !== undefined && event.message.line === undefined) arrived.value = event.message
        attempt(reads.conversations)
        break
      case 'deleted':
      case 'state':
      case 'view':
        attempt(reads.conversations)
        break
      case 'presence':
        contacts.value = contacts
          .peek()
          ?.map((contact) => (contact.id === event.contactId ? { ...contact, direct: event.direct } : contact))
        break
      case 'notice':
        notify(noticeText(event.code))
        break
      case 'preparing':
      case 'transfer':
      case 'typing':
      case 'lock':
        break
    }
  }
  client.listen(apply)
  readAll()

  return {
    calls,
    profile,
    settings,
    relays,
    invites,
    push,
    vault,
    posts,
    requests,
    contacts,
    conversations,
    writers: writers.all,
    unread: computed(() => (conversations.value ?? []).reduce((sum, conversation) => sum + conversation.unread, 0)),
    arrived,
    preparing,
    busy: computed(() => preparing.value + sending.value > 0),
    unstored,
    hasFailed: () =>
      [...threads.values()].some(({ pending }) =>
        pending.peek().some(({ error, draft }) => error !== undefined && draft.media.length > 0),
      ),
    sought: signal(undefined),
    notices,
    notify,
    dismiss(text) {
      notices.value = notices.peek().filter((notice) => notice !== text)
    },
    thread(conversationId, shows = 'messages') {
      const key = `${shows}/${conversationId}`
      const known = threads.get(key)
      if (known !== undefined) return known
      const thread = createThread(conversationId, {
        calls,
        preparing,
        newId,
        now,
        draftKept: () => attempt(reads.conversations),
      })
      threads.set(key, thread)
      // What a gallery shows says nothing of what waits to be sent.
      if (shows === 'messages')
        thread.pending.subscribe(({ length }) => {
          const others = [...unstored.peek()].filter((id) => id !== conversationId)
          const isIn = others.length < unstored.peek().size
          if (length > 0 !== isIn) unstored.value = new Set(isIn ? others : [...others, conversationId])
        })
      attempt(thread.refresh)
      return thread
    },
    group(id) {
      const known = groups.get(id)
      if (known !== undefined) return known.view
      const view = signal<GroupView>()
      const read = reading(view, () => calls.group(id))
      groups.set(id, { view, read })
      attempt(read)
      return view
    },
    listen: (listener) => client.listen(listener),
    refresh: (what) => reads[what](),
  }
}

/** One read at a time; what is asked for meanwhile is one more read after it. */
function reading<T>(into: Signal<T>, read: () => Promise<T>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = () => {
    running = read()
      .then((value) => void (into.value = value))
      .finally(() => (running = undefined))
    return running
  }
  return () => {
    if (running === undefined) return start()
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return start()
      })
    return next
  }
}
