import { describe, expect, it } from 'vitest'
import { chooseFiles, removeChosen } from '../../../src/app/features/conversation/chosen-media.ts'
import type { Choice } from '../../../src/app/features/conversation/chosen-media.ts'

const none: Choice = { media: [], refusals: [] }
const file = (name: string, type: string, text = 'x') => new File([text], name, { type })

describe('choosing files', () => {
  it('takes photos and videos, also where the system knows no type', () => {
    const { media, refusals } = chooseFiles(none, [
      file('a.jpg', 'image/jpeg'),
      file('b.mp4', 'video/mp4'),
      file('c.HEIC', ''),
      file('d.mkv', ''),
    ])
    expect(media.map(({ kind }) => kind)).toEqual(['photo', 'video', 'photo', 'video'])
    expect(refusals).toEqual([])
  })

  it('refuses the rest by name and says why', () => {
    const { media, refusals } = chooseFiles(none, [
      file('notes.txt', 'text/plain'),
      file('empty.jpg', 'image/jpeg', ''),
    ])
    expect(media).toEqual([])
    expect(refusals).toEqual([
      expect.stringMatching(/^notes\.txt: .*not a photo or a video/),
      expect.stringMatching(/^empty\.jpg: .*empty/),
    ])
  })

  it('takes as many as one message holds', () => {
    const many = Array.from({ length: 34 }, (_, index) => file(`${index}.jpg`, 'image/jpeg'))
    const { media, refusals } = chooseFiles(none, many)
    expect(media).toHaveLength(32)
    expect(refusals).toHaveLength(2)
  })

  it('takes a draft back with its words', () => {
    const data = file('a.jpg', 'image/jpeg')
    const choice = chooseFiles(none, [], { text: 'hello', media: [{ data, altText: 'a hill' }] })
    expect(choice.media).toMatchObject([{ name: 'a.jpg', altText: 'a hill', caption: '' }])
    expect(removeChosen(choice, choice.media[0]?.key ?? 0).media).toEqual([])
  })
})
