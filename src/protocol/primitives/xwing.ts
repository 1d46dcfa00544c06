// X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 in one KEM that holds while either does. The functions
// are asynchronous so that a native half can take over without a change for callers. Spec: docs/protocol.md §3, §4.

import { ml_kem768_x25519 as xwing } from '@noble/post-quantum/hybrid.js'
import type { Bytes, Random } from '../bytes.ts'
import { CryptoError, requireLength } from './error.ts'

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
