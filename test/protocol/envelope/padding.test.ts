import { describe, expect, it } from 'vitest'
import { pad, unpad } from '../../../src/protocol/envelope/padding.ts'

describe('padding', () => {
  it('gives the content back for every length that fits', () => {
    for (let length = 0; length <= 28; length++) {
      const content = new Uint8Array(length).fill(0)
      const padded = pad(content, 32)
      expect(padded).toHaveLength(32)
      expect(unpad(padded)).toEqual(content)
    }
  })

  it('refuses to cut content off', () => {
    expect(() => pad(new Uint8Array(29), 32)).toThrow(RangeError)
  })

  it('refuses a length that lies', () => {
    expect(unpad(Uint8Array.of(0, 0, 0, 3, 1, 2))).toBeUndefined()
    expect(unpad(Uint8Array.of(255, 255, 255, 255, 1, 2))).toBeUndefined()
    expect(unpad(Uint8Array.of(0, 0, 0))).toBeUndefined()
  })

  it('refuses padding that carries anything', () => {
    expect(unpad(Uint8Array.of(0, 0, 0, 1, 7, 0, 0, 1))).toBeUndefined()
  })
})
