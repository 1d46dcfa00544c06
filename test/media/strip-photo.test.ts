import { deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOrientation, writeOrientation } from '../../src/media/shared/photo/exif.ts'
import { sanitizeProfile } from '../../src/media/shared/photo/icc.ts'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { unturnedWebp } from '../../src/media/shared/photo/webp.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { be, indexOfText, join, latin1 } from './bytes.ts'
import {
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  secretJpegSegments,
  secretProfile,
  vp8,
  vp8x,
  webp,
  webpChunk,
} from './photos.ts'
import { secrets, secretTiff, xmp } from './secret-exif.ts'

describe('stripping a JPEG', () => {
  it('drops everything that tells of place, device, owner and time, and keeps the picture', async () => {
    const stripped = await stripPhoto('jpeg', jpeg({ before: secretJpegSegments(1) }))
    expectNoSecrets(stripped.bytes)
    expect(stripped).toMatchObject({ mime: 'image/jpeg', width: 16, height: 8, orientation: 1, doubtful: false })
    // JFIF without its thumbnail, and Adobe's colour transform without what stood behind it.
    const jfif = jpegSegment(0xe0, join('JFIF\0', be(1, 1, 1, 0), be(2, 72, 72), be(1, 0, 0)))
    const adobe = jpegSegment(0xee, join('Adobe', be(1, 0, 100, 0, 0, 0, 0, 1)))
    expect(stripped.bytes).toEqual(jpeg({ before: [jfif, adobe] }))
  })

  it('leaves a picture without metadata as it is, byte for byte', async () => {
    expect((await stripPhoto('jpeg', jpeg())).bytes).toEqual(jpeg())
  })

  it('keeps the orientation, alone', async () => {
    for (const orientation of [2, 3, 4, 5, 6, 7, 8] as const) {
      const stripped = await stripPhoto('jpeg', jpeg({ before: secretJpegSegments(orientation) }))
      expectNoSecrets(stripped.bytes)
      expect(stripped.orientation).toBe(orientation)
      const at = indexOfText(stripped.bytes, 'Exif')
      expect(readOrientation(stripped.bytes.subarray(at + 6, at + 32))).toBe(orientation)
      expect(stripped.bytes.subarray(at - 2, at)).toEqual(be(2, 34))
    }
  })

  it('reads an orientation that is written as a wider or narrower number', async () => {
    const wide = secretTiff(6)
    wide.set(join(be(2, 0x0112, 4), be(4, 1, 6)), 10)
    const narrow = secretTiff(6)
    narrow.set(join(be(2, 0x0112, 1), be(4, 1), be(1, 6, 0, 0, 0)), 10)
    for (const tiff of [wide, narrow]) {
      const { orientation, doubtful } = await stripPhoto('jpeg', jpeg({ before: [exif(tiff)] }))
      expect([orientation, doubtful]).toEqual([6, false])
    }
  })

  it('takes the first of several orientations, as viewers do', async () => {
    for (const [first, second] of [
      [1, 6],
      [6, 1],
    ] as const) {
      const before = [exif(secretTiff(first)), exif(secretTiff(second))]
      expect((await stripPhoto('jpeg', jpeg({ before }))).orientation).toBe(first)
    }
  })

  it('refuses tables with something behind their numbers', async () => {
    const behind = [
      jpegSegment(0xdb, join(new Uint8Array(65), secrets[4])),
      jpegSegment(0xdb, join(be(1, 0x10), new Uint8Array(127))),
      jpegSegment(0xc4, join(new Uint8Array(17), secrets[4])),
      jpegSegment(0xdd, join(be(2, 8), secrets[4])),
    ]
    for (const segment of behind) {
      await expect(stripPhoto('jpeg', jpeg({ before: [segment] }))).rejects.toMatchObject({ code: 'damaged' })
    }
    const whole = jpeg()
    for (const marker of [0xc0, 0xda]) {
      const at = whole.findIndex((byte, index) => byte === 0xff && whole[index + 1] === marker)
      const longer = join(whole.subarray(0, at + 12), secrets[4], whole.subarray(at + 12))
      longer[at + 3] = (longer[at + 3] ?? 0) + secrets[4].length
      await expect(stripPhoto('jpeg', longer)).rejects.toMatchObject({ code: 'damaged' })
    }
    const two = jpegSegment(0xdb, join(new Uint8Array(65), be(1, 0x11), new Uint8Array(128)))
    expect((await stripPhoto('jpeg', jpeg({ before: [two] }))).bytes).toEqual(jpeg({ before: [two] }))
  })

  it('drops what follows the end of the picture', async () => {
    const stripped = await stripPhoto('jpeg', jpeg({ after: join(jpeg(), 'ftypmp42', secrets[5]) }))
    expect(stripped.bytes).toEqual(jpeg())
  })

  it('keeps the colours of a profile that spans segments, and forgets its device', async () => {
    const profile = secretProfile()
    const parts = [profile.subarray(0, 100), profile.subarray(100)]
    // Out of order, as is allowed.
    const before = [
      jpegSegment(0xe2, join('ICC_PROFILE\0', be(1, 2, 2), parts[1] ?? '')),
      jpegSegment(0xe2, join('ICC_PROFILE\0', be(1, 1, 2), parts[0] ?? '')),
    ]
    const { bytes, doubtful } = await stripPhoto('jpeg', jpeg({ before }))
    expect(doubtful).toBe(false)
    expectNoSecrets(bytes)
    expect(indexOfText(bytes, 'ICC_PROFILE')).toBeGreaterThan(0)
    expect(indexOfText(bytes, 'abcdefghijkl')).toBeGreaterThan(0)
  })

  it('says so when the orientation or the colours cannot be known', async () => {
    const brokenExif = jpegSegment(0xe1, 'Exif\0\0garbage')
    const brokenProfile = jpegSegment(0xe2, join('ICC_PROFILE\0', be(1, 1, 1), 'garbage'))
    const missingPart = jpegSegment(0xe2, join('ICC_PROFILE\0', be(1, 2, 2), secretProfile()))
    for (const segment of [brokenExif, brokenProfile, missingPart]) {
      const stripped = await stripPhoto('jpeg', jpeg({ before: [segment] }))
      expect(stripped.doubtful).toBe(true)
      expect(stripped.bytes).toEqual(jpeg())
    }
  })

  it('refuses a picture that ends too early, wherever', async () => {
    const whole = jpeg({ before: secretJpegSegments(6) })
    for (let length = 2; length < whole.length; length++) {
      await expect(stripPhoto('jpeg', whole.subarray(0, length))).rejects.toMatchObject({ code: 'damaged' })
    }
  })

  it('refuses foreign markers in the entropy-coded data, two frames, no frame, and no area', async () => {
    const frame = jpegSegment(0xc0, join(be(1, 8), be(2, 8, 16), be(1, 1, 1, 0x11, 0)))
    const flat = jpegSegment(0xc0, join(be(1, 8), be(2, 0, 16), be(1, 1, 1, 0x11, 0)))
    await expect(stripPhoto('jpeg', jpeg({ entropy: be(1, 0xff, 0x9f, 0, 4, 1, 2) }))).rejects.toThrow('damaged')
    await expect(stripPhoto('jpeg', jpeg({ before: [frame] }))).rejects.toThrow('damaged')
    await expect(stripPhoto('jpeg', jpeg({ before: [flat] }))).rejects.toThrow('damaged')
    await expect(stripPhoto('jpeg', be(1, 0xff, 0xd8, 0xff, 0xd9))).rejects.toThrow('damaged')
    await expect(stripPhoto('jpeg', jpeg({ before: [jpegSegment(0xc9, 'arithmetic')] }))).rejects.toThrow('unsupported')
  })
})

