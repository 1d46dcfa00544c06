// A session as bytes, for storage (docs/protocol.md §4). Complete: a decoded session goes on exactly where the encoded one
// was. Bounded: not even damaged storage makes it allocate more than a full session has.

import type { Bytes } from '../bytes.ts'
import {
  type Codec,
  boolean,
  bytesUpTo,
  decodeWith,
  encodeWith,
  fixedBytes,
  integer,
  leaf,
  oneOf,
} from '../cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../cbor/shape.ts'
import { firstPrefixBytes } from '../envelope/frame.ts'
import { limits } from '../limits.ts'
import { CryptoError } from '../primitives/error.ts'
import { xwingCiphertextBytes, xwingPublicKeyBytes, xwingSecretKeyBytes } from '../primitives/xwing.ts'
import { remembered } from '../remembered.ts'
import type { SkippedKey } from './ratchet.ts'
import type { Session } from './session.ts'

/** Of this encoding, not of the protocol. */
const version = 1

const key32 = fixedBytes(32)
const count = integer(2 ** 32)

/** epoch u64 ‖ n u32 ‖ skippedAtMs u64 ‖ key 32, one after the other: as items of their own they would take seconds. */
const skippedBytes = 52
const skippedCodec: Codec<Bytes> = leaf((value) =>
  value instanceof Uint8Array &&
  value.length % skippedBytes === 0 &&
  value.length <= skippedBytes * limits.ratchetSkippedKeys
    ? value
    : undefined,
)

const openingCodec = variant({
  repeat: [0, shape({ prefix: field(0, fixedBytes(firstPrefixBytes)) })],
  known: [1, shape({ hash: field(0, key32) })],
  over: [2, shape({})],
})

const turnCodec = variant({
  own: [
    0,
    shape({
      chain: field(
        0,
        shape({
          headerKey: field(0, key32),
          chainKey: field(1, key32),
          next: field(2, count),
          previousCount: field(3, count),
          secretKey: field(4, fixedBytes(xwingSecretKeyBytes)),
          publicKey: field(5, fixedBytes(xwingPublicKeyBytes)),
          ciphertext: field(6, fixedBytes(xwingCiphertextBytes)),
        }),
      ),
    }),
  ],
  peer: [1, shape({ peerKey: field(0, fixedBytes(xwingPublicKeyBytes)), sentCount: field(1, count) })],
})

const ratchetCodec = shape({
  epoch: field(0, integer()),
  rootKey: field(1, key32),
  nextHeaderKey: field(2, key32),
  turn: field(3, turnCodec),
  receiving: optionalField(
    4,
    shape({
      epoch: field(0, integer()),
      headerKey: field(1, key32),
      chainKey: field(2, key32),
      next: field(3, count),
      droppedBelow: field(4, count),
    }),
  ),
  closed: field(
    5,
    listOf(
      shape({
        epoch: field(0, integer()),
        headerKey: field(1, key32),
        count: field(2, count),
        droppedBelow: field(3, count),
        closedAtMs: field(4, integer()),
      }),
      limits.ratchetOldEpochs,
    ),
  ),
  skipped: field(6, skippedCodec),
  exporters: field(7, listOf(shape({ epoch: field(0, integer()), key: field(1, key32) }), limits.directProofs)),
})

const sessionCodec = shape({
  version: field(0, integer(version, version)),
  sid: field(1, key32),
  role: field(2, oneOf({ initiator: 0, responder: 1 })),
  peer: field(
    3,
    shape({
      fingerprint: field(0, key32),
      deviceId: field(1, fixedBytes(16)),
      certificate: field(2, bytesUpTo(limits.certificateBytes)),
    }),
  ),
  acknowledged: field(4, boolean),
  createdAtMs: field(5, integer()),
  transcript: field(6, key32),
  opening: field(7, openingCodec),
  continuity: optionalField(8, key32),
  ratchet: field(9, ratchetCodec),
})

/** The skipped keys, and 16 KiB: three KEM fields, a first prefix, a certificate and some thirty keys are 8 KiB. */
const bounds = {
  maxBytes: skippedBytes * limits.ratchetSkippedKeys + 16 * 1024,
  maxDepth: 6,
  maxItems: 256,
}

/** For storage, sealed: these are secret keys. A session that respond, initiate, seal or open returned always encodes. */
export function encodeSession(session: Session): Bytes {
  const { continuity, ratchet, ...rest } = session
  const { receiving, skipped, turn, ...restOfRatchet } = ratchet
  return encodeWith(sessionCodec, {
    version,
    ...rest,
    ...(continuity && { continuity }),
    ratchet: {
      ...restOfRatchet,
      turn: turn.kind === 'own' ? turn : { ...turn, peerKey: requirePeerKey(turn.peerKey) },
      ...(receiving && { receiving }),
      skipped: packSkipped(skipped),
    },
  })
}

export function decodeSession(bytes: Bytes): Session | undefined {
  const decoded = decodeWith(sessionCodec, bytes, bounds)
  if (decoded === undefined) return undefined
  const { version: _, ratchet, continuity, ...session } = decoded
  const skipped = unpackSkipped(ratchet.skipped)
  if (skipped === undefined) return undefined
  return { ...session, continuity, ratchet: { ...ratchet, receiving: ratchet.receiving, skipped } }
}

function requirePeerKey(peerKey: Bytes | undefined): Bytes {
  if (peerKey === undefined) throw new CryptoError('usage')
  return peerKey
}

/** Most messages leave the list as it was, and a full one takes longer to pack than a message to seal. */
const packSkipped = remembered((skipped: readonly SkippedKey[]): Bytes => {
  const packed = new Uint8Array(skipped.length * skippedBytes)
  const view = new DataView(packed.buffer)
  for (const [index, { epoch, n, skippedAtMs, key }] of skipped.entries()) {
    const at = index * skippedBytes
    view.setBigUint64(at, BigInt(epoch))
    view.setUint32(at + 8, n)
    view.setBigUint64(at + 12, BigInt(skippedAtMs))
    packed.set(key, at + 20)
  }
  return packed
})

function unpackSkipped(packed: Bytes): readonly SkippedKey[] | undefined {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const skipped: SkippedKey[] = []
  for (let at = 0; at < packed.length; at += skippedBytes) {
    const epoch = Number(view.getBigUint64(at))
    const skippedAtMs = Number(view.getBigUint64(at + 12))
    if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(skippedAtMs)) return undefined
    skipped.push({ epoch, n: view.getUint32(at + 8), skippedAtMs, key: packed.slice(at + 20, at + skippedBytes) })
  }
  return skipped
}
