// What an opened message does. Everything here runs inside the change that opened it.

import { toHex } from '../../protocol/bytes.ts'
import type { Body, Content, MailboxAddress, Receipt } from '../../protocol/content/content.ts'
import type { NewBlob } from '../conversation/append.ts'
import { appendMessage } from '../conversation/append.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MessageRow, Position } from '../records/rows.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import { mayUseRelay } from '../relay-name.ts'
import { isBefore } from './position.ts'
import type { Opened, Via } from './receive.ts'
import { revive } from './revive.ts'
import type { Receipts } from './receipts.ts'
import { moveState } from './states.ts'
import { firstState } from '../transfer/auto-download.ts'
import { receivedViewing } from '../viewing/policy.ts'
import type { SentViews } from '../viewing/sent-views.ts'

export type ContentHandler = (change: Change, contactId: string, content: Content, opened: Opened) => Promise<void>

export interface HandlerParts {
  readonly receipts: Receipts
  readonly sentViews: SentViews
  /** Somebody asks: answer at once if I already know I want them. */
  readonly requested: (change: Change, contactId: string) => Promise<void>
  /** Their address changed: what waits can go. */
  readonly reachable: (contactId: string) => void
  /** My request was answered. */
  readonly accepted: (contactId: string) => void
  readonly delivered: (messageId: string, contactId: string) => void
  readonly messageStored: (key: string, row: MessageRow) => void
}

