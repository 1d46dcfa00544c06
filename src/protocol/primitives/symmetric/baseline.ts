// The symmetric primitives in JavaScript, by noble: what runs everywhere, and what a native one has to agree with.

import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Symmetric } from './symmetric.ts'

export const baselineSymmetric: Symmetric = {
  sha256(parts) {
    const hash = sha256.create()
    for (const part of parts) hash.update(part)
    return hash.digest()
  },
  sealChaCha: (key, nonce, plaintext, ad) => chacha20poly1305(key, nonce, ad).encrypt(plaintext),
  openChaCha(key, nonce, sealed, ad) {
    try {
      return chacha20poly1305(key, nonce, ad).decrypt(sealed)
    } catch {
      return undefined
    }
  },
}
