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
import { newConversation } from '../conversation/append.ts'
import type { Context } from '../context.ts'
import { newId, pairConversationId } from '../ids.ts'
import { limits } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import type { ContentHandler } from './handle-content.ts'

export interface Receiver {
  receive(mailboxId: string, envelope: Uint8Array, via: Via): Promise<'done' | 'later'>
}
export type Via = 'relay' | 'direct'

export function createReceiver(context: Context, handle: ContentHandler): Receiver {
  const { tables, ledger, clock, random, self, events, log } = context

  /** Tries a contact's sessions; gives the content, or why there is none. */
  async function openBySessions(
    change: Change,
    contactId: string,
    envelope: Uint8Array,
  ): Promise<{ readonly content: Uint8Array } | { readonly failure: 'duplicate' | 'damaged' }> {
    const sessions = (await change.get(tables.sessions, contactId))?.sessions ?? []
    let failure: 'duplicate' | 'damaged' = 'damaged'
    for (const [index, session] of sessions.entries()) {
      const opened = await openMessage(session, envelope, { nowMs: clock.now() })
      if ('failure' in opened) {
        if (opened.failure === 'duplicate') failure = 'duplicate'
        continue
      }
      const next = sessions.map((other, at) => (at === index ? opened.session : other))
      change.put(tables.sessions, contactId, { sessions: ordered(next) })
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
  ): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    // Deleted or blocked: what they still send is dropped unread.
    if (contact === undefined || contact.state === 'blocked') return
    const opened = await openBySessions(change, contactId, envelope)
    if ('failure' in opened) {
      if (opened.failure !== 'duplicate') await quarantine(change, mailboxId, envelope, contact)
      return
    }
    const content = decodeContent(opened.content)
    // From a later version or a faulty sender; the ratchet moved on, so it can never be opened again.
    if (content === undefined || toHex(content.conversationId) !== contact.conversationId)
      return notify(change, contact)
    await handle(change, contactId, content, opened.content, via)
  }

  async function forInvite(
    change: Change,
    mailboxId: string,
    envelope: Uint8Array,
    via: Via,
  ): Promise<'done' | 'later'> {
    const key = firstMessageKey(envelope)
    if (!isFirstMessage(envelope) || key === undefined) return 'done'
    const known = await change.get(tables.firsts, toHex(key))
    if (known !== undefined) {
      await forContact(change, known.contactId, mailboxId, envelope, via)
      return 'done'
    }
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
    await handle(change, contactId, content, result.content, via)
    return 'done'
  }

  async function addSession(change: Change, contactId: string, session: Session): Promise<void> {
    const held = (await change.get(tables.sessions, contactId))?.sessions ?? []
    change.put(tables.sessions, contactId, { sessions: ordered([session, ...held]) })
  }

  const findByFingerprint = (fingerprint: Uint8Array): [string, ContactRow] | undefined =>
    [...tables.contacts.held()].find(([, contact]) => toHex(contact.fingerprint) === toHex(fingerprint))

  const waitingRequests = (): number =>
    [...tables.contacts.held()].filter(([, { state }]) => state === 'request').length

  function notify(change: Change, contact: ContactRow): void {
    change.after(() => events.emit('error', { code: 'undecryptable-message', conversationId: contact.conversationId }))
  }

  /** Kept, so that nothing is lost if a later version or a restored session can open it. */
  async function quarantine(
    change: Change,
    mailboxId: string,
    envelope: Uint8Array,
    contact: ContactRow,
  ): Promise<void> {
    await keep(change, mailboxId, envelope)
    notify(change, contact)
  }

  async function keep(change: Change, mailboxId: string, envelope: Uint8Array): Promise<void> {
    const held = await tables.quarantine.list()
    const oldest = held.toSorted((a, b) => a.row.at - b.row.at)[0]
    if (held.length >= limits.quarantine && oldest !== undefined) change.delete(tables.quarantine, oldest.key)
    change.put(tables.quarantine, toHex(envelopeId(envelope)), { mailboxId, envelope, at: clock.now() })
  }

  return {
    async receive(mailboxId, envelope, via) {
      try {
        return await ledger.change(async (change) => {
          const mailbox = await change.get(tables.mailboxes, mailboxId)
          if (mailbox === undefined || mailbox.closing) return 'done'
          if (mailbox.purpose.kind === 'invite') return forInvite(change, mailboxId, envelope, via)
          await forContact(change, mailbox.purpose.contactId, mailboxId, envelope, via)
          return 'done'
        })
      } catch (error) {
        if (context.closing.aborted) return 'later'
        if (!(error instanceof StorageError)) {
          // A fault of this program must neither lose the envelope nor stop those behind it.
          log.error('receive-failed', { error: error instanceof Error ? error.name : 'unknown' })
          await ledger.change((change) => keep(change, mailboxId, envelope))
          return 'done'
        }
        events.emit('error', { code: error.code === 'full' ? 'storage-full' : 'storage-damaged' })
        return 'later'
      }
    },
  }
}

/** Acknowledged before unacknowledged, then the newer first: the first one is used for sending. One active, five more. */
function ordered(sessions: readonly Session[]): readonly Session[] {
  return sessions
    .toSorted((a, b) => Number(b.acknowledged) - Number(a.acknowledged) || b.createdAtMs - a.createdAtMs)
    .slice(0, 6)
}
