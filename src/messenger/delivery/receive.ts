// The way in: an envelope in a mailbox becomes a message, a request, a receipt, or nothing. What it causes and the
// ratchet's next state are one commit; only then may the relay delete it. Spec: docs/protocol.md §3-§6.
//
//   a session opens it ──▶ take.ts: its content takes effect
//   none, and it begins one ──▶ first-messages.ts
//   none ──▶ dropped, and a refresh brings what it said: its sender seals everything again that was not acknowledged

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import { firstMessageKey, isFirstMessage } from '../../protocol/handshake/header-pub.ts'
import { envelopeId } from '../../protocol/mailbox/capability.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { openMessage } from '../../protocol/session/open.ts'
import { isUnanswered, noSessions, pruneSessions, replaceSession } from '../../protocol/session/sessions.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { SessionsRow } from '../records/rows.ts'
import { isOver } from '../wait.ts'
import { createFirstMessages } from './first-messages.ts'
import { rememberHeard, wasHeard } from './heard.ts'
import type { Outcome } from './intake.ts'
import { createNotify } from './notice.ts'
import { openBySessions, wasKept } from './open-by-sessions.ts'
import type { Via } from './opened.ts'
import type { TakeParts } from './take.ts'
import { createTake } from './take.ts'

export interface Receiver {
  receive(mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome>
}

export interface ReceiverParts extends TakeParts {
  /** They began anew. */
  readonly answer: (change: Change, contactId: string) => Promise<void>
  /** A session is acknowledged. */
  readonly answered: (change: Change, contactId: string) => Promise<void>
  /** Something of theirs did not open. */
  readonly unreadable: (change: Change, contactId: string) => Promise<void>
}

export function createReceiver(context: Context, parts: ReceiverParts): Receiver {
  const { tables, ledger, clock, events, log } = context
  const notify = createNotify(context)
  const take = createTake(context, parts, notify)
  const firstMessages = createFirstMessages(context, { answer: parts.answer, take })

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
    const row: SessionsRow = (await change.get(tables.sessions, contactId)) ?? noSessions
    const held = pruneSessions(row, clock.now())
    const result = await openBySessions(held, envelope, clock.now())
    if ('session' in result) {
      const { index, session } = result
      const next = replaceSession(held, index, session, clock.now())
      const before = held.sessions[index]
      const isCurrent = before?.generation === next.sessions[0]?.generation
      const { wantedAt, unreadSince, unreadAgain, ...known } = { ...next, heard: rememberHeard(held.heard, envelope) }
      const unread = { unreadSince, ...(unreadAgain === undefined ? {} : { unreadAgain }) }
      const rest = isCurrent || unreadSince === undefined ? known : { ...known, ...unread }
      if (unreadSince !== undefined && isCurrent) change.after(() => changed(contactId))
      // They have the session that I began: with it they heard what to send again.
      const isAnswer = before !== undefined && isUnanswered(before.session) && !isUnanswered(session)
      change.put(tables.sessions, contactId, isAnswer || wantedAt === undefined ? rest : { ...rest, wantedAt })
      // Who began it wants nothing for what does not open before my answer, and what I said since may be among that.
      const isAcknowledged = before?.session.acknowledged === false && session.acknowledged
      if (isAcknowledged) await parts.answered(change, contactId)
      // Who began it has sent again already. Until now there was no psk, or one of my own on its way.
      if (isAcknowledged && !isAnswer && unreadSince !== undefined) await parts.unreadable(change, contactId)
      const position = { generation: before?.generation ?? 0, sid: session.sid, ...result.position }
      const isLate = before !== undefined && wasKept(before.session, session)
      const isMine = session.role === 'initiator'
      return take(change, contactId, { content: result.content, mailboxId, via, isCurrent, isMine, isLate, position })
    }
    if (result.failure === 'duplicate' && wasHeard(held.heard, envelope)) return 'done'
    if (result.failure === 'not-mine') {
      const aside = await keptAside(change, contactId, held, envelope)
      if (aside !== undefined) return aside
      if (await isNewFirst(change, envelope)) {
        const outcome = await firstMessages.inContact(change, contactId, mailboxId, envelope, via)
        if (outcome !== 'unreadable') return outcome
      }
    }
    const { unreadSince } = held
    if (unreadSince === undefined) change.put(tables.sessions, contactId, { ...held, unreadSince: clock.now() })
    else if (held.unreadAgain !== true && isOver(unreadSince, protocolLimits.sessionRefreshMs, clock.now()))
      change.put(tables.sessions, contactId, { ...held, unreadAgain: true })
    await parts.unreadable(change, contactId)
    // Said of a repeat by an old copy of their device too: what it wrote is not here.
    notify(change, contact)
    return 'unreadable'
  }

  /** What comes in a session that waits for the person's word waits with it; beyond a bound, where it is. */
  async function keptAside(
    change: Change,
    contactId: string,
    held: SessionsRow,
    envelope: Uint8Array,
  ): Promise<Outcome | undefined> {
    const { pending } = held
    if (pending === undefined) return undefined
    const opened = await openMessage(pending.session, envelope, { nowMs: clock.now() })
    if ('failure' in opened) return opened.failure === 'duplicate' ? 'done' : undefined
    if (pending.contents.length >= limits.messagesPerRequest) return 'undecided'
    // A request that is made again waits already.
    const isRepeated = pending.contents.some((content) => isSame(content, opened.content))
    const contents = isRepeated ? pending.contents : [...pending.contents, opened.content]
    change.put(tables.sessions, contactId, { ...held, pending: { ...pending, session: opened.session, contents } })
    change.after(() => changed(contactId))
    return 'done'
  }

  const changed = (contactId: string): void => events.emit('change', { what: 'contacts', id: contactId })

  async function isNewFirst(change: Change, envelope: Uint8Array): Promise<boolean> {
    const key = isFirstMessage(envelope) ? firstMessageKey(envelope) : undefined
    return key !== undefined && (await change.get(tables.firsts, toHex(key))) === undefined
  }

  async function forInvite(change: Change, mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome> {
    const key = isFirstMessage(envelope) ? firstMessageKey(envelope) : undefined
    if (key === undefined) {
      const from = await whoHeard(change, mailboxId, envelope)
      return from === undefined ? 'done' : forContact(change, from, mailboxId, envelope, via)
    }
    const known = await change.get(tables.firsts, toHex(key))
    if (known !== undefined) return forContact(change, known.contactId, mailboxId, envelope, via)
    return firstMessages.inInvite(change, mailboxId, envelope, via)
  }

  /** One of those who asked here and were answered, but did not hear where I am: they go on writing here. */
  async function whoHeard(change: Change, inviteId: string, envelope: Uint8Array): Promise<string | undefined> {
    for (const [contactId, contact] of tables.contacts.held()) {
      if (contact.inviteId !== inviteId || contact.state !== 'accepted') continue
      const held = await change.get(tables.sessions, contactId)
      if (held !== undefined && 'session' in (await openBySessions(held, envelope, clock.now()))) return contactId
    }
    return undefined
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

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const [one, other] = [decodeContent(a)?.messageId, decodeContent(b)?.messageId]
  return one !== undefined && other !== undefined && equalBytes(one, other)
}
