import { describe, expect, it } from 'vitest'
import { createTokenBuckets } from '../../../relay/mailbox/token-bucket.ts'

describe('token buckets', () => {
  const create = (keys = 100) => {
    const clock = { nowMs: 0 }
    return { clock, ...createTokenBuckets({ burst: 10, perSecond: 2 }, { keys, now: () => clock.nowMs }) }
  }

  it('allow a burst, then as many as grow back', () => {
    const { clock, take } = create()
    expect(take('a', 10)).toBeUndefined()
    expect(take('a', 1)).toBe(500)
    clock.nowMs = 250
    expect(take('a', 1)).toBe(250)
    clock.nowMs = 500
    expect(take('a', 1)).toBeUndefined()
  })

  it('are separate for each key and never hold more than the burst', () => {
    const { clock, take } = create()
    take('a', 10)
    expect(take('b', 10)).toBeUndefined()
    clock.nowMs = 3_600_000
    expect(take('a', 10)).toBeUndefined()
    expect(take('a', 1)).toBe(500)
  })

  it('allow more than the burst at once from a full bucket, and make up for it afterwards', () => {
    const { clock, take } = create()
    expect(take('a', 14)).toBeUndefined()
    expect(take('a', 1)).toBe(2500)
    clock.nowMs = 2500
    expect(take('a', 1)).toBeUndefined()
  })

  it('give nothing away when the clock is set back', () => {
    const { clock, take } = create()
    clock.nowMs = 10_000
    take('a', 10)
    clock.nowMs = 0
    expect(take('a', 1)).toBe(500)
  })

  it('forget the key that was idle longest when there are too many', () => {
    const { take } = create(2)
    take('a', 10)
    take('b', 10)
    expect(take('a', 1)).toBe(500)
    take('c', 1)
    expect(take('b', 10)).toBeUndefined()
  })

  it('say how long to wait without taking anything', () => {
    const { clock, take, wait } = create()
    expect(wait('a', 10)).toBeUndefined()
    expect(take('a', 10)).toBeUndefined()
    expect(wait('a', 3)).toBe(1500)
    clock.nowMs = 1500
    expect(wait('a', 3)).toBeUndefined()
    expect(take('a', 3)).toBeUndefined()
  })

  it('take back what was not used, and no more than they hold', () => {
    const { take, giveBack } = create()
    take('a', 10)
    giveBack('a', 4)
    expect(take('a', 5)).toBe(500)
    expect(take('a', 4)).toBeUndefined()
    giveBack('a', 1000)
    expect(take('a', 10)).toBeUndefined()
    expect(take('a', 1)).toBe(500)
  })
})
