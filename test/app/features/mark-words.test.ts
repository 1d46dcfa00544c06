import { describe, expect, it } from 'vitest'
import { excerpt, markWords, wordsOf } from '../../../src/app/features/search/mark-words.ts'

/** The text with what was found in brackets. */
const marked = (text: string, query: string): string =>
  markWords(text, wordsOf(query))
    .map(({ text: part, isFound }) => (isFound ? `[${part}]` : part))
    .join('')

describe('the words of a search', () => {
  it('are marked without case and accents, at the beginning and inside of words', () => {
    expect(marked('Wir sehen uns im Café am Ufer', 'CAFE uf')).toBe('Wir sehen uns im [Café] am [Uf]er')
    expect(marked('Cafe\u0301 again', 'café')).toBe('[Cafe\u0301] again')
    expect(marked('ﬁsh and fish', 'fish')).toBe('[ﬁsh] and [fish]')
    expect(marked('İstanbul', 'istanbul')).toBe('[İstanbul]')
    expect(marked('صورة من البحر', 'البحر')).toBe('صورة من [البحر]')
  })

  it('are one mark where they overlap, and never split a letter', () => {
    expect(marked('banana', 'ana an')).toBe('b[anana]')
    expect(marked('banana', 'na nan')).toBe('ba[nana]')
    expect(marked('🌊🌊 sea', '🌊')).toBe('[🌊🌊] sea')
  })

  it('leave the text as it is where there is nothing to mark', () => {
    for (const query of ['', '  ', 'elsewhere']) expect(marked('the sea', query)).toBe('the sea')
    expect(markWords('', wordsOf('sea'))).toEqual([])
  })

  it('are found at once in a long text', () => {
    const text = `${'once upon a time there was a house '.repeat(9)}by the sea`
    const shown = excerpt(text, wordsOf('sea'))
    expect(shown.length).toBeLessThan(45)
    expect(shown).toMatch(/^… \w+ .*by the sea$/)
    expect(excerpt('the sea', wordsOf('sea'))).toBe('the sea')
    expect(excerpt('x'.repeat(400) + 'sea', wordsOf('sea'))).toBe('sea')
  })
})
