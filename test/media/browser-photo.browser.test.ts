// Photos in a real browser: its decoders, encoders and worker.

import { thumbHashToApproximateAspectRatio } from 'thumbhash'
import { describe, expect, it } from 'vitest'
import { be, indexOfText, join, latin1 } from './bytes.ts'
import { expectRefusal, prepare, preparer, sizeOf } from './in-browser.ts'
import { jpegSegment, png, pngChunk, secretJpegSegments, vp8, webp } from './photos.ts'
import { secrets } from './secret-exif.ts'

describe('a photo', () => {
  it('is sent in standard quality as WebP of at most 2048 pixels, without a trace of its metadata', async () => {
    const file = await photo('image/jpeg', 3000, 1500, secretJpegSegments(1))
    const sent = await prepare(file, 'standard')
    expect(sent.media).toMatchObject({ kind: 'photo', mime: 'image/webp', width: 2048, height: 1024 })
    expect(await sizeOf(sent.bytes, 'image/webp')).toEqual([2048, 1024])
    expectNoSecrets(sent.bytes)
    expect(sent.bytes.length).toBe(sent.media.sizeBytes)
  })

  it('is never enlarged', async () => {
    const { media } = await prepare(await photo('image/jpeg', 300, 200), 'standard')
    expect(media).toMatchObject({ width: 300, height: 200 })
  })

  it('is turned upright in every quality', async () => {
    // Red on the left as stored; orientation 6 is shown turned to the right, so red comes to the top.
    const file = await photo('image/jpeg', 400, 200, secretJpegSegments(6))
    for (const quality of ['standard', 'hd', 'original'] as const) {
      const { media, bytes } = await prepare(file, quality)
      expect(media).toMatchObject({ width: 200, height: 400 })
      expect(await sizeOf(bytes, media.mime)).toEqual([200, 400])
      expect(await colourAt(bytes, media.mime, 100, 40)).toBe('red')
      expect(await colourAt(bytes, media.mime, 100, 360)).toBe('blue')
      expectNoSecrets(bytes)
    }
  })

  it('keeps its encoding and its pixels in original quality', async () => {
    const plain = await photo('image/jpeg', 640, 480)
    const { media, bytes } = await prepare(await photo('image/jpeg', 640, 480, secretJpegSegments(1)), 'original')
    expect(media.mime).toBe('image/jpeg')
    expect(await pixelDigest(bytes, media.mime)).toEqual(await pixelDigest(plain, 'image/jpeg'))
    expectNoSecrets(bytes)
  })

  it('is refused in no quality for being PNG or WebP', async () => {
    for (const type of ['image/png', 'image/webp'] as const) {
      const file = await photo(type, 64, 48)
      expect((await prepare(file, 'standard')).media).toMatchObject({ width: 64, height: 48 })
      expect((await prepare(file, 'original')).media).toMatchObject({ mime: type, width: 64, height: 48 })
    }
  })

  it('keeps what is transparent', async () => {
    const canvas = new OffscreenCanvas(60, 60)
    canvas.getContext('2d')?.fillRect(0, 0, 30, 60)
    const file = await canvas.convertToBlob({ type: 'image/png' })
    const { bytes, media } = await prepare(file, 'standard')
    const pixels = await pixelsOf(bytes, media.mime)
    expect(pixels[4 * 10 + 3]).toBe(255)
    expect(pixels[4 * 50 + 3]).toBe(0)
  })

  it('carries a thumbhash of its shape', async () => {
    for (const quality of ['standard', 'original'] as const) {
      const { media } = await prepare(await photo('image/jpeg', 900, 300), quality)
      expect(media.thumbhash?.length).toBeGreaterThan(4)
      expect(thumbHashToApproximateAspectRatio(media.thumbhash ?? [])).toBeGreaterThan(1.5)
    }
  })

  it('is re-encoded when its orientation cannot be read, even in original quality', async () => {
    const file = await photo('image/jpeg', 64, 48, [jpegSegment(0xe1, `Exif\0\0${secrets[0]}`)])
    const { bytes, media } = await prepare(file, 'original')
    expect(media.mime).toBe('image/webp')
    expectNoSecrets(bytes)
  })

  it('is taken from bytes as well as from a file, and by its bytes, not by its name or type', async () => {
    const bytes = await photo('image/png', 20, 10)
    expect((await prepare(bytes, 'original')).media.mime).toBe('image/png')
    const misnamed = new File([bytes.slice()], 'page.html', { type: 'text/html' })
    expect((await prepare(misnamed, 'original')).media.mime).toBe('image/png')
  })

  it('is refused before it is decoded when it would unpack to too many pixels', async () => {
    const header = pngChunk('IHDR', join(be(4, 60_000, 60_000), be(1, 8, 2, 0, 0, 0)))
    const bomb = join(png().subarray(0, 8), header, pngChunk('IDAT', 'x'), pngChunk('IEND', ''))
    await expectRefusal(bomb, 'too-large')
    await expectRefusal(heic(10_000, 9000), 'too-large')
    await expectRefusal(heic(20_000, 9000), 'too-large')
    await expect(preparer.prepare(bomb, { quality: 'standard' })).rejects.toMatchObject({ asFile: true })
  })

  it('is refused when it is damaged, whatever the quality', async () => {
    const whole = await photo('image/jpeg', 640, 480)
    for (const quality of ['standard', 'hd', 'original'] as const) {
      await expectRefusal(whole.subarray(0, whole.length / 2), 'damaged', quality)
      // Sound in structure, but not a picture.
      await expectRefusal(png(), 'damaged', quality)
      await expectRefusal(webp(vp8), 'damaged', quality)
    }
  })
})

