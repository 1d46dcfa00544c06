import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  concatBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64Url,
  toHex,
  u32,
  u64,
  utf8,
  withLength,
} from '../../src/protocol/bytes.ts'

describe('bytes', () => {
  it('joins parts in order', () => {
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3))
    expect(concatBytes()).toEqual(new Uint8Array(0))
  })

  it('compares by content and length', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true)
  })

  it('writes integers big-endian and refuses what does not fit', () => {
    expect(toHex(u32(0x01020304))).toBe('01020304')
    expect(toHex(u32(0xffff_ffff))).toBe('ffffffff')
    expect(toHex(u64(Number.MAX_SAFE_INTEGER))).toBe('001fffffffffffff')
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 32]) expect(() => u32(bad)).toThrow(RangeError)
    for (const bad of [-1, 0.5, 2 ** 53]) expect(() => u64(bad)).toThrow(RangeError)
  })

  it('puts a length before a field, so that fields cannot shift', () => {
    expect(toHex(withLength(utf8('ab')))).toBe('000000026162')
  })

  it('reads hex in one spelling', () => {
    expect(fromHex('00ff10')).toEqual(Uint8Array.of(0, 255, 16))
    for (const bad of ['0', 'FF', 'zz', '0x', ' 0', '+1']) expect(fromHex(bad)).toBeUndefined()
  })

  it('knows the base64url of RFC 4648, without padding', () => {
    for (const [text, encoded] of [
      ['', ''],
      ['f', 'Zg'],
      ['fo', 'Zm8'],
      ['foo', 'Zm9v'],
      ['foob', 'Zm9vYg'],
      ['fooba', 'Zm9vYmE'],
      ['foobar', 'Zm9vYmFy'],
    ] as const) {
      expect(toBase64Url(utf8(text))).toBe(encoded)
      expect(fromBase64Url(encoded)).toEqual(utf8(text))
    }
    expect(toBase64Url(Uint8Array.of(0xfb, 0xff))).toBe('-_8')
  })

  it('refuses base64url with padding, unused bits, foreign characters or a dangling one', () => {
    for (const bad of ['Zg==', 'Zh', 'Zm9', 'Z', 'Zm9vY', 'Zm 9', 'Zm+/', 'Zmé9', 'Z😀'])
      expect(fromBase64Url(bad), bad).toBeUndefined()
  })

  it('agrees with the platform on base64url and gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
        expect(fromHex(toHex(bytes))).toEqual(bytes)
      }),
    )
  })

  it('accepts any text only in its one base64url spelling', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = fromBase64Url(text)
        return bytes === undefined || toBase64Url(bytes) === text
      }),
    )
  })

  it('reads well-formed UTF-8 only and keeps a byte order mark', () => {
    expect(fromUtf8(utf8('Grüße 😀'))).toBe('Grüße 😀')
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\u{feff}a')
    for (const bad of ['c0af', 'eda080', 'f4908080', 'ff', 'e282'])
      expect(fromUtf8(fromHex(bad) ?? new Uint8Array(0)), bad).toBeUndefined()
  })
})
