// The keys of a mailbox: read → write → id, each derived one way, so that knowing a later one never yields an earlier one.
// Spec: docs/protocol.md §2.

import type { Bytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { sha256 } from '../primitives/hash.ts'
import { deriveKey } from '../primitives/hkdf.ts'

/** 32 bytes. @throws CryptoError `usage` */
export function deriveWriteKey(readKey: Bytes): Bytes {
  requireLength(readKey, 32)
  return deriveKey({ ikm: readKey, info: labels.mailboxWrite, length: 32 })
}

/** 32 bytes: all that a relay stores. @throws CryptoError `usage` */
export function deriveMailboxId(writeKey: Bytes): Bytes {
  requireLength(writeKey, 32)
  return sha256(labels.mailboxId, writeKey)
}

/** 32 bytes: the name by which an envelope is deduplicated and acknowledged. */
export function envelopeId(envelope: Bytes): Bytes {
  return sha256(envelope)
}
