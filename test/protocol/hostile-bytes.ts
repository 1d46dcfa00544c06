// What every decoder has to survive: random bytes, and valid bytes that were cut, extended or changed.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'

/** Decodes hostile bytes: nothing throws, and whatever decodes encodes to the same bytes again. */
export function expectOnlyCanonical<T>(
  decode: (bytes: Bytes) => T | undefined,
  encode: (item: T) => Bytes,
  samples: readonly Bytes[],
  /** Fewer where each try verifies signatures. */
  changes = 2000,
): void {
  const check = (bytes: Bytes): void => {
    const item = decode(bytes)
    if (item !== undefined) expect(encode(item)).toEqual(bytes)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 500 })
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), fc.integer({ min: 1, max: 255 }), (sample, position, change) => {
      const changed = sample.slice()
      const index = position % changed.length
      changed[index] = (changed[index] ?? 0) ^ change
      check(changed)
    }),
    { numRuns: changes },
  )
  for (const sample of samples) {
    check(sample)
    expect(decode(sample)).toBeDefined()
    const step = Math.max(1, Math.floor(sample.length / 500))
    for (let length = 0; length < sample.length; length += step) expect(decode(sample.slice(0, length))).toBeUndefined()
    expect(decode(Uint8Array.of(...sample, 0))).toBeUndefined()
  }
}

/** Each single-bit change of the bytes. */
export function* bitFlips(bytes: Bytes): Generator<Bytes> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice()
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    yield changed
  }
}
