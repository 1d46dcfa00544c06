// Ids of this device: random, opaque, hex. A conversation's id follows from its two people, so that both agree on it.

import type { Bytes } from '../protocol/bytes.ts'
import { toHex } from '../protocol/bytes.ts'
import { labels } from '../protocol/labels.ts'
import { sha256 } from '../protocol/primitives/hash.ts'
import type { Random } from './ports.ts'

export function newId(random: Random): string {
  return toHex(random.bytes(16))
}

/** 16 bytes, the same whichever side computes it. */
export function pairConversationId(a: Bytes, b: Bytes): Bytes {
  const [first, second] = toHex(a) < toHex(b) ? [a, b] : [b, a]
  return sha256(labels.pairConversation, first, second).slice(0, 16)
}
