// Voice notes in a real browser, from what recorders of browsers write.

import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { indexOfText, latin1 } from './bytes.ts'
import { play, preparer, readVideo } from './in-browser.ts'
import { recordSound, recordVideo } from './recordings.ts'

async function voice(recording: Uint8Array | Blob) {
  const media = await preparer.prepare(recording, { quality: 'standard', voice: true })
  const bytes = await media.read(0, media.sizeBytes)
  await media.close()
  return { media, bytes }
}

async function expectRefusal(recording: Uint8Array | Blob, code: string): Promise<void> {
  const prepared = preparer.prepare(recording, { quality: 'standard', voice: true })
  await expect(prepared).rejects.toMatchObject({ name: 'MediaError', code })
}

describe('a voice note', () => {
  it.each([
    ['opus', 'webm'],
    ['opus', 'mp4'],
    ['aac', 'mp4'],
    ['aac', 'mkv'],
    ['pcm-f32', 'mkv'],
  ] as const)('recorded as %s in %s becomes AAC in MP4, with its loudness', async (sound, container) => {
    const recording = await recordSound(1.5, { sound, container })
    expect(indexOfText(recording, 'Secret birthday')).toBeGreaterThan(0)
    const { media, bytes } = await voice(recording)
    expect(media).toMatchObject({ kind: 'voice', mime: 'audio/mp4', width: 0, height: 0 })
    expect(media.thumbhash ?? media.poster ?? media.original).toBeUndefined()
    expect(Math.abs((media.durationMs ?? 0) - 1500)).toBeLessThan(80)
    const read = await readVideo(bytes)
    expect(read).toMatchObject({ codecs: ['aac'], tags: [] })
    expect(indexOfText(bytes, 'Secret')).toBe(-1)
    expect(indexOfText(bytes, 'moov')).toBeLessThan(100)
    const bars = [...(media.waveform ?? [])]
    expect(bars).toHaveLength(64)
    expect(Math.max(...bars.slice(2, 28))).toBeLessThan(60)
    expect(Math.min(...bars.slice(36, 62))).toBeGreaterThan(200)
    expect((await play(bytes, 'audio/mp4')).durationMs).toBeGreaterThan(1400)
  })

  it('takes the sound of a video, and no picture', async () => {
    const { media, bytes } = await voice(await recordVideo({ sound: 'opus', container: 'webm', codec: 'vp8' }))
    expect(media.kind).toBe('voice')
    expect((await readVideo(bytes)).codecs).toEqual(['aac'])
  })

  it('recorded by this browser states its length', async () => {
    const { media, bytes } = await voice(await record())
    expect(media.durationMs).toBeGreaterThan(200)
    expect((await play(bytes, 'audio/mp4')).durationMs).toBeLessThan(10_000)
  })

  it('is at most five minutes long', async () => {
    const long = await recordSound(302, { sound: 'pcm-u8', container: 'mkv' })
    await expectRefusal(long, 'too-large')
  })

  it('is refused when there is nothing to hear', async () => {
    await expectRefusal(new Uint8Array(), 'empty')
    await expectRefusal(latin1('this is no recording of anything'), 'not-media')
    await expectRefusal(await recordVideo({ frames: 3 }), 'unsupported')
    const cut = await recordSound(1, { sound: 'aac', container: 'mp4' })
    await expectRefusal(cut.subarray(0, cut.length / 2), 'damaged')
  })

  it('says how much is done, and ends when cancelled', async () => {
    const recording = await recordSound(2)
    const steps: number[] = []
    const media = await preparer.prepare(recording, {
      quality: 'standard',
      voice: true,
      onProgress: (fraction) => steps.push(fraction),
    })
    await media.close()
    expect(steps.at(-1)).toBe(1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const controller = new AbortController()
    const cancelled = preparer.prepare(recording, {
      quality: 'standard',
      voice: true,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  })
})

/** A third of a second of a tone, as `MediaRecorder` writes it. */
async function record(): Promise<Blob> {
  // Pages may not make a sound before somebody touched them.
  await userEvent.click(document.body)
  const context = new AudioContext()
  await context.resume()
  const tone = context.createOscillator()
  const stream = context.createMediaStreamDestination()
  tone.connect(stream)
  tone.start()
  const recorder = new MediaRecorder(stream.stream)
  const parts: Blob[] = []
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  recorder.addEventListener('dataavailable', ({ data }) => {
    parts.push(data)
    if (parts.length === 4 && recorder.state === 'recording') recorder.stop()
  })
  recorder.addEventListener('stop', () => resolve())
  recorder.start(100)
  await stopped
  await context.close()
  return new Blob(parts, { type: recorder.mimeType })
}
