import { expect, it } from 'vitest'
import { createServedSegments } from '../../src/messenger/transfer/served-segments.ts'

it('puts last what a contact took, for that contact and that blob alone', () => {
  const served = createServedSegments()
  for (const index of [0, 1, 3]) served.add('Bo', 'one', index)
  expect(served.lastToGo('Bo', 'one', [0, 1, 2, 3, 4])).toEqual([2, 4, 0, 1, 3])
  expect(served.lastToGo('Cem', 'one', [0, 1, 2])).toEqual([0, 1, 2])
  expect(served.lastToGo('Bo', 'two', [0, 1, 2])).toEqual([0, 1, 2])
})

it('remembers a bounded number of blobs', () => {
  const served = createServedSegments()
  for (let blob = 0; blob < 100; blob++) served.add('Bo', String(blob), 0)
  expect(served.lastToGo('Bo', '0', [0, 1])).toEqual([0, 1])
  expect(served.lastToGo('Bo', '99', [0, 1])).toEqual([1, 0])
})
