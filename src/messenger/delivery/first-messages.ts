// First messages: a handshake in front of an envelope that no session opens. In the mailbox of an invite it is a request;
// in a contact's own it goes on from the sessions there are, or it is a change of keys (docs/protocol.md §3, §5, §11).

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Content } from '../../protocol/content/content.ts'
import { continuityPskId, firstMessageKey } from '../../protocol/handshake/header-pub.ts'
import type { RespondResult } from '../../protocol/handshake/respond.ts'
import { respond } from '../../protocol/handshake/respond.ts'
import type { Session } from '../../protocol/session/session.ts'
import type { Standing } from '../../protocol/session/sessions.ts'
import {
  activeSession,
  addSession,
  isFromBefore,
  noSessions,
  provedBy,
  standingOf,
} from '../../protocol/session/sessions.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { decodePrekeySecrets, encodePrekeySecrets } from '../../protocol/prekeys/secrets.ts'
import type { Context } from '../context.ts'
import { newConversation } from '../conversation/append.ts'
import { newId, pairConversationId } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, SessionsRow } from '../records/rows.ts'
import { mayRemember } from './firsts.ts'
import { rememberHeard } from './heard.ts'
import type { Outcome } from './intake.ts'
import { isOtherDevice, markKeys, showLog } from './key-state.ts'
import type { Via } from './opened.ts'
import { wasRefused } from './refused.ts'
import { hasRoom } from './request-room.ts'
import { isSignedFor } from './strangers.ts'
import type { Take } from './take.ts'

