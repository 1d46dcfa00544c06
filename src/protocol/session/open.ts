// Opening one message (docs/protocol.md §4): find the epoch by trying header keys, check the bounds, derive on a copy,
// and give a new session only when the body has verified. Whatever arrives, the session passed in stays as it was.

import { type Bytes, equalBytes } from '../bytes.ts'
import { type Frame, splitEnvelope } from '../envelope/frame.ts'
import { limits } from '../limits.ts'
import { sha256 } from '../primitives/hash.ts'
import { decapsulate, isKemPublicKey } from '../primitives/xwing.ts'
import { openBody } from './body.ts'
import { type Header, decodeHeader, openHeader } from './header.ts'
import { deriveContinuity, deriveEpoch, stepChain } from './keys.ts'
import type { ClosedEpoch, Ratchet, ReceivingChain, SendingChain } from './ratchet.ts'
import type { Session } from './session.ts'
import { skipTo, takeSkipped, withinBounds } from './skip.ts'

type OpenFailure =
  /** No header key of this session fits. */
  | 'not-mine'
  /** This message was opened before. */
  | 'duplicate'
  /** Made with this session's header key, but not a message of it: changed on the way or never whole. */
  | 'damaged'
  /** More messages are missing than the ratchet skips: the session is lost for this direction. */
  | 'too-far'
  /** Its key was given up, by age or by number. */
  | 'too-old'

export type OpenResult =
  | {
      readonly session: Session
      readonly content: Bytes
      /** Where the sender wrote it, whenever it came. */
      readonly position: { readonly epoch: number; readonly n: number }
    }
  | { readonly failure: OpenFailure }

/** The session must be stored in the same transaction as what is done with the content. */
export async function openMessage(
  session: Session,
  envelope: Bytes,
  env: { readonly nowMs: number },
): Promise<OpenResult> {
  const frame = splitEnvelope(envelope)
  if (frame === undefined || !mayBelong(session, frame)) return { failure: 'not-mine' }
  const bounded: Session = { ...session, ratchet: withinBounds(session.ratchet, env.nowMs) }
  const found = findEpoch(bounded, frame.sealedHeader)
  if (found === undefined) return { failure: 'not-mine' }
  const header = decodeHeader(found.plain)
  if (header === undefined || header.epoch !== found.place.epoch) return { failure: 'damaged' }
  const step = await advance(bounded, found.place, header, env.nowMs)
  if ('failure' in step) return step
  const content = openBody(step.messageKey, frame, { ...frame, transcript: session.transcript })
  if (content === undefined) return { failure: 'damaged' }
  const { epoch, n } = header
  const ratchet = withinBounds(step.session.ratchet, env.nowMs)
  return { session: { ...step.session, ratchet }, content, position: { epoch, n } }
}

/** A handshake in front belongs to the responder's session that it began, byte for byte, and to no other. */
function mayBelong(session: Session, frame: Frame): boolean {
  if (frame.kind === 'ratchet') return true
  return session.opening.kind === 'known' && equalBytes(sha256(frame.prefix), session.opening.hash)
}

type Place =
  | { readonly kind: 'next'; readonly epoch: number; readonly headerKey: Bytes; readonly own: SendingChain }
  | { readonly kind: 'current'; readonly epoch: number; readonly headerKey: Bytes; readonly chain: ReceivingChain }
  | { readonly kind: 'closed'; readonly epoch: number; readonly headerKey: Bytes; readonly closed: ClosedEpoch }

function findEpoch(session: Session, sealedHeader: Bytes): { place: Place; plain: Bytes } | undefined {
  for (const place of places(session.ratchet)) {
    const plain = openHeader(sealedHeader, place.headerKey, session.transcript)
    if (plain !== undefined) return { place, plain }
  }
  return undefined
}

/**
 * Epochs in which the peer may have sent, the likeliest first: who has begun an epoch waits for the answer to it. Own
 * epochs are not among them, so a reflected message opens nowhere.
 */
function places({ turn, epoch, nextHeaderKey, receiving, closed }: Ratchet): readonly Place[] {
  const list: Place[] = []
  if (turn.kind === 'own') list.push({ kind: 'next', epoch: epoch + 1, headerKey: nextHeaderKey, own: turn.chain })
  if (receiving) {
    list.push({ kind: 'current', epoch: receiving.epoch, headerKey: receiving.headerKey, chain: receiving })
  }
  for (const old of closed) list.push({ kind: 'closed', epoch: old.epoch, headerKey: old.headerKey, closed: old })
  return list
}

type Step = { readonly session: Session; readonly messageKey: Bytes } | { readonly failure: OpenFailure }

