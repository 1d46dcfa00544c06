import { describe, expect, it } from 'vitest'
import { anewText, fileWarning, keptText } from '../../../src/app/features/conversation/manner-text.ts'

const nothing = { hasThumbnail: false, isComplete: true }

describe('the warning before a file is sent as it is', () => {
  it('names what is in it', () => {
    const facts = { ...nothing, position: {}, device: 'Camera 9', date: '2026', hasThumbnail: true }
    expect(fileWarning([facts])).toBe(
      'The file goes out exactly as it is, with its name. In it: the place where it was taken, the device (Camera 9), the date and time, a small picture, perhaps of what was cut off. Nothing is removed.',
    )
  })

  it('says once what is in several, and that there may be more', () => {
    const facts = { ...nothing, device: 'Camera 9', isComplete: false }
    expect(fileWarning([facts, facts, undefined])).toBe(
      'The files go out exactly as they are, with their names. In them: the device (Camera 9). There may be more. Nothing is removed.',
    )
  })

  it('says that nothing was found only when all of it was looked through', () => {
    expect(fileWarning([nothing])).toMatch(/Nothing else was found/)
    expect(fileWarning([{ ...nothing, isComplete: false }])).toMatch(/Often they hold the place/)
    expect(fileWarning([undefined])).toMatch(/Often they hold the place/)
  })

  it('names a device that cannot be read without a name', () => {
    expect(fileWarning([{ ...nothing, device: '' }])).toMatch(/In it: the device\. Nothing/)
  })
})

describe('what is said of photos before they are sent', () => {
  it('says that a HEIC is made anew where every pixel was asked for, known by its type or its name', () => {
    const [typed, named] = [new File(['x'], 'a', { type: 'image/heic' }), new File(['x'], 'IMG_1.HEIC')]
    for (const file of [typed, named]) {
      expect(anewText('original', [new Blob(['x'], { type: 'image/jpeg' }), file])).toMatch(
        /are made anew, .* HDR is lost/,
      )
      expect(anewText('hd', [file])).toBe('')
    }
    expect(anewText('original', [new File(['x'], 'heic.jpg', { type: 'image/jpeg' })])).toBe('')
  })
})

describe('what is said of videos before they are sent', () => {
  const everywhere = { sizeBytes: 1, encoding: 'kept', plays: 'everywhere' } as const
  const perhaps = { ...everywhere, plays: 'perhaps' } as const

  it('says at every quality that not every browser plays one', () => {
    for (const quality of ['standard', 'hd', 'original'] as const)
      expect(keptText(quality, [everywhere, undefined, perhaps])).toMatch(/not every browser plays/)
  })

  it('says that one is not made smaller, where that was not asked for', () => {
    expect(keptText('standard', [everywhere])).toMatch(/keeps its encoding and resolution/)
    expect(keptText('original', [everywhere])).toBe('')
  })

  it('says nothing of photos and of what is converted', () => {
    expect(keptText('hd', [{ sizeBytes: 1 }, { ...everywhere, encoding: 'converted' }, undefined])).toBe('')
  })
})
