// Beginning anew with a contact (docs/protocol.md §5): when something of theirs did not open, when nobody answered my
// first message for a month, or when only the psks of earlier sessions are left. A handshake that proves the newest psk,
// and in it everything that they may not have. Never without a psk: a relay that provokes it gains nothing.
//
//   idle ──want──▶ wanted ──bundle taken──▶ begun (unanswered) ──an answer──▶ idle
//                   │  ▲                      │ 7 days without an answer and a reason,
//                   └──┘ no bundle, no relay  └──────── or 30 days ──▶ wanted
//                        tried again later

import { equalBytes } from '../../protocol/bytes.ts'
import { initiate } from '../../protocol/handshake/initiate.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { type Continuity, ownProof } from '../../protocol/session/continuity.ts'
import {
  activeSession,
  addSession,
  continuities,
  isUnanswered,
  pruneSessions,
  standingOf,
} from '../../protocol/session/sessions.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { StorageError, TransportError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { SessionsRow } from '../records/rows.ts'
import { backoffMs, isOver } from '../wait.ts'
import type { AskAgain } from './ask-again.ts'
import { takeContactBundle } from './contact-prekeys.ts'
import { hasNothing, seemsLeftBehind, waitsForBelief } from './cut-off.ts'
import { forgetFirsts } from './firsts.ts'
import { isOtherDevice, markKeys, maySend, showLog } from './key-state.ts'
import type { Resend } from './resend.ts'

export interface Refresher {
  /** Something of theirs did not open. Begins anew soon if that can help, once an hour at most. */
  want(change: Change, contactId: string): Promise<void>
  /** They began anew, or ask again: everything is sent again, at once, or in a moment when it was done just now. */
  answer(change: Change, contactId: string): Promise<void>
  /**
   * A session is acknowledged: what a relay has kept for them is sent again, when they had time to say what they have.
   */
  answered(change: Change, contactId: string): Promise<void>
  /** They answered a request: what waited for that is sent, if anything does. */
  accepted(contactId: string): void
  /** A relay answers again, or the person decided: what is due is tried now. */
  kick(): void
  /** Takes up what was wanted when this device stopped, and looks now and then. */
  start(): void
  stop(): void
}

export interface RefresherParts {
  readonly resend: Resend
  readonly askAgain: AskAgain
}

