// Takes what lies in my mailboxes, in order, one relay at a time. A push is only a hint: its envelopes are taken as they
// are when they continue what was taken before; otherwise the mailbox is fetched, so that one lost push neither loses
// nor reorders anything. An envelope is acknowledged, which deletes it at the relay, only after what it caused is stored.

import type { MailboxCommand, MailboxReply, StoredEnvelope } from '../../protocol/mailbox/command.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import type { MailboxRow } from '../records/rows.ts'

/**
 * What became of an envelope: `done`: stored, or nothing to store; `unreadable`: nobody here can ever read it; `later`:
 * this device cannot store it now, so it stays where it is, and what is behind it too; `undecided`: it stays until the
 * person has decided about what came before it, and what is behind it is taken.
 */
export type Outcome = 'done' | 'unreadable' | 'later' | 'undecided'
export type Receive = (mailboxId: string, envelope: Uint8Array) => Promise<Outcome>

export type KeyedMailbox = readonly [id: string, row: MailboxRow]

export interface Intake {
  /** Runs after everything that was begun for this relay; a failure does not stop what comes after. */
  inTurn<T>(url: string, work: () => Promise<T>): Promise<T>
  /** Resolves when everything begun for this relay so far has ended. */
  settled(url: string): Promise<void>
  /** In turn only: fetches and takes everything in these mailboxes of one relay. @throws TransportError */
  drain(relay: RelayConnection, mailboxes: readonly KeyedMailbox[]): Promise<void>
  /** The person has decided about something: what waited for that is fetched the next time. */
  decided(): void
  pushed(relay: RelayConnection, mailbox: KeyedMailbox, items: readonly StoredEnvelope[]): Promise<void>
}

const perRequest = 64

/** Envelopes that wait for the person's word at a relay: up to which one, and since when they are left there. */
interface Waiting {
  readonly upTo: number
  readonly sinceMs: number
}

export function createIntake(context: Pick<Context, 'closing' | 'clock'>, receive: Receive): Intake {
  const turns = new Map<string, Promise<unknown>>()
  /** The sequence that continues a mailbox; unknown until something was taken from it. */
  const next = new Map<string, number>()
  const pushing = new Set<string>()
  /**
   * All that is left below is `undecided`: fetched and tried again at every look, a full mailbox would cost whoever does
   * not decide its bytes and its handshakes every few minutes.
   */
  const waiting = new Map<string, Waiting>()
  let decisions = 0

  /** After which sequence there is something to be taken. */
  function takenUpTo(id: string): number {
    const known = waiting.get(id)
    if (known === undefined) return 0
    if (Math.abs(context.clock.now() - known.sinceMs) < times.undecidedMs) return known.upTo
    waiting.delete(id)
    return 0
  }

  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  function inTurn<T>(url: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(url) ?? Promise.resolve()).then(work)
    turns.set(
      url,
      turn.catch(() => undefined),
    )
    return turn
  }

  /** Gives whether what is behind them can be taken. */
  async function take(
    relay: RelayConnection,
    [id, row]: KeyedMailbox,
    items: readonly StoredEnvelope[],
  ): Promise<boolean> {
    const done: Uint8Array[] = []
    let goesOn = true
    let undecided: number | undefined
    const before = decisions
    for (const item of items) {
      const outcome = await receive(id, item.bytes)
      goesOn = outcome !== 'later'
      if (!goesOn) break
      if (outcome === 'undecided') undecided = item.sequence
      else done.push(item.id)
      next.set(id, item.sequence + 1)
    }
    if (done.length > 0) await relay.call([{ kind: 'ack', readKey: row.readKey, ids: done }], call())
    // What was tried before a decision that came meanwhile is tried again.
    if (undecided !== undefined && before === decisions) {
      const sinceMs = waiting.get(id)?.sinceMs ?? context.clock.now()
      waiting.set(id, { upTo: undecided, sinceMs })
    }
    return goesOn
  }

  const fetchCommand = (row: MailboxRow, after: number): MailboxCommand => ({
    kind: 'fetch',
    readKey: row.readKey,
    after,
    limit: limits.fetchBatch,
  })

  async function drainOne(
    relay: RelayConnection,
    mailbox: KeyedMailbox,
    first: MailboxReply | undefined,
  ): Promise<void> {
    let after = takenUpTo(mailbox[0])
    const more = async (): Promise<MailboxReply | undefined> =>
      (await relay.call([fetchCommand(mailbox[1], after)], call()))[0]
    // The answer for many mailboxes had no room left for this one: there is, when it is asked for alone.
    let reply = isCrowdedOut(first) ? await more() : first
    while (reply?.kind === 'envelopes' && reply.items.length > 0) {
      const last = reply.items.at(-1)?.sequence ?? 0
      const goesOn = await take(relay, mailbox, reply.items)
      // A sequence that does not rise would go on for ever.
      if (!goesOn || !reply.more || last <= after) return
      after = last
      reply = await more()
    }
  }

  async function drain(relay: RelayConnection, mailboxes: readonly KeyedMailbox[]): Promise<void> {
    for (let from = 0; from < mailboxes.length; from += perRequest) {
      const part = mailboxes.slice(from, from + perRequest)
      const replies = await relay.call(
        part.map(([id, row]) => fetchCommand(row, takenUpTo(id))),
        call(),
      )
      for (const [index, mailbox] of part.entries()) await drainOne(relay, mailbox, replies[index])
    }
  }

  return {
    inTurn,
    async settled(url) {
      await turns.get(url)
    },
    drain,
    decided() {
      decisions += 1
      waiting.clear()
    },
    async pushed(relay, mailbox, items) {
      const [id] = mailbox
      // Something new that comes before what waits: the relay counts anew, as from a backup.
      if ((items[0]?.sequence ?? Infinity) <= (waiting.get(id)?.upTo ?? 0)) waiting.delete(id)
      const key = `${relay.url} ${id}`
      if (pushing.has(key)) {
        // One that waits already will fetch these too.
        next.delete(id)
        return
      }
      pushing.add(key)
      await inTurn(relay.url, async () => {
        pushing.delete(key)
        if (items[0] !== undefined && items[0].sequence === next.get(id)) await take(relay, mailbox, items)
        else await drain(relay, [mailbox])
      })
    },
  }
}

function isCrowdedOut(reply: MailboxReply | undefined): boolean {
  return reply?.kind === 'envelopes' && reply.more && reply.items.length === 0
}
