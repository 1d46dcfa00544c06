// Rows as a person sees them.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Content, MediaItem, Message } from '../../protocol/content/content.ts'
import type {
  Attachment,
  ConversationView,
  DraftAbout,
  GroupLine,
  MessageView,
  MessageViewing,
  OpenedView,
  PersonName,
  QuotedMessage,
  Reaction,
  TimerLine,
  RecipientView,
  TransferRendition,
  TransferView,
} from '../api.ts'
import type { Context } from '../context.ts'
import { shownState } from '../delivery/states.ts'
import type { ConversationRow, LineRow, MessageRow, ViewingRow } from '../records/rows.ts'
import { postsOf, postsOfMine } from '../posts/places.ts'
import { isMuted, isMutedForGood } from './mute.ts'
import { timerOf } from './recipients.ts'
import { orderKey } from '../records/table.ts'
import { blobRefs } from '../transfer/blob-refs.ts'
import { countBits } from '../transfer/bitmap.ts'
import type { Progress } from '../transfer/progress.ts'

export interface Views {
  message(key: string, row: MessageRow): Promise<MessageView>
  conversation(id: string, row: ConversationRow): Promise<ConversationView>
  /** The transfer of one attachment. */
  transfer(row: MessageRow, index: number, rendition: TransferRendition): Promise<TransferView>
  /** What there is to see in a view, under ids that are good in it alone. */
  opened(row: MessageRow, viewId: string): Promise<Pick<OpenedView, 'text' | 'attachments'>>
}

