// Kinds of pictures that need care of their own: drawings, animations, panoramas, HEIC.

import { describe, expect, it } from 'vitest'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { be, indexOfText, join, le32 } from './bytes.ts'
import { gif } from './gifs.ts'
import { expectRefusal, prepare, preparer, sizeOf } from './in-browser.ts'
import { greyJpeg } from './large-jpeg.ts'
import { secretJpegSegments, vp8x, webp, webpChunk } from './photos.ts'
import { difference, pixelDigest, realPhoto, realPhotoNames } from './real-photos.ts'
import { secrets, secretTiff } from './secret-exif.ts'

describe('a drawing or screenshot', () => {
  it('arrives pixel by pixel as it was drawn', async () => {
    const file = await drawing(1200, 800)
    const { media, bytes } = await prepare(file, 'standard')
    expect(media).toMatchObject({ width: 1200, height: 800 })
    expect(await pixelDigest(bytes, media.mime)).toBe(await pixelDigest(file, 'image/png'))
    expect(bytes.length).toBeLessThanOrEqual(file.length)
  })

  it('is still written without loss when it has to be made smaller', async () => {
    const { media, bytes } = await prepare(await drawing(4000, 3000), 'standard')
    expect(media).toMatchObject({ mime: 'image/webp', width: 2048, height: 1536 })
    expect((await stripPhoto('webp', bytes)).lossless).toBe(true)
  })

  it('is told from a photo, which as PNG would be many times as large', async () => {
    const file = await photo('image/png', 1200, 800)
    const { media, bytes } = await prepare(file, 'standard')
    expect(media.mime).toBe('image/webp')
    expect((await stripPhoto('webp', bytes)).lossless).toBe(false)
    expect(bytes.length).toBeLessThan(file.length / 3)
  })
})

describe('an original', () => {
  it('goes beside a rendition to look at', async () => {
    const file = await photo('image/jpeg', 3000, 2000, secretJpegSegments(1))
    const { media } = await prepare(file, 'original')
    expect(media).toMatchObject({ mime: 'image/webp', width: 2048, height: 1365 })
    expect(media.original).toMatchObject({ mime: 'image/jpeg', width: 3000, height: 2000 })
    const original = (await media.original?.read(0, media.original.sizeBytes)) ?? new Uint8Array()
    expect(await pixelDigest(original, 'image/jpeg')).toBe(await pixelDigest(file, 'image/jpeg'))
    for (const secret of secrets) expect(indexOfText(original, secret)).toBe(-1)
  })

  it('is not sent twice when it is no more than the rendition', async () => {
    const { media } = await prepare(await photo('image/jpeg', 900, 600), 'original')
    expect(media).toMatchObject({ mime: 'image/jpeg', width: 900, height: 600 })
    expect(media.original).toBeUndefined()
  })

  it('lies as its orientation says, when it has to be made smaller', async () => {
    for (const orientation of [3, 6, 8]) {
      const file = await photo('image/jpeg', 3000, 1500, secretJpegSegments(orientation))
      const { media, bytes } = await prepare(file, 'standard')
      const turned = orientation !== 3
      expect([media.width, media.height]).toEqual(turned ? [1024, 2048] : [2048, 1024])
      // Black on the left as stored.
      const dark = { 3: 'right', 6: 'top', 8: 'bottom' }[orientation]
      expect(await darkSide(bytes, media.mime)).toBe(dark)
    }
  })
})

