// A still of a video, from a frame that the platform decodes. Where it cannot (HEVC in many browsers), the video goes
// without one.

import type { CanvasSink, Input } from 'mediabunny'
import type { Picture } from '../shared/prepared.ts'
import type { ByteSource } from '../shared/source.ts'
import { mediaLimits } from '../limits.ts'
import { encode, fitEdge, thumbhashOf } from './picture.ts'

/** Films often begin in black. */
const preferredSeconds = 0.5
const posterQuality = { webp: 0.8, jpeg: 0.82 }
/** Packets around one moment, and the indexes. */
const cacheBytes = 8 * 1024 * 1024

export interface Seen {
  readonly poster?: Picture
  readonly thumbhash?: Uint8Array
}

/** `atMs`: which moment it shows; else one near the beginning. */
export async function decodePoster(video: ByteSource, atMs?: number): Promise<Seen> {
  if (!('VideoDecoder' in globalThis)) return {}
  const mediabunny = await import('mediabunny').catch(() => undefined)
  if (mediabunny === undefined) return {}
  const input = new mediabunny.Input({
    source: new mediabunny.CustomSource({
      getSize: () => video.sizeBytes,
      read: (start, end) => video.read(start, end),
      maxCacheSize: cacheBytes,
      prefetchProfile: 'fileSystem',
    }),
    formats: [mediabunny.MP4],
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Seen>((resolve) => {
    timer = setTimeout(() => resolve({}), mediaLimits.posterTimeoutMs)
  })
  try {
    return await Promise.race([late, decodeFrame(input, mediabunny.CanvasSink, atMs)])
  } catch {
    return {}
  } finally {
    clearTimeout(timer)
    input.dispose()
  }
}

async function decodeFrame(input: Input, Sink: typeof CanvasSink, atMs: number | undefined): Promise<Seen> {
  const track = await input.getPrimaryVideoTrack()
  if (track === null || !(await track.canDecode())) return {}
  const display = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() }
  const sink = new Sink(track, { ...fitEdge(display, mediaLimits.posterEdge), fit: 'fill' })
  const first = await track.getFirstTimestamp()
  const length = (await track.computeDuration()) - first
  const wanted = atMs === undefined ? Math.min(preferredSeconds, length / 2) : Math.min(atMs / 1000, length)
  const frame = await sink.getCanvas(first + wanted)
  if (frame === null || !(frame.canvas instanceof OffscreenCanvas)) return {}
  return { poster: await encode(frame.canvas, posterQuality), thumbhash: thumbhashOf(frame.canvas) }
}
