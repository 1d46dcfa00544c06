// What is in a file that would go out as it is.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mediaLimits } from '../../src/media/limits.ts'
import { describeMetadata } from '../../src/media/look.ts'
import { describeSource } from '../../src/media/shared/metadata/describe.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { photoWithLocation, secretsInMedia, videoWithLocation } from '../support/media.ts'
import { be, join, latin1 } from './bytes.ts'
import { gif, gifExtension } from './gifs.ts'
import { jpeg, jpegSegment, png, pngChunk, secretJpegSegments, vp8, vp8x, webp, webpChunk } from './photos.ts'
import { secrets, secretTiff } from './secret-exif.ts'

const nothing = { hasThumbnail: false, isComplete: true }
const placedXmp =
  '<x:xmpmeta><rdf:Description exif:GPSLatitude="48,12.5N" exif:GPSLongitude="16,22.5W" tiff:Model="M-1">' +
  '<dc:title><rdf:Alt><rdf:li>Our house</rdf:li></rdf:Alt></dc:title></rdf:Description></x:xmpmeta>'

describe('describing what is in a file', () => {
  it('finds nothing in a file that says nothing', async () => {
    for (const file of [jpeg(), png(), webp(vp8), gif({ frames: 2, loop: 0 })]) {
      expect(await describeMetadata(file)).toEqual(nothing)
    }
  })

  it('finds place, device, owner and date in EXIF, wherever it stands', async () => {
    const files = [
      jpeg({ before: secretJpegSegments(6) }),
      png(pngChunk('eXIf', secretTiff(1))),
      webp(vp8x(8), vp8, webpChunk('EXIF', secretTiff(3))),
    ]
    for (const file of files) {
      const found = await describeMetadata(file)
      expect(found.device).toContain('Maker GmbH, Model X-1')
      expect(found.owner).toContain('Ana Photographer')
      expect(found.date).toContain('2026:07:14 12:30:00')
      // A directory of places that cannot be read is still one.
      expect(found.position).toEqual({})
    }
  })

  it('tells where it was, as numbers', async () => {
    const found = await describeMetadata(await photoWithLocation())
    expect(found.position?.latitudeDegrees).toBeCloseTo(48 + 12 / 60 + 29 / 3600, 6)
    expect(found.position?.longitudeDegrees).toBeCloseTo(16 + 22 / 60 + 25 / 3600, 6)
    expect(found.device).toBe(secretsInMedia.camera)
  })

  it('reads XMP, as attributes and as elements', async () => {
    const marked = jpegSegment(0xe1, `http://ns.adobe.com/xap/1.0/\0${placedXmp}`)
    const files = [
      jpeg({ before: [marked] }),
      png(pngChunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${placedXmp}`)),
      webp(vp8x(4), vp8, webpChunk('XMP ', placedXmp)),
    ]
    for (const file of files) {
      expect(await describeMetadata(file)).toEqual({
        ...nothing,
        device: 'M-1',
        title: 'Our house',
        position: { latitudeDegrees: 48 + 12.5 / 60, longitudeDegrees: -(16 + 22.5 / 60) },
      })
    }
  })

  it('reads the records of newsrooms: caption, by-line, city, and the thumbnail beside them', async () => {
    const record = (id: number, text: string) => join(be(1, 0x1c, 2, id), be(2, text.length), text)
    const iptc = join(record(120, 'A caption'), record(80, 'Bo'), record(90, 'Wien'))
    const payload = join('Photoshop 3.0\0', '8BIM', be(2, 0x0404, 0), be(4, iptc.length), iptc, '8BIM', be(2, 0x040c))
    const found = await describeMetadata(jpeg({ before: [jpegSegment(0xed, payload)] }))
    expect(found).toEqual({ ...nothing, title: 'A caption', owner: 'Bo', position: {}, hasThumbnail: true })
  })

  it('reads comments, texts and times of each format', async () => {
    const commented = { ...nothing, title: 'For Bo' }
    expect(await describeMetadata(jpeg({ before: [jpegSegment(0xfe, 'For Bo')] }))).toEqual(commented)
    expect(await describeMetadata(gif({ frames: 1, comment: 'For Bo' }))).toEqual(commented)
    expect(await describeMetadata(png(pngChunk('tEXt', 'Comment\0For Bo')))).toEqual(commented)
    expect(await describeMetadata(png(pngChunk('tEXt', 'Author\0Ana')))).toEqual({ ...nothing, owner: 'Ana' })
    const time = png(pngChunk('tIME', be(1, 7, 234, 7, 14, 12, 30, 0)))
    expect(await describeMetadata(time)).toEqual({ ...nothing, date: '2026-07-14 12:30:00' })
  })

  it('finds place and title of a film', async () => {
    const found = await describeMetadata(await videoWithLocation())
    expect(found.position).toEqual({})
    expect(found.title).toBe('')
  })

  it('says when there is more than it understands', async () => {
    const unknown = { hasThumbnail: false, isComplete: false }
    for (const file of [
      latin1('%PDF-1.7 with an author'),
      latin1('<svg><metadata/></svg>'),
      jpeg({ before: [jpegSegment(0xe9, 'something of a maker')] }),
      png(pngChunk('prVt', 'x\0y')),
      webp(vp8x(0), vp8, webpChunk('JUNK', 'x')),
      gif({ frames: 1, before: [gifExtension(0xff, 'ACMECAMERA1', 'x')] }),
      jpeg().subarray(0, 40),
      new Uint8Array(),
    ]) {
      expect(await describeMetadata(file)).toEqual(unknown)
    }
  })

  it('gives no text that could turn, hide or flood the warning', async () => {
    const text = `Ana\u202Egpj\u0000\u200B${'x'.repeat(5000)}`
    const chunk = pngChunk('iTXt', join('Author\0\0\0\0\0', new TextEncoder().encode(text)))
    const { owner = '' } = await describeMetadata(png(chunk))
    expect(owner).toMatch(/^Ana gpj x+$/)
    expect(owner.length).toBe(mediaLimits.describedCharacters)
  })

  it('reads no pixels of a large file', async () => {
    const file = jpeg({ before: secretJpegSegments(1), entropy: new Uint8Array(8_000_000) })
    let read = 0
    const source = bytesSource(file)
    await describeSource({
      ...source,
      read: (start, end) => {
        read += end - start
        return source.read(start, end)
      },
    })
    expect(read).toBeLessThan(10_000)
  })

  it('gives up on a file of a hundred thousand parts', async () => {
    const part = pngChunk('IDAT', '')
    const parts = new Uint8Array(100_000 * part.length)
    for (let at = 0; at < parts.length; at += part.length) parts.set(part, at)
    expect(await describeMetadata(png(parts))).toEqual({ hasThumbnail: false, isComplete: false })
  })

  it('passes on that a file cannot be read any more', async () => {
    const gone = { sizeBytes: 100, read: () => Promise.reject(new MediaError('unreadable')) }
    await expect(describeSource(gone)).rejects.toMatchObject({ code: 'unreadable' })
  })

  it('answers whatever the bytes', async () => {
    const files = [
      jpeg({ before: secretJpegSegments(6) }),
      png(pngChunk('eXIf', secretTiff(3)), pngChunk('zTXt', 'Comment\0\0x')),
      webp(vp8x(8), vp8, webpChunk('EXIF', secretTiff(3))),
      gif({ frames: 1, comment: secrets[4] }),
      join(be(4, 24), 'ftypheic', be(4, 0), 'mif1heic', be(4, 60), 'meta', new Uint8Array(52)),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 }),
        async (file, changes) => {
          const changed = file.slice()
          for (const [at, value] of changes) changed[at % file.length] = value
          expect(await describeMetadata(changed)).toHaveProperty('isComplete')
        },
      ),
      { numRuns: 500 },
    )
  })
})

// Files of real cameras, where they are at hand.
const real = fileURLToPath(new URL('../../../shared/media/', import.meta.url))
if (existsSync(real)) {
  describe('describing files of real cameras', () => {
    const found = async (name: string) => await describeMetadata(readFileSync(real + name))

    it('finds what phones and cameras write', async () => {
      expect(await found('photos/phone-iphone.jpg')).toMatchObject({ device: expect.stringContaining('iPhone 6') })
      for (const name of ['phone-iphone.jpg', 'phone-iphone.heic', 'phone-nokia.jpg', 'gps-nikon-1.jpg']) {
        const { position, date } = await found(`photos/${name}`)
        expect(position?.latitudeDegrees, name).toBeTypeOf('number')
        expect(date).toMatch(/^20\d\d:/)
      }
      expect((await found('photos/phone-iphone.heic')).device).toContain('iPhone 11 Pro')
      expect((await found('photos/odd-gps-ifd.jpg')).position).toBeDefined()
    })

    it('finds the place and the title of films', async () => {
      for (const name of ['loc-iphone-keys.mov', 'loc-android-udta.mp4']) {
        expect(await found(`videos/${name}`)).toMatchObject({ position: {}, title: '' })
      }
      expect((await found('videos/plain-h264.mp4')).position).toBeUndefined()
    })
  })
}
