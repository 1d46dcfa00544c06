// What of the symmetric primitives a platform may have natively and synchronously. Callers have checked all lengths, and
// change neither what they pass while a call runs nor expect it to be kept.

import type { Bytes } from '../../bytes.ts'

/** Results are plain `Uint8Array`s over buffers of their own, never of a kind whose `slice` would be a view. */
export interface Symmetric {
  /** Of the parts in order, 32 bytes. */
  sha256(parts: readonly Bytes[]): Bytes
  /** ChaCha20-Poly1305: ciphertext and tag. Key 32 bytes, nonce 12 bytes. */
  sealChaCha(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes
  /** Undefined unless the tag verifies. `sealed` has the 16 bytes of a tag at least. */
  openChaCha(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes | undefined
}