describe('a WebP that is turned by its metadata, which browsers do not do', () => {
  it('arrives upright in every quality', async () => {
    const canvas = await cornered(600, 300)
    const stored = await bytesOf(canvas, 'image/jpeg', 0.95)
    for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
      const file = await turnedWebp(canvas, orientation)
      const asJpeg = join(stored.subarray(0, 2), ...secretJpegSegments(orientation), stored.subarray(2))
      for (const quality of ['standard', 'hd', 'original'] as const) {
        const { media, bytes } = await prepare(file, quality)
        expect([media.width, media.height]).toEqual(orientation < 5 ? [600, 300] : [300, 600])
        expect(await sizeOf(bytes, media.mime)).toEqual([media.width, media.height])
        const shown = new Blob([bytes.slice()], { type: media.mime })
        expect(await difference(shown, new Blob([asJpeg.slice()], { type: 'image/jpeg' }))).toBeLessThan(6)
        for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
      }
    }
  })

  it('has the same pixels in Original', async () => {
    const canvas = await cornered(300, 200)
    const { media, bytes } = await prepare(await turnedWebp(canvas, 6), 'original')
    const turned = new OffscreenCanvas(200, 300)
    const pixels = need(turned).createImageData(200, 300)
    const [from, to] = [pixelsOf(canvas), new Uint32Array(pixels.data.buffer)]
    // The first row, from left to right, is the last column, from top to bottom.
    for (let y = 0; y < 200; y++) for (let x = 0; x < 300; x++) to[x * 200 + 199 - y] = from[y * 300 + x] ?? 0
    need(turned).putImageData(pixels, 0, 0)
    expect(await pixelDigest(bytes, media.mime)).toBe(
      await pixelDigest(await bytesOf(turned, 'image/png'), 'image/png'),
    )
  })
})

describe('a photo that is small already', () => {
  it('is not encoded a second time for nothing', async () => {
    const canvas = await canvasOf(800, 600)
    const poor = await canvas.convertToBlob({ type: 'image/webp', quality: 0.2 })
    const { media, bytes } = await prepare(poor, 'standard')
    const digest = await pixelDigest(new Uint8Array(await poor.arrayBuffer()), 'image/webp')
    expect(await pixelDigest(bytes, media.mime)).toBe(digest)
  })
})

describe('an animation', () => {
  it('keeps moving, for ever if it did, in every quality', async () => {
    for (const quality of ['standard', 'hd', 'original'] as const) {
      const { media, bytes } = await prepare(gif({ frames: 3, loop: 0, comment: secrets[4] }), quality)
      expect(media).toMatchObject({ kind: 'photo', mime: 'image/gif', width: 4, height: 2 })
      expect(await framesOf(bytes, 'image/gif')).toEqual([3, Infinity])
      expect(media.thumbhash?.length).toBeGreaterThan(4)
      expect(media.poster).toBeUndefined()
      expect(media.original).toBeUndefined()
      expect(indexOfText(bytes, secrets[4])).toBe(-1)
    }
  })

  it('keeps moving as WebP', async () => {
    const { media, bytes } = await prepare(await animatedWebp(), 'standard')
    expect(media.mime).toBe('image/webp')
    expect((await framesOf(bytes, 'image/webp'))[0]).toBe(2)
    expect(indexOfText(bytes, secrets[4])).toBe(-1)
  })

  it('is an ordinary picture when there is one frame', async () => {
    const { media } = await prepare(gif({ frames: 1 }), 'standard')
    expect(media).toMatchObject({ width: 4, height: 2 })
  })

  it('is refused when it is damaged or too large to play, and may go as a file', async () => {
    await expectRefusal(gif({ frames: 3 }).subarray(0, 60), 'damaged')
    const large = preparer.prepare(gif({ frames: 2, screen: [4096, 4096] }), { quality: 'standard' })
    await expect(large).rejects.toMatchObject({ code: 'too-large', asFile: true })
  })
})

