// HEIC and AVIF: which colours, which way up and which of their pixels arrive, and what becomes of broken ones.

import { describe, expect, it } from 'vitest'
import { profileGamut } from '../../src/media/shared/photo/icc.ts'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import type { Quality } from '../../src/messenger/ports.ts'
import { avifFrame } from './avifs.ts'
import { be, join } from './bytes.ts'
import {
  alphaItem,
  box,
  frames,
  gridItems,
  heic,
  mirror,
  nclxProperty,
  pictureItem,
  profileProperty,
  rotation,
  secretItems,
} from './heics.ts'
import { expectRefusal, prepare, preparer } from './in-browser.ts'
import { rgbProfile } from './profiles.ts'

const p3 = profileProperty(rgbProfile('display-p3'))

function photo(...properties: readonly Uint8Array[]): Uint8Array {
  return heic({ items: [pictureItem(1, frames.plain, properties)] })
}

async function avif(...properties: readonly Uint8Array[]): Promise<Uint8Array> {
  return heic({ items: [pictureItem(1, await avifFrame(), properties)], brands: ['avif', 'mif1', 'avif', 'miaf'] })
}

interface Arrived {
  readonly mime: string
  readonly bytes: Uint8Array
  readonly size: readonly [number, number]
}

/** What there is to be seen of it; in Original, what is fetched on demand. */
async function arrived(file: Uint8Array, quality: Quality): Promise<Arrived> {
  const { media, bytes } = await prepare(file, quality)
  const { original } = media
  if (original === undefined) return { mime: media.mime, bytes, size: [media.width, media.height] }
  const whole = await original.read(0, original.sizeBytes)
  return { mime: original.mime, bytes: whole, size: [original.width, original.height] }
}

type Rgba = readonly [number, number, number, number]

/** The middles of the four squares, row by row. */
async function squares({ bytes, mime }: Arrived, colorSpace: PredefinedColorSpace = 'srgb'): Promise<Rgba[]> {
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { colorSpace, willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x): Rgba => {
      const at = [Math.floor(x * width), Math.floor(y * height)] as const
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(...at, 1, 1, { colorSpace }).data
      return [red, green, blue, alpha]
    }),
  )
}

/** By the profile in it. */
async function gamutOf({ bytes, mime }: Arrived): Promise<string> {
  const { profile } = await stripPhoto(mime === 'image/jpeg' ? 'jpeg' : 'webp', bytes)
  return profile === undefined ? 'srgb' : profileGamut(profile)
}

async function names(picture: Arrived): Promise<string> {
  const colours = await squares(picture)
  return colours
    .map(([red, green, blue]) => (red > 150 ? (green > 150 ? 'w' : 'r') : green > 150 ? 'g' : blue > 150 ? 'b' : '?'))
    .join('')
}

/** Of 255; what encoders change is less. */
function expectNear(found: readonly Rgba[], wanted: readonly Rgba[], tolerance = 6): void {
  const far = found.flat().some((value, at) => Math.abs(value - (wanted.flat()[at] ?? -100)) > tolerance)
  expect(far ? found : wanted).toEqual(wanted)
}

const strongest: readonly Rgba[] = [
  [255, 0, 0, 255],
  [0, 255, 0, 255],
  [0, 0, 255, 255],
  [255, 255, 255, 255],
]

/** What the browser itself makes of these numbers in a PNG with this profile. */
async function expected(kind: Parameters<typeof rgbProfile>[0], colorSpace: PredefinedColorSpace): Promise<Rgba[]> {
  const canvas = new OffscreenCanvas(64, 64)
  const context = canvas.getContext('2d')
  for (const [index, colour] of ['#f00', '#0f0', '#00f', '#fff'].entries()) {
    if (context === null) break
    context.fillStyle = colour
    context.fillRect(32 * (index % 2), 32 * (index >> 1), 32, 32)
  }
  const jpeg = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 })).arrayBuffer())
  const { bytes } = await stripPhoto('jpeg', jpeg)
  const profile = join('ICC_PROFILE\0', be(1, 1, 1), rgbProfile(kind))
  const coloured = join(bytes.subarray(0, 2), be(1, 0xff, 0xe2), be(2, profile.length + 2), profile, bytes.subarray(2))
  return await squares({ bytes: coloured, mime: 'image/jpeg', size: [64, 64] }, colorSpace)
}

