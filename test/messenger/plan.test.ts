// What is asked for next, as it is decided from what is here, under way and waited for.

import { describe, expect, it } from 'vitest'
import type { Situation } from '../../src/messenger/transfer/plan.ts'
import { nextAwaited, nextBehind, nextForAll } from '../../src/messenger/transfer/plan.ts'

/** Of 100 segments, with these under way or here. */
function situation(taken: readonly number[] = [], { underWay = 0, window = 8, segmentCount = 100 } = {}): Situation {
  return { segmentCount, underWay, window, isOpen: (index) => !taken.includes(index) }
}

describe('for readers', () => {
  it('asks for what they wait for though nothing more may be under way, the newest wish first', () => {
    expect(nextAwaited(situation([], { underWay: 8 }), [40, 10])).toEqual([40, 10])
  })

  it('asks for nothing twice', () => {
    expect(nextAwaited(situation([40]), [40, 41])).toEqual([41])
    expect(nextBehind(situation([40, 42]), [40, 41])).toEqual([41, 43, 44])
  })

  it('reads the three behind ahead', () => {
    expect(nextBehind(situation(), [40])).toEqual([41, 42, 43])
  })

  it('reads ahead only as far as there is room', () => {
    expect(nextBehind(situation([], { underWay: 1, window: 3 }), [40])).toEqual([41, 42])
    expect(nextBehind(situation([], { underWay: 3, window: 2 }), [40])).toEqual([])
  })

  it('stops at the end', () => {
    expect(nextBehind(situation(), [98])).toEqual([99])
    expect(nextBehind(situation(), [99])).toEqual([])
  })
})

describe('for all of it', () => {
  it('goes from the first that is missing', () => {
    expect(nextForAll(situation([0, 1, 2]), 0, false)).toBe(3)
  })

  it('waits while the line is full', () => {
    expect(nextForAll(situation([], { underWay: 8 }), 0, false)).toBeUndefined()
  })

  it('waits while what somebody waits for is under way', () => {
    expect(nextForAll(situation(), 0, true)).toBeUndefined()
  })

  it('has nothing to ask for at the end', () => {
    expect(nextForAll(situation([0, 1, 2], { segmentCount: 3 }), 0, false)).toBeUndefined()
  })
})
