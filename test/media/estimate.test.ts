import { describe, expect, it } from 'vitest'
import { mediaLimits } from '../../src/media/limits.ts'
import { estimate } from '../../src/media/look.ts'
import { estimatePhoto } from '../../src/media/shared/estimate.ts'
import { sizeInHead } from '../../src/media/shared/photo/head-size.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { videoWithLocation } from '../support/media.ts'
import { be, join, latin1 } from './bytes.ts'
import { gif } from './gifs.ts'
import { frames, heic, pictureItem } from './heics.ts'
import { greyJpeg } from './large-jpeg.ts'
import { png, secretJpegSegments, vp8, vp8x, webp, webpChunk } from './photos.ts'

describe('the size of a photo by its head', () => {
  it('is found in each format', () => {
    const size = { width: 16, height: 8 }
    expect(sizeInHead('jpeg', greyJpeg(1000, 700, { before: secretJpegSegments(6) }))).toEqual({
      width: 1000,
      height: 700,
    })
    expect(sizeInHead('png', png())).toEqual(size)
    expect(sizeInHead('webp', webp(vp8))).toEqual(size)
    expect(sizeInHead('webp', webp(vp8x(0), vp8))).toEqual(size)
    expect(sizeInHead('webp', webp(webpChunk('VP8L', be(1, 0x2f, 15, 0xc0, 1, 0))))).toEqual(size)
    expect(sizeInHead('gif', gif({ frames: 1 }))).toEqual({ width: 4, height: 2 })
    const box = (type: string, ...parts: readonly Uint8Array[]) =>
      join(be(4, 8 + join(...parts).length), type, ...parts)
    const meta = box('meta', be(4, 0), box('iprp', box('ipco', box('ispe', be(4, 0, 40, 30)))))
    // The data reaches beyond the head.
    const heic = join(box('ftyp', latin1('heic')), meta, be(4, 1_000_000), 'mdat')
    expect(sizeInHead('heic', heic)).toEqual({ width: 40, height: 30 })
  })

  it('is unknown, and nothing worse, where the head ends before', () => {
    const heads = {
      jpeg: greyJpeg(8, 8),
      png: png(),
      webp: webp(vp8),
      gif: gif({ frames: 1 }),
      heic: latin1('ftypheic'),
    }
    for (const [type, head] of Object.entries(heads)) {
      for (let length = 0; length < Math.min(20, head.length); length++) {
        const kind = type === 'jpeg' || type === 'png' || type === 'webp' || type === 'gif' ? type : 'heic'
        expect(() => sizeInHead(kind, head.subarray(0, length))).not.toThrow()
      }
    }
  })
})

describe('an estimate', () => {
  it('reads the head alone, and decodes nothing', async () => {
    const source = bytesSource(join(greyJpeg(4000, 3000), new Uint8Array(3_000_000)))
    const ends: number[] = []
    const watched = {
      sizeBytes: source.sizeBytes,
      read: (start: number, end: number) => {
        ends.push(end)
        return source.read(start, end)
      },
    }
    expect((await estimatePhoto(watched, 'standard'))?.sizeBytes).toBeGreaterThan(10_000)
    expect(Math.max(...ends)).toBeLessThanOrEqual(mediaLimits.headBytes)
  })

  it('is of the file itself for an animation and for a file, and never more than it for a rendition', async () => {
    const moving = gif({ frames: 3 })
    expect(await estimate(moving, 'hd')).toEqual({ sizeBytes: moving.length, isExact: false })
    expect(await estimate(latin1('anything'), 'file')).toEqual({ sizeBytes: 8, isExact: true })
    const small = greyJpeg(3000, 2000)
    expect((await estimate(small, 'hd'))?.sizeBytes).toBeLessThanOrEqual(small.length)
  })

  it('of an original that is encoded anew is more than its file', async () => {
    const file = heic({ items: [pictureItem(1, frames.plain, [], [4000, 3000])], after: [new Uint8Array(1_000_000)] })
    expect((await estimate(file, 'original'))?.sizeBytes).toBeGreaterThan(2 * file.length)
    expect((await estimate(file, 'hd'))?.sizeBytes).toBeLessThanOrEqual(file.length)
  })

  it('is not given for a video, and refused for what is not a photo', async () => {
    expect(await estimate(await videoWithLocation(), 'standard')).toBeUndefined()
    await expect(estimate(latin1('<svg/>'), 'standard')).rejects.toMatchObject({ code: 'not-media' })
    await expect(estimate(new Uint8Array(), 'standard')).rejects.toMatchObject({ code: 'empty' })
  })
})
