// What would become of a video at each quality, said before anything is sent.

import type { VideoFacts } from './facts.ts'
import type { VideoQuality } from './target.ts'

export interface VideoOutlook {
  readonly kind: 'outlook'
  readonly facts: VideoFacts
  readonly at: Readonly<Record<VideoQuality, QualityOutlook>>
}

export interface QualityOutlook {
  /** `kept`: sent in its own encoding and size. */
  readonly encoding: 'kept' | 'converted'
  /** About; exact where it is sent whole and kept. */
  readonly sizeBytes: number
  readonly width: number
  readonly height: number
  readonly durationMs: number
  /** `perhaps`: it is kept in an encoding that not every browser plays, HEVC for example. */
  readonly plays: 'everywhere' | 'perhaps'
}
