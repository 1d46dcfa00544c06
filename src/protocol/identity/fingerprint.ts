// The name of a person's identity: a hash of the account key. Spec: docs/protocol.md §1.

import type { Bytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { sha256 } from '../primitives/hash.ts'

/** 32 bytes. @throws CryptoError `usage` */
export function fingerprintOf(accountPublicKey: Bytes): Bytes {
  requireLength(accountPublicKey, 32)
  return sha256(labels.fingerprint, accountPublicKey)
}
