import { describe, expect, it } from 'vitest'
import { matching, mentionsIn, partsOf, startedAt } from '../../../src/app/features/mention/name-in-text.ts'

const bo = { fingerprint: 'b0', name: 'Bo' }
const boDerksen = { fingerprint: 'bd', name: 'Bo Derksen' }
const cem = { fingerprint: 'c0', name: 'Cémal' }
const people = [bo, boDerksen, cem]
const none: ReadonlySet<string> = new Set()

describe('a name that is being written', () => {
  it('begins at an @ that belongs to no word before it', () => {
    expect(startedAt('hello @c', 8)).toEqual({ at: 6, part: 'c' })
    expect(startedAt('@', 1)).toEqual({ at: 0, part: '' })
    expect(startedAt('(@bo', 4)).toEqual({ at: 1, part: 'bo' })
    for (const text of ['bo@c', '𝐛@c', '@ c', '@bo\nmore', 'none'])
      expect(startedAt(text, text.length), text).toBe(undefined)
    // Only as far as the caret.
    expect(startedAt('@bo and @cem', 3)).toEqual({ at: 0, part: 'bo' })
  })

  it('is that of whoever has a word beginning so, until a space after the whole of it', () => {
    expect(matching(people, 'cem')).toEqual([cem])
    expect(matching(people, 'DERK')).toEqual([boDerksen])
    expect(matching(people, 'bo')).toEqual([bo, boDerksen])
    expect(matching(people, 'bo ')).toEqual([boDerksen])
    expect(matching(people, 'bo derksen ')).toEqual([])
    expect(matching(people, 'o')).toEqual([])
    expect(matching(people, '')).toEqual(people)
  })
})

describe('the people named in a text', () => {
  it('are found in order, in code points, the longest name first', () => {
    const text = '👋@Cémal, @Bo Derksen and @Bo'
    const mentions = mentionsIn(text, people, none)
    expect(mentions).toEqual([
      { from: 1, to: 7, fingerprint: 'c0' },
      { from: 9, to: 20, fingerprint: 'bd' },
      { from: 25, to: 28, fingerprint: 'b0' },
    ])
    expect(partsOf(text, mentions).filter((part) => part.fingerprint !== undefined)).toEqual([
      { text: '@Cémal', fingerprint: 'c0' },
      { text: '@Bo Derksen', fingerprint: 'bd' },
      { text: '@Bo', fingerprint: 'b0' },
    ])
    expect(
      partsOf(text, mentions)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
  })

  it('are none in words that only look alike', () => {
    for (const text of ['@Bob', '@bo', 'x@Bo', '@', '@@', 'Bo'])
      expect(mentionsIn(text, people, none), text).toEqual([])
    expect(mentionsIn('@@Bo', people, none)).toEqual([{ from: 1, to: 4, fingerprint: 'b0' }])
    expect(mentionsIn('@Bo’s', people, none)).toHaveLength(1)
  })

  it('are those who were chosen, where two have the same name', () => {
    const other = { fingerprint: 'b1', name: 'Bo' }
    expect(mentionsIn('@Bo', [bo, other], none)[0]?.fingerprint).toBe('b0')
    expect(mentionsIn('@Bo', [bo, other], new Set(['b1']))[0]?.fingerprint).toBe('b1')
  })

  it('are no more than a message holds', () => {
    expect(mentionsIn('@Bo '.repeat(40), people, none)).toHaveLength(32)
  })

  it('never name an empty name, and overlap nowhere', () => {
    const odd = [{ fingerprint: '00', name: '' }, { fingerprint: 'at', name: 'a @Bo' }, bo]
    expect(mentionsIn('@ @a @Bo', odd, none)).toEqual([{ from: 2, to: 8, fingerprint: 'at' }])
  })

  it('may be claimed anywhere by a sender: what is outside of the text shows nothing twice', () => {
    expect(partsOf('ab', [{ from: 0, to: 9, fingerprint: 'b0' }])).toEqual([{ text: 'ab', fingerprint: 'b0' }])
  })
})
