// X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 in one KEM that holds while either does. The functions
// are asynchronous so that a native half can take over without a change for callers. Spec: docs/protocol.md §3, §4.

import { ml_kem768_x25519 as xwing } from '@noble/post-quantum/hybrid.js'
import type { Bytes, Random } from '../bytes.ts'
import { CryptoError, requireLength } from './error.ts'
import { isDhPublicKey } from './x25519.ts'

export const xwingPublicKeyBytes = 1216
export const xwingCiphertextBytes = 1120
export const xwingSecretKeyBytes = 32

export interface KemKey {
  /** The 32-byte seed. */
  readonly secretKey: Bytes
  /** 1,216 bytes. */
  readonly publicKey: Bytes
}

export async function createKemKey(random: Random): Promise<KemKey> {
  return kemKeyOf(random(xwingSecretKeyBytes))
}

/** The pair of a stored secret key. @throws CryptoError `usage` */
export async function kemKeyOf(secretKey: Bytes): Promise<KemKey> {
  requireLength(secretKey, xwingSecretKeyBytes)
  return { secretKey, publicKey: xwing.getPublicKey(secretKey) }
}

const mlKemModulus = 3329
/** 3 · 256 coefficients of 12 bits; the 32 bytes of rho and the X25519 key follow. */
const coefficientBytes = 1152
const dhKeyAt = 1184

/** Whether somebody can encapsulate to it: all coefficients reduced, the X25519 half canonical and of full order. */
export function isKemPublicKey(publicKey: Bytes): boolean {
  if (publicKey.length !== xwingPublicKeyBytes) return false
  for (let at = 0; at < coefficientBytes; at += 3) {
    const [a = 0, b = 0, c = 0] = publicKey.subarray(at, at + 3)
    if ((a | ((b & 15) << 8)) >= mlKemModulus || ((b >> 4) | (c << 4)) >= mlKemModulus) return false
  }
  return isDhPublicKey(publicKey.subarray(dhKeyAt))
}

/** Undefined when the public key is not one. @throws CryptoError `usage` on a wrong length */
export async function encapsulate(
  publicKey: Bytes,
  random: Random,
): Promise<{ readonly ciphertext: Bytes; readonly sharedSecret: Bytes } | undefined> {
  requireLength(publicKey, xwingPublicKeyBytes)
  const seed = random(64)
  if (seed.length !== 64) throw new CryptoError('usage')
  try {
    const { cipherText, sharedSecret } = xwing.encapsulate(publicKey, seed)
    return { ciphertext: cipherText, sharedSecret }
  } catch {
    return undefined
  }
}

/**
 * The shared secret; a ciphertext that was tampered with gives another one (implicit rejection) and only one with an
 * X25519 point of small order gives undefined. @throws CryptoError `usage` on a wrong length
 */
export async function decapsulate(secretKey: Bytes, ciphertext: Bytes): Promise<Bytes | undefined> {
  requireLength(secretKey, xwingSecretKeyBytes)
  requireLength(ciphertext, xwingCiphertextBytes)
  try {
    return xwing.decapsulate(ciphertext, secretKey)
  } catch {
    return undefined
  }
}
