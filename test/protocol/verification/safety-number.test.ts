import { describe, expect, it } from 'vitest'
import { safetyNumber } from '../../../src/protocol/verification/safety-number.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('safety number')
const ana = random(32)
const bo = random(32)

describe('a safety number', () => {
  it('is the same sixty digits on both sides', async () => {
    const number = await safetyNumber(ana, bo)
    expect(number).toMatch(/^\d{60}$/)
    expect(await safetyNumber(bo, ana)).toBe(number)
  })

  it('has one half from each, the lower one first', async () => {
    const number = await safetyNumber(ana, bo)
    const [low, high] = [number.slice(0, 30), number.slice(30)]
    expect(low < high).toBe(true)
    const withAnother = await safetyNumber(ana, random(32))
    expect([low, high].filter((half) => withAnother.includes(half))).toHaveLength(1)
  })

  it('is another one when a bit of either fingerprint is', async () => {
    const near = Uint8Array.from(bo)
    near[31] = (near[31] ?? 0) ^ 1
    expect(await safetyNumber(ana, near)).not.toBe(await safetyNumber(ana, bo))
  })

  it('is made of nothing but whole fingerprints', async () => {
    await expect(safetyNumber(ana.subarray(1), bo)).rejects.toMatchObject({ code: 'usage' })
    await expect(safetyNumber(ana, new Uint8Array(33))).rejects.toMatchObject({ code: 'usage' })
  })
})
