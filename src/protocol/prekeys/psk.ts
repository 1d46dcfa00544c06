// What a pre-shared key becomes (docs/protocol.md §3): key material for the handshake, a key that seals the prekey
// bundle at the relay, and a public id by which the responder picks it. None of the three leads back to it.

import type { Bytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { CryptoError, requireLength } from '../primitives/error.ts'
import { deriveKey } from '../primitives/hkdf.ts'

export const pskIdBytes = 16

export interface PskKeys {
  /** psk': enters the key agreement. */
  readonly ikm: Bytes
  readonly seal: Bytes
  readonly id: Bytes
}

/** No psk: zeros in its place, and an id that says so. A real psk never gives these. */
export const noPsk: { readonly ikm: Bytes; readonly id: Bytes } = {
  ikm: new Uint8Array(32),
  id: new Uint8Array(pskIdBytes),
}

/** @throws CryptoError `usage` unless the psk has 32 bytes that are not all zero */
export function derivePsk(psk: Bytes): PskKeys {
  requireLength(psk, 32)
  if (!isUsablePsk(psk)) throw new CryptoError('usage')
  return {
    ikm: deriveKey({ ikm: psk, info: labels.pskIkm, length: 32 }),
    seal: deriveKey({ ikm: psk, info: labels.bundleSeal, length: 32 }),
    id: derivePskId(psk),
  }
}

/** Names a psk of 32 bytes in a first message. */
export function derivePskId(psk: Bytes): Bytes {
  return deriveKey({ ikm: psk, info: labels.pskId, length: pskIdBytes })
}

/** All zeros stand for "no psk" and would authenticate nobody. */
export function isUsablePsk(psk: Bytes): boolean {
  return psk.length === 32 && psk.some((byte) => byte !== 0)
}
