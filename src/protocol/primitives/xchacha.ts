// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): its 24-byte nonce may be random. Synchronous, because it runs inside
// database transactions. Spec: docs/protocol.md §4 (headers), §8 (records).

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { Bytes } from '../bytes.ts'
import { requireLength } from './error.ts'

/** Bytes by which sealing lengthens. */
export const xchachaOverheadBytes = 16

/** Ciphertext and tag. Key 32 bytes, nonce 24 bytes. @throws CryptoError `usage` */
export function sealXChaCha(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes {
  requireLength(key, 32)
  requireLength(nonce, 24)
  return xchacha20poly1305(key, nonce, ad).encrypt(plaintext)
}

/** Undefined unless the tag verifies. @throws CryptoError `usage` on a wrong key or nonce length */
export function openXChaCha(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes | undefined {
  requireLength(key, 32)
  requireLength(nonce, 24)
  if (sealed.length < xchachaOverheadBytes) return undefined
  try {
    return xchacha20poly1305(key, nonce, ad).decrypt(sealed)
  } catch {
    return undefined
  }
}
