// Videos encoded anew, cut and muted, in a real browser.

import { describe, expect, it } from 'vitest'
// Both are loaded by the worker too: named here, the test server prepares them before the tests and not in the middle.
import '@mediabunny/aac-encoder'
import type { MediaStage } from '../../src/messenger/ports.ts'
import { indexOfText, join } from './bytes.ts'
import { play, prepare, preparer, readVideo, scratchFiles, sizeOf } from './in-browser.ts'
import { recordVideo } from './recordings.ts'

describe('a video that is encoded anew', () => {
  it('becomes H.264 and AAC in MP4, smaller, with its sound and without its tags', async () => {
    const file = await recordVideo({ codec: 'vp9', sound: 'opus', container: 'webm', bitrate: 12_000_000 })
    const outlook = await preparer.inspectVideo(file)
    expect(outlook.facts).toMatchObject({
      width: 320,
      height: 240,
      hasSound: true,
      playsEverywhere: false,
      decodes: true,
    })
    expect(outlook.facts.videoCodec).toMatch(/^vp09/)
    expect(outlook.at.standard).toMatchObject({ encoding: 'converted', plays: 'everywhere' })
    expect(outlook.at.original).toMatchObject({ encoding: 'kept', plays: 'perhaps' })
    const { media, bytes } = await prepare(file, 'standard')
    expect(media).toMatchObject({ kind: 'video', mime: 'video/mp4', width: 320, height: 240 })
    const read = await readVideo(bytes)
    expect(read).toMatchObject({ codecs: ['avc', 'aac'], tags: [] })
    expect(Math.abs(read.durationMs - 1000)).toBeLessThan(60)
    expect(bytes.length).toBeLessThan(file.length)
    expect(indexOfText(bytes, 'Secret')).toBe(-1)
    expect(indexOfText(bytes, 'moov')).toBeLessThan(100)
    expect(await sizeOf(media.poster?.bytes ?? new Uint8Array(), 'image/webp')).toEqual([320, 240])
    expect(await play(bytes)).toMatchObject({ width: 320, height: 240 })
  })

  it('of an unknown length of frames keeps the time of each', async () => {
    const times = [0, 0.033, 0.4, 0.45, 1.2]
    const file = await recordVideo({
      frames: 5,
      timeOf: (frame) => times[frame] ?? 2,
      bitrate: 20_000_000,
      width: 640,
      height: 480,
    })
    const { bytes } = await prepare(file, 'standard', { trim: { startMs: 0, endMs: 60_000 } })
    const [picture] = (await readVideo(bytes)).tracks
    for (const [index, time] of times.entries()) {
      expect(Math.abs((picture?.packets[index]?.time ?? 0) - time * 1000)).toBeLessThan(2)
    }
    expect(picture?.packets).toHaveLength(5)
  })

  it('that begins before zero is shown from zero on', async () => {
    const file = await recordVideo({ timeOf: (frame) => frame / 30 - 0.5, bitrate: 8_000_000 })
    for (const quality of ['standard', 'original'] as const) {
      const { media, bytes } = await prepare(file, quality)
      expect(media.durationMs).toBeLessThanOrEqual(1000)
      expect(await play(bytes)).toMatchObject({ width: 320, height: 240 })
    }
  })

  it.each([
    [0, 320, 240, [80, 60]],
    [90, 240, 320, [180, 80]],
    [180, 320, 240, [240, 180]],
    [270, 240, 320, [60, 240]],
  ] as const)('turned by %i degrees is upright', async (rotation, width, height, white) => {
    const file = await recordVideo({ rotation, bitrate: 8_000_000, frames: 15 })
    const { media, bytes } = await prepare(file, 'standard')
    expect(media).toMatchObject({ width, height })
    const shown = await play(bytes)
    expect(shown).toMatchObject({ width, height })
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    context?.drawImage(shown.element, 0, 0)
    const brightness = ([x, y]: readonly [number, number]) => context?.getImageData(x, y, 1, 1).data[0] ?? 0
    expect(brightness(white)).toBeGreaterThan(200)
    expect(brightness([width - white[0], height - white[1]])).toBeLessThan(160)
  })

  it('becomes larger where it would not play everywhere as it is', async () => {
    const file = await recordVideo({ codec: 'vp9', container: 'webm', bitrate: 20_000, frames: 60 })
    expect((await preparer.inspectVideo(file)).at.standard).toMatchObject({
      encoding: 'converted',
      plays: 'everywhere',
    })
    const { bytes } = await prepare(file, 'standard')
    expect((await readVideo(bytes)).codecs).toEqual(['avc'])
    expect(bytes.length).toBeGreaterThan(file.length)
  })

  it('is kept where that would not make it smaller', async () => {
    const response = await fetch(new URL('../fixtures/clip.mp4', import.meta.url))
    const file = new Uint8Array(await response.arrayBuffer())
    expect((await preparer.inspectVideo(file)).at.hd).toMatchObject({ encoding: 'kept' })
    const { bytes } = await prepare(file, 'hd')
    expect(bytes.length).toBeLessThanOrEqual(file.length)
    expect((await readVideo(bytes)).tracks).toEqual((await readVideo(file)).tracks)
  })

  it('cannot be, when its frames are damaged, and can still be sent as it is', async () => {
    const file = await recordVideo({ bitrate: 8_000_000 })
    const from = indexOfText(file, 'mdat') + 8
    // Units of a type that is forbidden, as long as the frames.
    const damaged = join(file.subarray(0, from), new Uint8Array(20_000).fill(0xff), file.subarray(from + 20_000))
    await expect(prepare(damaged, 'standard')).rejects.toMatchObject({ name: 'MediaError', code: 'not-converted' })
    const { media } = await prepare(damaged, 'original')
    expect(media).toMatchObject({ kind: 'video', width: 320, height: 240 })
  })
})

