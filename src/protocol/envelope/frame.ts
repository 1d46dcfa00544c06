// What a relay sees of an envelope (docs/protocol.md §6): one kind byte, for the first messages of a session the
// handshake in front, then an encrypted header and a body. Everything before the body has a fixed length, and the
// whole is one of five sizes, so an envelope tells nothing but its size class and whether it may begin a session.
//
//   kind ‖ [ header_pub ‖ sealed certificate ] ‖ sealed header ‖ commit ‖ sealed content
//   '--------------- prefix -----------------'                   '------- body --------'

import { type Bytes, concatBytes } from '../bytes.ts'
import { limits } from '../limits.ts'
import { lengthFieldBytes, pad } from './padding.ts'

/** High half: protocol version 1. Low half: the kind. */
const firstKind = 0x11
const ratchetKind = 0x12

/** suite 1 ‖ EK 32 ‖ spkId 16 ‖ kemKind 1 ‖ kemId 16 ‖ ct 1120 ‖ pskKind 1 ‖ pskId 16 */
export const headerPubBytes = 1203
/** A certificate padded to 512 bytes, so that its length tells nothing, and a tag. */
export const certificateSlotBytes = lengthFieldBytes + limits.certificateBytes
export const sealedCertificateBytes = certificateSlotBytes + 16
/** nonce 24 ‖ header 2353 ‖ tag 16 */
const sealedHeaderBytes = 2393
const commitBytes = 32
const tagBytes = 16
export const firstPrefixBytes = 1 + headerPubBytes + sealedCertificateBytes

/** Views into an envelope. */
export interface Frame {
  readonly kind: 'first' | 'ratchet'
  /** Everything before the sealed header: the kind byte, and in a first message the handshake. */
  readonly prefix: Bytes
  readonly sealedHeader: Bytes
  readonly commit: Bytes
  readonly sealedContent: Bytes
}

/** In front of every ratchet message after the first reply. */
export const ratchetPrefix: Bytes = Uint8Array.of(ratchetKind)

export function firstPrefix(headerPub: Bytes, sealedCertificate: Bytes): Bytes {
  return concatBytes(Uint8Array.of(firstKind), headerPub, sealedCertificate)
}

/** The two parts of a first message's prefix. */
export function splitFirstPrefix(prefix: Bytes): { readonly headerPub: Bytes; readonly sealedCertificate: Bytes } {
  return { headerPub: prefix.subarray(1, 1 + headerPubBytes), sealedCertificate: prefix.subarray(1 + headerPubBytes) }
}

/** Undefined when the size, the kind or the version is none of ours. */
export function splitEnvelope(envelope: Bytes): Frame | undefined {
  if (!limits.envelopeSizes.some((size) => size === envelope.length)) return undefined
  const kind = envelope[0] === firstKind ? 'first' : envelope[0] === ratchetKind ? 'ratchet' : undefined
  if (kind === undefined) return undefined
  const headerStart = kind === 'first' ? firstPrefixBytes : ratchetPrefix.length
  const commitStart = headerStart + sealedHeaderBytes
  // A first message of the smallest size would have no room for its body.
  if (envelope.length < commitStart + commitBytes + tagBytes) return undefined
  return {
    kind,
    prefix: envelope.subarray(0, headerStart),
    sealedHeader: envelope.subarray(headerStart, commitStart),
    commit: envelope.subarray(commitStart, commitStart + commitBytes),
    sealedContent: envelope.subarray(commitStart + commitBytes),
  }
}

/** The content padded so that the envelope gets the smallest possible size; undefined when it fits none. */
export function padForEnvelope(prefix: Bytes, content: Bytes): Bytes | undefined {
  const overhead = prefix.length + sealedHeaderBytes + commitBytes + tagBytes
  const size = limits.envelopeSizes.find((candidate) => candidate >= overhead + lengthFieldBytes + content.length)
  return size === undefined ? undefined : pad(content, size - overhead)
}
