// The way in: an envelope in a mailbox becomes a message, a request, a receipt, or nothing. What it causes and the
// ratchet's next state are one commit; only then may the relay delete it. Spec: docs/protocol.md §3-§6.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import { firstMessageKey, isFirstMessage } from '../../protocol/handshake/header-pub.ts'
import { respond } from '../../protocol/handshake/respond.ts'
import { envelopeId } from '../../protocol/mailbox/capability.ts'
import { decodePrekeySecrets, encodePrekeySecrets } from '../../protocol/prekeys/secrets.ts'
import { openMessage } from '../../protocol/session/open.ts'
import type { Session } from '../../protocol/session/session.ts'
import {
  addSession as withSession,
  noSessions,
  pruneSessions,
  replaceSession,
} from '../../protocol/session/sessions.ts'
import { newConversation } from '../conversation/append.ts'
import type { Context } from '../context.ts'
import { newId, pairConversationId } from '../ids.ts'
import { limits } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import type { ContentHandler } from './handle-content.ts'
import type { Outcome } from './intake.ts'

export interface Receiver {
  receive(mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome>
}
export type Via = 'relay' | 'direct'

/** A contact whose messages do not open is told of once an hour, however many come. */
const noticeEveryMs = 60 * 60 * 1000

export interface ReceiverParts {
  readonly handle: ContentHandler
  /** A contact who came by an invite writes to their own mailbox. */
  readonly settled: (change: Change, contactId: string) => Promise<void>
}

export function createReceiver(context: Context, parts: ReceiverParts): Receiver {
  const { tables, ledger, clock, random, self, events, log } = context
  const noticed = new Map<string, number>()

  /** Tries a contact's sessions; gives the content, or why there is none. */
  async function openBySessions(
    change: Change,
    contactId: string,
    envelope: Uint8Array,
  ): Promise<{ readonly content: Uint8Array } | { readonly failure: 'duplicate' | 'damaged' }> {
    const row = await change.get(tables.sessions, contactId)
    let failure: 'duplicate' | 'damaged' = 'damaged'
    if (row === undefined) return { failure }
    const held = pruneSessions(row, clock.now())
    for (const [index, { session }] of held.sessions.entries()) {
      const opened = await openMessage(session, envelope, { nowMs: clock.now() })
      if ('failure' in opened) {
        if (opened.failure === 'duplicate') failure = 'duplicate'
        continue
      }
      change.put(tables.sessions, contactId, replaceSession(held, index, opened.session, clock.now()))
      return { content: opened.content }
    }
    return { failure }
  }

  async function forContact(
    change: Change,
    contactId: string,
    mailboxId: string,
    envelope: Uint8Array,
    via: Via,
  ): Promise<Outcome> {
    const contact = await change.get(tables.contacts, contactId)
    // Deleted or blocked: what they still send is dropped unread.
    if (contact === undefined || contact.state === 'blocked') return 'done'
    const opened = await openBySessions(change, contactId, envelope)
    if ('failure' in opened) {
      if (opened.failure === 'duplicate') return 'done'
      notify(change, contact)
      return 'unreadable'
    }
    const content = decodeContent(opened.content)
    // From a later version or a faulty sender; the ratchet moved on, so it can never be opened again.
    if (content === undefined || toHex(content.conversationId) !== contact.conversationId) {
      notify(change, contact)
      return 'unreadable'
    }
    // They write to their own mailbox now, so nothing of theirs comes to the invite's any more.
    if (contact.inviteId !== undefined && contact.mailboxId === mailboxId) await parts.settled(change, contactId)
    await parts.handle(change, contactId, content, opened.content, via)
    return 'done'
  }

  async function forInvite(change: Change, mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome> {
    const key = firstMessageKey(envelope)
    if (!isFirstMessage(envelope) || key === undefined) return 'done'
    const known = await change.get(tables.firsts, toHex(key))
    if (known !== undefined) return forContact(change, known.contactId, mailboxId, envelope, via)
    const invite = await change.get(tables.invites, mailboxId)
    const prekeys = invite === undefined ? undefined : decodePrekeySecrets(invite.prekeys)
    if (invite === undefined || prekeys === undefined || invite.used >= invite.uses || invite.over) return 'done'
    const result = await respond({
      identity: self.identity,
      prekeys,
      psk: invite.psk,
      pskKind: 'invite',
      envelope,
      random: (length) => random.bytes(length),
      nowMs: clock.now(),
    })
    if ('failure' in result) {
      log.debug('first-message-refused', { failure: result.failure })
      return 'done'
    }
    const content = decodeContent(result.content)
    const { fingerprint } = result.peer
    if (content?.body.kind !== 'request') return 'done'
    if (toHex(content.conversationId) !== toHex(pairConversationId(self.fingerprint, fingerprint))) return 'done'
    if (toHex(fingerprint) === toHex(self.fingerprint)) return 'done'

    const existing = findByFingerprint(fingerprint)
    if (existing?.[1].state === 'blocked') return 'done'
    if (existing !== undefined && (await isAcknowledged(change, existing[0]))) {
      // Somebody with a contact's keys, or an old copy of them, begins anew without the old session. That must not take
      // the contact over without a word (§5); until a change of keys can be confirmed it is refused, and said.
      notify(change, existing[1])
      return 'done'
    }
    // It stays at the relay until others were answered.
    if (existing === undefined && waitingRequests() >= limits.requests) return 'later'
    const contactId = existing?.[0] ?? newId(random)
    change.put(tables.firsts, toHex(key), { contactId, at: clock.now() })
    change.put(tables.invites, mailboxId, {
      ...invite,
      prekeys: encodePrekeySecrets(result.prekeys),
      used: invite.used + 1,
    })
    await addSession(change, contactId, result.session)
    if (existing === undefined) {
      const conversationId = toHex(content.conversationId)
      change.put(tables.contacts, contactId, {
        fingerprint,
        name: content.body.name,
        state: 'request',
        conversationId,
        inviteId: mailboxId,
        createdAt: clock.now(),
      })
      change.put(tables.conversations, conversationId, newConversation(contactId, clock.now()))
    } else {
      change.put(tables.contacts, contactId, { ...existing[1], inviteId: mailboxId })
    }
    await parts.handle(change, contactId, content, result.content, via)
    return 'done'
  }

  async function addSession(change: Change, contactId: string, session: Session): Promise<void> {
    const held = (await change.get(tables.sessions, contactId)) ?? noSessions
    change.put(tables.sessions, contactId, withSession(held, session, 1, clock.now()))
  }

  const findByFingerprint = (fingerprint: Uint8Array): [string, ContactRow] | undefined =>
    [...tables.contacts.held()].find(([, contact]) => toHex(contact.fingerprint) === toHex(fingerprint))

  const waitingRequests = (): number =>
    [...tables.contacts.held()].filter(([, { state }]) => state === 'request').length

  async function isAcknowledged(change: Change, contactId: string): Promise<boolean> {
    return ((await change.get(tables.sessions, contactId))?.psks ?? []).length > 0
  }

  function notify(change: Change, { conversationId }: ContactRow): void {
    const now = clock.now()
    if ((noticed.get(conversationId) ?? -Infinity) > now - noticeEveryMs) return
    change.after(() => {
      noticed.set(conversationId, now)
      events.emit('error', { code: 'undecryptable-message', conversationId })
    })
  }

  return {
    async receive(mailboxId, envelope, via) {
      try {
        return await ledger.change(async (change) => {
          const mailbox = await change.get(tables.mailboxes, mailboxId)
          // A closing invite is emptied first: those who asked before are heard, strangers are not (`over`).
          if (mailbox === undefined || (mailbox.closing && mailbox.purpose.kind !== 'invite')) return 'done'
          return mailbox.purpose.kind === 'invite'
            ? forInvite(change, mailboxId, envelope, via)
            : forContact(change, mailbox.purpose.contactId, mailboxId, envelope, via)
        })
      } catch (error) {
        if (context.closing.aborted) return 'later'
        if (!(error instanceof StorageError)) {
          // A fault of this program must neither lose the envelope nor stop those behind it.
          log.error('receive-failed', { error: error instanceof Error ? error.name : 'unknown' })
          await keep(mailboxId, envelope)
          return 'unreadable'
        }
        events.emit('error', { code: error.code === 'full' ? 'storage-full' : 'storage-damaged' })
        return 'later'
      }
    },
  }

  async function keep(mailboxId: string, envelope: Uint8Array): Promise<void> {
    const held = await tables.quarantine.list({ limit: limits.quarantine })
    if (held.length >= limits.quarantine) return
    const row = { mailboxId, envelope, at: clock.now() }
    await ledger.change(async (change) => change.put(tables.quarantine, toHex(envelopeId(envelope)), row))
  }
}
