// What an attacker with a copy of the bytes, or a peer of evil intent with the keys, does to messages.

import { type Bytes, type Random, concatBytes, utf8 } from '../../../src/protocol/bytes.ts'
import { ratchetPrefix } from '../../../src/protocol/envelope/frame.ts'
import { sealBody } from '../../../src/protocol/session/body.ts'
import { type Header, sealHeader } from '../../../src/protocol/session/header.ts'
import { stepChain } from '../../../src/protocol/session/keys.ts'
import { type OpenResult, openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { say, startMs } from '../../protocol/session/people.ts'

/** Where the parts of a ratchet envelope begin. */
export const envelopeAt = { header: 1, commit: 1 + 2393, content: 1 + 2393 + 32 } as const

/** Where the parts of a first message begin. */
export const firstAt = {
  suite: 1,
  ephemeralKey: 2,
  signedId: 34,
  kemKind: 50,
  kemId: 51,
  ciphertext: 67,
  pskKind: 1187,
  pskId: 1188,
  certificate: 1204,
  header: 1732,
  commit: 4125,
} as const

export function flip(bytes: Bytes, at: number, mask = 1): Bytes {
  return bytes.with(at, (bytes[at] ?? 0) ^ mask)
}

/** With these bytes at a place. */
export function overwrite(bytes: Bytes, at: number, part: Bytes): Bytes {
  const changed = bytes.slice()
  changed.set(part, at)
  return changed
}

export async function open(session: Session, envelope: Bytes, nowMs: number = startMs): Promise<OpenResult> {
  return openMessage(session, envelope, { nowMs })
}

/** What a peer who has the keys can send in its own turn: any header, and a body that verifies. */
export function forge(session: Session, changes: Partial<Header>, random: Random): Bytes {
  const { turn, epoch } = session.ratchet
  if (turn.kind !== 'own') throw new Error('not the own turn')
  const header: Header = {
    epoch,
    n: turn.chain.next,
    pn: turn.chain.previousCount,
    publicKey: turn.chain.publicKey,
    ciphertext: turn.chain.ciphertext,
    ...changes,
  }
  const sealedHeader = sealHeader(header, turn.chain.headerKey, session.transcript, random)
  const context = { transcript: session.transcript, prefix: ratchetPrefix, sealedHeader }
  const body = sealBody(stepChain(turn.chain.chainKey).messageKey, utf8('forged'), context)
  if (!body) throw new Error('the content is too long')
  return concatBytes(ratchetPrefix, sealedHeader, body)
}

/** Sends `count` messages that are lost, and one that is not. */
export async function lose(session: Session, count: number, random: Random) {
  const lost: Bytes[] = []
  let current = session
  for (let index = 0; index < count; index++) {
    const sent = await say(current, `lost ${index}`, random)
    lost.push(sent.envelope)
    current = sent.session
  }
  const kept = await say(current, 'kept', random)
  return { lost, ...kept }
}

/** Moves the own chain on by `count` messages. */
export async function skipAhead(session: Session, count: number): Promise<Session> {
  let current = session
  for (let index = 0; index < count; index++) {
    const env = { random: (length: number) => new Uint8Array(length), nowMs: 0 }
    current = (await sealMessage(current, new Uint8Array(), env)).session
  }
  return current
}

/** Points of small order, and encodings that are not the only one of their point (RFC 7748, little-endian). */
export const badPoints: readonly Bytes[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  'ff'.repeat(32),
  `09${'00'.repeat(30)}80`,
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))
