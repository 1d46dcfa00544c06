// An independent reader on what leaves: nothing about place, device, owner or time in any quality.

import { describe, expect, it } from 'vitest'
import type { PreparedMedia } from '../../src/messenger/ports.ts'
import { join } from './bytes.ts'
import { frames, heic, pictureItem, profileProperty, secretItems } from './heics.ts'
import { prepare } from './in-browser.ts'
import { secretJpegSegments } from './photos.ts'
import { rgbProfile } from './profiles.ts'
import { difference, exifTags, pixelDigest, realPhoto, realPhotoNames } from './real-photos.ts'

/** What the bytes need to be a picture, and what ExifTool says of its own. */
const harmless =
  /^(SourceFile|ExifTool:|System:|File:(FileType|FileTypeExtension|MIMEType|ImageWidth|ImageHeight|EncodingProcess|BitsPerSample|ColorComponents|YCbCrSubSampling|ExifByteOrder)$|JFIF:(JFIFVersion|ResolutionUnit|XResolution|YResolution)$|Adobe:|APP14:|IFD0:Orientation$|RIFF:|PNG:|PNG-|Composite:(ImageSize|Megapixels)$)/
const harmlessColour =
  /^ICC(_Profile|-header|-):?.*:(Profile(CMMType|Version|Class|ConnectionSpace|Description|Copyright|FileSignature|Creator|ID|DateTime)|ColorSpaceData|PrimaryPlatform|CMMFlags|Device(Manufacturer|Model|Attributes)|RenderingIntent|ConnectionSpaceIlluminant|(Red|Green|Blue)(MatrixColumn|TRC)|Media(White|Black)Point|ChromaticAdaptation|Luminance)$/

async function syntheticPhoto(): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(3000, 1500)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  for (let x = 0; x < 3000; x += 10) {
    context.fillStyle = `hsl(${Math.round(x / 9)} 60% 45%)`
    context.fillRect(x, 0, 10, 1500)
  }
  const file = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer())
  return join(file.subarray(0, 2), ...secretJpegSegments(1), file.subarray(2))
}

/** In wide colours, of which the profile goes along. */
function syntheticHeic(): Uint8Array {
  const wide = profileProperty(rgbProfile('display-p3'))
  return heic({ items: [pictureItem(1, frames.plain, [wide]), ...secretItems(1)] })
}

const made = 'a photo made here'
const madeHeic = 'a HEIC made here'
const corrupted = 'corrupted.jpg'
const qualities = ['standard', 'hd', 'original'] as const

async function fileOf(name: string): Promise<Uint8Array> {
  if (name === madeHeic) return syntheticHeic()
  return name === made ? await syntheticPhoto() : await realPhoto(name)
}

describe('what leaves', () => {
  for (const name of [made, madeHeic, ...realPhotoNames.filter((each) => each !== corrupted)]) {
    it(`${name} is a picture and nothing else`, async () => {
      const file = await fileOf(name)
      for (const quality of qualities) {
        const { media, bytes } = await prepare(file, quality)
        await expectClean(bytes)
        await expectClean((await bytesOfOriginal(media)) ?? bytes)
        expect(media.name).toBeUndefined()
      }
    }, 120_000)
  }

  // What the browser itself shows of the file is what arrives.
  for (const name of [made, ...realPhotoNames.filter((each) => each.endsWith('.jpg') && each !== corrupted)]) {
    it(`${name} is upright in every quality, and has the same pixels in Original`, async () => {
      const file = await fileOf(name)
      const whole = await createImageBitmap(new Blob([file.slice()]))
      for (const quality of qualities) {
        const { media, bytes } = await prepare(file, quality)
        const shown = new Blob([bytes.slice()], { type: media.mime })
        expect(await difference(new Blob([file.slice()]), shown)).toBeLessThan(6)
        expect(Math.sign(media.width - media.height)).toBe(Math.sign(whole.width - whole.height))
      }
      const { media, bytes } = await prepare(file, 'original')
      const original = (await bytesOfOriginal(media)) ?? bytes
      expect(media.original?.mime ?? media.mime).toBe('image/jpeg')
      expect(await pixelDigest(original, 'image/jpeg')).toBe(await pixelDigest(file, 'image/jpeg'))
    }, 120_000)
  }

  if (realPhotoNames.includes(corrupted)) {
    it('a corrupted photo does not', async () => {
      for (const quality of qualities) {
        await expect(prepare(await realPhoto(corrupted), quality)).rejects.toMatchObject({ code: 'damaged' })
      }
    })
  }
})

async function bytesOfOriginal({ original }: PreparedMedia): Promise<Uint8Array | undefined> {
  return await original?.read(0, original.sizeBytes)
}

async function expectClean(bytes: Uint8Array): Promise<void> {
  const tags = await exifTags(bytes)
  const found = Object.entries(tags).filter(([tag]) => !harmless.test(tag) && !harmlessColour.test(tag))
  expect(found).toEqual([])
  const blank = Object.entries(tags).filter(([tag]) => /(Description|Copyright|Manufacturer|Model|Creator)$/.test(tag))
  expect(blank.filter(([, value]) => value !== '')).toEqual([])
}
