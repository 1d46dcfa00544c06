// Rows as a person sees them.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Message } from '../../protocol/content/content.ts'
import type {
  ConversationView,
  DraftAbout,
  MessageView,
  MessageViewing,
  OpenedView,
  QuotedMessage,
  Reaction,
  RecipientView,
  TransferRendition,
  TransferView,
} from '../api.ts'
import type { Context } from '../context.ts'
import { shownState } from '../delivery/states.ts'
import { contactOf } from '../groups/people.ts'
import type { ConversationRow, MessageRow, ViewingRow } from '../records/rows.ts'
import { postsOf, postsOfMine } from '../posts/places.ts'
import { orderKey } from '../records/table.ts'
import type { Progress } from '../transfer/progress.ts'
import { createAttachmentViews } from './attachment-views.ts'
import { lineView } from './line-view.ts'
import { isMuted, isMutedForGood } from './mute.ts'
import { timerOf } from './recipients.ts'
import { wordsOf } from './words.ts'

export interface Views {
  message(key: string, row: MessageRow): Promise<MessageView>
  conversation(id: string, row: ConversationRow): Promise<ConversationView>
  /** The transfer of one attachment. */
  transfer(row: MessageRow, index: number, rendition: TransferRendition): Promise<TransferView>
  /** What there is to see in a view, under ids that are good in it alone. */
  opened(row: MessageRow, viewId: string): Promise<Pick<OpenedView, 'text' | 'attachments'>>
}

export function createViews(context: Context, progress: Progress): Views {
  const { tables, self, groups, clock } = context
  const { attachment, sealed, transfer } = createAttachmentViews(context, progress)

  async function message(key: string, row: MessageRow): Promise<MessageView> {
    const [conversationId = '', order = '0'] = key.split('/')
    const content = decodeContent(row.content)
    const body = wordsOf(content)
    const viewing = tables.viewings.peek(row.id)
    const expiring = tables.expiring.peek(row.id)
    const shown = viewing === undefined ? attachment : sealed
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
      ...awaited(conversationId, row),
      ...(row.senderId === undefined ? {} : { senderId: row.senderId }),
      ...(body === undefined || viewing !== undefined ? {} : written(row, body)),
      ...(body?.replyTo === undefined ? {} : { replyTo: await quoted(conversationId, toHex(body.replyTo)) }),
      ...(row.unsentAt === undefined ? {} : { unsentAt: row.unsentAt }),
      ...(expiring === undefined || expiring.isWaiting === true ? {} : { expiresAt: expiring.at }),
      ...(row.line === undefined ? {} : { line: lineView(context, conversationId, row.line) }),
      ...(viewing === undefined ? {} : { viewing: shownViewing(viewing) }),
    }
  }

  /** Members whom this device has no session with yet: it goes to them when it has. */
  function unmet(conversationId: string, { unreached = [] }: MessageRow): readonly RecipientView[] {
    const groupId = tables.conversations.peek(conversationId)?.group ?? ''
    return unreached
      .filter((person) => groups.hasMember(groupId, person) && contactOf(context, person)?.[1].state !== 'blocked')
      .map((person) => ({ contactId: person, name: groups.personName(groupId, person), state: { kind: 'sending' } }))
  }

  /** Who is asked into its group, and not there yet. */
  function awaited(conversationId: string, { unreached = [] }: MessageRow): Pick<MessageView, 'awaited'> {
    const groupId = tables.conversations.peek(conversationId)?.group ?? ''
    const people = unreached.filter((person) => !groups.hasMember(groupId, person))
    return people.length === 0 ? {} : { awaited: people.length }
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
