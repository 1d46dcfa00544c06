// One track of a video, in the terms in which it is written again.

/** Where samples lie in the source: a run of whole samples without a gap. Plain numbers, because there may be millions. */
export interface Chunks {
  readonly starts: readonly number[]
  readonly sizes: readonly number[]
}

export interface Track {
  readonly kind: 'video' | 'audio'
  /** Units a second of `durationUnits` and of the sample tables. */
  readonly timescale: number
  readonly durationUnits: number
  /** Units of the movie's timescale. */
  readonly movieDuration: number
  /** The nine numbers of the transformation matrix. */
  readonly matrix: Uint8Array
  /** A complete `edts` box. */
  readonly edits: Uint8Array | undefined
  /** A complete, sanitized `stsd` box. */
  readonly descriptions: Uint8Array
  /** Pixels as stored, with pixels made square; 0 for sound. */
  readonly width: number
  readonly height: number
  /** Complete boxes of the sample tables, but for chunk offsets. */
  readonly tables: readonly Uint8Array[]
  readonly chunks: Chunks
}

export interface Movie {
  readonly timescale: number
  /** Video first. */
  readonly tracks: readonly Track[]
  /** Sound is described in QuickTime's own way. */
  readonly quickTime: boolean
}