export function createRefresher(context: Context, { resend, askAgain }: RefresherParts): Refresher {
  const { tables, ledger, clock, random, self, events } = context
  const timers = new Map<string, () => void>()
  const failures = new Map<string, number>()
  const running = new Set<string>()
  const told = new Set<string>()
  let cancelLook: (() => void) | undefined

  /** While a first message of mine is on its way, another one would only join it in their mailbox. */
  function helps(row: SessionsRow): boolean {
    const [active] = row.sessions
    // After the person's word on new keys there is only what they may have answered already.
    if (row.psks.length === 0 && (active?.generation ?? 0) <= 1) return false
    if (active === undefined || active.session.acknowledged) return true
    // In a crossing theirs is active, and mine may be on its way all the same.
    return !row.sessions.some(
      ({ session, generation }) =>
        generation === active.generation &&
        isUnanswered(session) &&
        !isOver(session.createdAtMs, times.refreshUnansweredMs, clock.now()),
    )
  }

  function schedule(contactId: string): void {
    const row = tables.sessions.peek(contactId)
    if (row?.wantedAt === undefined || context.closing.aborted) return
    const now = clock.now()
    // One from the future is of a clock that was wrong.
    const last = row.refreshedAt !== undefined && row.refreshedAt <= now ? row.refreshedAt : -Infinity
    again(contactId, Math.max(0, last + protocolLimits.sessionRefreshMs - now))
  }

  function again(contactId: string, delayMs: number): void {
    after(contactId, delayMs, () => attempt(contactId))
  }

  function after(timer: string, delayMs: number, work: () => Promise<void>): void {
    timers.get(timer)?.()
    timers.set(
      timer,
      clock.after(delayMs, () => context.background(work(), 'refresh-failed')),
    )
  }

  /** A contact who begins anew all the time must not make this device seal everything every time. */
  async function answer(change: Change, contactId: string): Promise<void> {
    const row = await change.get(tables.sessions, contactId)
    if (row === undefined || (await change.get(tables.contacts, contactId))?.state !== 'accepted') return
    const { resendAt: _, ...rest } = row
    const now = clock.now()
    const restedAt = (rest.resentAt ?? -Infinity) + times.resendRestMs
    if (restedAt > now && restedAt <= now + times.resendRestMs) {
      change.put(tables.sessions, contactId, { ...rest, resendAt: restedAt })
      change.after(() => answerLater(contactId))
      return
    }
    change.put(tables.sessions, contactId, { ...rest, resentAt: now })
    await resend(change, contactId)
  }

  async function answered(change: Change, contactId: string): Promise<void> {
    const row = await change.get(tables.sessions, contactId)
    if (row === undefined) return
    // What waits for their answer to a request goes at once.
    const resendAt = Math.min(row.resendAt ?? Infinity, clock.now() + times.resendRestMs)
    change.put(tables.sessions, contactId, { ...row, resendAt })
    change.after(() => answerLater(contactId))
  }

  function answerLater(contactId: string): void {
    const resendAt = tables.sessions.peek(contactId)?.resendAt
    if (resendAt === undefined || context.closing.aborted) return
    after(`${contactId}/answer`, Math.max(0, resendAt - clock.now()), () =>
      ledger.change((change) => answer(change, contactId)),
    )
  }

  async function attempt(contactId: string): Promise<void> {
    if (running.has(contactId) || context.closing.aborted) return
    running.add(contactId)
    try {
      if (await begin(contactId)) {
        failures.delete(contactId)
        return
      }
    } catch (error) {
      if (!(error instanceof TransportError || error instanceof StorageError)) throw error
    } finally {
      running.delete(contactId)
    }
    const count = failures.get(contactId) ?? 0
    failures.set(contactId, count + 1)
    const [byte = 0] = random.bytes(1)
    again(contactId, backoffMs(count, times.retryMinMs, protocolLimits.sessionRefreshMs, byte / 256))
  }

  /** False: it could not be begun now. */
  async function begin(contactId: string): Promise<boolean> {
    const row = tables.sessions.peek(contactId)
    const contact = tables.contacts.peek(contactId)
    if (row?.wantedAt === undefined || contact?.state !== 'accepted' || !maySend(contact)) return true
    const psks = continuities(row).map(({ contactPsk }) => contactPsk)
    const signal = AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)])
    const taken = await takeContactBundle(context, contactId, { psks, knownLog: contact.knownLog, signal })
    if (taken === 'foreign' || (taken === 'none' && row.psks.length === 0)) isolated(contactId, row)
    if (taken === 'foreign' || taken === 'none') return false
    const { bundle } = taken
    const continuity = provable(row, taken.psk)
    const proof = continuity && ownProof(continuity)
    if (continuity === undefined || proof === undefined) return false
    const nowMs = clock.now()
    const session = await initiate({
      identity: self.identity,
      bundle,
      psk: proof.psk,
      pskKind: 'continuity',
      random: random.bytes,
      nowMs,
    })
    return ledger.change(async (change) => {
      const held = await change.get(tables.sessions, contactId)
      // Theirs came in the meantime.
      if (held?.wantedAt === undefined) return true
      // They said something in the meantime, and may have heard my answer to it: what it proves would be old.
      const now = provable(held, taken.psk)
      if (now?.opened !== continuity.opened || !equalBytes(now.contactPsk, continuity.contactPsk)) return false
      const standing = standingOf(held, proof, nowMs)
      if (standing.kind !== 'next') return true
      const { wantedAt: _, unreadSince: _since, unreadAgain: _again, ...rest } = held
      const next = addSession(rest, session, standing.generation, nowMs)
      // Theirs of the same generation came first, and stays: mine would never be sent. Once they have heard my answer,
      // mine goes on from theirs.
      if (activeSession(next) !== session) {
        change.put(tables.sessions, contactId, { ...held, refreshedAt: nowMs })
        change.after(() => schedule(contactId))
        return true
      }
      change.after(() => changed(contactId))
      const known = activeSession(held)?.peer.deviceId
      change.put(tables.sessions, contactId, { ...next, refreshedAt: nowMs })
      await showLog(context, change, contactId, bundle.log, true)
      if (isOtherDevice(known, bundle.certificate.deviceId)) await markKeys(context, change, contactId, 'changed')
      await resend(change, contactId, 'unsent')
      return true
    })
  }

  /**
   * They may have gone on without this device, which then has an old copy only: a new invite of theirs brings it back. Only
   * where nothing is left of what they could be heard with it is sure that no relay makes it look so.
   */
  function isolated(contactId: string, row: SessionsRow | undefined): void {
    const conversationId = tables.contacts.peek(contactId)?.conversationId
    if (conversationId === undefined || told.has(contactId)) return
    const isSure = row === undefined || hasNothing(row)
    if (!isSure && !seemsLeftBehind(row, clock.now())) return
    told.add(contactId)
    events.emit('error', { code: isSure ? 'contact-cut-off' : 'contact-unreadable', conversationId })
    changed(contactId)
  }

  const changed = (contactId: string): void => events.emit('change', { what: 'contacts', id: contactId })

  /** The newest that they surely have: the newest acknowledged one, or the one under whose psk they sealed the bundle. */
  function provable(row: SessionsRow, sealedUnder: Uint8Array): Continuity | undefined {
    return continuities(row).find(
      (continuity) => continuity === row.psks[0] || equalBytes(continuity.contactPsk, sealedUnder),
    )
  }

  /** What nobody answered for a month, contacts of whom only a psk is left, and sessions whose time is over. */
  async function look(): Promise<void> {
    const { sessionUnacknowledgedMs } = protocolLimits
    for (const [contactId, row] of tables.sessions.held()) {
      if (pruneSessions(row, clock.now()) !== row) await ledger.change((change) => prune(change, contactId))
      const active = activeSession(row)
      const isForgotten =
        active === undefined ||
        (isUnanswered(active) && isOver(active.createdAtMs, sessionUnacknowledgedMs, clock.now()))
      // While mine had no answer, nothing was begun for what did not open, and it may have been the answer.
      if (isForgotten || row.unreadSince !== undefined) await ledger.change((change) => want(change, contactId))
    }
    for (const [contactId, { state }] of tables.contacts.held()) {
      const row = tables.sessions.peek(contactId)
      const isAlone = row === undefined || hasNothing(row) || waitsForBelief(row, clock.now())
      if (state === 'accepted' && isAlone) isolated(contactId, row)
    }
    await askAgain()
    await forgetFirsts(context)
  }

  /** Their keys go with them. */
  async function prune(change: Change, contactId: string): Promise<void> {
    const row = await change.get(tables.sessions, contactId)
    if (row !== undefined) change.put(tables.sessions, contactId, pruneSessions(row, clock.now()))
  }

  function lookOften(): void {
    context.background(look(), 'refresh-look-failed')
    cancelLook = clock.after(times.expiryMs, lookOften)
  }

  async function want(change: Change, contactId: string): Promise<void> {
    const row = await change.get(tables.sessions, contactId)
    if (row === undefined || row.wantedAt !== undefined || !helps(row)) return
    change.put(tables.sessions, contactId, { ...row, wantedAt: clock.now() })
    change.after(() => schedule(contactId))
  }

  function kick(): void {
    failures.clear()
    for (const [contactId] of tables.sessions.held()) schedule(contactId)
  }

  return {
    want,
    kick,
    answer,
    answered,
    accepted: answerLater,
    start() {
      kick()
      for (const [contactId] of tables.sessions.held()) answerLater(contactId)
      // What lies in the mailboxes is read first: it may be the answer.
      cancelLook = clock.after(times.refreshLookMs, lookOften)
    },
    stop() {
      cancelLook?.()
      for (const cancel of timers.values()) cancel()
    },
  }
}
