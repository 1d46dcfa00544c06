import { describe, expect, it } from 'vitest'
import { safetyNumber } from '../../../src/app/features/contact/safety-number.ts'

const ana = '00'.repeat(4) + '07' + 'ab'.repeat(27)
const bo = 'ff'.repeat(32)

describe('a safety number', () => {
  it('is the same on both sides', () => {
    expect(safetyNumber(ana, bo)).toBe(safetyNumber(bo, ana))
  })
  it('has sixty digits in groups of five', () => {
    expect(safetyNumber(ana, bo)).toMatch(/^(\d{5} ){11}\d{5}$/)
    expect(safetyNumber(ana, bo)).toMatch(/^00007 /)
  })
  it('differs for another account', () => {
    expect(safetyNumber(ana, bo)).not.toBe(safetyNumber(ana, 'fe'.repeat(32)))
  })
  it('is none for what is no fingerprint', () => {
    expect(safetyNumber(ana, 'ff')).toBeUndefined()
    expect(safetyNumber('zz'.repeat(32), bo)).toBeUndefined()
  })
})
