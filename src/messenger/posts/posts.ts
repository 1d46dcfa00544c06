// Posts of mine and of people I follow. Each is kept like a message, goes the way of one to every follower, and is deleted on
// every device when its time is over. Spec: docs/protocol.md §6, Posts.

import type { Body } from '../../protocol/content/content.ts'
import { fromHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { PostsApi, PostView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { appendMessage } from '../conversation/append.ts'
import { checkWords } from '../conversation/compose.ts'
import { looked } from '../conversation/look-at.ts'
import { removeMessage } from '../conversation/remove-message.ts'
import { sealAll } from '../conversation/seal-all.ts'
import type { Views } from '../conversation/views.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Receipts } from '../delivery/receipts.ts'
import type { Sealer } from '../delivery/seal.ts'
import { newId } from '../ids.ts'
import { times } from '../limits.ts'
import { isFollowed } from '../people/followed.ts'
import type { MessageRow } from '../records/rows.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import { placeFor, postsOfMine } from './places.ts'

export interface PostParts {
  readonly views: Views
  readonly sealer: Sealer
  readonly send: SendAction
  readonly receipts: Receipts
  /** What is being fetched of it is no more. */
  readonly dropped: (messageId: string) => void
}

interface Found {
  readonly key: string
  readonly row: MessageRow
}

export function createPosts(context: Context, parts: PostParts): PostsApi {
  const { tables, ledger, clock, random, self, events } = context
  const { views, sealer, send, receipts, dropped } = parts

  const followers = (): string[] =>
    [...tables.contacts.held()].flatMap(([id, { state, followsMe }]) =>
      state === 'accepted' && followsMe === 'approved' ? [id] : [],
    )

  async function find(id: string): Promise<Found> {
    const key = (await tables.messageIndex.get(id))?.key
    const row = key?.startsWith('posts') === true ? await tables.messages.get(key) : undefined
    if (key === undefined || row === undefined) throw new UsageError('unknown-message')
    return { key, row }
  }

  async function view({ key, row }: Found): Promise<PostView> {
    const body = decodeContent(row.content)?.body
    const until = body?.kind === 'post' ? body.until : row.sentAt
    return { ...(await views.message(key, row)), until, isSeen: row.seenAt !== undefined }
  }

  const store = (id: string, body: Extract<Body, { kind: 'post' }>): Promise<Found> =>
    ledger.change(async (change) => {
      if ((await change.get(tables.messageIndex, id)) !== undefined) throw new UsageError('unknown-message')
      const now = clock.now()
      const blobs = blobRefs(body.media)
        .flatMap(withHashList)
        .map((blob) => ({ ...blob, state: 'mine' as const }))
      const options = { messageId: id, sentAtMs: now, message: { blobs: blobs.map(({ blobId }) => blobId) } }
      const contactIds = followers()
      for (const contactId of contactIds) await sealer.seal(change, contactId, body, options)
      const row: MessageRow = {
        id,
        sentAt: now,
        receivedAt: now,
        content: sealer.encode(id, body, options),
        recipients: contactIds.map((contactId) => ({ contactId, state: { kind: 'sending' } })),
        receipt: 'none',
      }
      await placeFor(context, change, undefined)
      const key = await appendMessage(context, change, postsOfMine, row, blobs, contactIds)
      change.put(tables.expiring, id, { at: body.until })
      return { key, row }
    })

  return {
    async create({ text: said = '', media = [], lifeMs = times.postMs }, options = {}) {
      const text = said.trim().toWellFormed()
      checkWords(text, media)
      if (!(lifeMs >= protocolLimits.lifeMinMs && lifeMs <= times.postMaxMs)) throw new UsageError('bad-timer')
      const id = options.id ?? newId(random)
      if (fromHex(id)?.length !== 16) throw new UsageError('unknown-message')
      const known = (await tables.messageIndex.get(id))?.key
      if (known !== undefined) return view(await find(id))
      const until = clock.now() + Math.floor(lifeMs)
      const stored = await sealAll(context, media, { withOriginal: true, options }, (sealed) =>
        store(id, {
          kind: 'post',
          ...(text === '' ? {} : { text }),
          media: sealed.map(({ item }) => item),
          until,
        }),
      )
      events.emit('change', { what: 'posts' })
      return view(stored)
    },
    async list() {
      const people = [...tables.conversations.held()].filter(([, { posts, contactId }]) => {
        if (posts !== true) return false
        const contact = contactId === undefined ? undefined : tables.contacts.peek(contactId)
        return contactId === undefined || (contact?.state === 'accepted' && isFollowed(context, contact.fingerprint))
      })
      const all = await Promise.all(
        people.map(async ([place, { contactId }]) => {
          const rows = await tables.messages.list({ prefix: `${place}/` })
          const posts = await Promise.all(rows.map((found) => view(found)))
          const shown = posts.filter(({ until }) => until > clock.now())
          return {
            ...(contactId === undefined ? {} : { contactId }),
            name: contactId === undefined ? self.row.name : (tables.contacts.peek(contactId)?.name ?? ''),
            posts: shown,
            hasNew: contactId !== undefined && shown.some(({ isSeen }) => !isSeen),
          }
        }),
      )
      const newest = ({ posts }: (typeof all)[number]): number => posts.at(-1)?.sentAt ?? 0
      const rank = ({ contactId, hasNew }: (typeof all)[number]): number =>
        contactId === undefined ? 0 : hasNew ? 1 : 2
      return all.filter(({ posts }) => posts.length > 0).toSorted((a, b) => rank(a) - rank(b) || newest(b) - newest(a))
    },
    async markSeen(id) {
      const { key } = await find(id)
      await ledger.change(async (change) => {
        const row = await change.get(tables.messages, key)
        const isFirst = row?.seenAt === undefined
        if (row?.senderId === undefined || !(isFirst || row.passed === true)) return
        const isWhole = row.receipt === 'done'
        if (!isWhole && !isFirst) return
        change.put(tables.messages, key, {
          ...looked(row),
          seenAt: row.seenAt ?? clock.now(),
          ...(isWhole ? {} : { passed: true }),
        })
        if (self.row.seenReceipts && isWhole) await receipts.owe(change, row.senderId, 'seen', [id])
        change.after(() => events.emit('change', { what: 'posts' }))
      })
    },
    async delete(id) {
      const { key } = await find(id)
      await ledger.change(async (change) => {
        const row = await change.get(tables.messages, key)
        if (row === undefined) return
        removeMessage(context, change, key, row)
        const of = fromHex(id)
        if (row.senderId === undefined && of !== undefined)
          for (const { contactId } of row.recipients) {
            const contact = await change.get(tables.contacts, contactId)
            if (contact?.state !== 'accepted') continue
            const target = { conversationId: contact.conversationId, contactIds: [contactId] }
            await send(change, target, { kind: 'unsend', of: [of] })
          }
        change.after(() => {
          dropped(id)
          events.emit('change', { what: 'posts' })
        })
      })
    },
  }
}
