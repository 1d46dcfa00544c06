// My mailboxes: opened at their relay, subscribed while it is live, polled while it is not, emptied in order.
// An envelope is acknowledged, which deletes it at the relay, only after what it caused is stored here.

import { toHex } from '../../protocol/bytes.ts'
import { deriveMailboxId, deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply, StoredEnvelope } from '../../protocol/mailbox/command.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { MailboxRow } from '../records/rows.ts'
import { within } from '../wait.ts'

/** What became of an envelope; `later`: this device cannot store it now, so it stays at the relay. */
export type Receive = (mailboxId: string, envelope: Uint8Array) => Promise<'done' | 'later'>

export interface Mailboxes {
  /** Makes a mailbox at the home relay, as rows of this change; `open` tells the relay. */
  create(change: Change, purpose: MailboxRow['purpose']): NewMailbox
  /** Opens it at its relay; best effort, repeated whenever the relay comes live. */
  open(mailboxId: string): Promise<void>
  /** Marks it for closing; the relay is told until it confirms. */
  close(change: Change, mailboxId: string): Promise<void>
  /** A relay went live, or a poll is due: open, subscribe, fetch. */
  sync(relay: RelayConnection): Promise<void>
  /** Looks into the mailboxes of invites now, where their relay is live; returns soon in any case. */
  lookForRequests(): Promise<void>
  pushed(url: string, mailboxId: Uint8Array, items: readonly StoredEnvelope[]): Promise<void>
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

export function createMailboxes(context: Context, receive: Receive): Mailboxes {
  const { tables, ledger, transport, random, self, clock, log } = context
  const syncing = new Map<string, Promise<void>>()
  let lookedAt = 0

  const ofRelay = (url: string): [string, MailboxRow][] =>
    [...tables.mailboxes.held()].filter(([, row]) => row.relay === url)

  /** Stores what arrived, in order; gives the ids that may be deleted at the relay. */
  async function take(mailboxId: string, items: readonly StoredEnvelope[]): Promise<Uint8Array[]> {
    const done: Uint8Array[] = []
    for (const item of items) {
      if ((await receive(mailboxId, item.bytes)) === 'later') break
      done.push(item.id)
    }
    return done
  }

  async function acknowledge(relay: RelayConnection, row: MailboxRow, ids: readonly Uint8Array[]): Promise<void> {
    if (ids.length > 0) await relay.call([{ kind: 'ack', readKey: row.readKey, ids }], call())
  }

  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  async function drain(
    relay: RelayConnection,
    mailboxId: string,
    row: MailboxRow,
    first: MailboxReply | undefined,
  ): Promise<void> {
    let reply = first
    for (;;) {
      if (reply?.kind !== 'envelopes' || reply.items.length === 0) return
      const done = await take(mailboxId, reply.items)
      await acknowledge(relay, row, done)
      if (!reply.more || done.length < reply.items.length) return
      const after = reply.items.at(-1)?.sequence ?? 0
      reply = (await relay.call([{ kind: 'fetch', readKey: row.readKey, after, limit: limits.fetchBatch }], call()))[0]
    }
  }

  async function closePending(relay: RelayConnection): Promise<void> {
    for (const [id, row] of ofRelay(relay.url)) {
      if (!row.closing) continue
      const [reply] = await relay.call([{ kind: 'close', readKey: row.readKey }], call())
      const gone =
        reply?.kind === 'ok' || (reply?.kind === 'error' && (reply.code === 'gone' || reply.code === 'unknown-mailbox'))
      if (gone) await ledger.change(async (change) => change.delete(tables.mailboxes, id))
    }
  }

  /** At most `perRequest` of them. */
  async function fetchAll(relay: RelayConnection, part: readonly [string, MailboxRow][]): Promise<void> {
    const fetches = part
      .slice(0, perRequest)
      .map(([, row]): MailboxCommand => ({ kind: 'fetch', readKey: row.readKey, after: 0, limit: limits.fetchBatch }))
    if (fetches.length === 0) return
    const replies = await relay.call(fetches, call())
    for (const [index, [id, row]] of part.entries()) await drain(relay, id, row, replies[index])
  }

  async function syncNow(relay: RelayConnection): Promise<void> {
    await closePending(relay)
    const mine = ofRelay(relay.url).filter(([, row]) => !row.closing)
    const live = relay.state === 'live'
    for (let from = 0; from < mine.length; from += perRequest) {
      const part = mine.slice(from, from + perRequest)
      const opens = part.map(([, row]): MailboxCommand => openCommand(row))
      await relay.call([...opens, ...(live ? subscribeCommands(part.map(([, row]) => row)) : [])], call())
      const fetches = part.map(([, row]): MailboxCommand => ({
        kind: 'fetch',
        readKey: row.readKey,
        after: 0,
        limit: limits.fetchBatch,
      }))
      const replies = await relay.call(fetches, call())
      for (const [index, [id, row]] of part.entries()) await drain(relay, id, row, replies[index])
    }
  }

  const openCommand = (row: MailboxRow): MailboxCommand => ({
    kind: 'open',
    readKey: row.readKey,
    tier: row.purpose.kind === 'invite' ? 'invite' : 'contact',
  })

  /** Contacts may find this device; whoever holds an invite may not: a dial shows an IP address. */
  function subscribeCommands(rows: readonly MailboxRow[]): MailboxCommand[] {
    const keys = (kind: MailboxRow['purpose']['kind']) =>
      rows.filter(({ purpose }) => purpose.kind === kind).map(({ readKey }) => readKey)
    const invites = keys('invite')
    const contacts = keys('contact')
    const findable = self.row.direct && transport.peerId !== undefined ? { peerId: transport.peerId } : {}
    return [
      ...(invites.length > 0 ? [{ kind: 'subscribe' as const, readKeys: invites }] : []),
      ...(contacts.length > 0 ? [{ kind: 'subscribe' as const, readKeys: contacts, ...findable }] : []),
    ]
  }

  return {
    create(change, purpose) {
      const relay = self.row.relays[0] ?? ''
      const readKey = random.bytes(32)
      const writeKey = deriveWriteKey(readKey)
      const id = toHex(deriveMailboxId(writeKey))
      change.put(tables.mailboxes, id, { relay, readKey, purpose, closing: false })
      return { id, relay, readKey, writeKey }
    },
    async open(mailboxId) {
      const row = tables.mailboxes.peek(mailboxId)
      if (row === undefined) return
      const relay = transport.relay(row.relay)
      const subscribe = relay.state === 'live' ? subscribeCommands([row]) : []
      await relay.call([openCommand(row), ...subscribe], call())
    },
    async close(change, mailboxId) {
      const row = await change.get(tables.mailboxes, mailboxId)
      if (row === undefined) return
      change.put(tables.mailboxes, mailboxId, { ...row, closing: true })
      change.after(() => {
        closePending(transport.relay(row.relay)).catch(() => log.debug('mailbox-close-later'))
      })
    },
    sync(relay) {
      // One at a time for each relay; a call during a sync asks for one more after it.
      const before = syncing.get(relay.url) ?? Promise.resolve()
      const next = before.then(() => syncNow(relay))
      const settled = next.catch(() => undefined)
      syncing.set(relay.url, settled)
      return next
    },
    async lookForRequests() {
      if (clock.now() - lookedAt < times.lookMs) return
      lookedAt = clock.now()
      const rows = [...tables.mailboxes.held()].filter(([, row]) => row.purpose.kind === 'invite' && !row.closing)
      const urls = new Set(rows.map(([, row]) => row.relay))
      const live = [...urls].map((url) => transport.relay(url)).filter(({ state }) => state === 'live')
      const looks = live.map((relay) =>
        fetchAll(
          relay,
          rows.filter(([, row]) => row.relay === relay.url),
        ),
      )
      await within(clock, times.lookMs, Promise.allSettled(looks))
    },
    async pushed(url, mailboxId, items) {
      const id = toHex(mailboxId)
      const row = tables.mailboxes.peek(id)
      if (row === undefined || row.relay !== url || row.closing) return
      await acknowledge(transport.relay(url), row, await take(id, items))
    },
    relays: () => [...new Set([...tables.mailboxes.held()].map(([, row]) => row.relay))],
  }
}
