// The key schedule of the ratchet (docs/protocol.md §4): root and chain steps, and what one message key becomes.

import { type Bytes, concatBytes, u64 } from '../bytes.ts'
import { labels } from '../labels.ts'
import { hmacSha256Pair, sha256 } from '../primitives/hash.ts'
import { deriveKey, expandKey } from '../primitives/hkdf.ts'

const messageStep = Uint8Array.of(1)
const chainStep = Uint8Array.of(2)

export interface EpochKeys {
  /** RK of the next epoch. */
  readonly rootKey: Bytes
  readonly chainKey: Bytes
  /** HK of the next epoch. */
  readonly nextHeaderKey: Bytes
  readonly exporter: Bytes
}

/** Keys of an epoch that an encapsulation to `previousPublicKey` began. */
export function deriveEpoch(input: {
  readonly rootKey: Bytes
  readonly sid: Bytes
  readonly epoch: number
  readonly sharedSecret: Bytes
  readonly previousPublicKey: Bytes
  readonly ciphertext: Bytes
  readonly publicKey: Bytes
}): EpochKeys {
  const exchanged = sha256(input.previousPublicKey, input.ciphertext, input.publicKey)
  const info = concatBytes(labels.ratchet, input.sid, u64(input.epoch), exchanged)
  const keys = deriveKey({ ikm: input.sharedSecret, salt: input.rootKey, info, length: 128 })
  return {
    rootKey: keys.slice(0, 32),
    chainKey: keys.slice(32, 64),
    nextHeaderKey: keys.slice(64, 96),
    exporter: keys.slice(96),
  }
}

/** `root` is RK_2, which both sides have from the first reply on (§5). */
export function deriveContinuity(root: Bytes, sid: Bytes): Bytes {
  return deriveKey({ ikm: root, info: concatBytes(labels.contactPsk, sid), length: 32 })
}

/** The psk of a handshake that goes on from a session: `exporter` is that of an epoch which both sides have. */
export function deriveContinuityPsk(contactPsk: Bytes, exporter: Bytes, epoch: number): Bytes {
  const info = concatBytes(labels.continuityPsk, u64(epoch))
  return deriveKey({ ikm: concatBytes(contactPsk, exporter), info, length: 32 })
}

export function stepChain(chainKey: Bytes): { readonly messageKey: Bytes; readonly chainKey: Bytes } {
  const [messageKey, next] = hmacSha256Pair(chainKey, messageStep, chainStep)
  return { messageKey, chainKey: next }
}

/**
 * `binding` is the hash of everything in front of the body. It has the header's random nonce in it, so that a device that
 * went back to an old copy of its state, and so seals another content with a message key that it used before, has
 * another key and nonce for it all the same.
 */
export function expandMessageKey(
  messageKey: Bytes,
  binding: Bytes,
): {
  readonly key: Bytes
  readonly nonce: Bytes
  readonly commit: Bytes
} {
  const expanded = expandKey(messageKey, concatBytes(labels.message, binding), 76)
  return { key: expanded.slice(0, 32), nonce: expanded.slice(32, 44), commit: expanded.slice(44) }
}
