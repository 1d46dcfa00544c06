// What is asked for next, as it is decided from what is here, under way and waited for.

import { describe, expect, it } from 'vitest'
import type { Situation } from '../../src/messenger/transfer/plan.ts'
import { nextForAll, nextForReaders } from '../../src/messenger/transfer/plan.ts'

/** Of 100 segments, with these under way or here. */
function situation(taken: readonly number[] = [], { underWay = 0, window = 8, segmentCount = 100 } = {}): Situation {
  return { segmentCount, underWay, window, isOpen: (index) => !taken.includes(index) }
}

describe('for readers', () => {
  it('asks for what they wait for and the three behind it', () => {
    expect(nextForReaders(situation(), [40])).toEqual([40, 41, 42, 43])
  })

  it('asks for what they wait for though nothing more may be under way, and then for nothing else', () => {
    expect(nextForReaders(situation([], { underWay: 8 }), [40, 10])).toEqual([40, 10])
  })

  it('reads ahead only as far as there is room', () => {
    expect(nextForReaders(situation([], { underWay: 1, window: 3 }), [40])).toEqual([40, 41])
  })

  it('asks for nothing twice', () => {
    expect(nextForReaders(situation([40, 42]), [40, 41])).toEqual([41, 43, 44])
  })

  it('asks for nothing when nobody waits', () => {
    expect(nextForReaders(situation(), [])).toEqual([])
  })

  it('puts the newest wish first', () => {
    expect(nextForReaders(situation([], { window: 2 }), [90, 10])).toEqual([90, 10])
  })

  it('stops at the end', () => {
    expect(nextForReaders(situation(), [98])).toEqual([98, 99])
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
