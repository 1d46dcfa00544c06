import { describe, expect, it } from 'vitest'
import { addRecorded, asFiles, canGoAsFile, chooseFiles } from '../../../src/app/features/conversation/choose-files.ts'
import { cannotGo, contradicts, draftOf, usualManner } from '../../../src/app/features/conversation/chosen-media.ts'
import { noEdit } from '../../../src/app/features/editor/edit.ts'
import { moveChosen, removeChosen } from '../../../src/app/features/conversation/change-chosen.ts'
import type { Choice } from '../../../src/app/features/conversation/chosen-media.ts'

const none: Choice = { media: [], refusals: [], manner: usualManner }
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

describe('what is taken back', () => {
  it('knows how it was made: a voice its length and waveform, an edited photo what it was', () => {
    const voice = file('Voice note.webm', 'audio/webm')
    const photo = file('a.jpg', 'image/jpeg')
    const recorded = { durationMs: 4_000, waveform: new Uint8Array(64).fill(9) }
    const edited = { source: file('source.jpg', 'image/jpeg'), edit: noEdit({ width: 4, height: 3 }) }
    const chosen = addRecorded(chooseFiles(none, [photo]), voice, 'voice', recorded)
    const changed = { ...chosen, media: chosen.media.map((item) => (item.file === photo ? { ...item, edited } : item)) }
    const { media } = chooseFiles(none, [], draftOf(changed, ''))
    expect(media).toMatchObject([
      { file: photo, edited },
      { file: voice, kind: 'voice', recorded },
    ])
  })

  it('is never dropped when it was made here, though it is more than one message holds', () => {
    const many = Array.from({ length: 32 }, (_, index) => file(`${index}.jpg`, 'image/jpeg'))
    const full = chooseFiles(none, many)
    expect(cannotGo(full)).toBe(false)
    const over = addRecorded(full, file('Voice note.webm', 'audio/webm'), 'voice', {})
    expect(over.media).toHaveLength(33)
    // Nothing of it goes out, and nothing is left out silently.
    expect(cannotGo(over)).toBe(true)
    expect(cannotGo(removeChosen(over, over.media[0]?.key ?? 0))).toBe(false)
  })

  it('keeps what was said of a file that found no room while it was made', () => {
    const many = Array.from({ length: 33 }, (_, index) => file(`${index}.jpg`, 'image/jpeg'))
    const over = addRecorded(chooseFiles(none, many), file('Voice note.webm', 'audio/webm'), 'voice', {})
    expect(over.refusals).toEqual([expect.stringMatching(/^32\.jpg: .*up to 32/)])
  })
})

describe('what was chosen', () => {
  const clip = file('Loop.webm', 'video/webm')
  const voice = file('Voice note.webm', 'audio/webm')
  const photo = file('a.jpg', 'image/jpeg')

  it('is sent with its quality, its words, and what it was recorded as', () => {
    const looped = addRecorded(chooseFiles(none, [photo]), clip, 'video', { loop: true, durationMs: 900 })
    const choice = addRecorded(looped, voice, 'voice', { durationMs: 900 })
    expect(draftOf({ ...choice, manner: { quality: 'hd', asFile: false } }, 'hello')).toEqual({
      text: 'hello',
      media: [
        { data: photo, quality: 'hd' },
        { data: clip, quality: 'hd', loop: true },
        { data: voice, quality: 'hd', voice: true },
      ],
    })
  })

  it('goes out as the very file under its name, but for a voice', () => {
    const choice = addRecorded(chooseFiles(none, [photo]), voice, 'voice', {})
    expect(draftOf({ ...choice, manner: { quality: 'standard', asFile: true } }, '').media).toEqual([
      { data: photo, quality: 'file', name: 'a.jpg' },
      { data: voice, quality: 'standard', voice: true },
    ])
  })

  it('is to be viewed and not kept only where that is possible', () => {
    const manner = { ...usualManner, view: { seconds: 3, replays: 1 } }
    const choice = { ...chooseFiles(none, [photo]), manner }
    expect(draftOf(choice, '').view).toEqual({ seconds: 3, replays: 1 })
    expect(contradicts(choice)).toBe(false)
    expect(contradicts(addRecorded(choice, voice, 'voice', {}))).toBe(true)
    // A text alone has nothing to view.
    expect(draftOf({ ...none, manner }, 'hello').view).toBeUndefined()
  })

  it('comes back as it was to be sent, when it is taken back', () => {
    const sent = addRecorded(chooseFiles(none, [photo]), clip, 'video', { loop: true })
    const manner = { quality: 'original', asFile: false, view: { replays: 0 } } as const
    const draft = draftOf({ ...sent, manner }, 'words')
    const back = chooseFiles(none, [], draft)
    expect(back.manner).toEqual(manner)
    expect(draftOf(back, 'words')).toEqual(draft)
  })

  it('can go out as a file only where nobody gets more by that than was meant', () => {
    const item = { data: photo, quality: 'standard' } as const
    expect(canGoAsFile({ media: [item, { ...item, video: { posterMs: 5 } }] })).toBe(true)
    expect(canGoAsFile({ media: [item], view: { replays: 0 } })).toBe(false)
    expect(canGoAsFile({ media: [item, { ...item, video: { trim: { startMs: 0, endMs: 9 } } }] })).toBe(false)
    expect(canGoAsFile({ media: [{ ...item, video: { mute: true } }] })).toBe(false)
    expect(canGoAsFile({ media: [{ ...item, voice: true }] })).toBe(false)
    expect(chooseFiles(none, [], asFiles({ media: [item] })).manner.asFile).toBe(true)
  })

  it('is called by a name of its own, which numbers what was made here and contains no name of a button', () => {
    const taken = file('Photo.jpg', 'image/jpeg')
    const choice = [taken, taken, clip].reduce(
      (before, made) => addRecorded(before, made, made === clip ? 'video' : 'photo', {}),
      chooseFiles(none, [file('Photo 2.jpg', 'image/jpeg'), photo, photo, file('noending', 'image/jpeg')]),
    )
    const names = ({ media }: Choice) => media.map(({ name }) => name)
    const expected = ['Photo 2.jpg', 'a.jpg', 'a 2.jpg', 'noending', 'Photo 1.jpg', 'Photo 3.jpg', 'Loop 1.webm']
    expect(names(choice)).toEqual(expected)
    // Also when some come back to be changed; and a file goes out under the name that it has.
    const back = chooseFiles(choice, [], draftOf({ ...choice, manner: { ...usualManner, asFile: true } }, ''))
    expect(new Set(names(back)).size).toBe(14)
    expect(
      draftOf(back, '')
        .media.map(({ name }) => name)
        .slice(0, 3),
    ).toEqual(['Photo 2.jpg', 'a.jpg', 'a.jpg'])
  })

  it('changes places, and stays at either end', () => {
    const choice = chooseFiles(none, [photo, clip])
    const [first] = choice.media
    const key = first?.key ?? 0
    const names = (moved: Choice) => moved.media.map(({ name }) => name)
    expect(names(moveChosen(choice, key, 1))).toEqual(['Loop.webm', 'a.jpg'])
    expect(names(moveChosen(choice, key, -1))).toEqual(['a.jpg', 'Loop.webm'])
    expect(names(moveChosen(choice, key, 2))).toEqual(['a.jpg', 'Loop.webm'])
  })
})
