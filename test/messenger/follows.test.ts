import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeFollow } from '../../src/messenger/people/follows.ts'

const entry = fc.record({
  following: fc.boolean(),
  clock: fc.integer({ min: 0, max: 3 }),
  at: fc.integer({ min: 0, max: 3 }),
})

describe('two versions of one entry of a follow list', () => {
  test('merge to the same whichever comes first, however often, in any grouping', () => {
    fc.assert(
      fc.property(entry, entry, entry, (a, b, c) => {
        expect(mergeFollow(a, b)).toEqual(mergeFollow(b, a))
        expect(mergeFollow(a, a)).toEqual(a)
        expect(mergeFollow(mergeFollow(a, b), c)).toEqual(mergeFollow(a, mergeFollow(b, c)))
      }),
    )
  })

  test('end with the later edit; of two edits at once, with not following', () => {
    const followed = { following: true, clock: 1, at: 10 }
    expect(mergeFollow(followed, { following: false, clock: 2, at: 5 }).following).toBe(false)
    expect(mergeFollow({ following: false, clock: 1, at: 99 }, { ...followed, clock: 2 }).following).toBe(true)
    expect(mergeFollow(followed, { following: false, clock: 1, at: 5 }).following).toBe(false)
    expect(mergeFollow(undefined, followed)).toEqual(followed)
  })
})