export function createViews(context: Context, progress: Progress): Views {
  const { tables, blobs: store, self, groups, clock } = context

  const myId = toHex(self.fingerprint)

  async function transfer(row: MessageRow, index: number, rendition: TransferRendition): Promise<TransferView> {
    const content = decodeContent(row.content)
    const item = wordsOf(content)?.media[index]
    return item === undefined ? { kind: 'failed', reason: 'damaged' } : transferOf(row, item, rendition)
  }

  async function transferOf(row: MessageRow, item: MediaItem, rendition: TransferRendition): Promise<TransferView> {
    const ref = blobRefs([item]).find(({ role }) => role === rendition)
    const blob = ref === undefined ? undefined : await tables.blobs.get(ref.blobId)
    if (ref === undefined || blob === undefined || blob.state === 'damaged')
      return { kind: 'failed', reason: 'damaged' }
    const totalBytes = ref.manifest.sizeBytes
    const share = (done: number, total: number): number =>
      Math.min(totalBytes, Math.round((totalBytes * done) / Math.max(1, total)))
    const known = progress.of(ref.blobId)
    if (blob.state === 'mine') {
      // An original may still be on its way when the rest of its message was delivered.
      const sending =
        rendition === 'original' ? isGoing(ref.blobId) : row.recipients.some(({ state }) => state.kind === 'sending')
      if (sending && blob.stopped === true)
        return { kind: 'paused', doneBytes: share(known?.done ?? 0, known?.total ?? 1), totalBytes }
      if (!sending || known === undefined)
        return sending ? { kind: 'upload', doneBytes: 0, totalBytes } : { kind: 'done' }
      return { kind: 'upload', doneBytes: share(known.done, known.total), totalBytes }
    }
    if (blob.state === 'complete') return { kind: 'done' }
    if (blob.state === 'offered' || blob.state === 'evicted') return { kind: blob.state, totalBytes }
    if (known !== undefined && blob.state === 'wanted')
      return { kind: 'download', doneBytes: share(known.done, known.total), totalBytes }
    const done = countBits(await store.present(ref.blobId), blob.segmentCount)
    const kind = blob.state === 'paused' ? 'paused' : 'waiting'
    return { kind, doneBytes: share(done, blob.segmentCount), totalBytes }
  }

  const isGoing = (blobId: string): boolean =>
    [...tables.outbox.held()].some(([, entry]) => !entry.failed && entry.blobs.includes(blobId))

  /** Outside of its view there is nothing to see of it but how large it is. */
  async function sealedAttachment(row: MessageRow, item: MediaItem, index: number): Promise<Attachment> {
    const { mime, width, height, sizeBytes } = item.display
    const transferred = await transferOf(row, item, 'display')
    const size = { mime, width, height, sizeBytes }
    return {
      id: `${row.id}.${index}`,
      kind: item.kind,
      ...size,
      hasPoster: false,
      viewOnly: true,
      transfer: transferred,
    }
  }

  async function attachment(row: MessageRow, item: MediaItem, index: number): Promise<Attachment> {
    const { display, poster, caption, altText, original, loop, waveform, name } = item
    return {
      id: `${row.id}.${index}`,
      kind: item.kind,
      mime: display.mime,
      width: display.width,
      height: display.height,
      sizeBytes: display.sizeBytes,
      hasPoster: poster !== undefined,
      transfer: await transferOf(row, item, 'display'),
      ...(original === undefined
        ? {}
        : {
            original: {
              mime: original.mime,
              width: original.width,
              height: original.height,
              sizeBytes: original.sizeBytes,
              transfer: await transferOf(row, item, 'original'),
            },
          }),
      ...(loop === undefined ? {} : { loop }),
      ...(waveform === undefined ? {} : { waveform }),
      ...(name === undefined ? {} : { name }),
      ...(display.durationMs === undefined ? {} : { durationMs: display.durationMs }),
      ...(display.thumbhash === undefined ? {} : { thumbhash: display.thumbhash }),
      ...(caption === undefined ? {} : { caption }),
      ...(altText === undefined ? {} : { altText }),
    }
  }

  async function message(key: string, row: MessageRow): Promise<MessageView> {
    const [conversationId = '', order = '0'] = key.split('/')
    const content = decodeContent(row.content)
    const body = wordsOf(content)
    const viewing = tables.viewings.peek(row.id)
    const expiresAt = tables.expiring.peek(row.id)?.at
    const shown = viewing === undefined ? attachment : sealedAttachment
    const attachments = await Promise.all((body?.media ?? []).map((item, index) => shown(row, item, index)))
    const nameOf = (contactId: string): string => tables.contacts.peek(contactId)?.name ?? ''
    return {
      id: row.id,
      conversationId,
      order: Number.parseInt(order, 16),
      senderName: row.senderId === undefined ? self.row.name : nameOf(row.senderId),
      sentAt: row.sentAt,
      attachments,
      reactions: (row.reactions ?? []).flatMap((reaction) => shownReaction(reaction)),
      isPinned: row.pin?.isPinned === true && row.unsentAt === undefined,
      recipients: [
        ...row.recipients.map(({ contactId, state }) => ({
          contactId,
          name: nameOf(contactId),
          state: shownState(context, state),
          ...said(viewing, contactId),
        })),
        ...unmet(conversationId, row),
      ],
      ...(row.senderId === undefined ? {} : { senderId: row.senderId }),
      ...(body === undefined || viewing !== undefined ? {} : written(row, body)),
      ...(body?.replyTo === undefined ? {} : { replyTo: await quoted(conversationId, toHex(body.replyTo)) }),
      ...(row.unsentAt === undefined ? {} : { unsentAt: row.unsentAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(row.line === undefined ? {} : { line: shownLine(conversationId, row.line) }),
      ...(viewing === undefined ? {} : { viewing: shownViewing(viewing) }),
    }
  }

  /** Members whom this device has no session with yet: it goes to them when it has. */
  function unmet(conversationId: string, { unreached = [] }: MessageRow): readonly RecipientView[] {
    const groupId = tables.conversations.peek(conversationId)?.group ?? ''
    return unreached
      .filter((person) => groups.hasMember(groupId, person))
      .map((person) => ({ contactId: person, name: groups.personName(groupId, person), state: { kind: 'sending' } }))
  }

  function nameOfPerson(groupId: string, fingerprint: string): string {
    if (fingerprint === myId) return self.row.name
    const contact = [...tables.contacts.held()].find(([, row]) => toHex(row.fingerprint) === fingerprint)?.[1]
    return groupId === '' ? (contact?.name ?? '') : groups.personName(groupId, fingerprint)
  }

  function shownLine(conversationId: string, line: LineRow): GroupLine | TimerLine {
    const groupId = tables.conversations.peek(conversationId)?.group ?? ''
    const person = (fingerprint: string): PersonName => ({
      name: nameOfPerson(groupId, fingerprint),
      isMe: fingerprint === myId,
    })
    switch (line.kind) {
      case 'left':
        return { kind: line.kind, who: person(line.who) }
      case 'added':
      case 'removed':
        return { kind: line.kind, by: person(line.by), who: person(line.who) }
      case 'admin':
        return { ...line, by: person(line.by), who: person(line.who) }
      case 'created':
      case 'timer':
      case 'renamed':
      case 'picture':
        return { ...line, by: person(line.by) }
    }
  }

  function shownReaction({ by, emoji, at }: NonNullable<MessageRow['reactions']>[number]): Reaction[] {
    if (emoji === undefined) return []
    if (by === undefined) return [{ name: self.row.name, emoji, at }]
    return [{ contactId: by, name: tables.contacts.peek(by)?.name ?? '', emoji, at }]
  }

  /** The text of now, and the ones before it. A new text names nobody. */
  function written({ edits = [], sentAt }: MessageRow, { text, mentions = [] }: Message): Partial<MessageView> {
    const newest = edits.at(-1)
    if (newest === undefined)
      return {
        ...(text === undefined ? {} : { text }),
        ...(mentions.length === 0
          ? {}
          : { mentions: mentions.map(({ from, to, fingerprint }) => ({ from, to, fingerprint: toHex(fingerprint) })) }),
      }
    const first = text === undefined ? [] : [{ text, at: sentAt }]
    return { text: newest.text, earlierTexts: [...first, ...edits.slice(0, -1)] }
  }

  async function quoted(conversationId: string, id: string): Promise<QuotedMessage> {
    const key = (await tables.messageIndex.get(id))?.key
    const { contactId } = tables.conversations.peek(conversationId) ?? {}
    // An answer to a post stands in the conversation of the two.
    const places = [conversationId, postsOfMine, ...(contactId === undefined ? [] : [postsOf(contactId)])]
    const isHere = key !== undefined && places.some((place) => key.startsWith(`${place}/`))
    const row = isHere ? await tables.messages.get(key) : undefined
    const body = row === undefined ? undefined : wordsOf(decodeContent(row.content))
    if (row === undefined || body === undefined) return { id }
    const name = row.senderId === undefined ? self.row.name : (tables.contacts.peek(row.senderId)?.name ?? '')
    const media = body.media[0]?.kind
    const isSealed = tables.viewings.peek(id) !== undefined
    const text = isSealed ? undefined : written(row, body).text
    return {
      id,
      senderName: name,
      ...(text === undefined ? {} : { text }),
      ...(media === undefined ? {} : { media }),
    }
  }

  /** Who says nothing about looking is told nothing about it either; a picture that was taken is another matter. */
  function said(viewing: ViewingRow | undefined, contactId: string): Partial<RecipientView> {
    const { openedAt, replayedAt, capturedAt } = viewing?.said?.find((entry) => entry.contactId === contactId) ?? {}
    const looks = self.row.seenReceipts
    return {
      ...(openedAt === undefined || !looks ? {} : { openedAt }),
      ...(replayedAt === undefined || !looks ? {} : { replayedAt }),
      ...(capturedAt === undefined ? {} : { capturedAt }),
    }
  }

  return {
    message,
    transfer,
    async opened(row, viewId) {
      const content = decodeContent(row.content)
      const body = content?.body.kind === 'message' ? content.body : undefined
      const attachments = await Promise.all((body?.media ?? []).map((item, index) => attachment(row, item, index)))
      return {
        attachments: attachments.map((item) => ({ ...item, id: `${item.id}.${viewId}`, viewOnly: true })),
        ...(body?.text === undefined ? {} : { text: body.text }),
      }
    },
    async conversation(id, row) {
      const { contactId, group } = row
      const contact = contactId === undefined ? undefined : tables.contacts.peek(contactId)
      const [last] = await tables.messages.list({ prefix: `${id}/`, reverse: true, limit: 1 })
      return {
        id,
        ...(contactId === undefined ? {} : { contactId }),
        ...(group === undefined ? {} : { groupId: group }),
        name: group === undefined ? (contact?.name ?? '') : groups.nameOf(group),
        unread: row.unread,
        lastActivityAt: row.lastActivityAt,
        draft: row.draft,
        ...(row.about === undefined ? {} : { draftAbout: draftAbout(row.about) }),
        timerMs: timerOf(context, id),
        isMuted: isMuted(row, clock.now()),
        ...(isMuted(row, clock.now()) && row.mutedUntil !== undefined && !isMutedForGood(row)
          ? { mutedUntil: row.mutedUntil }
          : {}),
        accepted: contact?.state !== 'asked',
        ...(last === undefined ? {} : { lastMessage: await message(last.key, last.row) }),
      }
    },
  }
}

function draftAbout({ messageId, text }: NonNullable<ConversationRow['about']>): DraftAbout {
  return text === undefined ? { kind: 'reply', messageId } : { kind: 'edit', messageId, text }
}

function shownViewing(row: ViewingRow): MessageViewing {
  const { said: _, stage, ...rest } = row
  return { ...rest, stage: stage === 'replaying' ? 'open' : stage }
}

/** The key of a message at an order. */
export function messageKey(conversationId: string, order: number): string {
  return `${conversationId}/${orderKey(order)}`
}

/** What a message or a post says. */
function wordsOf(content: Content | undefined): Message | undefined {
  const { body } = content ?? {}
  return body?.kind === 'message' || body?.kind === 'post' ? body : undefined
}
