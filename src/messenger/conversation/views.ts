// Rows as a person sees them.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import type { Attachment, ConversationView, MessageView, TransferView } from '../api.ts'
import type { Context } from '../context.ts'
import { shownState } from '../delivery/states.ts'
import type { ConversationRow, MessageRow } from '../records/rows.ts'
import { orderKey } from '../records/table.ts'
import { blobRefs } from '../transfer/blob-refs.ts'
import { countBits } from '../transfer/bitmap.ts'
import type { Progress } from '../transfer/progress.ts'

export interface Views {
  message(key: string, row: MessageRow): Promise<MessageView>
  conversation(id: string, row: ConversationRow): Promise<ConversationView>
  /** The transfer of one attachment. */
  transfer(row: MessageRow, index: number): Promise<TransferView>
}

export function createViews(context: Context, progress: Progress): Views {
  const { tables, blobs: store, self } = context

  async function transfer(row: MessageRow, index: number): Promise<TransferView> {
    const content = decodeContent(row.content)
    const item = content?.body.kind === 'message' ? content.body.media[index] : undefined
    return item === undefined ? { kind: 'failed', reason: 'damaged' } : transferOf(row, item)
  }

  async function transferOf(row: MessageRow, item: MediaItem): Promise<TransferView> {
    const ref = blobRefs([item]).find(({ role }) => role === 'display')
    const blob = ref === undefined ? undefined : await tables.blobs.get(ref.blobId)
    if (ref === undefined || blob === undefined || blob.state === 'damaged')
      return { kind: 'failed', reason: 'damaged' }
    const totalBytes = item.display.sizeBytes
    const share = (done: number, total: number): number =>
      Math.min(totalBytes, Math.round((totalBytes * done) / Math.max(1, total)))
    const known = progress.of(ref.blobId)
    if (blob.state === 'mine') {
      const sending = row.recipients.some(({ state }) => state.kind === 'sending')
      if (!sending || known === undefined)
        return sending ? { kind: 'upload', doneBytes: 0, totalBytes } : { kind: 'done' }
      return { kind: 'upload', doneBytes: share(known.done, known.total), totalBytes }
    }
    if (blob.state === 'complete') return { kind: 'done' }
    if (known !== undefined && blob.state === 'wanted')
      return { kind: 'download', doneBytes: share(known.done, known.total), totalBytes }
    const done = countBits(await store.present(ref.blobId), blob.segmentCount)
    return { kind: 'waiting', doneBytes: share(done, blob.segmentCount), totalBytes }
  }

  async function attachment(row: MessageRow, item: MediaItem, index: number): Promise<Attachment> {
    const { display, poster, caption, altText } = item
    return {
      id: `${row.id}.${index}`,
      kind: item.kind,
      mime: display.mime,
      width: display.width,
      height: display.height,
      sizeBytes: display.sizeBytes,
      hasPoster: poster !== undefined,
      transfer: await transferOf(row, item),
      ...(display.durationMs === undefined ? {} : { durationMs: display.durationMs }),
      ...(display.thumbhash === undefined ? {} : { thumbhash: display.thumbhash }),
      ...(caption === undefined ? {} : { caption }),
      ...(altText === undefined ? {} : { altText }),
    }
  }

  async function message(key: string, row: MessageRow): Promise<MessageView> {
    const [conversationId = '', order = '0'] = key.split('/')
    const content = decodeContent(row.content)
    const body = content?.body.kind === 'message' ? content.body : undefined
    const attachments = await Promise.all((body?.media ?? []).map((item, index) => attachment(row, item, index)))
    const nameOf = (contactId: string): string => tables.contacts.peek(contactId)?.name ?? ''
    return {
      id: row.id,
      conversationId,
      order: Number.parseInt(order, 16),
      senderName: row.senderId === undefined ? self.row.name : nameOf(row.senderId),
      sentAt: row.sentAt,
      attachments,
      recipients: row.recipients.map(({ contactId, state }) => ({
        contactId,
        name: nameOf(contactId),
        state: shownState(context, state),
      })),
      ...(row.senderId === undefined ? {} : { senderId: row.senderId }),
      ...(body?.text === undefined ? {} : { text: body.text }),
    }
  }

  return {
    message,
    transfer,
    async conversation(id, row) {
      const contact = tables.contacts.peek(row.contactId)
      const [last] = await tables.messages.list({ prefix: `${id}/`, reverse: true, limit: 1 })
      return {
        id,
        contactId: row.contactId,
        name: contact?.name ?? '',
        unread: row.unread,
        lastActivityAt: row.lastActivityAt,
        draft: row.draft,
        accepted: contact?.state !== 'asked',
        ...(last === undefined ? {} : { lastMessage: await message(last.key, last.row) }),
      }
    },
  }
}

/** The key of a message at an order. */
export function messageKey(conversationId: string, order: number): string {
  return `${conversationId}/${orderKey(order)}`
}
