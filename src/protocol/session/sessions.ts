// The sessions with one contact (docs/protocol.md §5): which one is used for sending, which still receive, and what
// proves to the contact that a new one goes on from the old ones. Pure: a state and an event give the next state.
//
//   generation 1         generation 2                    generation 3
//   invite ──psk of──▶ refresh ──────────psk of────────▶ refresh …        the newest generation is used for sending;
//                      refresh by the other at the                        older ones only receive, for 7 days
//                      same time: a crossing
//
// A generation is one more than that of the session whose psk began it. So a session is older or newer than another
// whatever the clocks say, and however late it arrives.

import { type Bytes, equalBytes, toHex } from '../bytes.ts'
import { limits } from '../limits.ts'
import { type Continuity, type Proof, continuityOf, goOn, proofOf } from './continuity.ts'
import { type Session, contactPsk } from './session.ts'

export interface HeldSession {
  readonly session: Session
  readonly generation: number
  /** Set while it only receives: since when. */
  readonly retiredAtMs?: number
}

export interface Sessions {
  /** The first one is used for sending; the others are those that still receive. */
  readonly sessions: readonly HeldSession[]
  /** Of the newest acknowledged session and of the one before, kept although the sessions themselves go. */
  readonly psks: readonly Continuity[]
  /** Of the session that the first one of them is of. */
  readonly generation: number
  /** When that session became the newest acknowledged one. */
  readonly pskAtMs: number
}

export const noSessions: Sessions = { sessions: [], psks: [], generation: 0, pskAtMs: 0 }

/** The one used for sending. */
export function activeSession(held: Sessions): Session | undefined {
  return held.sessions[0]?.session
}

/**
 * Those whose exporters prove the peer elsewhere (§10). Once both are known to have the newest generation, an older
 * session proves only that somebody has a copy of it.
 */
export function provingSessions({ sessions }: Sessions): readonly Session[] {
  const [active] = sessions
  const proving =
    active !== undefined && isMutual(active.session)
      ? sessions.filter(({ generation }) => generation === active.generation)
      : sessions
  return proving.map(({ session }) => session)
}

/** What the peer may go on from, newest first. It may have heard less than I, or one answer more. */
export function continuities(held: Sessions): readonly Continuity[] {
  const active = activeSession(held)
  const newest = active && continuityOf(active)
  return newest === undefined || held.psks.some((known) => isSame(known, newest)) ? held.psks : [newest, ...held.psks]
}

/** What a first message of the peer proves that names this psk; undefined where it proves nothing. */
export function provedBy(held: Sessions, pskId: Bytes): Proof | undefined {
  for (const continuity of continuities(held)) {
    const proof = proofOf(continuity, pskId)
    if (proof !== undefined) return proof
  }
  return undefined
}

/** What a new session is to the ones held, by what it proves. */
export type Standing =
  /** It goes on from the newest one. */
  | { readonly kind: 'next'; readonly generation: number }
  /** Begun before its maker heard of the newest one: it receives, and is never used for sending. */
  | { readonly kind: 'late'; readonly generation: number }
  /** Only somebody with an old copy of the peer's device begins so, be it the peer: a change of keys, for the person to decide. */
  | { readonly kind: 'outdated' }

/** `proof` undefined: an invite's psk, which proves nothing about earlier sessions. */
export function standingOf(
  held: Sessions,
  proof: Pick<Proof, 'contactPsk' | 'isOld'> | undefined,
  nowMs: number,
): Standing {
  if (proof?.isOld === true) return { kind: 'outdated' }
  const psk = proof?.contactPsk
  const [active] = held.sessions
  if (psk && active && isPskOf(active.session, psk)) return { kind: 'next', generation: active.generation + 1 }
  const newest = held.psks[0]?.contactPsk
  // Nothing was ever acknowledged: what is begun last counts.
  if (newest === undefined)
    return { kind: 'next', generation: Math.max(1, ...held.sessions.map(({ generation }) => generation)) }
  if (psk && equalBytes(newest, psk)) return { kind: 'next', generation: held.generation + 1 }
  // The peer may not have heard that the newest one is acknowledged. Once it has, or had the time, it would use it.
  const owner = held.sessions.find(({ session }) => isPskOf(session, newest))
  const isHeard = owner === undefined || isMutual(owner.session)
  return isHeard || nowMs - held.pskAtMs > limits.sessionCrossingMs
    ? { kind: 'outdated' }
    : { kind: 'late', generation: held.generation - 1 }
}

