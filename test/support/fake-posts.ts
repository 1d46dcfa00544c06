// The posts of a messenger in memory.

import type {
  DeliveryState,
  MessageView,
  PostsApi,
  PostsOfPerson,
  PostView,
  SendOptions,
} from '../../src/messenger/api.ts'
import { UsageError } from '../../src/messenger/api.ts'
import type { ContactView, MediaDraft } from '../../src/messenger/api.ts'
import type { FakeMedia } from './fake-messenger.ts'

const day = 86_400_000

export interface FakePost {
  readonly text?: string
  readonly media?: readonly FakeMedia[]
  readonly sentAt?: number
  readonly lifeMs?: number
  /** Mine: what became of it, by contact. */
  readonly states?: Readonly<Record<string, DeliveryState>>
}

export interface FakePosts extends PostsApi {
  /** Of a contact, or, without one, mine. */
  add(contactId: string | undefined, post: FakePost, id?: string): PostView
}

export interface FakePostEnvironment {
  readonly now: () => number
  readonly newId: () => string
  readonly name: () => string
  readonly contacts: ReadonlyMap<string, ContactView>
  readonly messages: Map<string, MessageView>
  readonly store: (place: string, id: string, view: Partial<MessageView>, media: readonly FakeMedia[]) => MessageView
  readonly prepare: (media: MediaDraft, options: SendOptions) => Promise<FakeMedia>
  readonly changed: () => void
}

export function createFakePosts(environment: FakePostEnvironment): FakePosts {
  const { now, newId, name, contacts, messages, store, prepare, changed } = environment
  const kept = new Map<string, { readonly until: number; isSeen: boolean }>()
  const view = (message: MessageView): PostView => ({
    ...message,
    ...(kept.get(message.id) ?? { until: 0, isSeen: false }),
  })
  const followers = () => [...contacts.values()].filter(({ followsMe }) => followsMe === 'approved')

  const add: FakePosts['add'] = (contactId, post, id = newId()) => {
    const { text, media = [], sentAt = now(), lifeMs = day, states = {} } = post
    const contact = contactId === undefined ? undefined : contacts.get(contactId)
    const recipients = followers().map((follower) => ({
      contactId: follower.id,
      name: follower.name,
      state: states[follower.id] ?? ({ kind: 'sending' } as const),
    }))
    kept.set(id, { until: sentAt + lifeMs, isSeen: false })
    const place = contactId === undefined ? 'posts' : `posts-${contactId}`
    const message = store(
      place,
      id,
      {
        sentAt,
        ...(text === undefined ? {} : { text }),
        ...(contact === undefined ? { recipients } : { senderId: contact.id, senderName: contact.name }),
      },
      media,
    )
    changed()
    return view(message)
  }

  return {
    add,
    async create({ text, media = [], lifeMs }, options = {}) {
      const id = options.id ?? newId()
      const known = messages.get(id)
      if (known !== undefined) return view(known)
      if ((text ?? '').trim() === '' && media.length === 0) throw new UsageError('empty-message')
      const items: FakeMedia[] = []
      for (const item of media) items.push(await prepare(item, options))
      return add(
        undefined,
        {
          media: items,
          ...(text === undefined ? {} : { text }),
          ...(lifeMs === undefined ? {} : { lifeMs }),
        },
        id,
      )
    },
    async list() {
      const shown = [...messages.values()].filter(({ id }) => (kept.get(id)?.until ?? 0) > now()).map(view)
      const places = [...new Set(shown.map(({ conversationId }) => conversationId))]
      const people = places.map((place): PostsOfPerson => {
        const posts = shown.filter(({ conversationId }) => conversationId === place)
        const contactId = posts[0]?.senderId
        return {
          ...(contactId === undefined ? {} : { contactId }),
          name: posts[0]?.senderName ?? name(),
          posts,
          hasNew: contactId !== undefined && posts.some(({ isSeen }) => !isSeen),
        }
      })
      const rank = ({ contactId, hasNew }: PostsOfPerson) => (contactId === undefined ? 0 : hasNew ? 1 : 2)
      return people.toSorted((a, b) => rank(a) - rank(b))
    },
    async markSeen(id) {
      const post = kept.get(id)
      if (post === undefined) throw new UsageError('unknown-message')
      post.isSeen = true
      changed()
    },
    async delete(id) {
      if (!kept.delete(id)) throw new UsageError('unknown-message')
      messages.delete(id)
      changed()
    },
  }
}