describe('the colours of a HEIC', () => {
  it('are kept in Original where they are of Display P3, and are those of sRGB in what is shown', async () => {
    for (const file of [photo(p3), photo(nclxProperty(12, 13))]) {
      const original = await arrived(file, 'original')
      expectNear(await squares(original, 'display-p3'), strongest)
      expect(await gamutOf(original)).toBe('display-p3')
      // Red of Display P3 is out of reach for sRGB: the nearest is what is seen.
      const standard = await arrived(file, 'standard')
      expectNear(await squares(standard), strongest, 10)
      expect(await gamutOf(standard)).toBe('srgb')
    }
  })

  it('stay those of sRGB where they are', async () => {
    for (const file of [photo(), photo(profileProperty(rgbProfile('srgb'))), photo(nclxProperty(1, 13))]) {
      const original = await arrived(file, 'original')
      expectNear(await squares(original), strongest)
      expect(await gamutOf(original)).toBe('srgb')
    }
  })

  it('of another profile are what the browser itself makes of it', async () => {
    const file = photo(profileProperty(rgbProfile('adobe-rgb')))
    expectNear(await squares(await arrived(file, 'standard')), await expected('adobe-rgb', 'srgb'), 10)
    const wide = await expected('adobe-rgb', 'display-p3')
    expectNear(await squares(await arrived(file, 'original'), 'display-p3'), wide, 10)
  })

  it('of BT.2020 and of HDR are converted, not taken for sRGB', async () => {
    // The same numbers mean stronger colours; in Display P3 they are cut off less than in sRGB.
    const [red] = await squares(await arrived(photo(nclxProperty(9, 14)), 'original'), 'display-p3')
    expect(red?.[0]).toBeGreaterThan(249)
    for (const transfer of [16, 18]) {
      expect(await names(await arrived(photo(nclxProperty(9, transfer)), 'original'))).toBe('rgbw')
    }
  })
})

describe('the colours of an AVIF', () => {
  it('are kept in Original as those of a HEIC', async () => {
    for (const file of [await avif(p3), await avif(nclxProperty(12, 13, 1))]) {
      const original = await arrived(file, 'original')
      expectNear(await squares(original, 'display-p3'), strongest, 12)
      expectNear(await squares(await arrived(file, 'standard')), strongest, 16)
    }
    expect(await gamutOf(await arrived(await avif(), 'original'))).toBe('srgb')
  })
})

describe('a HEIC', () => {
  it('lies as it says, turned before it is mirrored or after', async () => {
    const ways = [
      { properties: [], seen: 'rgbw' },
      { properties: [rotation(1)], seen: 'gwrb' },
      { properties: [rotation(2)], seen: 'wbgr' },
      { properties: [rotation(3)], seen: 'brwg' },
      { properties: [mirror(0)], seen: 'bwrg' },
      { properties: [mirror(1)], seen: 'grwb' },
      { properties: [rotation(1), mirror(1)], seen: 'wgbr' },
      { properties: [mirror(1), rotation(1)], seen: 'rbgw' },
    ]
    for (const { properties, seen } of ways) {
      const items = [pictureItem(1, frames.plain, properties), ...secretItems(1)]
      for (const quality of ['standard', 'original'] as const) {
        expect(await names(await arrived(heic({ items }), quality))).toBe(seen)
      }
    }
  })

  it('of a grid is put together and cut to its size', async () => {
    const grid = gridItems(1, 3, 2, { frame: frames.large, edge: 1024, size: [3000, 2000], properties: [rotation(3)] })
    const { media } = await prepare(heic({ items: grid }), 'standard')
    expect([media.width, media.height]).toEqual([1365, 2048])
    const original = await arrived(heic({ items: grid }), 'original')
    expect(original.size).toEqual([2000, 3000])
  })

  it('of 10 bits, of several pictures, or with one that says what is transparent is what it shows', async () => {
    expectNear(await squares(await arrived(heic({ items: [pictureItem(1, frames.deep)] }), 'original')), strongest)
    const several = [pictureItem(1, frames.alpha), pictureItem(2, frames.plain), pictureItem(3, frames.alpha)]
    expect(await names(await arrived(heic({ items: several, primary: 2 }), 'original'))).toBe('rgbw')
    const transparent = heic({ items: [pictureItem(1, frames.plain, [p3]), alphaItem(2, 1)] })
    for (const quality of ['standard', 'original'] as const) {
      const seen = await squares(await arrived(transparent, quality))
      expect(seen.map(([, , , alpha]) => alpha)).toEqual([255, 0, 255, 0])
    }
  })

  it('keeps every pixel in Original, also over 16.7 megapixels', async () => {
    const items = gridItems(1, 5, 4, { frame: frames.large, edge: 1024, properties: [p3] })
    const original = await arrived(heic({ items }), 'original')
    expect(original.size).toEqual([5120, 4096])
    const bitmap = await createImageBitmap(new Blob([original.bytes.slice()], { type: original.mime }))
    expect([bitmap.width, bitmap.height]).toEqual([5120, 4096])
    bitmap.close()
  }, 60_000)

  it('that is longer than WebP can be keeps its pixels as JPEG, and its colours', async () => {
    const items = gridItems(1, 17, 1, { frame: frames.large, edge: 1024, size: [17_000, 256], properties: [p3] })
    const original = await arrived(heic({ items }), 'original')
    expect([original.mime, ...original.size]).toEqual(['image/jpeg', 17_000, 256])
    expect(await gamutOf(original)).toBe('display-p3')
  }, 60_000)

  it('can be looked at in the size in which it is edited', async () => {
    const file = heic({ items: gridItems(1, 2, 1, { frame: frames.large, edge: 1024 }) })
    const width = async (picture: Blob) => (await createImageBitmap(picture)).width
    expect(await width(await preparer.look(file))).toBe(640)
    expect(await width(await preparer.look(file, { isLarge: true }))).toBe(2048)
  })
})