describe('a part of a video', () => {
  const part = { trim: { startMs: 700, endMs: 1300 } }

  it('begins and ends with the frames that were chosen', async () => {
    const file = await recordVideo({ frames: 60, sound: 'aac' })
    const { media, bytes } = await prepare(file, 'standard', part)
    const { codecs, durationMs, tracks } = await readVideo(bytes)
    expect(codecs).toEqual(['avc', 'aac'])
    expect(tracks[0]?.packets.length).toBeGreaterThanOrEqual(17)
    expect(tracks[0]?.packets.length).toBeLessThanOrEqual(19)
    expect(Math.abs(durationMs - 600)).toBeLessThan(80)
    expect(Math.abs((media.durationMs ?? 0) - 600)).toBeLessThan(80)
    expect((await preparer.inspectVideo(file, { video: part })).at.standard).toMatchObject({ durationMs: 600 })
  })

  it('begins with a whole frame inside where its encoding is kept, and holds nothing from outside', async () => {
    // A frame that needs no other comes every half second.
    const file = await recordVideo({ frames: 60, sound: 'aac' })
    const { bytes } = await prepare(file, 'original', part)
    const { tracks, durationMs } = await readVideo(bytes)
    expect(tracks[0]?.packets[0]).toMatchObject({ type: 'key' })
    expect(tracks[0]?.packets).toHaveLength(9)
    expect(Math.abs(durationMs - 300)).toBeLessThan(40)
    const before = await readVideo(file)
    const inside = before.tracks[0]?.packets.slice(30, 39).map((packet) => packet.bytes)
    expect(tracks[0]?.packets.map((packet) => packet.bytes)).toEqual(inside)
    expect(await play(bytes)).toMatchObject({ width: 320, height: 240 })
  })

  it('is refused where no frame in it needs no other and its encoding is kept', async () => {
    const file = await recordVideo({ frames: 60 })
    const video = { trim: { startMs: 550, endMs: 900 } }
    await expect(preparer.prepare(file, { quality: 'original', video })).rejects.toMatchObject({
      code: 'not-cut',
      asFile: false,
    })
  })

  it('begins at the next frame that needs no other where its encoding is kept; its still stays the chosen one', async () => {
    const file = await recordVideo({ frames: 60 })
    const cut = await prepare(file, 'original', { trim: { startMs: 800, endMs: 1900 }, posterMs: 300 })
    expect((await readVideo(cut.bytes)).durationMs).toBeLessThan(1000)
    const whole = await prepare(file, 'original', { posterMs: 1100 })
    const still = whole.media.poster?.bytes
    expect(still).toBeDefined()
    expect(cut.media.poster?.bytes).toEqual(still)
    expect((await prepare(file, 'original', { posterMs: 1300 })).media.poster?.bytes).not.toEqual(still)
  })

  it('is refused where the file goes out as it is, rather than sent whole; so is one without its sound', async () => {
    const file = await recordVideo()
    for (const video of [{ trim: { startMs: 100, endMs: 300 } }, { mute: true }]) {
      const whole = preparer.prepare(file, { quality: 'file', video })
      await expect(whole).rejects.toMatchObject({ name: 'MediaError', code: 'unsupported', asFile: false })
    }
  })

  it.each([
    { startMs: 900, endMs: 300 },
    { startMs: 9000, endMs: 9900 },
    { startMs: Number.NaN, endMs: 300 },
  ])('is refused when it is empty: %o', async (trim) => {
    const file = await recordVideo()
    for (const quality of ['standard', 'original'] as const) {
      const prepared = preparer.prepare(file, { quality, video: { trim } })
      await expect(prepared).rejects.toMatchObject({ name: 'MediaError', code: 'not-converted' })
    }
  })

  it('shows the moment in its still that was chosen', async () => {
    const file = await recordVideo({ frames: 60 })
    const stills = [100, 900, 900].map((posterMs) => prepare(file, 'original', { posterMs }))
    const [early, late, again] = (await Promise.all(stills)).map(({ media }) => media.poster?.bytes)
    expect(late).toEqual(again)
    expect(early).not.toEqual(late)
    expect((await prepare(file, 'original', { posterMs: 99_999 })).media.poster).toBeDefined()
  })
})

