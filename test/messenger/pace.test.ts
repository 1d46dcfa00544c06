// How much may be under way, on lines of different speed.

import { describe, expect, it } from 'vitest'
import type { Pace } from '../../src/messenger/transfer/pace.ts'
import { createPaces } from '../../src/messenger/transfer/pace.ts'

const segmentBytes = 262_144

function lines() {
  let nowMs = 5_000
  const begin = createPaces(() => nowMs)
  /** So many segments come, one after the other. */
  const carry = (pace: Pace, mbitPerSecond: number, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      pace.asked()
      nowMs += (segmentBytes * 8) / (mbitPerSecond * 1000)
      pace.arrived(segmentBytes)
      pace.ended()
    }
  }
  return { begin, carry, wait: (ms: number) => void (nowMs += ms) }
}

describe('the pace', () => {
  it.each([
    [0.5, 2],
    [5, 2],
    [20, 3],
    [50, 6],
    [100, 8],
    [4000, 8],
  ])(
    'on a line of %d Mb/s is a quarter of a second of it, never less than two segments or more than eight',
    (speed, window) => {
      const { begin, carry } = lines()
      const pace = begin()
      carry(pace, speed, 40)
      expect(pace.window()).toBe(window)
    },
  )

  it('begins carefully, and then where the last one was', () => {
    const { begin, carry } = lines()
    const first = begin()
    expect(first.window()).toBe(2)
    carry(first, 50, 40)
    expect(begin().window()).toBe(6)
  })

  it('does not take a pause in which nothing was asked for as slowness', () => {
    const { begin, carry, wait } = lines()
    const pace = begin()
    carry(pace, 50, 40)
    wait(60_000)
    carry(pace, 50, 1)
    expect(pace.window()).toBe(6)
  })

  it('follows a line that becomes slow within seconds', () => {
    const { begin, carry } = lines()
    const pace = begin()
    carry(pace, 100, 40)
    carry(pace, 5, 12)
    expect(pace.window()).toBeLessThanOrEqual(3)
  })

  it('bears a clock that is set back', () => {
    const { begin, carry, wait } = lines()
    const pace = begin()
    carry(pace, 20, 20)
    pace.asked()
    wait(-1_000_000)
    pace.arrived(segmentBytes)
    expect(pace.window()).toBeGreaterThanOrEqual(2)
  })
})
