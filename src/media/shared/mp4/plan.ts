// The file that is sent, without writing it anywhere: a new head (`ftyp`, `moov`, the header of `mdat`), then the samples
// of the kept tracks, read from the source where they lie. Whatever lies between them never leaves: other tracks, free
// space, data after the film. So a video of any size needs no second copy and no memory but that of its tables.
//
//   source   [ftyp][mdat  v1 a1 DATA v2 a2 ...][moov with position, title, dates]
//   sent     [ftyp][moov of v and a][mdat  v1 a1 v2 a2 ...]

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { u32s, u64s } from './box.ts'
import { isQuarterTurn } from './matrix.ts'
import type { Movie } from './track.ts'
import { writeFileType, writeMovieBox } from './writer.ts'

/** Plain data, so that a worker can hand it over. */
export interface VideoPlan {
  /** 0 where there is only sound. */
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly sizeBytes: number
  readonly head: Uint8Array
  /** Stretches of the source, in the order in which they follow the head. */
  readonly starts: Float64Array
  readonly sizes: Float64Array
  /** What is overwritten in the file that is sent: start, size and escapes of each stretch, in ascending order. */
  readonly blanks?: Float64Array
}

interface Chunk {
  readonly track: number
  readonly index: number
  readonly start: number
  readonly size: number
}

/** At the end of the head. */
export const mdatHeaderBytes = 16

/** @throws MediaError `damaged` when samples lie outside of the source or on one another, `too-large` */
export function planVideo(movie: Movie, sourceBytes: number): VideoPlan {
  const count = movie.tracks.reduce((sum, track) => sum + track.chunks.starts.length, 0)
  if (count > mediaLimits.chunks) throw new MediaError('too-large')
  const chunks = movie.tracks.flatMap(({ chunks: { starts, sizes } }, track) =>
    starts.map((start, index): Chunk => ({ track, index, start, size: sizes[index] ?? 0 })),
  )
  chunks.sort((a, b) => a.start - b.start)
  checkChunks(chunks, sourceBytes)

  const dataBytes = chunks.reduce((sum, chunk) => sum + chunk.size, 0)
  const fileType = writeFileType(movie)
  const empty = movie.tracks.map(({ chunks: { starts } }) => Array.from(starts, () => 0))
  const wide = dataBytes + writeMovieBox(movie, empty, true).length > 0xffff_0000
  const headBytes = fileType.length + writeMovieBox(movie, empty, wide).length + mdatHeaderBytes

  const offsets = empty
  let at = headBytes
  for (const { track, index, size } of chunks) {
    const own = offsets[track]
    if (own !== undefined) own[index] = at
    at += size
  }
  if (at > mediaLimits.videoBytes) throw new MediaError('too-large')

  const head = new Uint8Array(headBytes)
  head.set(fileType)
  head.set(writeMovieBox(movie, offsets, wide), fileType.length)
  // The size is written in its long form always, so that the head has one length.
  head.set([...u32s(1), 0x6d, 0x64, 0x61, 0x74, ...u64s(mdatHeaderBytes + dataBytes)], headBytes - mdatHeaderBytes)
  return { ...display(movie), sizeBytes: at, head, ...stretches(chunks) }
}

function checkChunks(chunks: readonly Chunk[], sourceBytes: number): void {
  let end = 0
  for (const { start, size } of chunks) {
    if (start < end || start + size > sourceBytes || !Number.isSafeInteger(start + size)) {
      throw new MediaError('damaged')
    }
    end = start + size
  }
  if (end === 0) throw new MediaError('damaged')
}

/** Chunks that touch in the source are one stretch: usually the whole film is a few. */
function stretches(chunks: readonly Chunk[]): { readonly starts: Float64Array; readonly sizes: Float64Array } {
  const starts: number[] = []
  const sizes: number[] = []
  for (const { start, size } of chunks) {
    const last = starts.length - 1
    if (last >= 0 && (starts[last] ?? 0) + (sizes[last] ?? 0) === start) sizes[last] = (sizes[last] ?? 0) + size
    else if (size > 0) {
      starts.push(start)
      sizes.push(size)
    }
  }
  return { starts: Float64Array.from(starts), sizes: Float64Array.from(sizes) }
}

function display(movie: Movie): { readonly width: number; readonly height: number; readonly durationMs: number } {
  const units = Math.max(...movie.tracks.map((track) => track.movieDuration))
  const durationMs = Math.round((units * 1000) / movie.timescale)
  const video = movie.tracks.find(({ kind }) => kind === 'video')
  if (video === undefined) return { width: 0, height: 0, durationMs }
  if (video.width === 0 || video.height === 0) throw new MediaError('damaged')
  const { width, height } = isQuarterTurn(video.matrix) ? { width: video.height, height: video.width } : video
  if (width > mediaLimits.side || height > mediaLimits.side) throw new MediaError('too-large')
  return { width, height, durationMs }
}
