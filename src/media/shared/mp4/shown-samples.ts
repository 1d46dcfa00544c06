// What an edit list shows of a track. Phones that shorten a film without encoding it anew keep all of it, and say which part
// is to be seen: the rest is not sent. A decoder begins at a frame that needs no other, so the frames between the last such
// one and the beginning stay, as does the moment of sound that it needs to settle.
//
//   samples   K . . . K . . . K . . . K . . .
//   shown               [ . . . . ]
//   sent              K . . . K . .

import { MediaError } from '../../../messenger/ports.ts'
import { fourCc, viewOf } from './box.ts'
import type { Box } from './box.ts'
import type { Run } from './fragment-tables.ts'
import { appendRun, emptyTrack, finishTrack } from './fragment-tables.ts'
import type { ListedRun } from './listed-runs.ts'
import { readListedRuns } from './listed-runs.ts'
import type { Track } from './track.ts'

/** Less than this at either end is what encoders leave there: delay, padding, a sound that is a little longer. */
const slackSeconds = 0.2
/** Of sound in front of what is heard. Opus asks for 80 ms, AAC for one frame. */
const settleSeconds = 0.1
const normalRate = 0x1_0000

interface ShownOf {
  readonly kind: Track['kind']
  readonly stbl: readonly Box[]
  /** A complete `edts` box that holds `elst` alone. */
  readonly edits: Uint8Array
  readonly timescale: number
  /** Of the film, in which the edit list counts lengths. */
  readonly movieTimescale: number
}

/** Samples [first, end), counted from 0. */
interface Range {
  readonly first: number
  readonly end: number
  /** Where the first one begins to be decoded. */
  readonly startUnits: number
}

/** Undefined where all of it is sent as it is listed: nothing that matters is hidden, or what is shown is not told apart. */
export function shownSamples(of: ShownOf): Pick<Track, 'durationUnits' | 'edits' | 'tables' | 'chunks'> | undefined {
  const elst = readEdits(of)
  if (elst === undefined) return undefined
  const runs = listed(of.stbl)
  const range = runs === undefined ? undefined : rangeOf(runs, elst, of)
  if (runs === undefined || range === undefined) return undefined
  const kept = emptyTrack()
  let sample = 0
  for (const run of runs) {
    const from = Math.max(0, range.first - sample)
    const to = Math.min(run.sizes.length, range.end - sample)
    sample += run.sizes.length
    if (from < to) append(kept, run, from, to)
  }
  const { tables, chunks, durationUnits } = finishTrack(kept)
  return { tables, chunks, durationUnits, edits: shifted(of.edits, elst.times, range.startUnits) }
}

/** Tables that contradict each other are another's to refuse. */
function listed(stbl: readonly Box[]): readonly ListedRun[] | undefined {
  try {
    return readListedRuns(stbl, undefined)
  } catch (error) {
    if (error instanceof MediaError) return undefined
    throw error
  }
}

function append(kept: ReturnType<typeof emptyTrack>, run: ListedRun, from: number, to: number): void {
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)
  const start = run.start + sum(run.sizes.slice(0, from))
  const sizes = run.sizes.slice(from, to)
  const part: Run = {
    start,
    sizes,
    durations: run.durations.slice(from, to),
    offsets: run.offsets.slice(from, to),
    sync: run.sync.slice(from, to),
  }
  appendRun(kept, part, start + sum(sizes), run.description)
}

interface Edits {
  /** Where in the box the times stand that count from the beginning of the track, and how wide they are. */
  readonly times: readonly { readonly at: number; readonly wide: boolean }[]
  /** From the earliest to the latest that is shown, in units of the track. */
  readonly from: number
  readonly to: number
}

/** Undefined where it shows nothing, or at another speed. */
function readEdits({ edits, timescale, movieTimescale }: ShownOf): Edits | undefined {
  const elstAt = 8
  if (fourCc(edits, elstAt + 4) !== 'elst') return undefined
  const view = viewOf(edits, elstAt + 16)
  const wide = view.getUint8(elstAt + 8) === 1
  const width = wide ? 20 : 12
  const count = view.getUint32(elstAt + 12)
  const first = elstAt + 16
  if (first + count * width > edits.length) return undefined
  const times: Edits['times'][number][] = []
  let [from, to] = [Infinity, 0]
  for (let at = first; at < first + count * width; at += width) {
    const length = wide ? Number(view.getBigUint64(at)) : view.getUint32(at)
    const timeAt = at + (wide ? 8 : 4)
    const time = wide ? Number(view.getBigInt64(timeAt)) : view.getInt32(timeAt)
    if (view.getInt32(at + width - 4) !== normalRate) return undefined
    // Nothing, for a while.
    if (time < 0) continue
    times.push({ at: timeAt, wide })
    from = Math.min(from, time)
    // Without a length: to the end.
    to = Math.max(to, length === 0 ? Infinity : time + (length / movieTimescale) * timescale)
  }
  return from < to ? { times, from, to } : undefined
}

function rangeOf(runs: readonly ListedRun[], { from, to }: Edits, { kind, timescale }: ShownOf): Range | undefined {
  const begins = kind === 'audio' ? from - settleSeconds * timescale : from
  let [first, startUnits] = [0, 0]
  let [end, endUnits] = [0, 0]
  let [count, units] = [0, 0]
  for (const { durations, offsets, sync } of runs) {
    for (const [index, duration] of durations.entries()) {
      const shownAt = units + (offsets[index] ?? 0)
      if (sync[index] === true && shownAt <= begins && units <= begins) [first, startUnits] = [count, units]
      count += 1
      units += duration
      if (shownAt < to) [end, endUnits] = [count, units]
    }
  }
  const slack = slackSeconds * timescale
  if (startUnits < slack) [first, startUnits] = [0, 0]
  if (units - endUnits < slack) end = count
  const isAll = first === 0 && end === count
  return isAll || first >= end || from >= units ? undefined : { first, end, startUnits }
}

/** The same part, counted from the new beginning. */
function shifted(edits: Uint8Array, times: Edits['times'], units: number): Uint8Array {
  const bytes = edits.slice()
  const view = viewOf(bytes)
  for (const { at, wide } of times) {
    if (wide) view.setBigInt64(at, view.getBigInt64(at) - BigInt(units))
    else view.setInt32(at, view.getInt32(at) - units)
  }
  return bytes
}
