// Where a photo was taken, by whom and with what leaves the device in none of the places where files keep it.

import { describe, expect, it } from 'vitest'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { plannedSource } from '../../src/media/shared/mp4/read-plan.ts'
import { stripVideo } from '../../src/media/shared/mp4/strip.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { join } from '../media/bytes.ts'
import { jpeg, jpegSegment, png, pngChunk, secretJpegSegments, vp8x, webp, webpChunk } from '../media/photos.ts'
import { secrets, secretTiff, xmp } from '../media/secret-exif.ts'
import { photoWithLocation, secretsInMedia, videoWithLocation } from '../support/media.ts'

function expectNone(bytes: Uint8Array, words: readonly string[]): void {
  const buffer = Buffer.from(bytes)
  for (const word of words) {
    expect(buffer.indexOf(word, 0, 'latin1')).toBe(-1)
    expect(buffer.indexOf(word, 0, 'utf16le')).toBe(-1)
  }
}

const exif = join('Exif\0\0', secretTiff(6))
const vp8 = webpChunk('VP8 ', new Uint8Array(40).fill(1))

/** Every place where a format keeps words, with secrets in it. */
const photos = {
  'a JPEG: EXIF, XMP, IPTC, MPF, Adobe, comment': ['jpeg', jpeg({ before: secretJpegSegments(6) })],
  'a JPEG: EXIF twice': ['jpeg', jpeg({ before: [jpegSegment(0xe1, exif), jpegSegment(0xe1, exif)] })],
  'a JPEG: after the end': ['jpeg', jpeg({ after: join(jpeg({ before: secretJpegSegments(1) })) })],
  'a JPEG: in every application segment': [
    'jpeg',
    jpeg({ before: Array.from({ length: 15 }, (_, index) => jpegSegment(0xe1 + index, secrets.join())) }),
  ],
  'a PNG: text, compressed text, international text, EXIF, time': [
    'png',
    png(
      pngChunk('tEXt', `Author\0${secrets[4]}`),
      pngChunk('zTXt', `Raw\0\0${secrets[0]}`),
      pngChunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmp}`),
      pngChunk('eXIf', secretTiff(6)),
      pngChunk('prVt', secrets.join()),
    ),
  ],
  'a WebP: EXIF, XMP, a chunk of its own': [
    'webp',
    webp(vp8x(0x0c), vp8, webpChunk('EXIF', secretTiff(6)), webpChunk('XMP ', xmp), webpChunk('SECR', secrets.join())),
  ],
} as const

describe('a photo', () => {
  it.each(Object.keys(photos) as (keyof typeof photos)[])('loses it: %s', async (name) => {
    const [type, file] = photos[name]
    expect(secrets.some((secret) => Buffer.from(file).includes(secret))).toBe(true)
    const { bytes } = await stripPhoto(type, file)
    expectNone(bytes, secrets)
    // What is stripped once has nothing left to strip.
    expect((await stripPhoto(type, bytes)).bytes).toEqual(bytes)
  })

  it('from a camera loses place and model', async () => {
    const file = await photoWithLocation()
    expect(file.includes(secretsInMedia.camera)).toBe(true)
    expectNone((await stripPhoto('jpeg', file)).bytes, [secretsInMedia.camera])
  })
})

describe('a video', () => {
  it('loses its title and its place', async () => {
    const file = await videoWithLocation()
    const { videoTitle, videoPlace } = secretsInMedia
    expect([file.includes(videoTitle), file.includes(videoPlace)]).toEqual([true, true])
    const source = bytesSource(file)
    const plan = await stripVideo(source)
    const bytes = await plannedSource(plan, source).read(0, plan.sizeBytes)
    expectNone(bytes, [videoTitle, videoPlace])
    expect(Buffer.from(bytes).includes('udta')).toBe(false)
  })
})