function exif(tiff: Uint8Array): Uint8Array {
  return jpegSegment(0xe1, join('Exif\0\0', tiff))
}

describe('stripping a PNG', () => {
  it('drops text, time, EXIF and private chunks, and keeps the picture', async () => {
    const file = png(
      pngChunk('tEXt', `Author\0${secrets[4]}`),
      pngChunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmp}`),
      pngChunk('zTXt', `Comment\0\0${secrets[3]}`),
      pngChunk('tIME', be(1, 7, 234, 7, 14, 12, 30, 0)),
      pngChunk('pHYs', be(1, 0, 0, 11, 19, 0, 0, 11, 19, 1)),
      pngChunk('prVt', secrets[1]),
      pngChunk('eXIf', secretTiff(1)),
      pngChunk('gAMA', be(4, 45_455)),
    )
    const stripped = await stripPhoto('png', file)
    expect(stripped.bytes).toEqual(png(pngChunk('gAMA', be(4, 45_455))))
    expect(stripped).toMatchObject({ mime: 'image/png', width: 16, height: 8, doubtful: false, animated: false })
  })

  it('keeps the orientation, alone', async () => {
    const { bytes, orientation } = await stripPhoto('png', png(pngChunk('eXIf', secretTiff(8))))
    expect(orientation).toBe(8)
    expect(bytes).toEqual(png(pngChunk('eXIf', writeOrientation(8))))
  })

  it('keeps the colours of a profile without the name of the display', async () => {
    const profile = join(`${secrets[1]}\0\0`, deflateSync(secretProfile()))
    const { bytes } = await stripPhoto('png', png(pngChunk('iCCP', profile)))
    expectNoSecrets(bytes)
    const at = indexOfText(bytes, 'iCCPicc\0\0') + 9
    const length = new DataView(bytes.buffer).getUint32(at - 13) - 5
    const inflated = new Uint8Array(inflateSync(bytes.subarray(at, at + length)))
    expect(inflated).toEqual(sanitizeProfile(secretProfile()))
    expectNoSecrets(inflated)
  })

  it('does not unpack a profile without end', async () => {
    const bomb = join('bomb\0\0', deflateSync(new Uint8Array(8 * 1024 * 1024)))
    const { bytes, doubtful } = await stripPhoto('png', png(pngChunk('iCCP', bomb)))
    expect(doubtful).toBe(true)
    expect(bytes).toEqual(png())
  })

  it('keeps an animation and says that it is one', async () => {
    const file = png(pngChunk('acTL', be(4, 2, 0)))
    expect(await stripPhoto('png', file)).toMatchObject({ animated: true, bytes: file })
  })

  it('drops what follows the end', async () => {
    expect((await stripPhoto('png', join(png(), secrets[5]))).bytes).toEqual(png())
  })

  it('refuses a wrong checksum, a cut, a missing header and missing data', async () => {
    const changed = png()
    changed[20] = 9
    await expect(stripPhoto('png', changed)).rejects.toThrow('damaged')
    for (let length = 8; length < png().length; length++) {
      await expect(stripPhoto('png', png().subarray(0, length))).rejects.toThrow('damaged')
    }
    const signature = png().subarray(0, 8)
    await expect(stripPhoto('png', join(signature, pngChunk('IDAT', ''), pngChunk('IEND', '')))).rejects.toThrow(
      'damaged',
    )
    const header = pngChunk('IHDR', join(be(4, 16, 8), be(1, 8, 2, 0, 0, 0)))
    await expect(stripPhoto('png', join(signature, header, pngChunk('IEND', '')))).rejects.toThrow('damaged')
    const huge = pngChunk('IHDR', join(be(4, 2 ** 31, 8), be(1, 8, 2, 0, 0, 0)))
    await expect(stripPhoto('png', join(signature, huge, pngChunk('IDAT', ''), pngChunk('IEND', '')))).rejects.toThrow(
      'too-large',
    )
  })
})

describe('stripping a WebP', () => {
  it('drops EXIF, XMP and unknown chunks, and their marks in the header', async () => {
    const file = webp(
      vp8x(0x0c),
      vp8,
      webpChunk('EXIF', secretTiff(1)),
      webpChunk('XMP ', xmp),
      webpChunk('PRIV', secrets[1]),
    )
    const stripped = await stripPhoto('webp', file)
    expect(stripped.bytes).toEqual(webp(vp8x(0), vp8))
    expect(stripped).toMatchObject({ mime: 'image/webp', width: 16, height: 8, doubtful: false, animated: false })
  })

  it('keeps the orientation, alone, with or without the mark of JPEG in front', async () => {
    for (const exif of [secretTiff(6), join('Exif\0\0', secretTiff(6))]) {
      const { bytes, orientation } = await stripPhoto('webp', webp(vp8x(0x08), vp8, webpChunk('EXIF', exif)))
      expect(orientation).toBe(6)
      expect(bytes).toEqual(webp(vp8x(0x08), vp8, webpChunk('EXIF', writeOrientation(6))))
    }
  })

  it('keeps the colours of a profile', async () => {
    const { bytes } = await stripPhoto('webp', webp(vp8x(0x20), webpChunk('ICCP', secretProfile()), vp8))
    expectNoSecrets(bytes)
    expect(bytes).toEqual(webp(vp8x(0x20), webpChunk('ICCP', sanitizeProfile(secretProfile()) ?? ''), vp8))
  })

  it('keeps an animation, without unknown chunks in its frames', async () => {
    const frame = (...inner: readonly Uint8Array[]) => webpChunk('ANMF', join(new Uint8Array(16), ...inner))
    const anim = webpChunk('ANIM', new Uint8Array(6))
    const stripped = await stripPhoto(
      'webp',
      webp(vp8x(2), anim, frame(vp8, webpChunk('PRIV', secrets[1])), frame(vp8)),
    )
    expect(stripped.bytes).toEqual(webp(vp8x(2), anim, frame(vp8), frame(vp8)))
    expect(stripped.animated).toBe(true)
  })

  it('says nothing of a turn for an animation, which no browser turns, nor where that is not wanted', async () => {
    const frame = webpChunk('ANMF', join(new Uint8Array(16), vp8))
    const anim = webpChunk('ANIM', new Uint8Array(6))
    const exif = webpChunk('EXIF', secretTiff(6))
    const stripped = await stripPhoto('webp', webp(vp8x(0x0a), anim, frame, frame, exif))
    expect(stripped).toMatchObject({ orientation: 1, bytes: webp(vp8x(2), anim, frame, frame) })
    expect(unturnedWebp(webp(vp8x(8), vp8, exif))).toEqual(webp(vp8x(0), vp8))
  })

  it('keeps a simple file, and drops what follows it', async () => {
    expect((await stripPhoto('webp', join(webp(vp8), secrets[5]))).bytes).toEqual(webp(vp8))
    const lossless = webp(webpChunk('VP8L', be(1, 0x2f, 15, 0xc0, 1, 0)))
    expect(await stripPhoto('webp', lossless)).toMatchObject({ width: 16, height: 8, bytes: lossless })
  })

  it('refuses a file that is cut, and one without a picture', async () => {
    const whole = webp(vp8x(0), vp8)
    for (let length = 12; length < whole.length; length++) {
      await expect(stripPhoto('webp', whole.subarray(0, length))).rejects.toThrow('damaged')
    }
    await expect(stripPhoto('webp', webp(vp8x(0)))).rejects.toThrow('damaged')
    await expect(stripPhoto('webp', webp(webpChunk('JUNK', 'x')))).rejects.toThrow('damaged')
  })
})

describe('stripping anything', () => {
  it('fails with a media error and nothing else, whatever the bytes', async () => {
    const types = ['jpeg', 'png', 'webp'] as const
    const files = {
      jpeg: jpeg({ before: secretJpegSegments(6) }),
      png: png(pngChunk('eXIf', secretTiff(3))),
      webp: webp(vp8x(8), vp8, webpChunk('EXIF', secretTiff(3))),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 }),
        async (type, changes) => {
          const file = files[type].slice()
          for (const [at, value] of changes) file[at % file.length] = value
          const result = await stripPhoto(type, file).catch((error: unknown) => error)
          expect(result instanceof Error ? result instanceof MediaError : true).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('reads the orientation in both byte orders, and takes nonsense for upright', () => {
    const little = join('II*\0', be(1, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0))
    expect(readOrientation(little)).toBe(5)
    expect(readOrientation(secretTiff(0))).toBe(1)
    expect(readOrientation(secretTiff(9))).toBe(1)
    expect(readOrientation(latin1('MM\0*'))).toBeUndefined()
    expect(readOrientation(join('MM\0*', be(4, 2 ** 31)))).toBeUndefined()
  })
})

function expectNoSecrets(bytes: Uint8Array): void {
  for (const secret of [...secrets, 'xmpmeta', 'Photoshop', 'ACME', 'X-01', 'APPL']) {
    expect(indexOfText(bytes, secret)).toBe(-1)
  }
}
