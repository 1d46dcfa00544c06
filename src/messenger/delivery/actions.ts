// What changes a thread or a relation without being a message of its own: a reaction, an edit, a follow. It goes the way of
// a message, so that none is lost: stored before it is sent, receipted, sent again in a new session. Nobody sees how far it
// got, so its row goes once everybody has it, and what a relay refuses for now waits for better times.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { Body, Content } from '../../protocol/content/content.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import { newId } from '../ids.ts'
import { targetOf } from '../conversation/recipients.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MessageRow } from '../records/rows.ts'
import type { Opened } from './opened.ts'
import { actionIndexKey } from './received-id.ts'
import type { Receipts } from './receipts.ts'
import type { Sealer } from './seal.ts'

/** A body that is sent as an action. */
export type ActionBody = Extract<
  Body,
  {
    kind:
      | 'reaction'
      | 'edit'
      | 'unsend'
      | 'pin'
      | 'follow'
      | 'follower'
      | 'invitation'
      | 'consent'
      | 'operations'
      | 'compare'
      | 'picture'
      | 'join'
      | 'joining'
      | 'introduce'
      | 'introduced'
      | 'meet'
  }
>

export type ActionContent = Content & { readonly body: ActionBody }

export interface ActionTarget {
  /** Where it belongs. */
  readonly conversationId: string
  readonly contactIds: readonly string[]
}

/** Seals it for each of them. To be called inside of the change that stores what it says. `atMs`: when it is said to be done. */
export type SendAction = (change: Change, target: ActionTarget, body: ActionBody, atMs?: number) => Promise<void>

export function createSendAction(context: Context, sealer: Sealer): SendAction {
  const { tables, random, clock } = context
  return async (change, { conversationId, contactIds }, body, atMs = clock.now()) => {
    if (contactIds.length === 0) return
    if (isLastWord(body)) await takeBack(change, conversationId, body.kind)
    const id = newId(random)
    let content: Uint8Array = new Uint8Array()
    const { conversation } = targetOf(context, conversationId)
    for (const contactId of contactIds)
      content = await sealer.seal(change, contactId, body, {
        messageId: id,
        sentAtMs: atMs,
        message: { blobs: [], isAction: true },
        ...(conversation === undefined ? {} : { conversation }),
      })
    const row: MessageRow = {
      id,
      sentAt: atMs,
      receivedAt: clock.now(),
      content,
      recipients: contactIds.map((contactId) => ({ contactId, state: { kind: 'sending' } })),
      receipt: 'none',
    }
    const key = `${actionPrefix(conversationId)}${id}`
    change.put(tables.messages, key, row)
    change.put(tables.messageIndex, id, { key })
  }

  async function takeBack(change: Change, conversationId: string, kind: Body['kind']): Promise<void> {
    for (const { key, row } of await tables.messages.list({ prefix: actionPrefix(conversationId) })) {
      if (decodeContent(row.content)?.body.kind !== kind) continue
      change.delete(tables.messages, key)
      change.put(tables.messageIndex, row.id, {})
      for (const { contactId } of row.recipients) change.delete(tables.kept, `${row.id}/${contactId}`)
      for (const [entryKey, { messageId }] of tables.outbox.held())
        if (messageId === row.id) change.delete(tables.outbox, entryKey)
    }
  }
}

/** Of these the newest says all: one that did not arrive before is not sent any more, nor again. */
function isLastWord({ kind }: Body): boolean {
  return kind === 'follow' || kind === 'follower'
}

/** Where the actions of a conversation wait until everybody has them. They are in none of its pages. */
export function actionPrefix(conversationId: string): string {
  return `${conversationId}!/`
}

export function isActionKey(key: string): boolean {
  return key.includes('!/')
}

/** What one of theirs does; inside the change that opened it. */
export type ApplyAction = (
  change: Change,
  contactId: string,
  contact: ContactRow,
  content: ActionContent,
  encoded: Uint8Array,
) => Promise<void>

export type ActionHandler = (
  change: Change,
  contactId: string,
  contact: ContactRow,
  content: ActionContent,
  opened: Pick<Opened, 'content' | 'via'>,
) => Promise<void>

export function createActionHandler({ tables }: Context, receipts: Receipts, apply: ApplyAction): ActionHandler {
  return async (change, contactId, contact, content, opened) => {
    const id = toHex(content.messageId)
    const indexKey = actionIndexKey(contactId, id)
    const known = await change.get(tables.messageIndex, indexKey)
    // Of a stranger's there is no receipt until they are one no more; what they do is theirs alone.
    if (contact.state === 'accepted')
      await receipts.owe(change, contactId, 'delivered', [id], opened.via === 'direct' ? 'calm' : undefined)
    if (known !== undefined) return
    change.put(tables.messageIndex, indexKey, {})
    await apply(change, contactId, contact, content, opened.content)
  }
}
