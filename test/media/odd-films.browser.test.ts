// Films that no camera should write, through the whole preparation of a browser: each is sent as it is or refused by name.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { MediaErrorCode, VideoEdits } from '../../src/messenger/ports.ts'
import { blobSource } from '../../src/media/shared/source.ts'
import type { VideoQuality } from '../../src/media/shared/video/target.ts'
import { scratchFiles } from '../../src/media/worker/scratch-files.ts'
import { prepareVideo } from '../../src/media/worker/video/prepare-video.ts'
import { box, fullBox, u16s, u32s } from '../../src/media/shared/mp4/box.ts'
import { join, latin1 } from './bytes.ts'
import type { FilmTrack } from './films.ts'
import { avc1, dataEntry, film, mp4a } from './films.ts'
import { expectRefusal, prepare, preparer } from './in-browser.ts'
import { recordVideo } from './recordings.ts'

const qualities = ['standard', 'hd', 'original'] as const
const frames = [[latin1('frame 1'), latin1('frame 2')]]
const picture: FilmTrack = { handler: 'vide', entry: avc1(640, 480), chunks: frames }
const sound: FilmTrack = { handler: 'soun', entry: mp4a(), chunks: [[latin1('sound')]] }
const data: FilmTrack = { handler: 'meta', entry: dataEntry(), chunks: [[latin1('+48.2082+016.3738/')]] }

async function expectRefused(file: Uint8Array, code: MediaErrorCode): Promise<void> {
  for (const quality of qualities) await expectRefusal(file, code, quality)
  await expect(preparer.inspectVideo(file)).rejects.toMatchObject({ name: 'MediaError', code })
}

/** Kinds of the tracks that are left. */
function tracksOf(bytes: Uint8Array): string[] {
  return [...new TextDecoder('latin1').decode(bytes).matchAll(/hdlr\0{8}(.{4})/g)].map(([, kind = '']) => kind)
}

describe('an odd film', () => {
  it('of forty tracks leaves with one picture and one sound', async () => {
    const tracks = Array.from({ length: 38 }, (_, index) => [data, sound, picture][index % 3] ?? data)
    for (const quality of qualities) {
      const { bytes } = await prepare(film([data, ...tracks, data]), quality)
      expect(tracksOf(bytes)).toEqual(['vide', 'soun'])
    }
  })

  it('without a picture is refused', async () => {
    await expectRefused(film([sound]), 'unsupported')
    await expectRefused(film([data]), 'unsupported')
    await expectRefused(film([{ ...picture, chunks: [] }, sound]), 'unsupported')
  })

  it('that is encrypted is refused', async () => {
    const scheme = box('sinf', box('frma', latin1('avc1')), fullBox('schm', 0, 0, latin1('cenc'), u32s(0x1_0000)))
    const encrypted = box('encv', avc1(640, 480).subarray(8), scheme)
    await expectRefused(film([{ ...picture, entry: encrypted }, sound]), 'unsupported')
    const speech = box('enca', mp4a().subarray(8), scheme)
    await expectRefused(film([picture, { ...sound, entry: speech }]), 'unsupported')
  })

  it('turned by half a right angle keeps its size', async () => {
    const matrix = [0xb504, 0xb504, 0, -0xb504, 0xb504, 0, 0, 0, 0x4000_0000]
    for (const quality of qualities) {
      const { media } = await prepare(film([{ ...picture, matrix }]), quality)
      expect(media).toMatchObject({ width: 640, height: 480 })
    }
  })

  it('of nothing, of zeros, or cut anywhere is refused', async () => {
    await expectRefused(new Uint8Array(), 'empty')
    await expectRefused(new Uint8Array(5000), 'not-media')
    const whole = await recordVideo({ frames: 6 })
    for (const eighth of [1, 3, 5, 7]) {
      await expectRefused(whole.subarray(0, (whole.length * eighth) / 8), 'damaged')
    }
  })

  it('in an encoding that this browser does not know goes as it is, which is said', async () => {
    const hevc = box(
      'hvc1',
      avc1(640, 480).subarray(8, 86),
      box('hvcC', join(new Uint8Array(22).fill(1), Uint8Array.of(0))),
    )
    const file = film([{ ...picture, entry: hevc }, sound])
    const { facts, at } = await preparer.inspectVideo(file)
    expect(facts).toMatchObject({ width: 640, height: 480, decodes: false, playsEverywhere: false })
    for (const quality of qualities) {
      expect(at[quality]).toMatchObject({ encoding: 'kept', plays: 'perhaps', width: 640, height: 480 })
      const { media, bytes } = await prepare(file, quality)
      expect(bytes.length).toBe(at[quality].sizeBytes)
      expect(media.poster).toBeUndefined()
    }
  })

  it('with sound that this browser does not know keeps it', async () => {
    const dolby = box(
      'ac-3',
      new Uint8Array(6),
      u16s(1, 0, 0, 0, 0, 2, 16, 0, 0),
      u32s(48_000 * 0x1_0000),
      box('dac3', new Uint8Array(3)),
    )
    const file = film([picture, { ...sound, entry: dolby }])
    expect((await preparer.inspectVideo(file)).at.standard).toMatchObject({ encoding: 'kept', plays: 'perhaps' })
    const { bytes } = await prepare(file, 'standard')
    expect(tracksOf(bytes)).toEqual(['vide', 'soun'])
  })
})

describe('in a browser without encoders', () => {
  afterEach(() => vi.unstubAllGlobals())

  async function prepareHere(file: Uint8Array, quality: VideoQuality, edits: VideoEdits = {}) {
    vi.stubGlobal('VideoEncoder', undefined)
    vi.stubGlobal('AudioEncoder', undefined)
    return await prepareVideo('mp4', blobSource(new Blob([file.slice()])), {
      quality,
      edits,
      scratch: scratchFiles(undefined, ''),
      signal: new AbortController().signal,
      onProgress: () => {},
    })
  }

  it('a video is sent in its own size and encoding', async () => {
    const file = await recordVideo({ bitrate: 8_000_000, sound: 'opus' })
    const result = await prepareHere(file, 'standard')
    expect(result.rebuilt).toBeUndefined()
    expect(result.plan).toMatchObject({ width: 320, height: 240 })
  })

  it('a part of it begins with a whole frame inside', async () => {
    const file = await recordVideo({ frames: 60, sound: 'opus' })
    const { plan, rebuilt } = await prepareHere(file, 'standard', { trim: { startMs: 700, endMs: 1300 } })
    expect(rebuilt).toBeDefined()
    expect(plan.durationMs).toBeLessThanOrEqual(330)
    expect(plan.sizeBytes).toBeLessThan(file.length / 4)
  })
})
