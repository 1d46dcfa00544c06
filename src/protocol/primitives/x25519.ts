// X25519 (RFC 7748) that refuses what the RFC tolerates: points of small order, which make the result independent of the
// secret, and encodings that are not the only one of their point, which would let two transcripts mean the same key.
// Spec: docs/protocol.md §3.

import { x25519 } from '@noble/curves/ed25519.js'
import type { Bytes, Random } from '../bytes.ts'
import { toHex } from '../bytes.ts'
import { bestHalves } from './agreement/best.ts'
import type { Halves } from './agreement/halves.ts'
import { requireLength } from './error.ts'

export interface DhKey {
  /** 32 bytes. Not to be changed in place. */
  readonly secretKey: Bytes
  /** 32 bytes. */
  readonly publicKey: Bytes
}

export function createDhKey(random: Random): DhKey {
  return dhKeyOf(random(32))
}

/** The pair of a stored secret key. @throws CryptoError `usage` */
export function dhKeyOf(secretKey: Bytes): DhKey {
  requireLength(secretKey, 32)
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) }
}

/**
 * 32 bytes, or undefined when the public key is of small order or not canonical. `halves` are for tests: left out, they
 * are the best. @throws CryptoError `usage`
 */
export async function dh(secretKey: Bytes, publicKey: Bytes, halves?: Halves): Promise<Bytes | undefined> {
  requireLength(secretKey, 32)
  if (!isDhPublicKey(publicKey)) return undefined
  const { x25519: half } = halves ?? (await bestHalves())
  return half.agree(secretKey, publicKey)
}

/** Canonical, and neither on the curve nor on its twist of an order below 9. @throws CryptoError `usage` */
export function isDhPublicKey(publicKey: Bytes): boolean {
  requireLength(publicKey, 32)
  return isCanonical(publicKey) && !smallOrder.has(toHex(publicKey))
}

/** Below 2^255 - 19, little-endian, with the unused top bit clear. */
function isCanonical(publicKey: Bytes): boolean {
  const top = publicKey[31] ?? 0
  if (top !== 0x7f) return top < 0x7f
  for (let index = 30; index > 0; index--) if (publicKey[index] !== 0xff) return true
  return (publicKey[0] ?? 0) < 0xed
}

/** All points of order 1, 2, 4 and 8 on the curve and its twist, in their canonical encodings. */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])
