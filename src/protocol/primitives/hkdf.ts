// HKDF-SHA-256 (RFC 5869). Spec: docs/protocol.md, "Notation".

import { expand, hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../bytes.ts'
import { CryptoError, requireLength } from './error.ts'

const maxLength = 255 * 32

/** Extract and expand. Without a salt, the salt is 32 zero bytes, as the RFC says. @throws CryptoError `usage` */
export function deriveKey(input: {
  readonly ikm: Bytes
  readonly salt?: Bytes
  readonly info: Bytes
  readonly length: number
}): Bytes {
  requireOutputLength(input.length)
  return hkdf(sha256, input.ikm, input.salt, input.info, input.length)
}

/** Expand only: `prk` is already a uniformly random key of 32 bytes. @throws CryptoError `usage` */
export function expandKey(prk: Bytes, info: Bytes, length: number): Bytes {
  requireLength(prk, 32)
  requireOutputLength(length)
  return expand(sha256, prk, info, length)
}

function requireOutputLength(length: number): void {
  if (!Number.isInteger(length) || length < 1 || length > maxLength) throw new CryptoError('usage')
}