describe('something else', () => {
  it('is not media, whatever it calls itself', async () => {
    const svg = new File(['<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'], 'a.svg', {
      type: 'image/svg+xml',
    })
    const html = new File(['<!doctype html><script>alert(1)</script>'], 'a.jpg', { type: 'image/jpeg' })
    for (const file of [svg, html, new Blob(['%PDF-1.7']), new Blob(['x']), new Blob([be(1, 0xff, 0xd8).slice()])]) {
      await expectRefusal(file, 'not-media')
    }
  })

  it('is refused when it is empty, a header alone, or a path', async () => {
    await expectRefusal(new Blob([]), 'empty')
    await expectRefusal(new Blob(['GIF89a ']), 'damaged')
    await expectRefusal(heic(40, 30), 'damaged')
    await expectRefusal('/home/ana/photo.jpg', 'unreadable')
  })

  it('is never begun when cancelled before, and ends when cancelled on the way', async () => {
    const file = await photo('image/jpeg', 3000, 2000)
    const before = preparer.prepare(file, { quality: 'standard', signal: AbortSignal.abort() })
    await expect(before).rejects.toMatchObject({ code: 'cancelled' })
    const controller = new AbortController()
    const during = preparer.prepare(file, { quality: 'standard', signal: controller.signal })
    controller.abort()
    await expect(during).rejects.toMatchObject({ code: 'cancelled' })
    // The worker is free for the next one.
    expect((await prepare(file, 'standard')).media.width).toBe(2048)
  })
})

function expectNoSecrets(bytes: Uint8Array): void {
  for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
}

/** Left half red, right half blue. `segments` go behind the start of a JPEG. */
async function photo(
  type: 'image/jpeg' | 'image/png' | 'image/webp',
  width: number,
  height: number,
  segments: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.fillStyle = '#f00'
  context.fillRect(0, 0, width / 2, height)
  context.fillStyle = '#00f'
  context.fillRect(width / 2, 0, width / 2, height)
  const file = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())
  return segments.length === 0 ? file : join(file.subarray(0, 2), ...segments, file.subarray(2))
}

async function pixelsOf(bytes: Uint8Array, mime: string): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context?.drawImage(bitmap, 0, 0)
  return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray()
}

async function pixelDigest(bytes: Uint8Array, mime: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', (await pixelsOf(bytes, mime)).slice()))
}

async function colourAt(bytes: Uint8Array, mime: string, x: number, y: number): Promise<'red' | 'blue'> {
  const [width] = await sizeOf(bytes, mime)
  const pixels = await pixelsOf(bytes, mime)
  const at = 4 * (y * width + x)
  return (pixels[at] ?? 0) > (pixels[at + 2] ?? 0) ? 'red' : 'blue'
}

/** The headers of a HEIC photo. */
function heic(width: number, height: number): Uint8Array {
  const box = (type: string, ...parts: readonly Uint8Array[]) => {
    const body = join(type, ...parts)
    return join(be(4, body.length + 4), body)
  }
  const size = box('ispe', be(4, 0, width, height))
  return join(
    box('ftyp', latin1('heic'), be(4, 0), latin1('mif1heic')),
    box('meta', be(4, 0), box('iprp', box('ipco', size))),
  )
}
