// Bytes that are the same on every run: a counter hashed with a seed.

import { createHash } from 'node:crypto'
import type { Random } from '../../../src/protocol/bytes.ts'

export function seededRandom(seed: string): Random {
  let counter = 0
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let offset = 0; offset < length; offset += 32) {
      const block = createHash('sha256').update(`${seed}/${counter++}`).digest()
      bytes.set(block.subarray(0, length - offset), offset)
    }
    return bytes
  }
}

/** Compressible, and different at every offset of interest. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index++) bytes[index] = (index * 7 + (index >> 8)) & 0xff
  return bytes
}
