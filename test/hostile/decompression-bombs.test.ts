// A few kilobytes that unpack to gigabytes: refused by what the headers claim, before anything is unpacked or decoded.

import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { maxShownPixels, pixelsOf } from '../../src/app/sw/picture-size.ts'
import { mediaResponse } from '../../src/app/sw/media-response.ts'
import { mediaLimits } from '../../src/media/limits.ts'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { decodeContent } from '../../src/protocol/content/codec.ts'
import { decodeCbor } from '../../src/protocol/cbor/decode.ts'
import { be, join } from '../media/bytes.ts'
import { gif } from '../media/gifs.ts'
import { jpeg, jpegSegment, png, pngChunk } from '../media/photos.ts'

/** A header of a PNG that claims these sides. */
function pngOf(width: number, height: number): Uint8Array {
  const file = png()
  const changed = file.slice()
  const view = new DataView(changed.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return changed
}

const reader = (file: Uint8Array) => async (start: number, end: number) => file.slice(start, end)

describe('a picture of too many pixels', () => {
  it.each([
    ['a PNG of 65,535 a side', pngOf(65_535, 65_535)],
    ['a PNG of four billion a side', pngOf(0xffff_ffff, 0xffff_ffff)],
    ['a GIF of 65,535 a side', gif({ frames: 2, screen: [65_535, 65_535] })],
    [
      'a JPEG of 65,535 a side',
      jpeg({ before: [jpegSegment(0xc0, join(be(1, 8), be(2, 65_535, 65_535), be(1, 1, 1, 0x11, 0)))] }),
    ],
  ])('is known by its header, and never given to a decoder: %s', async (_, file) => {
    expect(await pixelsOf(reader(file))).toBeGreaterThan(maxShownPixels)
    const request = new Request('https://relay.example/media/ab.0/display')
    const path = { attachmentId: 'ab.0', rendition: 'display' } as const
    const response = await mediaResponse(request, path, async ({ start, end }) => ({
      kind: 'bytes',
      mime: 'image/png',
      sizeBytes: file.length,
      bytes: file.slice(start, end),
    }))
    expect(response.status).not.toBe(200)
  })

  it('is what the preparation calls too many too', () => {
    expect(maxShownPixels).toBe(mediaLimits.decodedPixels)
  })
})

describe('a colour profile without end', () => {
  it('is not unpacked: the memory stays what it was', async () => {
    // A gigabyte of zeros in a megabyte, whose first layer alone is unpacked up to the limit.
    const layer = deflateSync(new Uint8Array(64 * 1024 * 1024))
    const file = png(pngChunk('iCCP', join('bomb\0\0', layer)))
    globalThis.gc?.()
    const before = process.memoryUsage().arrayBuffers
    const { doubtful } = await stripPhoto('png', file)
    expect(doubtful).toBe(true)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024)
  })
})

describe('structures that claim to be huge', () => {
  const bounds = { maxBytes: 1_000_000, maxDepth: 16, maxItems: 10_000 }

  it('are refused by what is there, before anything is allocated', () => {
    const before = process.memoryUsage()
    for (const head of [0x5a, 0x5b, 0x7a, 0x7b, 0x9a, 0x9b, 0xba, 0xbb]) {
      const claim = new Uint8Array(16).fill(0xff).with(0, head)
      for (let turn = 0; turn < 1_000; turn++) {
        expect(decodeCbor(claim, bounds)).toBeUndefined()
        expect(decodeContent(claim)).toBeUndefined()
      }
    }
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * 1024 * 1024)
  })

  it('do not nest deeper than a stack is', () => {
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0x81), bounds)).toBeUndefined()
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0xa1), bounds)).toBeUndefined()
  })
})
