// Ed25519 (RFC 8032), verified strictly: canonical encodings only, no keys of small order. Spec: docs/protocol.md §1.

import { ed25519 } from '@noble/curves/ed25519.js'
import type { Bytes, Random } from '../bytes.ts'
import { requireLength } from './error.ts'

export interface SigningKey {
  /** 32 bytes. */
  readonly secretKey: Bytes
  /** 32 bytes. */
  readonly publicKey: Bytes
}

export function createSigningKey(random: Random): SigningKey {
  return signingKeyOf(random(32))
}

/** The pair of a stored secret key. @throws CryptoError `usage` */
export function signingKeyOf(secretKey: Bytes): SigningKey {
  requireLength(secretKey, 32)
  return { secretKey, publicKey: ed25519.getPublicKey(secretKey) }
}

/** 64 bytes. The message begins with a label of its own. @throws CryptoError `usage` */
export function sign(secretKey: Bytes, message: Bytes): Bytes {
  requireLength(secretKey, 32)
  return ed25519.sign(message, secretKey)
}

/** False for a bad signature and for a bad key. @throws CryptoError `usage` only on wrong lengths */
export function verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  requireLength(publicKey, 32)
  requireLength(signature, 64)
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}
