// Ids of this device: random, opaque, hex; bytes where they are said to others. A conversation's id follows from its two
// people, so that both agree on it.

import type { Bytes } from '../protocol/bytes.ts'
import { fromHex, toHex } from '../protocol/bytes.ts'
import { labels } from '../protocol/labels.ts'
import { sha256 } from '../protocol/primitives/hash.ts'
import { UsageError } from './api.ts'
import type { Random } from './ports.ts'
import { StorageError } from './ports.ts'

export function newId(random: Random): string {
  return toHex(random.bytes(16))
}

/** 16 bytes, the same whichever side computes it. */
export function pairConversationId(a: Bytes, b: Bytes): Bytes {
  const [first, second] = toHex(a) < toHex(b) ? [a, b] : [b, a]
  return sha256(labels.pairConversation, first, second).slice(0, 16)
}

/** Of an id or a fingerprint. @throws StorageError `damaged` when it is not so many bytes in hexadecimal */
export function hexBytes(hex: string, sizeBytes: 16 | 32): Bytes {
  const bytes = fromHex(hex)
  if (bytes?.length !== sizeBytes) throw new StorageError('damaged')
  return bytes
}

/** Of a message's id, as a caller gave it. @throws UsageError `unknown-message` */
export function messageIdBytes(id: string): Bytes {
  const bytes = fromHex(id)
  if (bytes?.length !== 16) throw new UsageError('unknown-message')
  return bytes
}