export interface FirstMessages {
  /** In the mailbox of an invite, and not known from before. */
  inInvite(change: Change, mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome>
  /** In a contact's mailbox, opened by none of their sessions, and not known from before. */
  inContact(change: Change, contactId: string, mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome>
}

export interface FirstMessageParts {
  /** They began anew: everything that they may not have goes to them. */
  readonly answer: (change: Change, contactId: string) => Promise<void>
  readonly take: Take
}

type Responded = Exclude<RespondResult, { readonly failure: unknown }>

export function createFirstMessages(context: Context, { answer, take }: FirstMessageParts): FirstMessages {
  const { tables, clock, random, self, log, events } = context

  const env = () => ({ identity: self.identity, random: random.bytes, nowMs: clock.now() })

  async function inInvite(change: Change, mailboxId: string, envelope: Uint8Array, via: Via): Promise<Outcome> {
    const invite = await change.get(tables.invites, mailboxId)
    const prekeys = invite === undefined ? undefined : decodePrekeySecrets(invite.prekeys)
    if (invite === undefined || prekeys === undefined || invite.used >= invite.uses || invite.over) return 'done'
    const result = await respond({ ...env(), prekeys, psk: invite.psk, pskKind: 'invite', envelope })
    if ('failure' in result) {
      log.debug('first-message-refused', { failure: result.failure })
      return 'done'
    }
    const content = decodeContent(result.content)
    const { fingerprint } = result.peer
    const existing = findByFingerprint(fingerprint)
    const contactId = existing?.[0] ?? newId(random)
    const held = (await change.get(tables.sessions, contactId)) ?? noSessions
    if (existing?.[1].state === 'accepted') {
      if (crossedMine(held, result)) return 'done'
      if (wasRefused(held, result.peer.bytes, clock.now(), invite.createdAt)) return 'done'
      if (!mayWait(held, result)) return 'undecided'
    }
    if (content?.body.kind !== 'request') return 'done'
    if (!isSignedFor(self.fingerprint, content, result.peer.signKey)) return 'done'
    if (toHex(content.conversationId) !== toHex(pairConversationId(self.fingerprint, fingerprint))) return 'done'
    if (toHex(fingerprint) === toHex(self.fingerprint)) return 'done'
    if (existing?.[1].state === 'blocked') return 'done'
    // It stays at the relay until others were answered.
    const isAddress = invite.uses > 1 && invite.group === undefined
    const room = isAddress ? limits.requestsAtAddresses : limits.requests
    if (existing === undefined && waitingRequests() >= room) return 'later'
    if (existing === undefined && !hasRoom(context, { inviteId: mailboxId }, result.content.length)) return 'later'
    if (!mayRemember(context)) return 'later'

    change.put(tables.invites, mailboxId, {
      ...invite,
      prekeys: encodePrekeySecrets(result.prekeys),
      used: invite.used + 1,
    })
    // An invite proves nothing about who they were to this device: only the person can say that this is the contact.
    const standing: Standing =
      existing?.[1].state === 'accepted' ? { kind: 'outdated' } : standingOf(held, undefined, clock.now())
    if (existing === undefined) makeContact(change, contactId, mailboxId, fingerprint, content)
    else if (standing.kind === 'next') change.put(tables.contacts, contactId, { ...existing[1], inviteId: mailboxId })
    return begun(change, contactId, held, standing, result, { mailboxId, inviteId: mailboxId, envelope, via })
  }

  function makeContact(
    change: Change,
    contactId: string,
    inviteId: string,
    fingerprint: Uint8Array,
    content: Content,
  ): void {
    if (content.body.kind !== 'request') return
    const conversationId = toHex(content.conversationId)
    change.put(tables.contacts, contactId, {
      fingerprint,
      name: content.body.name,
      state: 'request',
      conversationId,
      inviteId,
      createdAt: clock.now(),
    })
    change.put(tables.conversations, conversationId, newConversation({ contactId }, clock.now()))
  }

  async function inContact(
    change: Change,
    contactId: string,
    mailboxId: string,
    envelope: Uint8Array,
    via: Via,
  ): Promise<Outcome> {
    const row = await change.get(tables.prekeys, mailboxId)
    const prekeys = row && decodePrekeySecrets(row.secrets)
    const contact = await change.get(tables.contacts, contactId)
    const held = await change.get(tables.sessions, contactId)
    if (prekeys === undefined || contact === undefined || held === undefined) return 'unreadable'
    const pskId = continuityPskId(envelope)
    const proof = pskId && provedBy(held, pskId)
    if (proof === undefined) return 'unreadable'
    const result = await respond({ ...env(), prekeys, psk: proof.psk, pskKind: 'continuity', envelope })
    if ('failure' in result) {
      log.debug('first-message-refused', { failure: result.failure })
      return 'unreadable'
    }
    if (!isFrom(contact, result)) return 'unreadable'
    const standing = standingOf(held, proof, clock.now())
    // Held back on its way, or it says so: its maker sent again all that was in it when it heard of the newer one. No
    // relay makes a proof old by holding it back: whoever begins a session says nothing more in the one before.
    const mayBeHeldBack = standing.kind === 'outdated' && !proof.isOld
    if (mayBeHeldBack && isFromBefore(held, sentAt(held, result), clock.now())) return 'done'
    if (standing.kind === 'outdated' && wasRefused(held, result.peer.bytes, clock.now())) return 'done'
    if (standing.kind === 'outdated' && !mayWait(held, result)) return 'undecided'
    if (!mayRemember(context, contactId)) return 'later'
    change.put(tables.prekeys, mailboxId, { ...row, secrets: encodePrekeySecrets(result.prekeys) })
    return begun(change, contactId, held, standing, result, { mailboxId, envelope, via })
  }

  /**
   * We asked each other at the same time, and theirs was held back until they had answered mine: with their answer they
   * sent again all that was in it. Nothing of it is used, so nothing is gained by only claiming so.
   */
  const crossedMine = (held: SessionsRow, result: Responded): boolean =>
    held.sessions.some(
      ({ session: { role, acknowledged, peer, createdAtMs } }) =>
        role === 'initiator' &&
        acknowledged &&
        equalBytes(peer.certificate, result.peer.bytes) &&
        sentAt(held, result) <= createdAtMs + protocolLimits.crossingSkewMs,
    )

  /** By my clock, as far as theirs is known. */
  const sentAt = ({ aheadMs = 0 }: SessionsRow, { content }: Responded): number =>
    (decodeContent(content)?.sentAtMs ?? clock.now()) - aheadMs

  /** The psk proves the contact, the certificate the account: only both together are theirs. */
  const isFrom = (contact: ContactRow, { peer, content }: Responded): boolean => {
    const decoded = decodeContent(content)
    return (
      toHex(peer.fingerprint) === toHex(contact.fingerprint) &&
      decoded !== undefined &&
      toHex(decoded.conversationId) === contact.conversationId
    )
  }

  async function begun(
    change: Change,
    contactId: string,
    held: SessionsRow,
    standing: Standing,
    result: Responded,
    from: { mailboxId: string; inviteId?: string; envelope: Uint8Array; via: Via },
  ): Promise<Outcome> {
    const { session, peer, content } = result
    remember(change, contactId, session, from.envelope)
    if (standing.kind === 'outdated') {
      await setAside(change, contactId, held, result, from.inviteId)
      return 'done'
    }
    const { wantedAt: _, unreadSince: _since, unreadAgain: _again, ...rest } = held
    const isNewest = standing.kind === 'next'
    if (isNewest && held.unreadSince !== undefined) change.after(() => changed(contactId))
    const next = addSession(isNewest ? rest : held, session, standing.generation, clock.now())
    const isOther = isOtherDevice(activeSession(held)?.peer.deviceId, peer.deviceId)
    change.put(tables.sessions, contactId, {
      ...next,
      heard: rememberHeard(held.heard, from.envelope),
      // The next word is about this device, and not about the one that waits aside.
      ...(isOther && next.pending !== undefined ? { pending: { ...next.pending, isSecond: true } } : {}),
    })
    if (isNewest) await showLog(context, change, contactId, { length: peer.logLength, head: peer.logHead }, true)
    if (isOther) await markKeys(context, change, contactId, 'changed')
    const outcome = await take(change, contactId, {
      content,
      mailboxId: from.mailboxId,
      via: from.via,
      isCurrent: isNewest,
      isMine: false,
      isLate: false,
      position: { generation: standing.generation, sid: session.sid, epoch: 0, n: result.position.n },
    })
    // They begin anew because something was lost on the way to them or from them.
    if (isNewest && (held.psks.length > 0 || held.sessions.length > 0)) await answer(change, contactId)
    return outcome
  }

  /** What is shown to the person is not exchanged for something else: another device stays unheard until their word. */
  const mayWait = ({ pending }: SessionsRow, { peer }: Responded): boolean =>
    pending === undefined ||
    (equalBytes(pending.session.peer.certificate, peer.bytes) && pending.contents.length < limits.messagesPerRequest)

  /** Waits for the person's word; the same device goes on with what it said before. */
  async function setAside(
    change: Change,
    contactId: string,
    held: SessionsRow,
    { session, content }: Responded,
    inviteId: string | undefined,
  ): Promise<void> {
    const before = held.pending
    const contact = await change.get(tables.contacts, contactId)
    const isSecond = before === undefined ? contact?.keys !== undefined : before.isSecond === true
    const contents = [...(before?.contents ?? []), content]
    const pending = {
      session,
      contents,
      ...(isSecond ? { isSecond } : {}),
      ...(inviteId === undefined ? {} : { inviteId }),
    }
    change.put(tables.sessions, contactId, { ...held, pending })
    change.after(() => changed(contactId))
    await markKeys(context, change, contactId, 'changed')
  }

  const changed = (contactId: string): void => events.emit('change', { what: 'contacts', id: contactId })

  function remember(change: Change, contactId: string, session: Session, envelope: Uint8Array): void {
    const key = firstMessageKey(envelope)
    if (key !== undefined) change.put(tables.firsts, toHex(key), { contactId, at: clock.now(), sid: session.sid })
  }

  const findByFingerprint = (fingerprint: Uint8Array): [string, ContactRow] | undefined =>
    [...tables.contacts.held()].find(([, contact]) => toHex(contact.fingerprint) === toHex(fingerprint))

  const waitingRequests = (): number =>
    [...tables.contacts.held()].filter(([, { state }]) => state === 'request').length

  return { inInvite, inContact }
}
