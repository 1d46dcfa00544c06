import { describe, expect, test } from 'vitest'
import { rememberHeard, wasHeard } from '../../src/messenger/delivery/heard.ts'
import { limits } from '../../src/messenger/limits.ts'

const envelope = (n: number): Uint8Array => Uint8Array.of(0x12, n, n >> 8)

describe('the envelopes that were opened last', () => {
  test('are recognised, and others are not', () => {
    const heard = rememberHeard(rememberHeard(undefined, envelope(1)), envelope(2))
    expect([1, 2, 3].map((n) => wasHeard(heard, envelope(n)))).toEqual([true, true, false])
    expect(wasHeard(undefined, envelope(1))).toBe(false)
  })

  test('are the newest 128: more than lie in one push or fetch, and never more', () => {
    let heard: Uint8Array | undefined
    for (let n = 0; n < 300; n++) heard = rememberHeard(heard, envelope(n))
    expect(heard).toHaveLength(8 * limits.heardEnvelopes)
    expect(wasHeard(heard, envelope(299))).toBe(true)
    expect(wasHeard(heard, envelope(300 - limits.heardEnvelopes))).toBe(true)
    expect(wasHeard(heard, envelope(299 - limits.heardEnvelopes))).toBe(false)
  })
})
