// What shows in a new handshake that it goes on from a session (docs/protocol.md §5): `contactPsk`, which stays the same as
// long as the session does, mixed with the exporter of an epoch. So it heals as the ratchet does, and who has an old copy
// of a device has an old exporter.
//
//   R: the newest epoch of theirs that I opened      I prove R: they began it, and still have its exporter
//                                                     I take R + 1 and R − 1: they opened one of the two, the newest of mine
//   Epoch 1 stands in for epoch 0, which has no exporter.

import { type Bytes, concatBytes, equalBytes } from '../bytes.ts'
import { limits } from '../limits.ts'
import { derivePskId } from '../prekeys/psk.ts'
import { remembered } from '../remembered.ts'
import { deriveContinuityPsk } from './keys.ts'
import type { Exporter } from './ratchet.ts'
import { type Session, contactPsk, exporters } from './session.ts'

const pskBytes = 32

/** Of one session, kept although the session itself goes. */
export interface Continuity {
  /** Seals bundles at relays, and begins no session. */
  readonly contactPsk: Bytes
  /** R; 0 as long as the initiator has not answered. */
  readonly opened: number
  /** Of the newest epochs, newest first, at most three. */
  readonly exporters: readonly Exporter[]
  /** The psks that were taken from the peer and are not any more, 32 bytes each, newest first: only an old copy proves one. */
  readonly earlier: Bytes
}

/** The continuity that a first message proves. */
export interface Proof {
  readonly contactPsk: Bytes
  /** Of the handshake. */
  readonly psk: Bytes
  /** Whoever made it does not know what this device knows that they know: they have an old copy. */
  readonly isOld: boolean
}

/** Undefined before the first reply, from which on both sides have it. */
export function continuityOf(session: Session): Continuity | undefined {
  const psk = contactPsk(session)
  if (psk === undefined) return undefined
  const opened = session.ratchet.receiving?.epoch ?? 0
  return { contactPsk: psk, opened, exporters: exporters(session), earlier: new Uint8Array() }
}

/** The same after its session sealed or opened a message. */
export function goOn(before: Continuity, session: Session): Continuity {
  const now = continuityOf(session) ?? before
  const isTaken = accepted(now)
  const over = accepted(before).filter(({ epoch }) => !isTaken.some((taken) => taken.epoch === epoch))
  if (over.length === 0) return { ...now, earlier: before.earlier }
  const psks = over.map((exporter) => pskOf(before, exporter))
  return { ...now, earlier: concatBytes(...psks, before.earlier).slice(0, pskBytes * limits.earlierProofs) }
}

/** What this device proves when it begins a session. Undefined where damage left no exporter for it. */
export function ownProof(continuity: Continuity): Proof | undefined {
  const exporter = continuity.exporters.find(({ epoch }) => epoch === Math.max(1, continuity.opened))
  return exporter && { contactPsk: continuity.contactPsk, psk: pskOf(continuity, exporter), isOld: false }
}

/** The psks of peers who never went back: two at most, newest first. */
export function acceptedPsks(continuity: Continuity): readonly Bytes[] {
  return accepted(continuity).map((exporter) => pskOf(continuity, exporter))
}

/** What a peer proves whose first message names this psk. */
export function proofOf(continuity: Continuity, pskId: Bytes): Proof | undefined {
  const { contactPsk: shared, earlier } = continuity
  const psk = acceptedPsks(continuity).find((candidate) => equalBytes(derivePskId(candidate), pskId))
  if (psk !== undefined) return { contactPsk: shared, psk, isOld: false }
  const at = earlierIds(earlier).findIndex((id) => equalBytes(id, pskId))
  return at < 0 ? undefined : { contactPsk: shared, psk: earlierAt(earlier, at), isOld: true }
}

function accepted({ opened, exporters: held }: Continuity): readonly Exporter[] {
  const epochs = [opened + 1, Math.max(1, opened - 1)]
  return held.filter(({ epoch }) => epochs.includes(epoch))
}

function pskOf({ contactPsk: shared }: Continuity, { epoch, key }: Exporter): Bytes {
  return deriveContinuityPsk(shared, key, epoch)
}

function earlierAt(earlier: Bytes, index: number): Bytes {
  return earlier.slice(index * pskBytes, (index + 1) * pskBytes)
}

/** Derived once, not for each of the first messages that a relay may make up. */
const earlierIds = remembered((earlier: Bytes): readonly Bytes[] =>
  Array.from({ length: Math.floor(earlier.length / pskBytes) }, (_, at) => derivePskId(earlierAt(earlier, at))),
)
