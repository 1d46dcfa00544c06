import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../../../src/app/sw/picture-size.ts'
import { be, join } from '../../media/bytes.ts'
import { gif, gifExtension, gifFrame } from '../../media/gifs.ts'
import { jpeg, jpegSegment, png, vp8, vp8x, webp, webpChunk } from '../../media/photos.ts'

const pixels = (file: Uint8Array) => pixelsOf(async (start, end) => file.subarray(start, end))
const longExtension = gifExtension(0xfe, ...Array.from({ length: 3000 }, () => 'x'.repeat(255)))
const lossless = webpChunk('VP8L', be(1, 0x2f, 15, 0xc0, 1, 0, 0, 0, 0, 0, 0, 0, 0))
/** Its header claims 65,535 a side. */
const largeFrame = gifFrame(0)
largeFrame.fill(0xff, 5, 9)
const movedFrame = gifFrame(0)
movedFrame[3] = 1

describe('the size of a picture', () => {
  it.each([
    ['PNG', png()],
    ['JPEG', jpeg()],
    ['WebP', webp(vp8, new Uint8Array(8))],
    ['lossless WebP', webp(lossless)],
    ['WebP with more than pixels', webp(vp8x(0), vp8)],
    ['GIF', gif({ frames: 1, screen: [16, 8] })],
    ['GIF that moves', gif({ frames: 3, loop: 0, comment: 'x', screen: [16, 8] })],
    ['GIF with more in it than is read at once', gif({ frames: 9, screen: [16, 8], before: [longExtension] })],
  ])('is read from the header of a %s', async (_, file) => {
    expect(await pixels(file)).toBe(16 * 8)
  })

  it('is found behind a colour profile of several segments', async () => {
    const before = Array.from({ length: 60 }, () => jpegSegment(0xe2, new Uint8Array(65_000)))
    expect(await pixels(jpeg({ before }))).toBe(16 * 8)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a cut header', png().subarray(0, 10)],
    ['another kind of picture', join('BM', new Uint8Array(64))],
    ['a page', join('<!doctype html><title>A page</title>', new Uint8Array(64))],
    ['a GIF without a frame', gif({ frames: 0 })],
    ['a GIF whose first frame is larger than its screen', gif({ frames: 1, screen: [3, 2] })],
    ['a GIF with a later frame outside of its screen', gif({ frames: 1, before: [gifFrame(0), largeFrame] })],
    ['a GIF that moves out of its screen', gif({ frames: 1, before: [movedFrame] })],
    ['a GIF that ends before its end', gif({ frames: 2 }).subarray(0, -1)],
    ['a GIF that ends in a frame', gif({ frames: 1 }).subarray(0, 35)],
    ['a GIF with something else between its frames', gif({ frames: 1, before: [be(1, 0x77)] })],
    ['a GIF without end', join(gif({ frames: 1 }).subarray(0, -1), ...Array.from({ length: 33 }, () => longExtension))],
    ['filler between segments', jpeg({ before: [new Uint8Array(40)] })],
    ['segments without end', jpeg({ before: Array.from({ length: 300 }, () => jpegSegment(0xe1, 'x')) })],
    ['a JPEG that ends before its frame', jpeg({ before: [jpegSegment(0xe1, new Uint8Array(90))] }).subarray(0, 60)],
  ])('is not guessed for %s', async (_, file) => {
    expect(await pixels(file)).toBeUndefined()
  })
})
