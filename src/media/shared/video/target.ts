// What becomes of a video at a quality, and how large that will be. Pure, so that the size can be said before.

import type { VideoEdits } from '../../../messenger/ports.ts'
import type { VideoFacts } from './facts.ts'

export type VideoQuality = 'standard' | 'hd' | 'original'

export interface Target {
  readonly width: number
  readonly height: number
  readonly videoBitrate: number
  readonly audioBitrate: number
}

interface Bounds {
  readonly longEdge: number
  readonly shortEdge: number
  readonly videoBitrate: number
}

/** Speech and music are both good at this in stereo. */
const audioBitrate = 128_000

const bounds: Readonly<Record<Exclude<VideoQuality, 'original'>, Bounds>> = {
  standard: { longEdge: 1280, shortEdge: 720, videoBitrate: 2_500_000 },
  hd: { longEdge: 1920, shortEdge: 1080, videoBitrate: 6_000_000 },
}
/** Smaller pictures get less, but not by as much as they have fewer pixels: those compress worse. */
const shareExponent = 0.75
const leastBitrate = 100_000
/** A video this little over the target is sent as it is: encoding it again would lose more than it saves. */
const tolerance = 1.25
/** What the container adds. */
const overhead = 1.01

/** How a video would be encoded anew; undefined when it already is what was asked for, or better left alone. */
export function targetOf(facts: VideoFacts, quality: VideoQuality, { trim }: VideoEdits = {}): Target | undefined {
  if (quality === 'original') return undefined
  const { longEdge, shortEdge, videoBitrate: full } = bounds[quality]
  const { width, height, durationMs, sizeBytes } = facts
  const factor = Math.min(1, longEdge / Math.max(width, height), shortEdge / Math.min(width, height))
  const size = { width: even(width * factor), height: even(height * factor) }
  const share = ((size.width * size.height) / (longEdge * shortEdge)) ** shareExponent
  const sourceBitrate = durationMs > 0 ? (sizeBytes * 8000) / durationMs : Infinity
  const fits = factor === 1 && sourceBitrate <= (full * share + audioBitrate) * tolerance
  // Cut to the frame only by encoding; without that it would begin elsewhere.
  if (fits && facts.playsEverywhere && trim === undefined) return undefined
  // More bits than the source has for these pixels would not make it better.
  const sourceVideo = Math.max(leastBitrate, sourceBitrate - facts.soundBitrate)
  const enough = sourceVideo * ((size.width * size.height) / (width * height)) ** shareExponent
  return { ...size, videoBitrate: Math.round(Math.min(full * share, enough)), audioBitrate }
}

/** Bytes of what will be sent. `target`: undefined when it is sent in its own encoding. No more than the source, where that plays everywhere. */
export function estimateBytes(facts: VideoFacts, target: Target | undefined, edits: VideoEdits = {}): number {
  const durationMs = editedDurationMs(facts, edits)
  const kept = facts.durationMs > 0 ? (facts.sizeBytes * durationMs) / facts.durationMs : facts.sizeBytes
  if (target === undefined) return Math.round(kept)
  const encodedSound = facts.soundIsAac ? facts.soundBitrate : target.audioBitrate
  const sound = facts.hasSound && edits.mute !== true ? encodedSound : 0
  const encoded = (((target.videoBitrate + sound) * durationMs) / 8000) * overhead
  return Math.round(facts.playsEverywhere ? Math.min(kept, encoded) : encoded)
}

export function editedDurationMs({ durationMs }: VideoFacts, { trim }: VideoEdits): number {
  if (trim === undefined) return durationMs
  return Math.max(0, Math.min(trim.endMs, durationMs) - Math.max(0, trim.startMs))
}

/** Encoders of H.264 take even sides only. */
function even(pixels: number): number {
  return Math.max(2, 2 * Math.ceil(pixels / 2 - 0.5))
}
