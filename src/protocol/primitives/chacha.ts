// ChaCha20-Poly1305 (RFC 8439). Its 12-byte nonce is derived together with a key that is used once, never chosen at
// random. Spec: docs/protocol.md §4 (message bodies).

import type { Bytes } from '../bytes.ts'
import { requireLength } from './error.ts'
import { symmetric } from './symmetric/choice.ts'

/** Bytes by which sealing lengthens. */
const chachaOverheadBytes = 16

/** Ciphertext and tag. Key 32 bytes, nonce 12 bytes. @throws CryptoError `usage` */
export function sealChaCha(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes {
  requireLength(key, 32)
  requireLength(nonce, 12)
  return symmetric().sealChaCha(key, nonce, plaintext, ad)
}

/** Undefined unless the tag verifies. @throws CryptoError `usage` on a wrong key or nonce length */
export function openChaCha(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes | undefined {
  requireLength(key, 32)
  requireLength(nonce, 12)
  return sealed.length < chachaOverheadBytes ? undefined : symmetric().openChaCha(key, nonce, sealed, ad)
}
