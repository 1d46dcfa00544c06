// What I wrote to a group while one of its people could not be reached yet: it goes to them once they are members and this
// device knows them, and with it the text that I gave it since. Reactions and pins of before do not.

import { fromHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Sealer } from '../delivery/seal.ts'
import type { Change } from '../records/ledger.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import { headsFor } from '../../protocol/group/sync.ts'
import type { Group } from './directory.ts'
import { contactOf, isReachable } from './people.ts'

/** How far back it is looked for what somebody has not got: more than is written while a group comes together. */
export const newestRows = 500

export type CatchUp = (
  change: Change,
  of: { readonly groupId: string; readonly person: string; readonly after: Group },
) => Promise<void>

export function createCatchUp(context: Context, sealer: Sealer, send: SendAction): CatchUp {
  const { tables, self, events } = context

  return async (change, { groupId, person, after }) => {
    const contact = contactOf(context, person)
    const conversationId = (await change.get(tables.groups, groupId))?.conversationId
    const { log, state } = after
    const isMember = state?.members.has(person) === true
    if (contact === undefined || !isReachable(contact[1]) || conversationId === undefined || state === undefined) return
    if (!isMember) return
    const [contactId] = contact
    const heads = headsFor(log, state, self.fingerprint)
    const newest = await tables.messages.list({ prefix: `${conversationId}/`, reverse: true, limit: newestRows })
    for (const { key } of newest.toReversed()) {
      const row = await change.get(tables.messages, key)
      if (row?.unreached?.includes(person) !== true) continue
      const body = decodeContent(row.content)?.body
      const unreached = row.unreached.filter((other) => other !== person)
      if (body === undefined || row.recipients.some((recipient) => recipient.contactId === contactId)) {
        // Taken back meanwhile, or theirs already.
        change.put(tables.messages, key, { ...row, unreached })
        continue
      }
      const blobs = blobRefs(mediaOf(row)).flatMap(withHashList)
      const content = await sealer.seal(change, contactId, body, {
        messageId: row.id,
        sentAtMs: row.sentAt,
        message: { blobs: blobs.map(({ blobId }) => blobId) },
        conversation: { id: conversationId, heads },
      })
      const recipient = { contactId, state: { kind: 'sending' as const } }
      const recipients = [...row.recipients, recipient]
      change.put(tables.messages, key, { ...row, content, unreached, recipients })
      change.after(() =>
        events.emit('state', {
          messageId: row.id,
          conversationId,
          recipient: { ...recipient, name: contact[1].name },
        }),
      )
      const edited = row.edits?.at(-1)
      const messageId = fromHex(row.id)
      if (edited !== undefined && messageId !== undefined)
        await send(
          change,
          { conversationId, contactIds: [contactId] },
          { kind: 'edit', of: messageId, text: edited.text },
          edited.at,
        )
      for (const { blobId } of blobs) {
        const blob = await change.get(tables.blobs, blobId)
        if (blob !== undefined) change.put(tables.blobs, blobId, { ...blob, readers: [...blob.readers, contactId] })
      }
    }
  }
}
