// Using somebody's invite: take their prekeys, prove them against the link, ask. Everything that must not happen twice
// is written before it happens: the relay answers a repeated taking with the same keys.

import { toHex } from '../../protocol/bytes.ts'
import { initiate } from '../../protocol/handshake/initiate.ts'
import type { InviteLink } from '../../protocol/invite/link.ts'
import { decodeInviteLink } from '../../protocol/invite/link.ts'
import { deriveMailboxId, deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { Bundle } from '../../protocol/prekeys/bundle.ts'
import { openBundle, whatOfItsTime } from '../../protocol/prekeys/bundle.ts'
import { addSession, noSessions } from '../../protocol/session/sessions.ts'
import { requireMembership } from '../account/memberships.ts'
import type { ContactView, InvitePreview, InvitesApi } from '../api.ts'
import { InviteError, UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { newConversation } from '../conversation/append.ts'
import { ask } from '../delivery/ask-again.ts'
import { isCutOff } from '../delivery/cut-off.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { Sealer } from '../delivery/seal.ts'
import type { Links } from '../direct/links.ts'
import { newId, pairConversationId } from '../ids.ts'
import { times } from '../limits.ts'
import { TransportError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { relayName } from '../relay-name.ts'
import { contactView } from './contacts.ts'
import type { Requests } from './requests.ts'

export interface ConnectParts {
  readonly links: Links
  readonly mailboxes: Mailboxes
  readonly outbox: Outbox
  readonly requests: Requests
  readonly sealer: Sealer
}

export interface Connect extends Pick<InvitesApi, 'inspect' | 'connect'> {
  /** Begins a session with another member of a group, who becomes nobody's contact by it. @throws as `connect` */
  connectMember(link: string, text?: string): Promise<void>
}

type ConnectOptions = NonNullable<Parameters<InvitesApi['connect']>[1]> & { readonly isMember?: boolean }

export function createConnect(context: Context, parts: ConnectParts): Connect {
  const { tables, ledger, clock, random: source, self, transport, events, log } = context
  const { links, mailboxes, outbox, requests, sealer } = parts
  const random = source.bytes

  let last: Promise<unknown> = Promise.resolve()

  function decode(link: string): InviteLink {
    const decoded = decodeInviteLink(link)
    if (!decoded.ok) throw new InviteError(decoded.reason)
    return decoded.invite
  }

  function usable(invite: InviteLink): void {
    if (toHex(invite.fingerprint) === toHex(self.fingerprint)) throw new InviteError('own')
    if (invite.expiresAtMs <= clock.now()) throw new InviteError('expired')
  }

  async function take(invite: InviteLink, takeId: Uint8Array, signal: AbortSignal): Promise<Bundle> {
    const mailboxId = deriveMailboxId(invite.writeKey)
    const relay = transport.relay(invite.relays[0] ?? '')
    // Asked first: what is no relay, or one of another version, would only look unreachable to a browser's request.
    await relay.info({ signal })
    const [reply] = await relay.call([{ kind: 'bundle.take', writeKey: invite.writeKey, takeId }], { signal })
    if (reply?.kind === 'error') {
      if (reply.code === 'gone' || reply.code === 'unknown-mailbox') throw new InviteError('used')
      throw new TransportError(
        'relay-refused',
        reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs },
      )
    }
    if (reply?.kind !== 'bundle') throw new TransportError('not-a-relay')
    const sealed = { psk: invite.psk, mailboxId, fingerprint: invite.fingerprint, main: reply.main, nowMs: clock.now() }
    // Before anything else: without their owner one-time keys run out too, which does not mean that somebody used them.
    const time = whatOfItsTime(sealed)
    if (time !== undefined) throw new InviteError(time === 'lapsed' ? 'away' : 'clock')
    const use = invite.uses === 1 ? 'one-use' : 'reusable'
    if (use === 'one-use' && reply.oneTime === undefined) throw new InviteError('used')
    const bundle = openBundle({ ...sealed, oneTime: reply.oneTime, use })
    if (bundle === undefined) throw new InviteError('forged')
    return bundle
  }

  const existingContact = (fingerprint: Uint8Array): [string, ContactRow] | undefined =>
    [...tables.contacts.held()].find(([, row]) => toHex(row.fingerprint) === toHex(fingerprint))

  const view = (id: string): ContactView => {
    const row = tables.contacts.peek(id)
    if (row === undefined) throw new UsageError('unknown-contact')
    return contactView(context, links, id, row)
  }

  return {
    inspect(link): InvitePreview {
      const invite = decode(link)
      usable(invite)
      return {
        name: invite.name,
        relay: relayName(invite.relays[0] ?? ''),
        expiresAt: invite.expiresAtMs,
        fingerprint: toHex(invite.fingerprint),
        uses: invite.uses,
      }
    },

    connect: (link, options = {}) => inTurn(link, options),
    async connectMember(link, text) {
      await inTurn(link, { isMember: true, ...(text === undefined ? {} : { text }) })
    },
  }

  // One after the other: two at once would take two of the invite's keys for one person.
  function inTurn(link: string, options: ConnectOptions): Promise<ContactView> {
    const next = last.then(() => connect(link, options))
    last = next.catch(() => undefined)
    return next
  }

  async function connect(link: string, options: ConnectOptions): Promise<ContactView> {
    const invite = decode(link)
    usable(invite)
    const inviteKey = toHex(deriveMailboxId(invite.writeKey))
    const before = await tables.connects.get(inviteKey)
    const known = existingContact(invite.fingerprint)
    // A contact whom this device cannot hear any more is asked again, as if it were new to them.
    const isAnew =
      known?.[1].state === 'accepted' &&
      (options.anew === true || isCutOff(tables.sessions.peek(known[0]), clock.now()))
    if (!isAnew && before?.contactId !== undefined && tables.contacts.peek(before.contactId) !== undefined)
      return view(before.contactId)
    if (known !== undefined) {
      const [id, row] = known
      if (row.state === 'blocked') throw new UsageError('blocked')
      if (options.isMember === true && row.state !== 'request') return view(id)
      // They asked me already: connecting is my answer.
      if (row.state === 'request') return requests.accept(id)
      // Known from a group, and wanted for themselves now.
      if (row.peer !== undefined) await requests.accept(id)
      if (row.state === 'accepted' && !isAnew) return view(id)
    }

    await requireMembership(context)
    // One that was used brings the same keys, which began a session already.
    const unused = before?.contactId === undefined ? before : undefined
    const takeId = unused?.takeId ?? random(16)
    if (unused === undefined) await ledger.change(async (change) => change.put(tables.connects, inviteKey, { takeId }))
    const limit = AbortSignal.any([
      context.closing,
      AbortSignal.timeout(times.callMs),
      ...(options.signal === undefined ? [] : [options.signal]),
    ])
    const bundle = await take(invite, takeId, limit).catch(async (error: unknown) => {
      // The same taking would get the same old keys for two days.
      if (error instanceof InviteError && error.code === 'away')
        await ledger.change(async (change) => change.delete(tables.connects, inviteKey))
      throw error
    })
    const nowMs = clock.now()
    const session = await initiate({
      identity: self.identity,
      bundle,
      psk: invite.psk,
      pskKind: 'invite',
      random,
      nowMs,
    })
    const id = known?.[0] ?? newId(source)
    const conversationId = toHex(pairConversationId(self.fingerprint, invite.fingerprint))
    const text = options.text?.trim()
    const mailboxId = await ledger.change(async (change) => {
      // Their request came in the meantime: there is a contact now, and connecting is my answer.
      if (known === undefined && existingContact(invite.fingerprint) !== undefined) return undefined
      const wasAccepted = known?.[1].state === 'accepted'
      const mailbox =
        (wasAccepted ? await kept(change, known[1]) : undefined) ??
        mailboxes.create(change, { kind: 'contact', contactId: id })
      change.put(tables.connects, inviteKey, { takeId, contactId: id })
      change.put(tables.contacts, id, {
        fingerprint: invite.fingerprint,
        name: invite.name,
        createdAt: nowMs,
        ...(options.isMember === true ? { peer: 'member' as const } : {}),
        ...known?.[1],
        state: 'asked',
        conversationId,
        mailboxId: mailbox.id,
        theirs: { relay: invite.relays[0] ?? '', writeKey: invite.writeKey },
        request: { messageId: newId(source), ...(text ? { text } : {}), firstAt: nowMs, askedAt: nowMs },
      })
      const held = wasAccepted ? undefined : await change.get(tables.sessions, id)
      const sessions = addSession(held ?? noSessions, session, 1, nowMs)
      change.put(tables.sessions, id, wasAccepted ? { ...sessions, resendAt: nowMs } : sessions)
      if (wasAccepted) {
        unseal(change, id)
        // What waited for a word went with the sessions.
        change.after(() => mailboxes.decided())
      }
      if ((await change.get(tables.conversations, conversationId)) === undefined)
        change.put(tables.conversations, conversationId, newConversation({ contactId: id }, nowMs))
      await ask(context, sealer, change, id)
      return mailbox.id
    })
    if (mailboxId === undefined) return connect(link, options)
    events.emit('change', { what: 'contacts', id })
    events.emit('change', { what: 'conversations', id: conversationId })
    await mailboxes.open(mailboxId).catch(() => log.debug('mailbox-open-later'))
    await outbox.idle(id)
    return view(id)
  }

  /** The mailbox that they may write to already. */
  async function kept(change: Change, { mailboxId }: ContactRow) {
    const row = mailboxId === undefined ? undefined : await change.get(tables.mailboxes, mailboxId)
    if (mailboxId === undefined || row === undefined || row.closing) return undefined
    return { id: mailboxId, relay: row.relay, writeKey: deriveWriteKey(row.readKey) }
  }

  /** What waits was sealed for nobody. It is sealed again when they answer; all but messages is then said anew. */
  function unseal(change: Change, contactId: string): void {
    for (const [key, row] of tables.outbox.held())
      if (key.startsWith(`${contactId}/`)) {
        if (row.messageId === undefined) change.delete(tables.outbox, key)
        else change.put(tables.outbox, key, { ...row, envelope: new Uint8Array(), envelopeAt: 'here' })
      }
  }
}