export function createContentHandler(context: Context, parts: HandlerParts): ContentHandler {
  const { tables, clock, events, self } = context

  return async (change, contactId, content, opened) => {
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined) return
    const { body } = content
    const by = { ...opened.position, sentAt: content.sentAtMs }
    // Where and who they are is what their newest session says: an old one, or a copy of it, changes nothing.
    if (!opened.isCurrent && !mayCome(body)) return
    switch (body.kind) {
      case 'request':
        await request(change, contactId, contact, body, by)
        return
      case 'accept':
        if (contact.state === 'asked') await accept(change, contactId, contact, body, by)
        return
      case 'refresh':
        // Their answer to my request may be what was lost, and what I wrote since then with it.
        if (contact.state === 'asked') {
          await accept(change, contactId, contact, body, by)
          const held = await change.get(tables.sessions, contactId)
          if (held !== undefined) change.put(tables.sessions, contactId, { ...held, resendAt: clock.now() })
        } else if (contact.state === 'accepted') {
          await rename(change, contactId, body.name, by)
          await move(change, contactId, body.mailbox, by)
        }
        return
      case 'mailbox':
        // One that overtook the answer to my request counts too: the answer names an address from before.
        if (contact.state === 'accepted' || contact.state === 'asked') await move(change, contactId, body.mailbox, by)
        return
      case 'profile':
        await rename(change, contactId, body.name, by)
        return
      case 'receipt':
        await receipt(change, contactId, body)
        return
      case 'message':
        await message(change, contactId, contact, content, body, opened)
        return
      case 'unknown':
        // A kind of a later version: nothing of it can be shown.
        return
    }
  }

  async function accept(
    change: Change,
    contactId: string,
    contact: ContactRow,
    { name, mailbox }: { readonly name: string; readonly mailbox: MailboxAddress },
    by: Position,
  ): Promise<void> {
    if (!mayUseRelay(context, mailbox.relay)) return
    change.put(tables.contacts, contactId, {
      ...contact,
      state: 'accepted',
      ...((await isNewest(change, contactId, 'namedBy', by)) ? { name } : {}),
      ...((await isNewest(change, contactId, 'movedBy', by)) ? { theirs: mailbox } : {}),
    })
    await revive(context, change, contactId)
    change.after(() => {
      parts.accepted(contactId)
      parts.reachable(contactId)
      changed('contacts', contactId)
      changed('conversations', contact.conversationId)
    })
  }

  async function move(change: Change, contactId: string, mailbox: MailboxAddress, by: Position): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined || !mayUseRelay(context, mailbox.relay)) return
    if (!(await isNewest(change, contactId, 'movedBy', by))) return
    change.put(tables.contacts, contactId, { ...contact, theirs: mailbox })
    await revive(context, change, contactId)
    change.after(() => parts.reachable(contactId))
  }

  /** What a relay held back must not bring back an address or a name that they gave up. */
  async function isNewest(
    change: Change,
    contactId: string,
    field: 'movedBy' | 'namedBy',
    by: Position,
  ): Promise<boolean> {
    const held = await change.get(tables.sessions, contactId)
    if (held === undefined) return true
    if (isBefore(by, held[field])) return false
    change.put(tables.sessions, contactId, { ...held, [field]: by })
    return true
  }

  async function rename(change: Change, contactId: string, name: string, by: Position): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined || !(await isNewest(change, contactId, 'namedBy', by)) || contact.name === name) return
    change.put(tables.contacts, contactId, { ...contact, name })
    change.after(() => {
      changed('contacts', contactId)
      changed('conversations', contact.conversationId)
    })
  }

  async function request(
    change: Change,
    contactId: string,
    contact: ContactRow,
    body: Extract<Content['body'], { kind: 'request' }>,
    by: Position,
  ): Promise<void> {
    const { name, mailbox, text } = body
    // Only somebody new may ask, or somebody whom I asked at the same time; never twice with an effect.
    if ((contact.state !== 'request' && contact.state !== 'asked') || !mayUseRelay(context, mailbox.relay)) return
    const isNew = contact.theirs === undefined
    if (await isNewest(change, contactId, 'movedBy', by))
      change.put(tables.contacts, contactId, {
        ...contact,
        theirs: mailbox,
        ...(contact.state === 'request' ? { name, ...(text === undefined ? {} : { requestText: text }) } : {}),
      })
    await parts.requested(change, contactId)
    const now = await change.get(tables.contacts, contactId)
    if (now?.state !== 'request') return
    const view = {
      id: contactId,
      name,
      receivedAt: now.createdAt,
      fingerprint: toHex(now.fingerprint),
      ...(now.requestText === undefined ? {} : { text: now.requestText }),
    }
    change.after(() => {
      if (isNew) events.emit('request', view)
      changed('requests', contactId)
      changed('invites', now.inviteId)
    })
  }

  async function receipt(change: Change, contactId: string, body: Receipt): Promise<void> {
    const { delivered, seen } = body
    const at = clock.now()
    for (const id of delivered.map(toHex)) await moveState(context, change, id, contactId, { kind: 'delivered', at })
    for (const id of seen.map(toHex)) await moveState(context, change, id, contactId, { kind: 'seen', at })
    await parts.sentViews.said(change, contactId, body)
    change.after(() => {
      for (const id of delivered) parts.delivered(toHex(id), contactId)
    })
  }

  async function message(
    change: Change,
    contactId: string,
    contact: ContactRow,
    content: Content,
    body: Extract<Content['body'], { kind: 'message' }>,
    { content: encoded, via }: { readonly content: Uint8Array; readonly via: Via },
  ): Promise<void> {
    const id = toHex(content.messageId)
    const known = await change.get(tables.messageIndex, id)
    if (known !== undefined) {
      await oweAgain(change, contactId, known.key)
      return
    }
    const accepted = contact.state !== 'request'
    const conversation = await change.get(tables.conversations, contact.conversationId)
    if (!accepted && (conversation?.lastOrder ?? 0) >= limits.messagesPerRequest) return
    const refs = blobRefs(body.media)
    const blobs = refs.flatMap((ref): NewBlob[] => {
      const state = accepted ? firstState(self, ref) : 'held'
      return withHashList(ref).map((blob) => ({ ...blob, state }))
    })
    // One blob id names one blob: a message that names another one's is not stored over it.
    if (new Set(blobs.map(({ blobId }) => blobId)).size < blobs.length) return
    for (const { blobId } of blobs) if ((await change.get(tables.blobs, blobId)) !== undefined) return
    const now = clock.now()
    const row: MessageRow = {
      id,
      senderId: contactId,
      sentAt: Math.min(content.sentAtMs, now + times.futureMs),
      receivedAt: now,
      content: encoded,
      recipients: [],
      receipt: accepted && refs.length > 0 ? 'waiting' : accepted ? 'done' : 'none',
    }
    const key = await appendMessage(context, change, contact.conversationId, row, blobs, [])
    if (body.view !== undefined) change.put(tables.viewings, id, receivedViewing(body.view, body.media, now))
    if (accepted && refs.length === 0)
      await parts.receipts.owe(change, contactId, 'delivered', [id], via === 'direct' ? 'calm' : undefined)
    change.after(() => (accepted ? parts.messageStored(key, row) : changed('requests', contactId)))
  }

  /** They would not send it again had they heard that it is here. */
  async function oweAgain(change: Change, contactId: string, key: string | undefined): Promise<void> {
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    if (row?.senderId === contactId && row.receipt === 'done')
      await parts.receipts.owe(change, contactId, 'delivered', [row.id], 'calm')
  }

  function changed(what: 'contacts' | 'conversations' | 'requests' | 'invites', id: string | undefined): void {
    events.emit('change', { what, ...(id === undefined ? {} : { id }) })
  }
}

/** What is worth the same in an old session. */
function mayCome({ kind }: Body): boolean {
  return kind === 'message' || kind === 'receipt'
}
