// Clips of a recording become one video.

import { describe, expect, it } from 'vitest'
import { indexOfText, latin1 } from './bytes.ts'
import { play, prepare, preparer, readVideo } from './in-browser.ts'
import type { Recording } from './recordings.ts'
import { recordVideo } from './recordings.ts'

async function clip(options: Recording = {}): Promise<Blob> {
  const recorded = await recordVideo({ frames: 15, ...options })
  return new Blob([recorded.slice()])
}

async function join(...clips: readonly Blob[]) {
  const joined = await preparer.joinClips(clips)
  expect(joined.type).toBe('video/mp4')
  const bytes = new Uint8Array(await joined.arrayBuffer())
  expect(indexOfText(bytes, 'Secret')).toBe(-1)
  return { bytes, read: await readVideo(bytes) }
}

describe('clips of one recorder', () => {
  it('follow one another as they are', async () => {
    const options = { codec: 'vp9', sound: 'opus', container: 'webm' } as const
    const clips = [await clip(options), await clip(options), await clip({ ...options, frames: 6 })]
    const { bytes, read } = await join(...clips)
    expect(read).toMatchObject({ codecs: ['vp9', 'opus'], tags: [] })
    const sizes = await Promise.all(
      clips.map(async (each) => {
        const { tracks } = await readVideo(new Uint8Array(await each.arrayBuffer()))
        return tracks[0]?.packets.map((packet) => packet.bytes) ?? []
      }),
    )
    expect(read.tracks[0]?.packets.map((packet) => packet.bytes)).toEqual(sizes.flat())
    const times = read.tracks[0]?.packets.map(({ time }) => time) ?? []
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(Math.abs(read.durationMs - 1200)).toBeLessThan(100)
    expect(await play(bytes)).toMatchObject({ width: 320, height: 240 })
  })

  it('keep how they are turned', async () => {
    const { bytes } = await join(await clip({ rotation: 90 }), await clip({ rotation: 90 }))
    expect(await play(bytes)).toMatchObject({ width: 240, height: 320 })
  })

  it('that begin late in their files leave no gap', async () => {
    const late = await clip({ timeOf: (frame) => 4 + frame / 30 })
    const { read } = await join(await clip(), late)
    expect(read.tracks[0]?.packets.map(({ time }) => time)[15]).toBeGreaterThan(450)
    expect(Math.abs(read.durationMs - 1000)).toBeLessThan(60)
  })

  it('can be a single one', async () => {
    expect((await join(await clip())).read.tracks[0]?.packets).toHaveLength(15)
  })
})

describe('clips that are not alike', () => {
  it('are encoded as one, in the size of the first', async () => {
    const { bytes, read } = await join(await clip(), await clip({ width: 240, height: 320, rotation: 90 }))
    expect(read.codecs).toEqual(['avc'])
    expect(read.tracks[0]?.packets).toHaveLength(30)
    expect(await play(bytes)).toMatchObject({ width: 320, height: 240 })
  })

  it('have silence where one has no sound, so that sound and picture stay together', async () => {
    const sound = { codec: 'vp8', sound: 'opus', container: 'webm' } as const
    const { read } = await join(await clip(), await clip(sound), await clip())
    expect(read.codecs).toEqual(['avc', 'aac'])
    const [picture, heard] = read.tracks
    expect(picture?.packets).toHaveLength(45)
    const last = heard?.packets.at(-1)?.time ?? 0
    expect(Math.abs(last - 1500)).toBeLessThan(100)
    const frames = heard?.packets.map(({ time }) => time) ?? []
    const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(30)
  })

  it('are sent like any other video', async () => {
    const joined = await preparer.joinClips([await clip({ sound: 'opus' }), await clip({ width: 160, height: 120 })])
    const { media } = await prepare(joined, 'standard')
    expect(media).toMatchObject({ kind: 'video', mime: 'video/mp4', width: 320, height: 240 })
    expect(media.poster).toBeDefined()
  })
})

describe('clips', () => {
  it('are refused when there are none, too many, too long, or no videos', async () => {
    const expectRefusal = async (clips: readonly Blob[], code: string) =>
      await expect(preparer.joinClips(clips)).rejects.toMatchObject({ name: 'MediaError', code })
    await expectRefusal([], 'empty')
    await expectRefusal([new Blob()], 'empty')
    const short = await clip({ frames: 2 })
    await expectRefusal(
      Array.from({ length: 65 }, () => short),
      'too-large',
    )
    const long = await clip({ frames: 2, framesPerSecond: 0.05, width: 160, height: 120 })
    await expectRefusal([long, long], 'too-large')
    await expectRefusal([short, new Blob([latin1('not a clip of anything').slice()])], 'not-media')
    await expectRefusal([short, short.slice(0, short.size / 2)], 'damaged')
  })

  it('tell how far they are, never back, whether they are copied or encoded anew', async () => {
    for (const second of [await clip(), await clip({ width: 160, height: 120 })]) {
      const steps: number[] = []
      await preparer.joinClips([await clip(), second], { onProgress: (fraction) => steps.push(fraction) })
      expect(steps.length).toBeGreaterThan(1)
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
      expect(steps.at(-1)).toBeGreaterThan(0.5)
      expect(steps.at(-1)).toBeLessThanOrEqual(1)
    }
  })

  it('end when cancelled', async () => {
    const controller = new AbortController()
    const options = { signal: controller.signal, onProgress: () => controller.abort() }
    const clips = [await clip(), await clip({ width: 160, height: 120 })]
    await expect(preparer.joinClips(clips, options)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(preparer.joinClips(clips, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect((await join(...clips)).read.codecs).toEqual(['avc'])
  })
})
