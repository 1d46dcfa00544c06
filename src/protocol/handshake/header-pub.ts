// The public half of a first message (docs/protocol.md §3): which prekeys it uses and what it contributes. A relay can
// read it; it names nobody. Fixed length, repeated byte for byte until the first reply.
//
//   suite 1 ‖ EK 32 ‖ spkId 16 ‖ kemKind 1 ‖ kemId 16 ‖ ct 1120 ‖ pskKind 1 ‖ pskId 16

import { type Bytes, concatBytes } from '../bytes.ts'
import { headerPubBytes, splitEnvelope, splitFirstPrefix } from '../envelope/frame.ts'
import { labels } from '../labels.ts'
import { type KemKind, prekeyIdBytes, prekeyKindCodes, suite } from '../prekeys/prekey.ts'
import { pskIdBytes } from '../prekeys/psk.ts'
import { sha256 } from '../primitives/hash.ts'
import { xwingCiphertextBytes } from '../primitives/xwing.ts'

export type PskKind = 'none' | 'invite' | 'continuity'

export const pskKindCodes: Readonly<Record<PskKind, number>> = { none: 0, invite: 1, continuity: 2 }

export interface HeaderPub {
  readonly ephemeralKey: Bytes
  readonly signedId: Bytes
  readonly kemKind: KemKind
  readonly kemId: Bytes
  readonly ciphertext: Bytes
  readonly pskKind: PskKind
  /** Zeros for `none`. */
  readonly pskId: Bytes
}

/** Whether an envelope may begin a session: it has the form of a first message of this version. */
export function isFirstMessage(envelope: Bytes): boolean {
  return readFirst(envelope) !== undefined
}

/**
 * What the memory of first messages goes by, the same for all envelopes that begin one session (32 bytes). A value
 * seen before belongs to that session and never begins another. Undefined for anything but a first message.
 */
export function firstMessageKey(envelope: Bytes): Bytes | undefined {
  const header = readFirst(envelope)
  return header && sha256(labels.firstMessage, header.ephemeralKey, header.ciphertext)
}

/** The psk that a first message says it proves: its id, if it goes on from a session. */
export function continuityPskId(envelope: Bytes): Bytes | undefined {
  const header = readFirst(envelope)
  return header?.pskKind === 'continuity' ? header.pskId : undefined
}

export function encodeHeaderPub(header: HeaderPub): Bytes {
  return concatBytes(
    Uint8Array.of(suite),
    header.ephemeralKey,
    header.signedId,
    Uint8Array.of(prekeyKindCodes[header.kemKind]),
    header.kemId,
    header.ciphertext,
    Uint8Array.of(pskKindCodes[header.pskKind]),
    header.pskId,
  )
}

export function decodeHeaderPub(bytes: Bytes): HeaderPub | undefined {
  if (bytes.length !== headerPubBytes || bytes[0] !== suite) return undefined
  let offset = 1
  const take = (length: number): Bytes => bytes.slice(offset, (offset += length))
  const ephemeralKey = take(32)
  const signedId = take(prekeyIdBytes)
  const kemKind = kemKindOf(take(1)[0])
  const kemId = take(prekeyIdBytes)
  const ciphertext = take(xwingCiphertextBytes)
  const pskKind = pskKindOf(take(1)[0])
  const pskId = take(pskIdBytes)
  if (kemKind === undefined || pskKind === undefined) return undefined
  // One meaning, one encoding.
  if (pskKind === 'none' && pskId.some((byte) => byte !== 0)) return undefined
  return { ephemeralKey, signedId, kemKind, kemId, ciphertext, pskKind, pskId }
}

function readFirst(envelope: Bytes): HeaderPub | undefined {
  const frame = splitEnvelope(envelope)
  return frame?.kind === 'first' ? decodeHeaderPub(splitFirstPrefix(frame.prefix).headerPub) : undefined
}

function kemKindOf(code: number | undefined): KemKind | undefined {
  const kinds = ['one-time', 'last-resort'] as const
  return kinds.find((kind) => prekeyKindCodes[kind] === code)
}

function pskKindOf(code: number | undefined): PskKind | undefined {
  const kinds = ['none', 'invite', 'continuity'] as const
  return kinds.find((kind) => pskKindCodes[kind] === code)
}
