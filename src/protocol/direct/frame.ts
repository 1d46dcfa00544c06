// What two devices say to each other on `/safelight/envelope/1`, after which the version is named. First `hello` and
// `proof` both ways, then envelopes, each acknowledged once it is durably stored. Spec: docs/protocol.md §10.

import type { Bytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer, oneOf } from '../cbor/codec.ts'
import { field, listOf, shape, variant } from '../cbor/shape.ts'
import { limits } from '../limits.ts'

export type PeerFrame =
  | { readonly kind: 'hello'; readonly nonce: Bytes }
  /** One MAC per exporter, newest first, 1 to 3. */
  | { readonly kind: 'proof'; readonly macs: readonly Bytes[] }
  /** The sequence is the sender's count on this connection; the mailbox is the one it would otherwise have gone to. */
  | { readonly kind: 'envelope'; readonly sequence: number; readonly mailboxId: Bytes; readonly envelope: Bytes }
  | { readonly kind: 'ack'; readonly sequence: number; readonly status: 'stored' | 'refused' }
  | { readonly kind: 'bye' }

const bounds = { maxBytes: limits.peerFrameBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const hash = fixedBytes(32)
const sequence = integer()

const frameCodec: Codec<PeerFrame> = variant({
  hello: [1, shape({ nonce: field(1, hash) })],
  proof: [2, shape({ macs: field(1, listOf(hash, limits.directProofs, 1)) })],
  envelope: [
    3,
    shape({
      sequence: field(1, sequence),
      mailboxId: field(2, hash),
      envelope: field(3, bytesUpTo(limits.envelopeBytes, 1)),
    }),
  ],
  ack: [4, shape({ sequence: field(1, sequence), status: field(2, oneOf({ stored: 1, refused: 2 })) })],
  bye: [5, shape({})],
})

/** @throws EncodingError for a frame out of bounds */
export function encodePeerFrame(frame: PeerFrame): Bytes {
  return encodeWith(frameCodec, frame)
}

export function decodePeerFrame(bytes: Bytes): PeerFrame | undefined {
  return decodeWith(frameCodec, bytes, bounds)
}
