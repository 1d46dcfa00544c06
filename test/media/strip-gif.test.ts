import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { be, indexOfText, join } from './bytes.ts'
import { gif, gifExtension, gifFrame, gifTiming } from './gifs.ts'
import { secrets, xmp } from './secret-exif.ts'

describe('stripping a GIF', () => {
  it('drops comments and the blocks of applications, and keeps frames, timing and how often it plays', async () => {
    const before = [gifExtension(0xff, 'XMP DataXMP', xmp.slice(0, 200)), gifExtension(0xff, 'ACMECAMERA1', secrets[1])]
    const stripped = await stripPhoto('gif', gif({ frames: 3, loop: 0, comment: secrets[4], before }))
    expect(stripped.bytes).toEqual(gif({ frames: 3, loop: 0 }))
    expect(stripped).toMatchObject({ mime: 'image/gif', width: 4, height: 2, animated: true, doubtful: false })
  })

  it('keeps a number of plays, and writes it anew', async () => {
    expect((await stripPhoto('gif', gif({ frames: 2, loop: 7 }))).bytes).toEqual(gif({ frames: 2, loop: 7 }))
    // Behind the number there may be more.
    const talkative = join(be(1, 0x21, 0xff, 11), 'NETSCAPE2.0', be(1, 3, 1, 7, 0, 5), 'Maker', be(1, 0))
    const { bytes } = await stripPhoto('gif', gif({ frames: 2, before: [talkative] }))
    expect(indexOfText(bytes, 'Maker')).toBe(-1)
    expect(bytes).toEqual(gif({ frames: 2, loop: 7 }))
  })

  it('drops text that viewers would draw, with its timing', async () => {
    const text = join(gifTiming(3), gifExtension(0x01, 'x'.repeat(12), secrets[4]))
    expect((await stripPhoto('gif', gif({ frames: 1, before: [text] }))).bytes).toEqual(gif({ frames: 1 }))
  })

  it('drops what follows the end', async () => {
    expect((await stripPhoto('gif', join(gif({ frames: 2 }), secrets[5]))).bytes).toEqual(gif({ frames: 2 }))
  })

  it('says whether it moves', async () => {
    expect((await stripPhoto('gif', gif({ frames: 1 }))).animated).toBe(false)
    expect((await stripPhoto('gif', gif({ frames: 2 }))).animated).toBe(true)
  })

  it('refuses a file that ends too early, wherever', async () => {
    const whole = gif({ frames: 2, loop: 0, comment: 'x' })
    for (let length = 6; length < whole.length; length++) {
      await expect(stripPhoto('gif', whole.subarray(0, length))).rejects.toMatchObject({ code: 'damaged' })
    }
  })

  it('refuses what is not plain GIF', async () => {
    const outside = gifFrame(0).slice()
    outside[1] = 1
    const wrongTiming = join(be(1, 0x21, 0xf9, 3, 0, 0, 0, 0))
    for (const part of [be(1, 0x77), gifExtension(0x42, 'x'), outside, wrongTiming]) {
      await expect(stripPhoto('gif', gif({ frames: 1, before: [part] }))).rejects.toThrow('damaged')
    }
    await expect(stripPhoto('gif', gif({ frames: 0 }))).rejects.toThrow('damaged')
    await expect(stripPhoto('gif', gif({ frames: 1, screen: [0, 2] }))).rejects.toThrow('damaged')
  })

  it('fails with a media error and nothing else, whatever the bytes', async () => {
    const file = gif({ frames: 2, loop: 0, comment: 'x' })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }), async (changes) => {
        const changed = file.slice()
        for (const [at, value] of changes) changed[at % file.length] = value
        const result = await stripPhoto('gif', changed).catch((error: unknown) => error)
        expect(result instanceof Error ? result instanceof MediaError : true).toBe(true)
      }),
    )
  })
})