describe('a very large picture', () => {
  it('is made smaller: a panorama, a strip of one pixel', async () => {
    const panorama = await prepare(greyJpeg(12_000, 3000), 'standard')
    expect(panorama.media).toMatchObject({ width: 2048, height: 512 })
    const hd = await prepare(greyJpeg(12_000, 3000), 'hd')
    expect(hd.media.width * hd.media.height).toBeLessThanOrEqual(16_777_216)
    expect(hd.media.width).toBeGreaterThan(8000)
    const strip = await prepare(greyJpeg(1, 30_000), 'hd')
    expect(strip.media).toMatchObject({ width: 1, height: 16_383 })
    expect(await sizeOf(strip.bytes, strip.media.mime)).toEqual([1, 16_383])
  })

  it('of 200 megapixels is decoded at a fraction of its size, upright', async () => {
    const file = greyJpeg(20_000, 10_000, { before: secretJpegSegments(6) })
    const { media, bytes } = await prepare(file, 'original')
    expect(media).toMatchObject({ width: 1024, height: 2048 })
    expect(await sizeOf(bytes, media.mime)).toEqual([1024, 2048])
    expect(media.original).toMatchObject({ mime: 'image/jpeg', width: 10_000, height: 20_000 })
  }, 60_000)

  it('is refused before it is decoded where that cannot be, and may go as a file', async () => {
    for (const file of [greyJpeg(60_000, 20_000), greyJpeg(20_000, 10_000, { progressive: true })]) {
      for (const quality of ['standard', 'original'] as const) {
        await expect(preparer.prepare(file, { quality })).rejects.toMatchObject({ code: 'too-large', asFile: true })
      }
    }
  })
})

describe('progress', () => {
  it('is told in bytes: reading, decoding, encoding, and never goes back', async () => {
    const file = await photo('image/jpeg', 1500, 1000)
    const told: { fraction: number; kind: string | undefined; doneBytes: number }[] = []
    await preparer.prepare(file, {
      quality: 'standard',
      onProgress: (fraction, stage) =>
        told.push({ fraction, kind: stage?.kind, doneBytes: stage?.kind !== 'convert' ? (stage?.doneBytes ?? 0) : 0 }),
    })
    expect([...new Set(told.map(({ kind }) => kind))]).toEqual(['read', 'decode', 'encode', undefined])
    expect(told.map(({ fraction }) => fraction)).toEqual(told.map(({ fraction }) => fraction).toSorted((a, b) => a - b))
    expect(told.find(({ kind }) => kind === 'read')?.doneBytes).toBe(file.length)
    expect(told.at(-1)?.fraction).toBe(1)
  })
})

if (realPhotoNames.includes('phone-iphone.heic')) {
  describe('a HEIC photo of a phone', () => {
    it('is decoded where the browser cannot, upright, in each quality', async () => {
      const file = await realPhoto('phone-iphone.heic')
      const standard = await prepare(file, 'standard')
      expect(standard.media).toMatchObject({ mime: 'image/webp', width: 1586, height: 2048 })
      const { media } = await prepare(file, 'original')
      expect(media.original).toMatchObject({ mime: 'image/webp', width: 2566, height: 3313 })
    })

    it('can be looked at before it is sent, and a photo that the browser shows need not', async () => {
      const picture = await preparer.look(await realPhoto('phone-iphone.heic'))
      const bytes = new Uint8Array(await picture.arrayBuffer())
      expect(await sizeOf(bytes, picture.type)).toEqual([496, 640])
      await expect(preparer.look(await photo('image/jpeg', 90, 60))).rejects.toMatchObject({ code: 'unsupported' })
    })

    it('is refused when it is cut, and the next one is decoded', async () => {
      const file = await realPhoto('phone-iphone.heic')
      await expectRefusal(file.subarray(0, file.length / 2), 'damaged')
      expect((await prepare(file, 'standard')).media.height).toBe(2048)
    })
  })
}

/** Text and lines on a flat ground. */
async function drawing(width: number, height: number): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height)
  const context = need(canvas)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.font = `${Math.round(height / 30)}px sans-serif`
  for (let line = 0; line < 25; line++) {
    context.fillStyle = line % 2 === 0 ? '#c00' : '#036'
    context.fillText('What a screenshot says has to stay readable.', width / 20, ((line + 2) * height) / 28)
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())
}

