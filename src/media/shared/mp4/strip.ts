// From an MP4 or MOV file to the plan of one without metadata. Reads headers and the table of contents only.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { throwIfAborted } from '../classify.ts'
import type { ByteSource } from '../source.ts'
import { boxHeaderBytes, fourCc, largeBoxHeaderBytes, viewOf } from './box.ts'
import { createFragmentReader } from './fragments.ts'
import type { Wanted } from './movie.ts'
import { listedRuns, readFragmentedMovie, readMovie, readMovieHead } from './movie.ts'
import type { VideoPlan } from './plan.ts'
import { planVideo } from './plan.ts'

export interface StripOptions {
  readonly wanted?: Wanted
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

interface TopBox {
  readonly type: string
  readonly start: number
  readonly bodyStart: number
  /** May lie beyond the end of a file that was cut off. */
  readonly end: number
}

/** @throws MediaError `damaged`, `unsupported`, `too-large`, `cancelled`, `unreadable` */
export async function stripVideo(source: ByteSource, options: StripOptions = {}): Promise<VideoPlan> {
  const boxes = await topBoxes(source, options)
  const moovBox = boxes.find(({ type }) => type === 'moov')
  if (moovBox === undefined) throw new MediaError('damaged')
  const head = readMovieHead(await body(source, moovBox), options.wanted)
  if (head.defaults === undefined) return planVideo(readMovie(head), source.sizeBytes)

  const listed = listedRuns(head)
  const fragments = createFragmentReader(head.defaults, listed, source.sizeBytes)
  for (const each of boxes) {
    if (each.type !== 'moof') continue
    throwIfAborted(options.signal)
    fragments.add(await body(source, each), each.start)
    options.onProgress?.(each.end / source.sizeBytes)
  }
  const gathered = fragments.finish()
  const hasFragments = [...gathered].some(([id, { chunks }]) => chunks.starts.length > (listed.get(id)?.length ?? 0))
  // Some writers announce fragments and then write a plain file.
  const movie = hasFragments ? readFragmentedMovie(head, gathered) : readMovie(head)
  return planVideo(movie, source.sizeBytes)
}

async function topBoxes(source: ByteSource, { signal }: StripOptions): Promise<TopBox[]> {
  const boxes: TopBox[] = []
  for (let at = 0; at + boxHeaderBytes <= source.sizeBytes;) {
    throwIfAborted(signal)
    const header = await source.read(at, Math.min(at + largeBoxHeaderBytes, source.sizeBytes))
    const view = viewOf(header, boxHeaderBytes)
    const small = view.getUint32(0)
    const headerBytes = small === 1 ? largeBoxHeaderBytes : boxHeaderBytes
    const size = small === 1 ? Number(viewOf(header, 16).getBigUint64(8)) : small === 0 ? source.sizeBytes - at : small
    if (size < headerBytes) {
      // Zeros or other remains after a complete film are ignored; without one they are damage.
      if (boxes.some(({ type }) => type === 'moov')) break
      throw new MediaError('damaged')
    }
    boxes.push({ type: fourCc(header, 4), start: at, bodyStart: at + headerBytes, end: at + size })
    if (boxes.length > 2 * mediaLimits.fragments) throw new MediaError('too-large')
    at += size
  }
  return boxes
}

async function body(source: ByteSource, { bodyStart, end }: TopBox): Promise<Uint8Array> {
  if (end > source.sizeBytes) throw new MediaError('damaged')
  if (end - bodyStart > mediaLimits.movieBoxBytes) throw new MediaError('too-large')
  return await source.read(bodyStart, end)
}
