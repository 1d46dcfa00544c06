// After a new session began, by either side: everything of mine that the contact may not have is sealed again in it
// (docs/protocol.md §5). What they have already they know by its message id. Nothing is lost by dropping what was sealed
// in older sessions and has not left: it is among what is sealed here.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { Body } from '../../protocol/content/content.ts'
import { deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { Context } from '../context.ts'
import { isStillTold } from '../conversation/recipients.ts'
import { newId } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MessageRow, OutboxRow } from '../records/rows.ts'
import type { Keyed } from '../records/table.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Receipts } from './receipts.ts'
import type { Sealer } from './seal.ts'
import { actionPrefix, isActionKey } from './actions.ts'
import { markOf } from './conversation-mark.ts'
import { moveState } from './states.ts'

export interface ResendParts {
  readonly sealer: Sealer
  readonly receipts: Receipts
  readonly mailboxes: Mailboxes
}

/**
 * In the session that is active now: who and where I am, then every message not known to be delivered, in order.
 * `unsent`: only those that no relay has. What lies in their mailbox may be all right, and they are perhaps not there to say
 * so: a relay that makes this device begin anew must not fill the mailbox with it.
 */
export type Resend = (change: Change, contactId: string, which?: 'unsent') => Promise<void>

interface Unacknowledged {
  readonly key: string
  readonly row: MessageRow
  readonly entry: OutboxRow | undefined
}

export function createResend(context: Context, { sealer, receipts, mailboxes }: ResendParts): Resend {
  const { tables, clock, random, self, log } = context

  return async (change, contactId, which) => {
    const contact = await change.get(tables.contacts, contactId)
    if (contact?.state !== 'accepted') return
    const entries = [...tables.outbox.held()].filter(
      ([key, { envelopeAt }]) => key.startsWith(`${contactId}/`) && (which !== 'unsent' || envelopeAt === 'here'),
    )
    const messages = await unacknowledged(contactId, contact.conversationId, entries, which !== 'unsent')
    for (const [key] of entries) change.delete(tables.outbox, key)

    const body: Body = { kind: 'refresh', name: self.row.name, mailbox: await ownAddress(change, contactId, contact) }
    await sealer.seal(change, contactId, body, { messageId: newId(random), sentAtMs: clock.now() })
    for (const message of messages) await again(change, contactId, message)
    await oweAgain(change, contactId, contact.conversationId)
  }

  async function again(change: Change, contactId: string, { key, row, entry }: Unacknowledged): Promise<void> {
    const content = decodeContent(row.content)
    if (content === undefined || !isStillTold(context, key, contactId)) return
    const { body } = content
    const blobs =
      entry?.blobs ??
      blobRefs(mediaOf(row))
        .flatMap(withHashList)
        .map(({ blobId }) => blobId)
    await sealer.seal(change, contactId, body, {
      messageId: row.id,
      sentAtMs: row.sentAt,
      message: { blobs, isAction: isActionKey(key) },
      ...markOf(content),
    })
    // Whatever refused it before, it goes another way now.
    if (entry?.failed === true) await moveState(context, change, row.id, contactId, { kind: 'sending' })
  }

  /** What is still to go, and what only their relay is known to have; of actions also what it did not keep. */
  async function unacknowledged(
    contactId: string,
    conversationId: string,
    entries: readonly (readonly [string, OutboxRow])[],
    withKept: boolean,
  ): Promise<Unacknowledged[]> {
    const waiting = new Map<string, OutboxRow | undefined>()
    for (const [key] of tables.kept.held()) {
      const [messageId = '', recipient] = key.split('/')
      if (withKept && recipient === contactId) waiting.set(messageId, undefined)
    }
    for (const { row } of await tables.messages.list({ prefix: actionPrefix(conversationId) }))
      if (row.recipients.some(({ contactId: recipient, state }) => recipient === contactId && state.kind === 'failed'))
        waiting.set(row.id, undefined)
    for (const [, entry] of entries) if (entry.messageId !== undefined) waiting.set(entry.messageId, entry)
    const found: Unacknowledged[] = []
    for (const [messageId, entry] of waiting) {
      const key = (await tables.messageIndex.get(messageId))?.key
      const row = key === undefined ? undefined : await tables.messages.get(key)
      if (key !== undefined && row !== undefined) found.push({ key, row, entry })
    }
    // What an action is about comes before it.
    const rank = ({ key }: Unacknowledged): string => `${isActionKey(key) ? 1 : 0}${key}`
    return found.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  }

  async function ownAddress(change: Change, contactId: string, contact: ContactRow) {
    const row = contact.mailboxId === undefined ? undefined : await change.get(tables.mailboxes, contact.mailboxId)
    if (row !== undefined && !row.closing) return { relay: row.relay, writeKey: deriveWriteKey(row.readKey) }
    const made = mailboxes.create(change, { kind: 'contact', contactId })
    change.put(tables.contacts, contactId, { ...contact, mailboxId: made.id })
    change.after(() => void mailboxes.open(made.id).catch(() => log.debug('mailbox-open-later')))
    return { relay: made.relay, writeKey: made.writeKey }
  }

  /** My receipts may be among what was lost: they come again for the newest of their messages. */
  async function oweAgain(change: Change, contactId: string, conversationId: string): Promise<void> {
    const seenOrder = (await change.get(tables.conversations, conversationId))?.seenOrder ?? 0
    const newest = await tables.messages.list({ prefix: `${conversationId}/`, reverse: true, limit: limits.receiptIds })
    const theirs = newest.toReversed().filter(({ row }) => row.senderId === contactId && row.receipt === 'done')
    const isSeen = ({ key, row }: Keyed<MessageRow>): boolean =>
      row.passed !== true && Number.parseInt(key.slice(conversationId.length + 1), 16) <= seenOrder
    const ids = (rows: typeof theirs): string[] => rows.map(({ row }) => row.id)
    await receipts.owe(change, contactId, 'delivered', ids(theirs), 'calm')
    if (self.row.seenReceipts) await receipts.owe(change, contactId, 'seen', ids(theirs.filter(isSeen)), 'calm')
  }
}
