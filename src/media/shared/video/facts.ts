// What is known of a video before it is sent.

export interface VideoFacts {
  /** Of what would be sent without converting it. */
  readonly sizeBytes: number
  /** As displayed: upright, pixels square. */
  readonly width: number
  readonly height: number
  readonly durationMs: number
  /** By which the stored frames are turned, clockwise. */
  readonly rotation: 0 | 90 | 180 | 270
  /** On average over its beginning; 0 for a single frame. */
  readonly framesPerSecond: number
  /** As WebCodecs and `canPlayType` name them; undefined where they are not known. */
  readonly videoCodec: string | undefined
  /** Undefined also without sound. */
  readonly audioCodec: string | undefined
  readonly hasSound: boolean
  /** Bits a second; 0 without sound. */
  readonly soundBitrate: number
  /** Every browser of the last years plays it: H.264, with AAC or without sound. */
  readonly playsEverywhere: boolean
  /** This browser decodes its frames, and its sound where it has some. */
  readonly decodes: boolean
  /** The sound can be taken over as it is. */
  readonly soundIsAac: boolean
}
