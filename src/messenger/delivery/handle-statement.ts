// What a contact says of who and where they are: how two people become contacts, new names, new addresses. Which of two
// statements is newer is decided by where they were written (position.ts). Spec: docs/protocol.md §6.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import type { Body, Content, MailboxAddress } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, Position } from '../records/rows.ts'
import { joinedBy } from '../people/joined-by.ts'
import { mayUseRelay } from '../relay-name.ts'
import { isBefore } from './position.ts'
import { revive } from './revive.ts'

export type Statement = Extract<Body, { kind: 'request' | 'accept' | 'profile' | 'mailbox' | 'refresh' }>

export interface StatementParts {
  /** Somebody asks: answer at once if I already know I want them. */
  readonly requested: (change: Change, contactId: string) => Promise<void>
  /** Somebody asks who was answered, and has not heard of it. */
  readonly askedAgain: (change: Change, contactId: string) => Promise<void>
  /** Their address changed: what waits can go. */
  readonly reachable: (contactId: string) => void
  /** They are a contact from now on; in the change. */
  readonly befriended: (change: Change, contactId: string) => Promise<void>
  /** My request was answered. */
  readonly accepted: (contactId: string) => void
}

export interface StatementHandler {
  take(change: Change, contactId: string, contact: ContactRow, body: Statement, by: Position): Promise<void>
  /** Something else came in a session that my request began: their answer was lost, or comes later. */
  acceptUnsaid(change: Change, contactId: string): Promise<void>
}

export function createStatementHandler(context: Context, parts: StatementParts): StatementHandler {
  const { tables, clock, events, self } = context

  async function take(
    change: Change,
    contactId: string,
    contact: ContactRow,
    body: Statement,
    by: Position,
  ): Promise<void> {
    switch (body.kind) {
      case 'request':
        if (contact.state !== 'accepted') await request(change, contactId, contact, body, by)
        else if (await isUnheard(change, contactId, by)) await parts.askedAgain(change, contactId)
        return
      case 'accept':
      case 'refresh':
        // Their answer to my request may be what was lost, and what I wrote since then with it.
        if (contact.state === 'asked') {
          await accept(change, contactId, contact, body, by)
          const held = await change.get(tables.sessions, contactId)
          if (held !== undefined && body.kind === 'refresh')
            change.put(tables.sessions, contactId, { ...held, resendAt: clock.now() })
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
        return rename(change, contactId, body.name, by)
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
    await becomeContact(change, contactId, {
      ...contact,
      ...((await isNewest(change, contactId, 'namedBy', by)) ? { name } : {}),
      ...((await isNewest(change, contactId, 'movedBy', by)) ? { theirs: mailbox } : {}),
    })
  }

  /** Where they are was lost with the answer. Until they say it again, they are reached where I asked. */
  async function acceptUnsaid(change: Change, contactId: string): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact?.state === 'asked') await becomeContact(change, contactId, contact)
  }

  async function becomeContact(change: Change, contactId: string, contact: ContactRow): Promise<void> {
    const { request: _, ...rest } = contact
    change.put(tables.contacts, contactId, { ...rest, state: 'accepted' })
    await revive(context, change, contactId)
    await parts.befriended(change, contactId)
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
      ...(now.inviteId === undefined ? {} : { inviteId: now.inviteId }),
      // What else they wrote comes after this.
      messages: 0,
      previews: [],
    }
    change.after(() => {
      // Who asks to join a group waits there.
      const isSeen = now.ignored !== true && self.row.whoMayWrite !== 'nobody' && joinedBy(context, now) === undefined
      if (isNew && isSeen) events.emit('request', view)
      changed('requests', contactId)
      changed('invites', now.inviteId)
    })
  }

  /** My answer may have been lost: nothing in that session shows that they heard anything. */
  async function isUnheard(change: Change, contactId: string, { sid }: Position): Promise<boolean> {
    const held = await change.get(tables.sessions, contactId)
    return held?.sessions.some(({ session }) => equalBytes(session.sid, sid) && !session.acknowledged) ?? false
  }

  function changed(what: 'contacts' | 'conversations' | 'requests' | 'invites', id: string | undefined): void {
    events.emit('change', { what, ...(id === undefined ? {} : { id }) })
  }

  return { take, acceptUnsaid }
}
