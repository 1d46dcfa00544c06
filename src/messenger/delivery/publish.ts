// Keeps the bundles of my mailboxes fresh at their relays: looks what is due now and then, makes a few at a time, and
// pauses in between, so that neither a start after a long absence nor a relay's restart makes everybody work at once.

import { derivePsk } from '../../protocol/prekeys/psk.ts'
import type { MailboxCommand } from '../../protocol/mailbox/command.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { MailboxRow } from '../records/rows.ts'
import type { Offering, Pool } from './offers.ts'
import { confirmOffer, makeOffer, offerStep, storeOffer } from './offers.ts'

export interface Publisher {
  /** Looks soon, and then every few minutes. */
  start(): void
  /** Something new is to be offered at this relay: it is looked for at once. */
  due(url: string): void
  /** A relay went live: soon it is asked what is left, and gets what is due. */
  live(url: string): void
  close(): void
}

interface Candidate {
  readonly id: string
  readonly row: MailboxRow
  readonly offering: Offering
  readonly pskId: Uint8Array
}

const perRequest = 64

export function createPublisher(context: Context): Publisher {
  const { tables, ledger, clock, random, transport } = context
  /** Looks to come at one relay, beside those at all. */
  const timers = new Map<string, () => void>()
  const running = new Set<string>()
  let cancel: (() => void) | undefined
  /** What relays said of a bundle since it was put there. */
  const pools = new Map<string, Pool & { readonly at: number }>()

  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  function spread(minMs: number, spreadMs: number): number {
    const [byte = 0] = random.bytes(1)
    return Math.round(minMs + (spreadMs * byte) / 256)
  }

  function soon(url: string, delayMs: number): void {
    timers.get(url)?.()
    if (context.closing.aborted) return
    timers.set(
      url,
      clock.after(delayMs, () => context.background(look(url), 'publish-later')),
    )
  }

  async function look(url: string): Promise<void> {
    timers.delete(url)
    if (running.has(url)) return
    running.add(url)
    const more = await round(url).finally(() => running.delete(url))
    if (more) soon(url, spread(times.offerPauseMs, times.offerPauseMs))
  }

  function lookAtAll(): void {
    for (const url of new Set([...tables.mailboxes.held()].map(([, row]) => row.relay)))
      if (!timers.has(url)) context.background(look(url), 'publish-later')
    cancel = clock.after(spread(times.offerLookMs, times.offerLookMs), lookAtAll)
  }

  const ofRelay = (url: string): (readonly [string, MailboxRow])[] =>
    [...tables.mailboxes.held()].filter(([, row]) => row.relay === url && !row.closing)

  function offeringOf(id: string, { purpose }: MailboxRow): Offering | undefined {
    if (purpose.kind === 'invite') {
      const invite = tables.invites.peek(id)
      if (invite === undefined || invite.over || invite.expiresAt <= clock.now() || invite.used >= invite.uses)
        return undefined
      return inviteOffering(invite)
    }
    const psk = tables.sessions.peek(purpose.contactId)?.psks[0]?.contactPsk
    if (psk === undefined || tables.contacts.peek(purpose.contactId)?.state !== 'accepted') return undefined
    return { psk, use: 'reusable', oneTimeCount: limits.contactOneTimeKeys }
  }

  function candidates(url: string): Candidate[] {
    return ofRelay(url).flatMap(([id, row]) => {
      const offering = offeringOf(id, row)
      return offering === undefined ? [] : [{ id, row, offering, pskId: derivePsk(offering.psk).id }]
    })
  }

  const step = ({ id, row, offering, pskId }: Candidate): ReturnType<typeof offerStep> =>
    offerStep(row.offer, offering, { pskId, pool: pools.get(id), nowMs: clock.now() })

  /** Asks for what was not asked lately; a relay that does not say leaves it to the calendar. */
  async function count(url: string, all: readonly Candidate[]): Promise<void> {
    const isFresh = (id: string): boolean =>
      Math.abs(clock.now() - (pools.get(id)?.at ?? -Infinity)) < times.offerCountMs
    // What is to be replaced by the calendar was perhaps taken since: asked again, right before.
    const open = all.filter(({ id, row }) => {
      const { offer } = row
      if (offer?.state !== 'offered') return false
      return !isFresh(id) || (clock.now() >= offer.renewAt && clock.now() - offer.madeAt >= times.offerRestMs)
    })
    for (let from = 0; from < open.length; from += perRequest) {
      const part = open.slice(from, from + perRequest)
      const commands = part.map(({ row }): MailboxCommand => ({ kind: 'bundle.count', readKey: row.readKey }))
      const replies = await transport.relay(url).call(commands, call())
      for (const [index, { id }] of part.entries()) {
        const reply = replies[index]
        if (reply?.kind === 'pool') pools.set(id, { main: reply.main, oneTime: reply.oneTime, at: clock.now() })
      }
    }
  }

  /** Gives whether more is due. @throws TransportError */
  async function round(url: string): Promise<boolean> {
    await count(url, candidates(url))
    const due = candidates(url).filter((candidate) => step(candidate) !== 'nothing')
    const batch = due.slice(0, limits.offersPerRound)
    const commands: MailboxCommand[] = []
    const sent: { readonly id: string; readonly madeAt: number }[] = []
    for (const candidate of batch) {
      const { id } = candidate
      if (step(candidate) === 'make') {
        const made = await makeOffer(context, id, candidate.offering)
        await ledger.change((change) => storeOffer(context, change, id, made))
      }
      const row = tables.mailboxes.peek(id)
      const offer = await tables.offers.get(id)
      if (row?.offer === undefined || row.closing || offer === undefined) continue
      commands.push({ kind: 'bundle.put', readKey: row.readKey, main: offer.main, oneTime: offer.oneTime })
      sent.push({ id, madeAt: row.offer.madeAt })
    }
    if (commands.length === 0) return false
    const replies = await transport.relay(url).call(commands, call())
    const taken = sent.filter((_, index) => replies[index]?.kind === 'ok')
    await ledger.change(async (change) => {
      for (const { id, madeAt } of taken) await confirmOffer(context, change, id, madeAt)
    })
    for (const { id } of taken) pools.delete(id)
    // Refused ones wait for the next look: their mailbox is not open yet, or the relay has no room.
    return taken.length === sent.length && due.length > batch.length
  }

  return {
    start() {
      cancel = clock.after(spread(times.offerFirstMs, times.offerFirstSpreadMs), lookAtAll)
    },
    due: (url) => soon(url, 0),
    live(url) {
      // It may have come back without what it had.
      for (const [id] of ofRelay(url)) pools.delete(id)
      soon(url, spread(times.offerFirstMs, times.offerFirstSpreadMs))
    },
    close() {
      cancel?.()
      for (const stop of timers.values()) stop()
    },
  }
}

/** One key for one use; for more, as many as may still come. */
export function inviteOffering(invite: {
  readonly psk: Uint8Array
  readonly uses: number
  readonly used: number
}): Offering {
  const { psk, uses, used } = invite
  return uses === 1
    ? { psk, use: 'one-use', oneTimeCount: 1 }
    : { psk, use: 'reusable', oneTimeCount: Math.min(limits.inviteOneTimeKeys, uses - used) }
}