/**
 * Whether an outdated one says that it was begun before the newest session was acknowledged: held back on its way, or a
 * lie, which gains nothing. The two times are of two clocks. A mark from the future is of a clock that was wrong.
 */
export function isFromBefore(held: Sessions, begunAtMs: number, nowMs: number): boolean {
  return held.pskAtMs <= nowMs && begunAtMs <= held.pskAtMs + limits.crossingSkewMs
}

/** With a session that one of the two began just now. */
export function addSession<S extends Sessions>(held: S, session: Session, generation: number, nowMs: number): S {
  return arrange({ ...held, sessions: [{ session, generation }, ...held.sessions] }, nowMs)
}

/** With the next state of the session at an index, after it sealed or opened a message. */
export function replaceSession<S extends Sessions>(held: S, index: number, session: Session, nowMs: number): S {
  const sessions = held.sessions.map((entry, at) => (at === index ? { ...entry, session } : entry))
  return arrange({ ...held, sessions }, nowMs)
}

/** Without those whose time is over. */
export function pruneSessions<S extends Sessions>(held: S, nowMs: number): S {
  const kept = held.sessions.filter(
    ({ retiredAtMs }) =>
      retiredAtMs === undefined ||
      // A time from the future is of a clock that was wrong.
      (retiredAtMs + limits.sessionInactiveMs > nowMs && retiredAtMs <= nowMs + limits.clockSkewMs),
  )
  return kept.length === held.sessions.length ? held : { ...held, sessions: kept }
}

/** Mine, without an answer: the peer may not have it. */
export function isUnanswered(session: Session): boolean {
  return session.role === 'initiator' && !session.acknowledged
}

function isPskOf(session: Session, psk: Bytes): boolean {
  const own = contactPsk(session)
  return own !== undefined && equalBytes(own, psk)
}

/** Whether the peer is known to count it as acknowledged too. */
function isMutual({ role, acknowledged, ratchet }: Session): boolean {
  // The initiator's answer to epoch 1 is what acknowledges it at the responder; epoch 3 shows that it arrived.
  return acknowledged && (role === 'responder' || (ratchet.receiving?.epoch ?? 0) >= 3)
}

function arrange<S extends Sessions>(held: S, nowMs: number): S {
  const [first] = held.sessions
  if (first === undefined) return held
  const active = choose(held.sessions, first)
  const rest = held.sessions
    .filter((entry) => entry !== active)
    .toSorted((a, b) => b.generation - a.generation)
    .slice(0, limits.sessionsInactive)
    .map((entry) => ({ ...entry, retiredAtMs: entry.retiredAtMs ?? nowMs }))
  const { retiredAtMs: _, ...used } = active
  return pruneSessions(withPsk({ ...held, sessions: [used, ...rest] }, nowMs), nowMs)
}

/** The newest generation. Where both began one, the crossing is decided so that both decide the same. */
function choose(sessions: readonly HeldSession[], first: HeldSession): HeldSession {
  const generation = Math.max(...sessions.map((entry) => entry.generation))
  const newest = sessions.filter((entry) => entry.generation === generation)
  const mine = newest.find(({ session }) => session.role === 'initiator')
  const theirs = newest.find(({ session }) => session.role === 'responder')
  if (mine === undefined || theirs === undefined) return mine ?? theirs ?? first
  // Until an answer shows that they have mine, theirs is the one that both surely have.
  if (!mine.session.acknowledged) return theirs
  return toHex(mine.session.sid) < toHex(theirs.session.sid) ? mine : theirs
}

/** Each psk goes on with its session, and the active one's comes first from its acknowledgement on. */
function withPsk<S extends Sessions>(held: S, nowMs: number): S {
  const [active] = held.sessions
  const psks = held.psks.map((known) => {
    const owner = held.sessions.find(({ session }) => isPskOf(session, known.contactPsk))
    return owner === undefined ? known : goOn(known, owner.session)
  })
  const own = active?.session.acknowledged === true ? continuityOf(active.session) : undefined
  if (active === undefined || own === undefined || (psks[0] && isSame(psks[0], own))) return { ...held, psks }
  // The other one of a crossing takes the place of the first.
  const before = active.generation > held.generation ? psks.slice(0, 1) : psks.slice(1, 2)
  return { ...held, psks: [own, ...before], generation: active.generation, pskAtMs: nowMs }
}

function isSame(a: Continuity, b: Continuity): boolean {
  return equalBytes(a.contactPsk, b.contactPsk)
}
