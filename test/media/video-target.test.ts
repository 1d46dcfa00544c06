// What becomes of a video at a quality, and how large it is said to be.

import { expect, it } from 'vitest'
import type { VideoFacts } from '../../src/media/shared/video/facts.ts'
import { editedDurationMs, estimateBytes, targetOf } from '../../src/media/shared/video/target.ts'

/** Ten seconds of a phone's 1080p at 17 Mb/s. */
const phone: VideoFacts = {
  sizeBytes: 21_250_000,
  width: 1920,
  height: 1080,
  durationMs: 10_000,
  rotation: 0,
  framesPerSecond: 30,
  videoCodec: 'avc1.640028',
  audioCodec: 'mp4a.40.2',
  hasSound: true,
  soundBitrate: 128_000,
  playsEverywhere: true,
  decodes: true,
  soundIsAac: true,
}

it('encodes to 720p at about 2.5 Mb/s in Standard, and to 1080p at about 6 Mb/s in HD', () => {
  expect(targetOf(phone, 'standard')).toEqual({
    width: 1280,
    height: 720,
    videoBitrate: 2_500_000,
    audioBitrate: 128_000,
  })
  expect(targetOf(phone, 'hd')).toEqual({ width: 1920, height: 1080, videoBitrate: 6_000_000, audioBitrate: 128_000 })
  expect(targetOf(phone, 'original')).toBeUndefined()
})

it('keeps the shape of the picture, upright ones too, in even sides', () => {
  const sizes = (width: number, height: number) => {
    const { width: x, height: y } = targetOf({ ...phone, width, height }, 'standard') ?? { width: 0, height: 0 }
    return [x, y]
  }
  expect(sizes(1080, 1920)).toEqual([720, 1280])
  expect(sizes(3840, 1600)).toEqual([1280, 534])
  expect(sizes(1440, 1080)).toEqual([960, 720])
  expect(sizes(321, 241)).toEqual([320, 240])
  expect(sizes(65_535, 1)).toEqual([1280, 2])
})

it('leaves alone what already fits', () => {
  const small = { ...phone, width: 1280, height: 720, sizeBytes: 3_500_000 }
  expect(targetOf(small, 'standard')).toBeUndefined()
  expect(targetOf({ ...phone, sizeBytes: 7_000_000 }, 'hd')).toBeUndefined()
})

it('encodes what not every browser plays although it fits', () => {
  const hevc = { ...phone, width: 1280, height: 720, sizeBytes: 2_000_000, playsEverywhere: false }
  expect(targetOf(hevc, 'standard')).toMatchObject({ width: 1280, height: 720, videoBitrate: 1_472_000 })
})

it('never spends more bits than the source has', () => {
  const faint = { ...phone, sizeBytes: 1_000_000 }
  expect(targetOf(faint, 'standard')?.videoBitrate).toBeLessThan(800_000 - 128_000)
  const tiny = { ...phone, width: 320, height: 240, sizeBytes: 10_000_000 }
  expect(targetOf(tiny, 'standard')?.videoBitrate).toBeLessThan(500_000)
})

it('encodes a part, because it begins with any frame', () => {
  const small = { ...phone, width: 1280, height: 720, sizeBytes: 3_500_000 }
  expect(targetOf(small, 'standard', { trim: { startMs: 100, endMs: 900 } })).toMatchObject({ width: 1280 })
})

it('says the size: of the source where it is kept, else by bitrate, and no more than the source that plays everywhere', () => {
  expect(estimateBytes(phone, undefined)).toBe(21_250_000)
  expect(estimateBytes(phone, targetOf(phone, 'standard'))).toBe(3_317_850)
  expect(estimateBytes(phone, targetOf(phone, 'standard'), { mute: true })).toBe(3_156_250)
  const half = { trim: { startMs: 5000, endMs: 60_000 } }
  expect(estimateBytes(phone, undefined, half)).toBe(10_625_000)
  expect(estimateBytes(phone, targetOf(phone, 'standard', half), half)).toBe(1_658_925)
  const faint = { ...phone, sizeBytes: 100_000 }
  expect(estimateBytes(faint, targetOf(faint, 'standard'))).toBeLessThanOrEqual(100_000)
  // Encoded anew in any case, so that everybody can play it.
  const foreign = { ...faint, playsEverywhere: false }
  expect(estimateBytes(foreign, targetOf(foreign, 'standard'))).toBeGreaterThan(100_000)
})

it('says the length of a part within the film', () => {
  expect(editedDurationMs(phone, {})).toBe(10_000)
  expect(editedDurationMs(phone, { trim: { startMs: -5, endMs: 4000 } })).toBe(4000)
  expect(editedDurationMs(phone, { trim: { startMs: 20_000, endMs: 30_000 } })).toBe(0)
})

it('bears a film without length', () => {
  const still = { ...phone, durationMs: 0 }
  expect(targetOf(still, 'standard')).toMatchObject({ videoBitrate: 2_500_000 })
  expect(estimateBytes(still, undefined)).toBe(still.sizeBytes)
})
