// Recovery words against the published vectors of BIP39 (trezor/python-mnemonic, vectors.json), and as people type them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import { entropyOfWords, wordsOfEntropy } from '../../../src/protocol/primitives/recovery-words.ts'

const vectors: readonly (readonly [entropy: string, words: string])[] = [
  ['00'.repeat(16), `${'abandon '.repeat(11)}about`],
  ['7f'.repeat(16), 'legal winner thank year wave sausage worth useful legal winner thank yellow'],
  ['80'.repeat(16), 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above'],
  ['ff'.repeat(16), `${'zoo '.repeat(11)}wrong`],
  ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
  ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
]
const [first = ['', '']] = vectors

describe('recovery words', () => {
  for (const [entropy, words] of vectors) {
    it(`stand for ${entropy}`, () => {
      expect(wordsOfEntropy(fromHex(entropy) ?? new Uint8Array()).join(' ')).toBe(words)
      expect(toHex(entropyOfWords(words) ?? new Uint8Array())).toBe(entropy)
    })
  }

  it('give back whatever they were made of', () => {
    const entropies = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    )
    fc.assert(
      fc.property(entropies, (entropy) => {
        expect(entropyOfWords(wordsOfEntropy(entropy).join(' '))).toEqual(entropy)
      }),
      { numRuns: 200 },
    )
  })

  it('may be typed in any case, with any spaces, lines and commas between them', () => {
    const words = first[1].split(' ')
    for (const text of [
      `  ${words.join('   ')}\n`,
      words.join('\n'),
      words.join(', ').toUpperCase(),
      words.map((word) => `\t${word}\u{a0}`).join(' '),
      words.map((word) => word.replace('a', '\u{ff41}')).join(' '),
    ])
      expect(toHex(entropyOfWords(text) ?? new Uint8Array()), text).toBe(first[0])
  })

  it('are refused with a word that is not in the list, missing, too many, or out of its place', () => {
    const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
    expect(entropyOfWords(words)).toBeDefined()
    for (const text of [
      '',
      words.replace('yellow', 'yelow'),
      words.replace('winner', 'year'),
      words.replace('legal winner', 'winner legal'),
      words.slice(0, words.lastIndexOf(' ')),
      `${words} legal`,
      `${'abandon '.repeat(14)}about`,
      `${'abandon '.repeat(12)}`,
      'x'.repeat(1_000_000),
    ])
      expect(entropyOfWords(text), text.slice(0, 80)).toBeUndefined()
  })

  it('are made of 16 or 32 bytes only', () => {
    for (const length of [0, 15, 17, 20, 24, 28, 31, 33])
      expect(() => wordsOfEntropy(new Uint8Array(length))).toThrow(RangeError)
  })
})
