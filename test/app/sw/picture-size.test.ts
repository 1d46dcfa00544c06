import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../../../src/app/sw/picture-size.ts'
import { be, join } from '../../media/bytes.ts'
import { jpeg, jpegSegment, png, vp8, vp8x, webp, webpChunk } from '../../media/photos.ts'

const pixels = (file: Uint8Array) => pixelsOf(async (start, end) => file.subarray(start, end))
const lossless = webpChunk('VP8L', be(1, 0x2f, 15, 0xc0, 1, 0, 0, 0, 0, 0, 0, 0, 0))

describe('the size of a picture', () => {
  it.each([
    ['PNG', png()],
    ['JPEG', jpeg()],
    ['WebP', webp(vp8, new Uint8Array(8))],
    ['lossless WebP', webp(lossless)],
    ['WebP with more than pixels', webp(vp8x(0), vp8)],
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
    ['filler between segments', jpeg({ before: [new Uint8Array(40)] })],
    ['segments without end', jpeg({ before: Array.from({ length: 300 }, () => jpegSegment(0xe1, 'x')) })],
    ['a JPEG that ends before its frame', jpeg({ before: [jpegSegment(0xe1, new Uint8Array(90))] }).subarray(0, 60)],
  ])('is not guessed for %s', async (_, file) => {
    expect(await pixels(file)).toBeUndefined()
  })
})
