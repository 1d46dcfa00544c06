// The number that two people compare: 60 digits, 30 from each account's fingerprint, the same for both of them.
// The chain of hashes makes each guess of a forger 5,200 times as dear: with about 99 bits in 30 digits, that is 2^112
// hashes for a key whose half looks the same. Spec: docs/protocol.md §11.

import type { Bytes } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { nativeSha512 } from '../primitives/sha512.ts'

const iterations = 5200
const groups = 6
const bytesPerGroup = 5
const digitsPerGroup = 5

/** 60 decimal digits without spaces; the order of the two does not matter. @throws CryptoError `usage` */
export async function safetyNumber(fingerprint: Bytes, other: Bytes): Promise<string> {
  const halves = await Promise.all([digitsOf(fingerprint), digitsOf(other)])
  return halves.toSorted().join('')
}

/** One side's 30 digits. */
async function digitsOf(fingerprint: Bytes): Promise<string> {
  requireLength(fingerprint, 32)
  let digest = concatBytes(labels.safetyNumber, fingerprint)
  for (let turn = 0; turn < iterations; turn++) digest = await nativeSha512(concatBytes(digest, fingerprint))
  let digits = ''
  for (let group = 0; group < groups; group++) {
    const start = group * bytesPerGroup
    // 5 bytes are far below what a number holds exactly.
    const value = digest.subarray(start, start + bytesPerGroup).reduce((sum, byte) => sum * 256 + byte, 0)
    digits += String(value % 100_000).padStart(digitsPerGroup, '0')
  }
  return digits
}
