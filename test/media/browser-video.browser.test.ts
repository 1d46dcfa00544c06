// Videos in a real browser: its decoder for the still, its recorder, its player.

// The worker loads mediabunny too: named here, the test server prepares it before the tests and not in the middle.
import { BufferSource, Input, MP4 } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { indexOfText, latin1 } from './bytes.ts'
import { avc1, film } from './films.ts'
import { expectRefusal, play, prepare, preparer, sizeOf } from './in-browser.ts'

describe('a video', () => {
  it('leaves without metadata, index first, with a still, and plays', async () => {
    const clip = await fetchFixture('clip.mp4')
    expect(indexOfText(clip, 'Secret birthday')).toBeGreaterThan(0)
    const { media, bytes } = await prepare(clip, 'standard')
    expect(media).toMatchObject({ kind: 'video', mime: 'video/mp4', width: 320, height: 240 })
    expect(indexOfText(bytes, 'moov')).toBeLessThan(100)
    for (const secret of ['Secret birthday', '+48.2082', 'xyz', 'udta']) expect(indexOfText(bytes, secret)).toBe(-1)
    expect(await tagsOf(clip)).toContain('title')
    expect(await tagsOf(bytes)).toEqual([])
    expect(media.poster).toMatchObject({ mime: 'image/webp', width: 320, height: 240 })
    expect(await sizeOf(media.poster?.bytes ?? new Uint8Array(), 'image/webp')).toEqual([320, 240])
    expect(media.thumbhash?.length).toBeGreaterThan(4)
    const played = await play(bytes)
    expect(played).toMatchObject({ width: 320, height: 240 })
    expect(Math.abs(played.durationMs - (media.durationMs ?? 0))).toBeLessThan(50)
  })

  it('recorded by this browser becomes an MP4 that states its length', async () => {
    const { media, bytes } = await prepare(await record(), 'standard')
    expect(media).toMatchObject({ kind: 'video', mime: 'video/mp4', width: 160, height: 120 })
    expect(media.durationMs).toBeGreaterThan(200)
    expect(await play(bytes)).toMatchObject({ width: 160, height: 120 })
  })

  it('goes without a still where its frames cannot be decoded', async () => {
    const file = film([{ handler: 'vide', entry: avc1(640, 480), chunks: [[latin1('no frame')]] }])
    const { media } = await prepare(file, 'standard')
    expect(media).toMatchObject({ kind: 'video', width: 640, height: 480 })
    expect(media.poster).toBeUndefined()
    expect(media.thumbhash).toBeUndefined()
  })

  it('is refused when it is cut off', async () => {
    const clip = await fetchFixture('clip.mp4')
    await expectRefusal(clip.subarray(0, clip.length / 2), 'damaged')
  })

  it('reports progress up to the end', async () => {
    const steps: number[] = []
    const media = await preparer.prepare(await fetchFixture('clip.mp4'), {
      quality: 'standard',
      onProgress: (fraction) => steps.push(fraction),
    })
    await media.close()
    expect(steps.at(-1)).toBe(1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })
})

async function fetchFixture(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`../fixtures/${name}`, import.meta.url))
  return new Uint8Array(await response.arrayBuffer())
}

/** As an independent reader finds them. */
async function tagsOf(video: Uint8Array): Promise<string[]> {
  const input = new Input({ source: new BufferSource(video), formats: [MP4] })
  return Object.keys(await input.getMetadataTags())
}

/** Half a second of a moving square. */
async function record(): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = 160
  canvas.height = 120
  const context = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm;codecs=vp9' })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve))
  recorder.start()
  const begun = performance.now()
  await new Promise<void>((resolve) => {
    const step = (now: number) => {
      context?.fillRect((now / 5) % 160, 20, 40, 40)
      if (now - begun < 500) requestAnimationFrame(step)
      else resolve()
    }
    requestAnimationFrame(step)
  })
  recorder.stop()
  await stopped
  return new Blob(parts)
}
