import { describe, expect, test } from 'vitest'
import { isBefore } from '../../src/messenger/delivery/position.ts'

const at = (generation: number, session: number, epoch: number, n: number, sentAt: number) => ({
  generation,
  sid: new Uint8Array(32).fill(session),
  epoch,
  n,
  sentAt,
})

describe('what a contact says of where they are', () => {
  test('counts when nothing is known yet', () => {
    expect(isBefore(at(1, 1, 0, 0, 0), undefined)).toBe(false)
  })

  test('is judged by epoch and number within a session, whatever time it claims', () => {
    expect(isBefore(at(1, 1, 2, 0, 5), at(1, 1, 0, 9, 1_000))).toBe(false)
    expect(isBefore(at(1, 1, 0, 9, 1_000), at(1, 1, 2, 0, 5))).toBe(true)
    expect(isBefore(at(1, 1, 2, 3, 7), at(1, 1, 2, 4, 7))).toBe(true)
  })

  test('is judged by its time between two sessions that crossed, whatever their epochs', () => {
    expect(isBefore(at(2, 1, 9, 9, 5), at(2, 2, 0, 0, 6))).toBe(true)
    expect(isBefore(at(2, 2, 0, 0, 6), at(2, 1, 9, 9, 5))).toBe(false)
  })

  test('is never before what an older generation said, though their clock was ahead then', () => {
    expect(isBefore(at(3, 3, 0, 0, 5), at(2, 1, 9, 9, 1_000_000))).toBe(false)
    expect(isBefore(at(2, 1, 9, 9, 1_000_000), at(3, 3, 0, 0, 5))).toBe(true)
  })

  test('counts again when it is the same', () => {
    expect(isBefore(at(2, 1, 3, 4, 5), at(2, 1, 3, 4, 5))).toBe(false)
  })
})
