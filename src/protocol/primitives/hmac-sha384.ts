// HMAC-SHA-384: the key derivation of FLOE (§7). HKDF-Expand for at most 48 bytes is one HMAC over `info ‖ 01`;
// WebCrypto's HKDF would run Extract first and give something else.

import { hmac } from '@noble/hashes/hmac.js'
import { sha384 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../bytes.ts'

/** 48 bytes over the concatenation of the parts. */
export function hmacSha384(key: Bytes, ...parts: readonly Bytes[]): Bytes {
  const mac = hmac.create(sha384, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
