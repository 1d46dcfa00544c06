// SHA-256, SHA-512 and HMAC-SHA-256 over the parts in order. The parts are simply joined: a caller that hashes fields of
// variable length prefixes them with their lengths. Spec: docs/protocol.md, "Notation".

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../bytes.ts'
import { symmetric } from './symmetric/choice.ts'

/** 32 bytes. */
export function sha256(...parts: readonly Bytes[]): Bytes {
  return symmetric().sha256(parts)
}

/** 64 bytes. */
export function sha512(...parts: readonly Bytes[]): Bytes {
  const hash = nobleSha512.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Two MACs of 32 bytes under one key, for the price of less than two. */
export function hmacSha256Pair(key: Bytes, first: Bytes, second: Bytes): readonly [Bytes, Bytes] {
  const keyed = hmac.create(nobleSha256, key)
  return [keyed.clone().update(first).digest(), keyed.update(second).digest()]
}

/** 32 bytes. */
export function hmacSha256(key: Bytes, ...parts: readonly Bytes[]): Bytes {
  const mac = hmac.create(nobleSha256, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
