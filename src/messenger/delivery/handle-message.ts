// A message that came: its row, its blobs and what it owes in one change. Of a request nothing is fetched and nothing is
// answered; what is known already is receipted once more.

import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import { believedTime } from '../believed-time.ts'
import type { Context } from '../context.ts'
import type { NewBlob } from '../conversation/append.ts'
import { appendMessage } from '../conversation/append.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MessageRow } from '../records/rows.ts'
import { targetOf } from '../conversation/recipients.ts'
import { firstState } from '../transfer/auto-download.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import { receivedViewing } from '../viewing/policy.ts'
import type { Opened } from './opened.ts'
import type { Receipts } from './receipts.ts'
import { receivedId } from './received-id.ts'
import { takeRoom } from './request-room.ts'

export interface MessageHandlerParts {
  readonly receipts: Receipts
  readonly messageStored: (key: string) => void
  /** Actions about it that came before it. */
  readonly releaseEarly: (change: Change, conversationId: string, messageId: string) => Promise<void>
}

export type MessageHandler = (
  change: Change,
  contactId: string,
  contact: ContactRow,
  content: Content,
  body: Extract<Content['body'], { kind: 'message' }>,
  opened: Pick<Opened, 'content' | 'via'>,
) => Promise<void>

export function createMessageHandler(context: Context, parts: MessageHandlerParts): MessageHandler {
  const { tables, clock, events } = context

  return async (change, contactId, contact, content, body, { content: encoded, via }) => {
    const sentId = toHex(content.messageId)
    const { fingerprint } = contact
    const { id, known } = await receivedId(context, change, { contactId, fingerprint }, sentId)
    if (known !== undefined) {
      await oweAgain(change, contactId, known.key, sentId)
      return
    }
    const conversationId = toHex(content.conversationId)
    const isOfGroup = conversationId !== contact.conversationId
    // Of a member of a group of mine, what they write to me alone waits as a request does.
    const accepted = contact.state !== 'request' && (isOfGroup || contact.peer === undefined)
    const refs = blobRefs(body.media)
    const blobs = refs.flatMap((ref): NewBlob[] => {
      const first = accepted ? firstState(context, ref) : ({ state: 'held' } as const)
      return withHashList(ref).map((blob) => ({ ...blob, ...first }))
    })
    // One blob id names one blob: a message that names another one's is not stored over it.
    if (new Set(blobs.map(({ blobId }) => blobId)).size < blobs.length) return
    for (const { blobId } of blobs) if ((await change.get(tables.blobs, blobId)) !== undefined) return
    if (!accepted && !(await keepWaiting(change, contactId, body.text, encoded.length))) return
    const now = clock.now()
    const row: MessageRow = {
      id,
      senderId: contactId,
      sentAt: believedTime(content.sentAtMs, now),
      receivedAt: now,
      content: encoded,
      recipients: [],
      ...(body.lifeMs === undefined ? {} : { lifeMs: body.lifeMs }),
      receipt: accepted && refs.length > 0 ? 'waiting' : accepted ? 'done' : 'none',
    }
    // Members whom I know by the group alone see no address of mine.
    const others = targetOf(context, conversationId).contactIds.filter(
      (id) => id !== contactId && tables.contacts.peek(id)?.peer === undefined,
    )
    const key = await appendMessage(context, change, conversationId, row, blobs, others)
    if (body.view !== undefined) change.put(tables.viewings, id, receivedViewing(body.view, body.media, now))
    if (accepted && refs.length === 0)
      await parts.receipts.owe(change, contactId, 'delivered', [sentId], via === 'direct' ? 'calm' : undefined)
    await parts.releaseEarly(change, conversationId, id)
    change.after(() =>
      accepted ? parts.messageStored(key) : events.emit('change', { what: 'requests', id: contactId }),
    )
  }

  /** Of somebody who waits for my word; false: they have written as much as is kept. */
  async function keepWaiting(
    change: Change,
    contactId: string,
    text: string | undefined,
    bytes: number,
  ): Promise<boolean> {
    if (!(await takeRoom(context, change, contactId, { messages: 1, bytes }))) return false
    const contact = await change.get(tables.contacts, contactId)
    if (contact?.peer === 'member')
      change.put(tables.contacts, contactId, {
        ...contact,
        peer: 'asking',
        ...(text === undefined ? {} : { requestText: text }),
      })
    return true
  }

  /** They would not send it again had they heard that it is here. */
  async function oweAgain(change: Change, contactId: string, key: string | undefined, sentId: string): Promise<void> {
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    if (row?.senderId === contactId && row.receipt === 'done')
      await parts.receipts.owe(change, contactId, 'delivered', [sentId], 'calm')
  }
}
