// What native symmetric primitives have to know before they are used. The answers were computed with two implementations
// that have nothing in common.

import { type Bytes, equalBytes, toHex } from '../../bytes.ts'
import { baselineSymmetric } from './baseline.ts'
import type { Symmetric } from './symmetric.ts'

/** 00 01 02 … ff 00 … */
const counting = (length: number): Bytes => Uint8Array.from({ length }, (_, index) => index)

const plaintext = counting(1000)
const plaintextHash = 'a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f'
/** Of ciphertext and tag. */
const sealedHash = 'a01c8c1d7e25b9c32ae3c37409f76b71979847a0337f99967ebacf72db93fec6'

export function knowsSymmetric(native: Symmetric): boolean {
  return hashesRightly(native) && sealsRightly(native)
}

function hashesRightly(native: Symmetric): boolean {
  const hash = native.sha256([plaintext.subarray(0, 1), counting(0), plaintext.subarray(1)])
  return isPlain(hash) && toHex(hash) === plaintextHash
}

function sealsRightly(native: Symmetric): boolean {
  const [key, nonce, ad] = [counting(32), counting(12), counting(65)]
  const sealed = native.sealChaCha(key, nonce, plaintext, ad)
  if (!isPlain(sealed) || toHex(baselineSymmetric.sha256([sealed])) !== sealedHash) return false
  const opened = native.openChaCha(key, nonce, sealed, ad)
  if (opened === undefined || !isPlain(opened) || !equalBytes(opened, plaintext)) return false
  const changedAt = (at: number) => sealed.with(at, (sealed[at] ?? 0) ^ 1)
  // The first byte, the last one of each part of the tag, and what is bound without being sealed.
  const refused = [0, sealed.length - 16, sealed.length - 1].map(changedAt)
  if (refused.some((changed) => native.openChaCha(key, nonce, changed, ad) !== undefined)) return false
  if (native.openChaCha(key, nonce, sealed, ad.subarray(1)) !== undefined) return false
  const empty = native.sealChaCha(key, nonce, counting(0), ad)
  return equalBytes(empty, baselineSymmetric.sealChaCha(key, nonce, counting(0), ad))
}

/** A `Buffer` would be a `Uint8Array` whose `slice` shares its memory, maybe with other secrets of the process. */
function isPlain(bytes: Bytes): boolean {
  return Object.getPrototypeOf(bytes) === Uint8Array.prototype && bytes.buffer.byteLength === bytes.length
}
