// Looks through the picture of a film that is going to be sent for what is to be overwritten when it is read. Of large units
// only the first bytes are read.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { throwIfAborted } from '../classify.ts'
import type { ByteSource } from '../source.ts'
import { boxesOf, need } from './box.ts'
import { readMovieHead } from './movie.ts'
import type { VideoPlan } from './plan.ts'
import { mdatHeaderBytes } from './plan.ts'
import { plannedSource } from './read-plan.ts'
import { readChunkSamples } from './sample-table.ts'
import { unitFormatsOf } from './sample-entry.ts'
import type { UnitFormat } from './user-data.ts'
import { blanksIn } from './user-data.ts'

interface ScanOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** The same plan, with its blanks. @throws MediaError `damaged`, `too-large`, `cancelled`, `unreadable` */
export async function blankUserData(
  plan: VideoPlan,
  source: ByteSource,
  { signal, onProgress }: ScanOptions = {},
): Promise<VideoPlan> {
  const { tracks } = readMovieHead(
    need(boxesOf(plan.head.subarray(0, plan.head.length - mdatHeaderBytes)), 'moov'),
    plan.width === 0 ? 'sound' : 'picture',
  )
  const stbl = tracks[0]?.stbl ?? []
  const formats = unitFormatsOf(need(stbl, 'stsd'))
  if (formats.every((format) => format === undefined)) return plan

  const film = filmReader(plannedSource(plan, source))
  const blanks: number[] = []
  for (const { start, description, sizes } of readChunkSamples(stbl, undefined)) {
    const format = formats[description - 1]
    if (format === undefined) continue
    let at = start
    for (const size of sizes) {
      for (let unit = at; unit + format.lengthBytes + format.headerBytes <= at + size;) {
        if (!film.has(unit, unit + format.lengthBytes + format.headerBytes)) {
          throwIfAborted(signal)
          onProgress?.(unit / plan.sizeBytes)
          await film.load(unit, 0)
        }
        const begin = unit + format.lengthBytes
        const end = Math.min(at + size, begin + film.number(unit, format.lengthBytes))
        if (isLookedAt(film.bytes(begin, begin + 1), format)) {
          if (end - begin > mediaLimits.userDataBytes) throw new MediaError('damaged')
          if (!film.has(begin, end)) await film.load(begin, end - begin)
          for (const blank of blanksIn(film.bytes(begin, end), format)) {
            blanks.push(begin + blank.start, blank.size, blank.escapes)
          }
          if (blanks.length > 3 * mediaLimits.blanks) throw new MediaError('too-large')
        }
        unit = end
      }
      at += size
    }
  }
  return blanks.length === 0 ? plan : { ...plan, blanks: Float64Array.from(blanks) }
}

function isLookedAt([header = 0]: Uint8Array, format: UnitFormat): boolean {
  const type = format.typeOf(header)
  return format.messages.has(type) || format.isPrivate(type)
}

/** Holds one part of the film, so that small units cost no read each. */
function filmReader(film: ByteSource) {
  let start = 0
  let held: Uint8Array = new Uint8Array()
  const bytes = (from: number, to: number) => held.subarray(from - start, to - start)
  return {
    has: (from: number, to: number) => from >= start && to <= start + held.length,
    bytes,
    number: (from: number, width: number) => bytes(from, from + width).reduce((sum, byte) => sum * 256 + byte, 0),
    async load(from: number, length: number) {
      held = await film.read(from, Math.min(film.sizeBytes, from + Math.max(length, mediaLimits.scanBytes)))
      start = from
    },
  }
}