/** Darker on the left, with the grain of a sensor. */
async function canvasOf(width: number, height: number): Promise<OffscreenCanvas> {
  const canvas = new OffscreenCanvas(width, height)
  const context = need(canvas)
  const pixels = context.createImageData(width, height)
  let state = 1
  for (let at = 0; at < pixels.data.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const x = (at / 4) % width
    pixels.data.set(
      [30 + (180 * x) / width, 60 + (100 * x) / width, 90].map((value) => value + (state >>> 28)),
      at,
    )
    pixels.data[at + 3] = 255
  }
  context.putImageData(pixels, 0, 0)
  return canvas
}

async function photo(
  type: 'image/jpeg' | 'image/png',
  width: number,
  height: number,
  segments: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const blob = await (await canvasOf(width, height)).convertToBlob({ type, quality: 0.92 })
  const file = new Uint8Array(await blob.arrayBuffer())
  return segments.length === 0 ? file : join(file.subarray(0, 2), ...segments, file.subarray(2))
}

/** Black in one corner, so that each turn and mirroring looks different. */
async function cornered(width: number, height: number): Promise<OffscreenCanvas> {
  const canvas = await canvasOf(width, height)
  need(canvas).fillRect(0, 0, width / 2, height / 2)
  return canvas
}

async function bytesOf(canvas: OffscreenCanvas, type: string, quality = 1): Promise<Uint8Array> {
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality })).arrayBuffer())
}

function pixelsOf(canvas: OffscreenCanvas): Uint32Array {
  return new Uint32Array(need(canvas).getImageData(0, 0, canvas.width, canvas.height).data.buffer)
}

/** Without loss, as programs write it that take over the metadata of a photo. */
async function turnedWebp(canvas: OffscreenCanvas, orientation: number): Promise<Uint8Array> {
  const header = vp8x(0x08, canvas.width, canvas.height)
  return webp(header, losslessChunk(await bytesOf(canvas, 'image/webp')), webpChunk('EXIF', secretTiff(orientation)))
}

function losslessChunk(file: Uint8Array): Uint8Array {
  const at = indexOfText(file, 'VP8L')
  const length = new DataView(file.buffer).getUint32(at + 4, true)
  return file.subarray(at, at + 8 + length + (length & 1))
}

async function darkSide(bytes: Uint8Array, mime: string): Promise<string | undefined> {
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
  const context = need(new OffscreenCanvas(3, 3))
  context.drawImage(bitmap, 0, 0, 3, 3)
  const { data } = context.getImageData(0, 0, 3, 3)
  const sides = { top: data[4], left: data[12], right: data[20], bottom: data[28] }
  return Object.entries(sides).toSorted(([, a = 0], [, b = 0]) => a - b)[0]?.[0]
}

/** Number of frames, and how often they play. */
async function framesOf(bytes: Uint8Array, type: string): Promise<readonly [number, number]> {
  const decoder = new ImageDecoder({ data: bytes.slice(), type })
  await decoder.tracks.ready
  await decoder.completed
  const track = decoder.tracks.selectedTrack
  return [track?.frameCount ?? 0, track?.repetitionCount ?? 0]
}

async function animatedWebp(): Promise<Uint8Array> {
  const frame = new OffscreenCanvas(16, 8)
  need(frame).fillRect(0, 0, 8, 8)
  const picture = losslessChunk(await bytesOf(frame, 'image/webp'))
  const animated = join(be(1, 0, 0, 0, 0, 0, 0, 15, 0, 0, 7, 0, 0, 100, 0, 0, 0), picture)
  const header = webpChunk('VP8X', be(1, 0x02 | 0x04 | 0x10, 0, 0, 0, 15, 0, 0, 7, 0, 0))
  const anim = webpChunk('ANIM', join(le32(0), be(1, 0, 0)))
  return webp(header, anim, webpChunk('ANMF', animated), webpChunk('ANMF', animated), webpChunk('XMP ', secrets[4]))
}

function need(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  return context
}
