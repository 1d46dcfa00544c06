// A still of a video, from a frame that the platform decodes. Where it cannot (HEVC in many browsers), the video goes
// without one.

import type { Poster } from '../shared/prepared.ts'
import type { ByteSource } from '../shared/source.ts'
import { mediaLimits } from '../limits.ts'
import { encode, fitEdge, thumbhashOf } from './picture.ts'

/** Films often begin in black. */
const preferredSeconds = 0.5
const posterQuality = { webp: 0.8, jpeg: 0.82 }
/** Packets around one moment, and the indexes. */
const cacheBytes = 8 * 1024 * 1024

export interface Seen {
  readonly poster?: Poster
  readonly thumbhash?: Uint8Array
}

export async function decodePoster(video: ByteSource): Promise<Seen> {
  if (!('VideoDecoder' in globalThis)) return {}
  const { CanvasSink, CustomSource, Input, MP4 } = await import('mediabunny')
  const input = new Input({
    source: new CustomSource({
      getSize: () => video.sizeBytes,
      read: (start, end) => video.read(start, end),
      maxCacheSize: cacheBytes,
      prefetchProfile: 'fileSystem',
    }),
    formats: [MP4],
  })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (track === null || !(await track.canDecode())) return {}
    const display = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() }
    const sink = new CanvasSink(track, { ...fitEdge(display, mediaLimits.posterEdge), fit: 'fill' })
    const first = await track.getFirstTimestamp()
    const length = (await track.computeDuration()) - first
    const frame = await sink.getCanvas(first + Math.min(preferredSeconds, length / 2))
    if (frame === null || !(frame.canvas instanceof OffscreenCanvas)) return {}
    return { poster: await encode(frame.canvas, posterQuality), thumbhash: thumbhashOf(frame.canvas) }
  } catch {
    return {}
  } finally {
    input.dispose()
  }
}
