// A post of somebody: kept if I follow them and its time is not over. What strangers and people I do not follow post is
// acknowledged and forgotten.

import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import { believedTime } from '../believed-time.ts'
import type { Context } from '../context.ts'
import { appendMessage } from '../conversation/append.ts'
import { removeMessage } from '../conversation/remove-message.ts'
import type { Opened } from '../delivery/opened.ts'
import { receivedId } from '../delivery/received-id.ts'
import type { Receipts } from '../delivery/receipts.ts'
import { limits, times } from '../limits.ts'
import { isFollowed } from '../people/followed.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MessageRow } from '../records/rows.ts'
import { firstState } from '../transfer/auto-download.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import { placeFor } from './places.ts'

export type PostHandler = (
  change: Change,
  contactId: string,
  contact: ContactRow,
  content: Content & { readonly body: Extract<Content['body'], { kind: 'post' }> },
  opened: Pick<Opened, 'content' | 'via'>,
) => Promise<void>

export interface PostHandlerParts {
  readonly receipts: Receipts
  /** It is stored: its media may be fetched. */
  readonly stored: (key: string) => void
  readonly dropped: (messageId: string) => void
}

export function createPostHandler(context: Context, { receipts, stored, dropped }: PostHandlerParts): PostHandler {
  const { tables, clock, events } = context

  return async (change, contactId, contact, content, opened) => {
    const { body } = content
    const sentId = toHex(content.messageId)
    if (contact.state !== 'accepted' || contact.peer !== undefined) return
    const { id, known } = await receivedId(context, change, { contactId, fingerprint: contact.fingerprint }, sentId)
    const now = clock.now()
    // A clock of theirs that is wrong must not keep it for ever.
    const until = Math.min(body.until, now + times.postMaxMs)
    const isWanted = isFollowed(context, contact.fingerprint) && until > now
    const refs = blobRefs(body.media)
    const isWhole = refs.length === 0 || !isWanted
    if (isWhole)
      await receipts.owe(change, contactId, 'delivered', [sentId], opened.via === 'direct' ? 'calm' : undefined)
    if (known !== undefined) return
    if (!isWanted) return
    const blobs = refs.flatMap((ref) => withHashList(ref).map((blob) => ({ ...blob, ...firstState(context, ref) })))
    // One blob id names one blob: a post that names another one's is not stored over it.
    if (new Set(blobs.map(({ blobId }) => blobId)).size < blobs.length) return
    for (const { blobId } of blobs) if ((await change.get(tables.blobs, blobId)) !== undefined) return
    const place = await placeFor(context, change, contactId)
    await makeRoom(change, place)
    const row: MessageRow = {
      id,
      senderId: contactId,
      sentAt: believedTime(content.sentAtMs, now),
      receivedAt: now,
      content: opened.content,
      recipients: [],
      receipt: refs.length > 0 ? 'waiting' : 'done',
    }
    const key = await appendMessage(context, change, place, row, blobs, [])
    change.put(tables.expiring, id, { at: until })
    change.after(() => {
      stored(key)
      events.emit('change', { what: 'posts' })
    })
  }

  /** Of too many the oldest goes. */
  async function makeRoom(change: Change, place: string): Promise<void> {
    const rows = await tables.messages.list({ prefix: `${place}/` })
    for (const { key, row } of rows.slice(0, Math.max(0, rows.length - limits.postsOfOne + 1))) {
      removeMessage(context, change, key, row)
      change.after(() => dropped(row.id))
    }
  }
}
