// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): its 24-byte nonce may be random. Synchronous, because it runs inside
// database transactions. Spec: docs/protocol.md §4 (headers), §8 (records).
//
// It is ChaCha20-Poly1305 under a key that HChaCha20 makes of the key and most of the nonce, so a platform that has only
// that one natively has this one too.

import { hchacha } from '@noble/ciphers/chacha.js'
import { type Bytes, utf8 } from '../bytes.ts'
import { requireLength } from './error.ts'
import { symmetric } from './symmetric/choice.ts'

/** Bytes by which sealing lengthens. */
export const xchachaOverheadBytes = 16

/** Ciphertext and tag. Key 32 bytes, nonce 24 bytes. @throws CryptoError `usage` */
export function sealXChaCha(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes {
  requireLength(key, 32)
  requireLength(nonce, 24)
  const subkey = subkeyOf(key, nonce)
  try {
    return symmetric().sealChaCha(subkey, shortNonceOf(nonce), plaintext, ad)
  } finally {
    subkey.fill(0)
  }
}

/** Undefined unless the tag verifies. @throws CryptoError `usage` on a wrong key or nonce length */
export function openXChaCha(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes | undefined {
  requireLength(key, 32)
  requireLength(nonce, 24)
  if (sealed.length < xchachaOverheadBytes) return undefined
  const subkey = subkeyOf(key, nonce)
  try {
    return symmetric().openChaCha(subkey, shortNonceOf(nonce), sealed, ad)
  } finally {
    subkey.fill(0)
  }
}

const sigma = wordsOf(utf8('expand 32-byte k'))

/** Owned by the caller, who wipes it. */
function subkeyOf(key: Bytes, nonce: Bytes): Bytes {
  const words = wordsOf(key)
  hchacha(sigma, words, wordsOf(nonce.subarray(0, 16)), words)
  return new Uint8Array(words.buffer)
}

/** Four zero bytes and what HChaCha20 left of the nonce. */
function shortNonceOf(nonce: Bytes): Bytes {
  const short = new Uint8Array(12)
  short.set(nonce.subarray(16), 4)
  return short
}

/** A copy, in the order of the bytes, as noble takes words. */
function wordsOf(bytes: Bytes): Uint32Array {
  const words = new Uint32Array(bytes.length / 4)
  new Uint8Array(words.buffer).set(bytes)
  return words
}
