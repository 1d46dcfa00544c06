import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasAtMost, isName, sanitizeName } from '../../../src/protocol/content/name.ts'

describe('names', () => {
  it('keep what people are called in any script, joiners and emoji included', () => {
    for (const name of [
      'Ana',
      'Bo Å. Ödegård',
      'محمد',
      'דוד',
      '李小龍',
      'نمی‌دانم',
      '👩‍👩‍👧',
      "O'Neil-Smith",
      'ā̃'.normalize('NFC'),
    ])
      expect([sanitizeName(name), isName(name)]).toEqual([name, true])
  })

  it('lose control characters, overrides and everything invisible', () => {
    expect(sanitizeName('An\u{202e}a\u{2066}!\u{200b}\u{feff}\u{0}\u{7f}\u{9b}')).toBe('Ana!')
    expect(sanitizeName('a\u{ad}b\u{2060}c\u{3164}d\u{e0041}e\u{180e}f\u{fffb}\u{200e}\u{61c}')).toBe('abcdef')
  })

  it('are one line without space around or doubled', () => {
    expect(sanitizeName('  Ana\r\n\t Maria \u{2028}B\u{a0}\u{3000}C ')).toBe('Ana Maria B C')
  })

  it('are empty when nothing visible is left', () => {
    for (const text of ['', ' \n', '\u{202e}\u{200b}', '\u{200d} \u{200c}']) expect(sanitizeName(text)).toBe('')
  })

  it('are in composed form, also across what was taken out', () => {
    expect(sanitizeName('A\u{30a}')).toBe('Å')
    expect(sanitizeName('A\u{200b}\u{30a}')).toBe('Å')
  })

  it('have at most 64 code points, never half of one', () => {
    expect(sanitizeName('😀'.repeat(70))).toBe('😀'.repeat(64))
    expect(sanitizeName(`${'a'.repeat(63)} b`)).toBe('a'.repeat(63))
    expect(isName('😀'.repeat(64))).toBe(true)
    expect(isName('😀'.repeat(65))).toBe(false)
    expect(isName('a'.repeat(65))).toBe(false)
  })

  it('are not accepted from elsewhere empty, padded, invisible or dangerous', () => {
    for (const bad of [
      '',
      ' ',
      ' Ana',
      'Ana\n',
      'A\u{202e}na',
      'A\u{200b}',
      '\u{200d}',
      '\u{200c}\u{200d}',
      '\u{d800}',
      'A\u{dc00}',
      '\u{3164}',
    ])
      expect(isName(bad), JSON.stringify(bad)).toBe(false)
  })

  it('once cleaned are names, and stay what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const name = sanitizeName(text)
        expect(sanitizeName(name)).toBe(name)
        expect(name === '' || isName(name)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

it('counts code points, not units, and refuses lone surrogates', () => {
  expect(hasAtMost('😀😀', 2)).toBe(true)
  expect(hasAtMost('😀😀', 1)).toBe(false)
  expect(hasAtMost('abc', 3)).toBe(true)
  expect(hasAtMost('abcd', 3)).toBe(false)
  expect(hasAtMost('a\u{d83d}', 5)).toBe(false)
})