describe('what would become of a video in another container', () => {
  it('is told without writing anything: how long, how large, and without its sound', async () => {
    const file = await recordVideo({ codec: 'vp9', sound: 'opus', container: 'webm', bitrate: 8_000_000 })
    const before = await scratchFiles()
    const [whole, muted] = await Promise.all([
      preparer.inspectVideo(file),
      preparer.inspectVideo(file, { video: { mute: true } }),
    ])
    expect(await scratchFiles()).toEqual(before)
    expect(Math.abs(whole.facts.durationMs - 1000)).toBeLessThan(60)
    expect(whole.facts).toMatchObject({ width: 320, height: 240, hasSound: true, sizeBytes: file.length })
    expect(muted.facts).toMatchObject({ hasSound: false })
    expect(muted.at.original.sizeBytes).toBeLessThan(whole.at.original.sizeBytes)
  })
})

describe('a muted video', () => {
  it.each(['standard', 'original'] as const)('has no sound left in it, in %s', async (quality) => {
    const file = await recordVideo({ sound: 'opus', container: 'mkv', bitrate: 8_000_000 })
    const { bytes } = await prepare(file, quality, { mute: true })
    const { codecs } = await readVideo(bytes)
    expect(codecs).toEqual(['avc'])
    expect(bytes.length).toBeLessThan(file.length)
  })
})

