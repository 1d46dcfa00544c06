// X25519 (RFC 7748) that refuses what the RFC tolerates: points of small order, which make the result independent of the
// secret, and encodings that are not the only one of their point, which would let two transcripts mean the same key.
// Spec: docs/protocol.md §3.

import { x25519 } from '@noble/curves/ed25519.js'
import type { Bytes, Random } from '../bytes.ts'
import { requireLength } from './error.ts'

export interface DhKey {
  /** 32 bytes. */
  readonly secretKey: Bytes
  /** 32 bytes. */
  readonly publicKey: Bytes
}

// Any clamped scalar sends exactly the points of small order to zero; this one tests keys without using a secret.
const probe = new Uint8Array(32).fill(1)

export function createDhKey(random: Random): DhKey {
  return dhKeyOf(random(32))
}

/** The pair of a stored secret key. @throws CryptoError `usage` */
export function dhKeyOf(secretKey: Bytes): DhKey {
  requireLength(secretKey, 32)
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) }
}

/** 32 bytes, or undefined when the public key is of small order or not canonical. @throws CryptoError `usage` */
export function dh(secretKey: Bytes, publicKey: Bytes): Bytes | undefined {
  requireLength(secretKey, 32)
  requireLength(publicKey, 32)
  if (!isCanonical(publicKey)) return undefined
  try {
    return x25519.getSharedSecret(secretKey, publicKey)
  } catch {
    return undefined
  }
}

/** Whether `dh` would take this public key. @throws CryptoError `usage` */
export function isDhPublicKey(publicKey: Bytes): boolean {
  return dh(probe, publicKey) !== undefined
}

/** Below 2^255 - 19, little-endian, with the unused top bit clear. */
function isCanonical(publicKey: Bytes): boolean {
  const top = publicKey[31] ?? 0
  if (top !== 0x7f) return top < 0x7f
  for (let index = 30; index > 0; index--) if (publicKey[index] !== 0xff) return true
  return (publicKey[0] ?? 0) < 0xed
}
