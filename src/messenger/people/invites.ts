// Invites: links that let one person (or a few) ask me. The relay holds a prekey bundle that only the link opens.

import { toHex } from '../../protocol/bytes.ts'
import { encodeInviteLink } from '../../protocol/invite/link.ts'
import { deriveMailboxId, deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { encodePrekeySecrets } from '../../protocol/prekeys/secrets.ts'
import type { Invite, InvitesApi, InviteView } from '../api.ts'
import { membershipAt, openRefused } from '../account/memberships.ts'
import type { Context } from '../context.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { MadeOffer } from '../delivery/offers.ts'
import { confirmOffer, makeOffer, storeOffer } from '../delivery/offers.ts'
import { inviteOffering } from '../delivery/publish.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { InviteRow } from '../records/rows.ts'
import { within } from '../wait.ts'

/** Whom a link is for, where it is not the person's to give. */
export type InviteMark = Pick<InviteRow, 'group' | 'introduced' | 'introducedBy' | 'joins'>

/** A link with its keys, which nothing knows of yet. */
export interface PreparedInvite {
  readonly id: string
  readonly link: string
  readonly row: InviteRow
  readonly relay: string
  readonly readKey: Uint8Array
  readonly made: MadeOffer
  /** `mark`: whom it is for. */
  store(change: Change, mark?: InviteMark): Promise<void>
}

/** What is stored together with an invite, and goes with it. */
export interface Beside {
  readonly put: (change: Change, id: string, link: string) => void
  readonly drop: (change: Change, id: string) => void
}

export interface Invites extends Pick<InvitesApi, 'create' | 'list' | 'revoke'> {
  /** Slow: makes keys. Once it is stored, its mailbox is opened and its keys are offered whenever the relay is there. */
  prepare(uses: number, lifetimeMs: number): Promise<PreparedInvite>
  /** The relay has its keys when this resolves; else nothing of it stays. @throws TransportError */
  make(uses: number, lifetimeMs: number, mark?: InviteMark, beside?: Beside): Promise<Invite>
  /** All links that name this relay. */
  withdrawAt(url: string): Promise<void>
  /** All links that name a relay that is not used any more: where that was cut off. */
  withdrawElsewhere(): Promise<void>
}

export function createInvites(context: Context, mailboxes: Mailboxes): Invites {
  const { tables, ledger, clock, random: source, self, transport, events } = context
  const random = (length: number): Uint8Array => source.bytes(length)

  async function revoke(id: string): Promise<void> {
    await ledger.change(async (change) => {
      const row = await change.get(tables.invites, id)
      if (row === undefined) return
      // One that is over may still be open for who asked in time.
      if (!row.over) change.put(tables.invites, id, { ...row, over: true })
      // Who asked before keeps writing here until answered; the relay gives the bundle to nobody else.
      await mailboxes.close(change, id)
      change.after(() => events.emit('change', { what: 'invites', id }))
    })
  }

  async function withdrawAt(url: string): Promise<void> {
    // Who asked in time is heard, if the relay answers.
    const looked = mailboxes.sync(transport.relay(url)).catch(() => context.log.debug('mailbox-sync-failed'))
    await within(clock, times.callMs, looked)
    for (const [id] of tables.invites.held()) if (tables.mailboxes.peek(id)?.relay === url) await revoke(id)
  }

  return {
    revoke,
    withdrawAt,
    async withdrawElsewhere() {
      const relays = [...tables.invites.held()].flatMap(([id]) => {
        const mailbox = tables.mailboxes.peek(id)
        return mailbox === undefined || mailbox.closing || self.row.relays.includes(mailbox.relay)
          ? []
          : [mailbox.relay]
      })
      for (const url of new Set(relays)) await withdrawAt(url)
    },
    prepare,
    make,
    create(options = {}) {
      const uses = Math.min(protocolLimits.inviteUses, Math.max(1, Math.floor(options.uses ?? 1)))
      const longestMs = uses === 1 ? times.inviteMaxMs : times.addressMaxMs
      return make(uses, Math.min(longestMs, Math.max(0, options.expiresInMs ?? times.inviteMs)))
    },
    list: () =>
      Promise.resolve(
        [...tables.invites.held()]
          .filter(
            ([id, row]) =>
              row.group === undefined &&
              row.introduced === undefined &&
              row.joins === undefined &&
              tables.calls.peek(id) === undefined &&
              !row.over &&
              row.expiresAt > clock.now() &&
              row.used < row.uses,
          )
          .map(([id, row]) => inviteView(id, row))
          .toSorted((a, b) => b.expiresAt - a.expiresAt),
      ),
  }

  async function make(uses: number, lifetimeMs: number, mark?: InviteMark, beside?: Beside): Promise<Invite> {
    const prepared = await prepare(uses, lifetimeMs)
    const { id, link, row, relay, readKey, made } = prepared
    await ledger.change(async (change) => {
      await prepared.store(change, mark)
      beside?.put(change, id, link)
    })
    try {
      await offer(relay, readKey, made)
    } catch (error) {
      await ledger.change(async (change) => {
        change.delete(tables.mailboxes, id)
        change.delete(tables.invites, id)
        change.delete(tables.offers, id)
        beside?.drop(change, id)
      })
      throw error
    }
    await ledger.change((change) => confirmOffer(context, change, id, made.madeAt))
    events.emit('change', { what: 'invites', id })
    return { ...inviteView(id, row), revoke: () => revoke(id) }
  }

  async function prepare(uses: number, lifetimeMs: number): Promise<PreparedInvite> {
    const nowMs = clock.now()
    const relay = self.row.relays[0] ?? ''
    const readKey = random(32)
    const writeKey = deriveWriteKey(readKey)
    const mailboxId = deriveMailboxId(writeKey)
    const id = toHex(mailboxId)
    const psk = random(32)
    const made = await makeOffer(context, id, inviteOffering({ psk, uses, used: 0 }))
    const expiresAt = nowMs + lifetimeMs
    const link = encodeInviteLink({
      fingerprint: self.fingerprint,
      relays: [relay],
      writeKey,
      psk,
      uses,
      expiresAtMs: expiresAt,
      name: self.row.name,
    })
    const row: InviteRow = {
      link,
      psk,
      prekeys: encodePrekeySecrets({ ...made.secrets, sets: [] }),
      uses,
      used: 0,
      createdAt: nowMs,
      expiresAt,
      over: false,
    }
    return {
      id,
      link,
      row,
      relay,
      readKey,
      made,
      // Before the relay offers it: an answer can only come to keys that are kept.
      async store(change, mark = {}) {
        change.put(tables.mailboxes, id, { relay, readKey, purpose: { kind: 'invite' }, closing: false })
        change.put(tables.invites, id, { ...row, ...mark })
        await storeOffer(context, change, id, made)
      },
    }
  }

  async function offer(url: string, readKey: Uint8Array, bundle: { main: Uint8Array; oneTime: readonly Uint8Array[] }) {
    const relay = transport.relay(url)
    const signal = AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)])
    const replies = await relay.call(
      [
        { kind: 'open', readKey, tier: 'invite', ...membershipAt(self.row, url) },
        { kind: 'bundle.put', readKey, main: bundle.main, oneTime: bundle.oneTime },
        ...(relay.state === 'live' ? [{ kind: 'subscribe' as const, readKeys: [readKey] }] : []),
      ],
      { signal },
    )
    const refused = replies.find((reply) => reply.kind === 'error')
    if (refused?.kind === 'error') throw openRefused(refused)
  }
}

function inviteView(id: string, row: InviteRow): InviteView {
  return { id, link: row.link, uses: row.uses, used: row.used, expiresAt: row.expiresAt }
}