describe('on the way', () => {
  it('says how much is done: of all, of its time, and in bytes', async ({ annotate }) => {
    const file = await recordVideo({ frames: 45, width: 640, height: 360, bitrate: 10_000_000 })
    const longTasks: number[] = []
    const observer = new PerformanceObserver((list) =>
      longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    )
    observer.observe({ type: 'longtask' })
    const steps: number[] = []
    const stages: MediaStage[] = []
    const media = await preparer.prepare(file, {
      quality: 'standard',
      onProgress(fraction, stage) {
        steps.push(fraction)
        if (stage !== undefined) stages.push(stage)
      },
    })
    await media.close()
    observer.disconnect()
    await annotate(`tasks of the page over 50 ms meanwhile: ${JSON.stringify(longTasks)}`)
    expect(steps.at(-1)).toBe(1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const converted = stages.filter((stage) => stage.kind === 'convert')
    expect(converted.length).toBeGreaterThan(3)
    expect(converted.at(-1)?.doneMs).toBeGreaterThan(1400)
    expect(converted.at(-1)?.writtenBytes).toBeGreaterThan(0)
  })

  it('looks at another video meanwhile', async () => {
    const file = await recordVideo({ frames: 60, width: 640, height: 360, bitrate: 10_000_000 })
    const controller = new AbortController()
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    const onProgress = (_: number, stage?: MediaStage) => stage?.kind === 'convert' && resolve()
    const converting = preparer.prepare(file, { quality: 'standard', signal: controller.signal, onProgress })
    const ended = converting.catch((error: unknown) => error)
    await begun
    expect((await preparer.inspectVideo(file)).kind).toBe('outlook')
    controller.abort()
    expect(await ended).toMatchObject({ code: 'cancelled' })
  })

  it.each(['read', 'convert'] as const)('is ended while it is to %s, and leaves nothing behind', async (kind) => {
    const file = await recordVideo({ codec: 'vp9', container: 'webm', sound: 'opus', bitrate: 8_000_000 })
    const controller = new AbortController()
    const onProgress = (_: number, stage?: MediaStage) => stage?.kind === kind && controller.abort()
    const prepared = preparer.prepare(file, { quality: 'standard', signal: controller.signal, onProgress })
    await expect(prepared).rejects.toMatchObject({ code: 'cancelled' })
    // The worker goes on with the next file, and what was left is removed after that.
    const next = await preparer.prepare(await recordVideo({ frames: 5 }), { quality: 'original' })
    await next.close()
    await expect.poll(scratchFiles).toEqual([])
  })
})

describe('scratch files', () => {
  it('are there until the video was sealed, and hold nothing that can be read', async () => {
    const file = await recordVideo({ bitrate: 8_000_000 })
    const media = await preparer.prepare(file, { quality: 'standard' })
    const [path = ''] = await scratchFiles()
    const [folder = '', name = ''] = path.split('/')
    const root = await navigator.storage.getDirectory()
    const handle = await (await root.getDirectoryHandle('media-scratch')).getDirectoryHandle(folder)
    const stored = await (await handle.getFileHandle(name)).getFile()
    expect(stored.size).toBeGreaterThan(media.sizeBytes)
    expect(indexOfText(new Uint8Array(await stored.arrayBuffer()), 'moov')).toBe(-1)
    await media.close()
    await media.close()
    await expect.poll(scratchFiles).toEqual([])
  })

  it('of a tab that ended are removed at the next start, those of a tab that lives are not', async () => {
    const { browserMediaPreparer } = await import('../../src/media/client/browser-media.ts')
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('media-scratch', { create: true })
    for (const tab of ['ended', 'living']) {
      await (await root.getDirectoryHandle(tab, { create: true })).getFileHandle('1-1', { create: true })
    }
    const { promise: end, resolve } = Promise.withResolvers<void>()
    const living = navigator.locks.request('safelight-media-scratch-living', () => end)
    const another = browserMediaPreparer()
    await (await another.prepare(await recordVideo({ frames: 3 }), { quality: 'original' })).close()
    await expect.poll(scratchFiles).toEqual(['living/1-1'])
    resolve()
    await living
    await root.removeEntry('living', { recursive: true })
  })
})
