// My mailboxes: made, opened at their relay, subscribed while it is live, looked into, closed.

import { toHex } from '../../protocol/bytes.ts'
import { deriveMailboxId, deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply, StoredEnvelope } from '../../protocol/mailbox/command.ts'
import { membershipAt, openRefused } from '../account/memberships.ts'
import type { Context } from '../context.ts'
import { mayMeet } from '../direct/may-meet.ts'
import { times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { MailboxRow } from '../records/rows.ts'
import { sureNow } from '../sure-time.ts'
import { within } from '../wait.ts'
import type { KeyedMailbox, Receive } from './intake.ts'
import { createIntake } from './intake.ts'

export interface Mailboxes {
  /** Makes a mailbox at the home relay, as rows of this change; `open` tells the relay. */
  create(change: Change, purpose: MailboxRow['purpose']): NewMailbox
  /** Opens and subscribes it at its relay; repeated whenever the relay comes live. @throws TransportError, also if refused */
  open(mailboxId: string): Promise<void>
  /** Marks it for closing; the relay is told until it confirms. An invite's is emptied first. */
  close(change: Change, mailboxId: string): Promise<void>
  /** Takes all that is in an old one, and closes it if nothing is left. @throws TransportError */
  retire(mailboxId: string): Promise<void>
  /** Deletes one whose relay does not exist any more. */
  forget(mailboxId: string): Promise<void>
  /** All that a contact writes to, or wrote to. */
  closeAllOf(change: Change, contactId: string): Promise<void>
  /**
   * A relay went live, or a poll is due: open, subscribe, fetch, close. Gives after how many ms it has to be done again, where
   * the relay had no time for all of it. @throws TransportError
   */
  sync(relay: RelayConnection): Promise<number | undefined>
  /** Looks into the mailboxes of invites now, where their relay is live; returns soon in any case. */
  lookForRequests(): Promise<void>
  pushed(url: string, mailboxId: Uint8Array, items: readonly StoredEnvelope[]): Promise<void>
  /** The person has decided about keys: the next look takes what waited for that too. */
  decided(): void
  /** Waits a moment for what is being taken from a mailbox's relay, so that what comes over a link does not overtake it. */
  settled(mailboxId: string): Promise<void>
  /** Relays where mailboxes of mine are. */
  relays(): readonly string[]
}

export interface NewMailbox {
  readonly id: string
  readonly relay: string
  readonly readKey: Uint8Array
  readonly writeKey: Uint8Array
}

const perRequest = 64

/** `opened`: all that is at this relay, or one of them. */
export function createMailboxes(context: Context, receive: Receive, opened: (url: string) => void): Mailboxes {
  const { tables, ledger, transport, random, self, clock } = context
  const intake = createIntake(context, receive)
  let lookedAt = 0

  const ofContact = (contactId: string): KeyedMailbox[] =>
    [...tables.mailboxes.held()].filter(
      ([, { purpose }]) => purpose.kind === 'contact' && purpose.contactId === contactId,
    )
  const ofRelay = (url: string): KeyedMailbox[] => [...tables.mailboxes.held()].filter(([, row]) => row.relay === url)
  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  async function closePending(relay: RelayConnection): Promise<void> {
    for (const [id, row] of ofRelay(relay.url)) {
      if (!row.closing) continue
      // What people wrote there before they heard of my answer is still theirs to be read.
      if (row.purpose.kind === 'invite' && !(await emptied(relay, [id, row]))) continue
      const [reply] = await relay.call([{ kind: 'close', readKey: row.readKey }], call())
      if (reply?.kind === 'ok' || isGone(reply)) await forget(id)
    }
  }

  /** Takes what is in it. Gives whether nothing is left: what cannot be stored now stays where it is. */
  async function emptied(relay: RelayConnection, mailbox: KeyedMailbox): Promise<boolean> {
    await intake.drain(relay, [mailbox])
    const [left] = await relay.call([{ kind: 'fetch', readKey: mailbox[1].readKey, after: 0, limit: 1 }], call())
    return isGone(left) || (left?.kind === 'envelopes' && left.items.length === 0 && !left.more)
  }

  const forget = (id: string): Promise<void> =>
    ledger.change(async (change) => {
      change.delete(tables.mailboxes, id)
      // Its psk and prekeys go with it: what was said in first messages can be opened by nobody any more.
      change.delete(tables.invites, id)
      change.delete(tables.prekeys, id)
      change.delete(tables.offers, id)
    })

  async function retireNow(relay: RelayConnection, id: string): Promise<void> {
    const before = tables.mailboxes.peek(id)
    if (before === undefined) return
    if (!(await emptied(relay, [id, before]))) return
    const closed = await ledger.change(async (change) => {
      const row = await change.get(tables.mailboxes, id)
      // Something came that shows that they still write here.
      if (row?.old?.heardAt === undefined) return false
      change.put(tables.mailboxes, id, { ...row, closing: true, closingSince: clock.now() })
      return true
    })
    if (closed) await closePending(relay)
  }

  async function syncNow(relay: RelayConnection): Promise<number | undefined> {
    // What lies at an address that was replaced was written before.
    const age = ([, { old }]: KeyedMailbox): number => old?.announcedAt ?? Number.MAX_SAFE_INTEGER
    const mine = ofRelay(relay.url)
      .filter(([, row]) => !row.closing)
      .toSorted((a, b) => age(a) - age(b))
    let refused: MailboxReply | undefined
    let laterMs: number | undefined
    for (let from = 0; from < mine.length; from += perRequest) {
      const part = mine.slice(from, from + perRequest)
      const subscribe = relay.state === 'live' ? subscribeCommands(part) : []
      const replies = await relay.call([...part.map(([, row]) => openCommand(row)), ...subscribe], call())
      refused ??= replies.slice(0, part.length).find(isForMembers)
      for (const reply of replies)
        if (reply.kind === 'error' && reply.code === 'too-many-requests')
          laterMs = Math.max(laterMs ?? times.syncAgainMs, Math.min(reply.retryAfterMs ?? 0, times.syncLatestMs))
      await intake.drain(relay, part)
    }
    // After the drain: who asked in time was heard.
    await closeExpired()
    await closePending(relay)
    // Last: those that are open have been looked into.
    if (refused?.kind === 'error') throw openRefused(refused)
    opened(relay.url)
    return laterMs
  }

  /** An invite whose time is over takes nobody new, and goes when nobody who asked in time waits for an answer in it. */
  async function closeExpired(): Promise<void> {
    const over = [...tables.invites.held()].filter(([, row]) => !row.over && row.expiresAt < sureNow(context))
    if (over.length === 0) return
    await ledger.change(async (change) => {
      for (const [id, row] of over) {
        change.put(tables.invites, id, { ...row, over: true })
        const mailbox = await change.get(tables.mailboxes, id)
        if (mailbox !== undefined && !waitsForAnswer(id))
          change.put(tables.mailboxes, id, { ...mailbox, closing: true, closingSince: clock.now() })
      }
    })
  }

  const waitsForAnswer = (inviteId: string): boolean =>
    [...tables.contacts.held()].some(([, contact]) => contact.inviteId === inviteId)

  const openCommand = (row: MailboxRow): MailboxCommand => ({
    kind: 'open',
    readKey: row.readKey,
    tier: row.purpose.kind === 'invite' ? 'invite' : 'contact',
    ...membershipAt(self.row, row.relay),
  })

  /** Only contacts may find this device. */
  function subscribeCommands(mailboxes: readonly KeyedMailbox[]): MailboxCommand[] {
    const { peerId } = transport
    const mayFind = ([id, { purpose }]: KeyedMailbox): boolean => {
      const contact = purpose.kind === 'contact' ? tables.contacts.peek(purpose.contactId) : undefined
      // Nor by an address that was replaced.
      return self.row.direct && mayMeet(contact) && contact?.mailboxId === id
    }
    const keys = (findable: boolean) =>
      mailboxes
        .filter((mailbox) => (peerId !== undefined && mayFind(mailbox)) === findable)
        .map(([, row]) => row.readKey)
    const hidden = keys(false)
    const found = keys(true)
    return [
      ...(hidden.length > 0 ? [{ kind: 'subscribe' as const, readKeys: hidden }] : []),
      ...(found.length > 0 && peerId !== undefined ? [{ kind: 'subscribe' as const, readKeys: found, peerId }] : []),
    ]
  }

  const self_: Mailboxes = {
    create(change, purpose) {
      const relay = self.row.relays[0] ?? ''
      const readKey = random.bytes(32)
      const writeKey = deriveWriteKey(readKey)
      const id = toHex(deriveMailboxId(writeKey))
      const [byte = 0] = random.bytes(1)
      const renewAt = Math.round(clock.now() + times.renewMs + (times.renewSpreadMs * byte) / 256)
      change.put(tables.mailboxes, id, {
        relay,
        readKey,
        purpose,
        closing: false,
        ...(purpose.kind === 'contact' ? { renewAt } : {}),
      })
      return { id, relay, readKey, writeKey }
    },
    async open(mailboxId) {
      const row = tables.mailboxes.peek(mailboxId)
      if (row === undefined || row.closing) return
      const relay = transport.relay(row.relay)
      const subscribe = relay.state === 'live' ? subscribeCommands([[mailboxId, row]]) : []
      const [reply] = await relay.call([openCommand(row), ...subscribe], call())
      if (reply?.kind === 'error') throw openRefused(reply)
      opened(row.relay)
    },
    retire(mailboxId) {
      const row = tables.mailboxes.peek(mailboxId)
      if (row === undefined || row.closing) return Promise.resolve()
      return intake.inTurn(row.relay, () => retireNow(transport.relay(row.relay), mailboxId))
    },
    forget,
    async closeAllOf(change, contactId) {
      for (const [id] of ofContact(contactId)) await self_.close(change, id)
    },
    async close(change, mailboxId) {
      const row = await change.get(tables.mailboxes, mailboxId)
      if (row === undefined || row.closing) return
      change.put(tables.mailboxes, mailboxId, { ...row, closing: true, closingSince: clock.now() })
      const relay = transport.relay(row.relay)
      change.after(() =>
        context.background(
          intake.inTurn(row.relay, () => closePending(relay)),
          'mailbox-close-later',
        ),
      )
    },
    sync: (relay) => intake.inTurn(relay.url, () => syncNow(relay)),
    async lookForRequests() {
      if (Math.abs(clock.now() - lookedAt) < times.lookMs) return
      lookedAt = clock.now()
      const open = [...tables.mailboxes.held()].filter(([, row]) => row.purpose.kind === 'invite' && !row.closing)
      const looks = [...new Set(open.map(([, row]) => row.relay))]
        .map((url) => transport.relay(url))
        .filter(({ state }) => state === 'live')
        .map((relay) => {
          const there = open.filter(([, row]) => row.relay === relay.url)
          return intake.inTurn(relay.url, () => intake.drain(relay, there))
        })
      await within(clock, times.lookMs, Promise.allSettled(looks))
    },
    async pushed(url, mailboxId, items) {
      const id = toHex(mailboxId)
      const row = tables.mailboxes.peek(id)
      if (row === undefined || row.relay !== url || row.closing) return
      await intake.pushed(transport.relay(url), [id, row], items)
    },
    decided: () => intake.decided(),
    async settled(mailboxId) {
      const purpose = tables.mailboxes.peek(mailboxId)?.purpose
      if (purpose?.kind !== 'contact') return
      // Their older ones too: what lies there was written before.
      const relays = new Set(ofContact(purpose.contactId).map(([, row]) => row.relay))
      await within(clock, times.settleMs, Promise.all([...relays].map((url) => intake.settled(url))))
    },
    relays: () => [...new Set([...tables.mailboxes.held()].map(([, row]) => row.relay))],
  }
  return self_
}

const isGone = (reply: MailboxReply | undefined): boolean =>
  reply?.kind === 'error' && (reply.code === 'gone' || reply.code === 'unknown-mailbox')

const isForMembers = (reply: MailboxReply): boolean =>
  reply.kind === 'error' && (reply.code === 'not-a-member' || reply.code === 'banned')