describe('what moves', () => {
  it('is refused, as a still of it is not what was chosen, and may go as a file', async () => {
    const film = box('moov', be(4, 0))
    const moving = [
      heic({ brands: ['avis', 'avif', 'avis'], after: [film] }),
      heic({ brands: ['hevc', 'heic', 'msf1'], after: [film] }),
      join(box('ftyp', join('msf1', be(4, 0), 'hevc')), film),
    ]
    for (const file of moving) {
      for (const quality of ['standard', 'original'] as const) {
        const refused = { code: 'unsupported', asFile: true }
        await expect(preparer.prepare(file, { quality })).rejects.toMatchObject(refused)
      }
    }
  })
})

describe('a HEIC that is broken', () => {
  const [grid, ...tiles] = gridItems(1, 2, 2)
  const broken: Readonly<Record<string, Uint8Array>> = {
    'is cut in its pixels': photo().subarray(0, -20),
    'is cut in its description': photo().subarray(0, 200),
    'says that it is larger than it is': heic({ items: [pictureItem(1, frames.plain, [], [4000, 3000])] }),
    'says that it is smaller than it is': heic({ items: [pictureItem(1, frames.plain, [], [20, 10])] }),
    'has no pixels': heic({ items: [pictureItem(1, { ...frames.plain, data: new Uint8Array(40) })] }),
    'lacks a part': heic({ items: grid === undefined ? [] : [grid, ...tiles.slice(1)] }),
    'is made of itself': heic({ items: grid === undefined ? [] : [{ ...grid, refers: [['dimg', [1]]] }] }),
    'has a box that reaches beyond its end': join(photo(), be(4, 1000), 'free'),
    'has a box of no length': join(photo(), be(4, 4), 'free'),
    'has no primary picture': heic({ primary: 9 }),
    'has too many boxes': join(
      photo(),
      new Uint8Array(8 * 70_000).map((_, at) => (at % 8 === 3 ? 8 : 0)),
    ),
  }
  for (const [what, file] of Object.entries(broken)) {
    it(`is refused when it ${what}, and the next one is decoded`, async () => {
      for (const quality of ['standard', 'original'] as const) await expectRefusal(file, 'damaged', quality)
      await expect(preparer.look(file)).rejects.toMatchObject({ code: 'damaged' })
      expect(await names(await arrived(photo(), 'standard'))).toBe('rgbw')
    })
  }

  it('is refused before it is decoded when it would be too large', async () => {
    for (const size of [
      [20_000, 20_000],
      [70_000, 10],
      [0xffff_ffff, 0xffff_ffff],
    ] as const) {
      await expectRefusal(heic({ items: [pictureItem(1, frames.plain, [], size)] }), 'too-large', 'original')
    }
  })

  it('costs no memory that is not given back: a hundred of them leave room for the next', async () => {
    const file = heic({ items: gridItems(1, 2, 2, { frame: frames.large, edge: 1024, size: [4000, 3000] }) })
    for (let count = 0; count < 100; count++) await expectRefusal(file, 'damaged')
    expect(await names(await arrived(photo(), 'original'))).toBe('rgbw')
  }, 60_000)
})