async function advance(session: Session, place: Place, header: Header, nowMs: number): Promise<Step> {
  if (place.kind === 'next') return beginEpoch(session, place.own, header, nowMs)
  if (place.kind === 'closed') return takeLate(session, place.closed, header.n)
  if (header.n < place.chain.next) return takeLate(session, place.chain, header.n)
  const { turn } = session.ratchet
  // An epoch has one key: the peer cannot show different ones in different messages.
  if (turn.kind === 'peer' && turn.peerKey && !equalBytes(turn.peerKey, header.publicKey)) return { failure: 'damaged' }
  // One that nobody can answer would end the session at the next turn.
  if (turn.kind === 'peer' && !turn.peerKey && !isKemPublicKey(header.publicKey)) return { failure: 'damaged' }
  return takeNext(withPeerKey(session, header.publicKey), place.chain, header.n, nowMs)
}

/** Inside the handshake, the first message shows the key of epoch 0. */
function withPeerKey(session: Session, peerKey: Bytes): Session {
  const { turn } = session.ratchet
  if (turn.kind === 'own' || turn.peerKey !== undefined) return session
  return { ...session, ratchet: { ...session.ratchet, turn: { ...turn, peerKey } } }
}

/** A message whose key has been derived before. */
function takeLate(session: Session, from: ReceivingChain | ClosedEpoch, n: number): Step {
  // Beyond the end that the peer itself gave to that epoch.
  if ('count' in from && n >= from.count) return { failure: 'damaged' }
  const taken = takeSkipped(session.ratchet, from, n)
  if (taken.kind !== 'found') return { failure: taken.kind }
  return { session: { ...session, ratchet: taken.ratchet }, messageKey: taken.messageKey }
}

/** A message at or beyond the end of the peer's current chain. */
function takeNext(session: Session, chain: ReceivingChain, n: number, nowMs: number): Step {
  if (n - chain.next > limits.ratchetForwardJump) return { failure: 'too-far' }
  const skip = skipTo(chain, n, nowMs)
  const { messageKey, chainKey } = stepChain(skip.chain.chainKey)
  const ratchet = {
    ...session.ratchet,
    receiving: { ...skip.chain, chainKey, next: n + 1 },
    // The same list where nothing was skipped: it is the largest part of a session to encode.
    skipped: skip.skipped.length === 0 ? session.ratchet.skipped : [...session.ratchet.skipped, ...skip.skipped],
  }
  return { session: { ...session, ratchet }, messageKey }
}

/** The peer answered the own epoch: its old chain ends at `pn`, the own KEM key is used and gone. */
async function beginEpoch(session: Session, own: SendingChain, header: Header, nowMs: number): Promise<Step> {
  const { ratchet } = session
  const previous = ratchet.receiving
  const missing = header.pn - (previous?.next ?? 0)
  if (missing < 0 || (previous === undefined && missing > 0)) return { failure: 'damaged' }
  if (missing > limits.ratchetForwardJump || header.n > limits.ratchetForwardJump) return { failure: 'too-far' }
  if (!isKemPublicKey(header.publicKey)) return { failure: 'damaged' }
  const sharedSecret = await decapsulate(own.secretKey, header.ciphertext)
  if (sharedSecret === undefined) return { failure: 'damaged' }
  const { epoch } = header
  const keys = deriveEpoch({
    rootKey: ratchet.rootKey,
    sid: session.sid,
    epoch,
    sharedSecret,
    previousPublicKey: own.publicKey,
    ciphertext: header.ciphertext,
    publicKey: header.publicKey,
  })
  const skip = previous && skipTo(previous, header.pn, nowMs)
  const chain = { epoch, headerKey: ratchet.nextHeaderKey, chainKey: keys.chainKey, next: 0, droppedBelow: 0 }
  const begun: Session = {
    ...session,
    // An initiator gets here by a reply, a responder by the answer to its own: either way the peer has the session.
    acknowledged: true,
    opening: session.opening.kind === 'repeat' ? { kind: 'over' } : session.opening,
    continuity: session.continuity ?? deriveContinuity(keys.rootKey, session.sid),
    ratchet: {
      epoch,
      rootKey: keys.rootKey,
      nextHeaderKey: keys.nextHeaderKey,
      turn: { kind: 'peer', peerKey: header.publicKey, sentCount: own.next },
      receiving: chain,
      closed: skip ? [close(skip.chain, nowMs), ...ratchet.closed] : ratchet.closed,
      skipped: skip ? [...ratchet.skipped, ...skip.skipped] : ratchet.skipped,
      exporters: [{ epoch, key: keys.exporter }, ...ratchet.exporters].slice(0, limits.directProofs),
    },
  }
  return takeNext(begun, chain, header.n, nowMs)
}

function close({ epoch, headerKey, next, droppedBelow }: ReceivingChain, closedAtMs: number): ClosedEpoch {
  return { epoch, headerKey, count: next, droppedBelow, closedAtMs }
}
