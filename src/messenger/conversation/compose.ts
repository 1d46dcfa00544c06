// Sending: media is prepared and sealed first; then the message, its envelopes and their ratchet states are one commit.
// What was shown as sent is stored, and what is stored is sent until it is there or refused.

import { hasAtMost } from '../../protocol/content/name.ts'
import type { Body, Message } from '../../protocol/content/content.ts'
import { fromHex } from '../../protocol/bytes.ts'
import type { MediaDraft, MessageDraft, MessageView, SendOptions } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { boundWaiting, isEverywhere } from '../delivery/everywhere.ts'
import type { Sealer } from '../delivery/seal.ts'
import { messageIdBytes, newId } from '../ids.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { limits } from '../limits.ts'
import type { MessageRow } from '../records/rows.ts'
import { beginLife } from '../thread/begin-life.ts'
import { checkView, isViewable, sentViewing } from '../viewing/policy.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import type { MediaWords, SealedMedia } from '../transfer/seal-media.ts'
import { appendMessage } from './append.ts'
import { mentionsIn } from './mentions.ts'
import { recipientsOf, timerOf } from './recipients.ts'
import type { MediaCopy } from './seal-all.ts'
import { sealAll } from './seal-all.ts'
import type { Views } from './views.ts'

export type Compose = (conversationId: string, draft: ComposeDraft, options?: SendOptions) => Promise<MessageView>

export interface ComposeDraft extends Omit<MessageDraft, 'media'> {
  readonly media?: readonly (MediaDraft | MediaCopy)[]
  /** Not from the place to write of its conversation: what is begun there stays. */
  readonly isBesides?: boolean
}

export function createCompose(context: Context, sealer: Sealer, views: Views): Compose {
  const { tables, ledger, clock, random, events } = context

  const store = (
    messageId: string,
    conversationId: string,
    words: Omit<Message, 'media'>,
    sealed: readonly SealedMedia[],
    what: 'message' | 'besides',
  ) =>
    ledger.change(async (change) => {
      // The same id at the same time: the other one won.
      if ((await change.get(tables.messageIndex, messageId)) !== undefined) throw new UsageError('unknown-message')
      const now = clock.now()
      const media = sealed.map(({ item }) => item)
      const blobs = blobRefs(media)
        .flatMap(withHashList)
        .map((blob) => ({ ...blob, state: 'mine' as const }))
      const { view } = words
      // A shorter one than a message may have is of a later version.
      const timerMs = timerOf(context, conversationId)
      const lifeMs = timerMs === 0 ? undefined : Math.max(protocolLimits.lifeMinMs, timerMs)
      const body: Body = { kind: 'message', ...words, media, ...(lifeMs === undefined ? {} : { lifeMs }) }
      // Who is in a group may have changed while the media was prepared.
      const { contactIds, unreached, conversation } = recipientsOf(context, conversationId)
      const options = {
        messageId,
        sentAtMs: now,
        message: { blobs: blobs.map(({ blobId }) => blobId) },
        ...(conversation === undefined ? {} : { conversation }),
      }
      // The same for everybody, and for those who are to get it later.
      let content = sealer.encode(conversationId, body, options)
      for (const contactId of contactIds) content = await sealer.seal(change, contactId, body, options)
      const row: MessageRow = {
        id: messageId,
        sentAt: now,
        receivedAt: now,
        content,
        recipients: contactIds.map((contactId) => ({ contactId, state: { kind: 'sending' } })),
        receipt: 'none',
        ...(unreached.length === 0 ? {} : { unreached }),
        ...(lifeMs === undefined ? {} : { lifeMs }),
      }
      const key = await appendMessage(context, change, conversationId, row, blobs, contactIds, what)
      if (view !== undefined) change.put(tables.viewings, messageId, sentViewing(view, media))
      await boundWaiting(context, change, row)
      // In a group of nobody else.
      if (await isEverywhere(context, change, key, row)) await beginLife(context, change, row)
      return { key, row }
    })

  return async (conversationId, draft, options = {}) => {
    const text = (draft.text ?? '').trim().toWellFormed()
    const media = draft.media ?? []
    const { view } = draft
    checkWords(text, media)
    checkView(view, media)
    const replyTo = draft.replyTo === undefined ? undefined : messageIdBytes(draft.replyTo)
    const mentions = mentionsIn(text, draft.mentions ?? [])
    recipientsOf(context, conversationId)
    const messageId = options.id ?? newId(random)
    const before = options.id === undefined ? undefined : await stored(messageId)
    if (before !== undefined) return before
    const message = await sealAll(context, media, { withOriginal: view === undefined, options }, (sealed) => {
      // What it is shows only when it was looked into.
      if (view !== undefined && !sealed.every(({ item }) => isViewable(item))) throw new UsageError('bad-view')
      const words = {
        ...(text === '' ? {} : { text }),
        ...(view === undefined ? {} : { view }),
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(mentions.length === 0 ? {} : { mentions }),
      }
      return store(messageId, conversationId, words, sealed, draft.isBesides === true ? 'besides' : 'message')
    })
    events.emit('change', { what: 'conversations', id: conversationId })
    return views.message(message.key, message.row)
  }

  /** A send that is repeated, because the answer to the first one was lost. */
  async function stored(messageId: string): Promise<MessageView | undefined> {
    if (fromHex(messageId)?.length !== 16) throw new UsageError('unknown-message')
    const key = (await tables.messageIndex.get(messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    return key === undefined || row === undefined ? undefined : views.message(key, row)
  }
}

/** @throws UsageError `empty-message`, `too-many-attachments`, `text-too-long` */
export function checkWords(text: string, media: readonly MediaWords[]): void {
  if (text === '' && media.length === 0) throw new UsageError('empty-message')
  if (media.length > limits.attachments) throw new UsageError('too-many-attachments')
  const captions = media.flatMap(({ caption, altText }) => [caption ?? '', altText ?? ''])
  if (!hasAtMost(text, limits.textLength) || captions.some((part) => !hasAtMost(part, limits.captionLength)))
    throw new UsageError('text-too-long')
}
