import { describe, expect, test } from 'vitest'
import { createKemKey, encapsulate, isKemPublicKey } from '../../../src/protocol/primitives/xwing.ts'
import { seededRandom } from '../seeded-random.ts'

describe('a key that somebody shows for encapsulating to it', () => {
  test('is taken when it was made as one', async () => {
    for (const seed of ['a', 'b', 'c'])
      expect(isKemPublicKey((await createKemKey(seededRandom(seed))).publicKey)).toBe(true)
  })

  test('is refused with a coefficient that is not reduced, with a point of small order, or in another length', async () => {
    const random = seededRandom('key')
    const { publicKey } = await createKemKey(random)
    const unreduced = publicKey.slice()
    unreduced[300] = 0xff
    unreduced[301] = 0xff
    const smallOrder = publicKey.slice()
    smallOrder.fill(0, 1184)
    for (const bad of [unreduced, smallOrder]) {
      expect(isKemPublicKey(bad)).toBe(false)
      expect(await encapsulate(bad, random)).toBeUndefined()
    }
    expect(isKemPublicKey(publicKey.subarray(1))).toBe(false)
  })
})
