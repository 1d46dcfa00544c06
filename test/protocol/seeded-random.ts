// Reproducible "randomness" for tests: SHA-256 of a seed and a counter.

import { sha256 } from '../../src/protocol/primitives/hash.ts'
import type { Random } from '../../src/protocol/bytes.ts'
import { concatBytes, u32, utf8 } from '../../src/protocol/bytes.ts'

export function seededRandom(seed: string): Random {
  let counter = 0
  return (length) => {
    const blocks: Uint8Array[] = []
    for (let have = 0; have < length; have += 32) blocks.push(sha256(utf8(seed), u32(counter++)))
    return concatBytes(...blocks).slice(0, length)
  }
}
