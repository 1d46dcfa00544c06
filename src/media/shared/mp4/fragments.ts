// Fragmented files (MediaRecorder, some cameras): each fragment (`moof`) describes its own samples. Gathered into the
// sample tables of a plain file, because players seek in those without reading what lies between.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { Box } from './box.ts'
import { boxesOf, find, fullBox, need, u32s, viewOf } from './box.ts'
import type { Chunks } from './track.ts'

const nonSyncFlag = 0x1_0000

export interface FragmentTrack {
  readonly startUnits: number
  readonly durationUnits: number
  readonly tables: readonly Uint8Array[]
  readonly chunks: Chunks
}

interface Defaults {
  readonly description: number
  readonly duration: number
  readonly size: number
  readonly flags: number
}

/** Numbers of all samples so far. */
interface Gathered {
  readonly defaults: Defaults
  startUnits: number | undefined
  units: number
  readonly durations: number[]
  readonly offsets: number[]
  readonly sizes: number[]
  readonly syncSamples: number[]
  readonly chunkStarts: number[]
  readonly chunkSizes: number[]
  readonly chunkSamples: number[]
  readonly chunkDescriptions: number[]
}

export interface FragmentReader {
  /** Takes the body of the next `moof`, and where the box begins in the file. @throws MediaError `damaged`, `too-large` */
  add(moof: Uint8Array, boxStart: number): void
  finish(): ReadonlyMap<number, FragmentTrack>
}

/** @throws MediaError `damaged` */
export function createFragmentReader(trex: readonly Uint8Array[], trackIds: readonly number[]): FragmentReader {
  const tracks = new Map<number, Gathered>()
  for (const body of trex) {
    const view = viewOf(body, 24)
    const id = view.getUint32(4)
    if (trackIds.includes(id)) tracks.set(id, emptyTrack(view))
  }
  let samples = 0

  return {
    add(moof, boxStart) {
      let dataEnd = boxStart
      for (const { type, body } of boxesOf(moof)) {
        if (type !== 'traf') continue
        const result = readTrackFragment(boxesOf(body), tracks, boxStart, dataEnd)
        dataEnd = result.dataEnd
        samples += result.samples
        if (samples > mediaLimits.samples) throw new MediaError('too-large')
      }
    },
    finish: () => new Map(Array.from(tracks, ([id, track]) => [id, finishTrack(track)])),
  }
}

function emptyTrack(trex: DataView): Gathered {
  return {
    defaults: {
      description: trex.getUint32(8),
      duration: trex.getUint32(12),
      size: trex.getUint32(16),
      flags: trex.byteLength >= 24 ? trex.getUint32(20) : 0,
    },
    startUnits: undefined,
    units: 0,
    durations: [],
    offsets: [],
    sizes: [],
    syncSamples: [],
    chunkStarts: [],
    chunkSizes: [],
    chunkSamples: [],
    chunkDescriptions: [],
  }
}

function readTrackFragment(
  traf: readonly Box[],
  tracks: ReadonlyMap<number, Gathered>,
  moofStart: number,
  previousEnd: number,
): { readonly dataEnd: number; readonly samples: number } {
  const header = readFragmentHeader(need(traf, 'tfhd'), tracks, moofStart, previousEnd)
  const { track, defaults, base } = header
  if (track !== undefined) alignStart(track, find(traf, 'tfdt'))
  let dataEnd = base
  let samples = 0
  for (const { type, body } of traf) {
    if (type !== 'trun') continue
    const run = readRun(body, defaults, base, dataEnd)
    dataEnd = run.start + run.sizes.reduce((sum, size) => sum + size, 0)
    samples += run.sizes.length
    // Runs that take everything from defaults cost eight bytes for any number of samples.
    if (samples > mediaLimits.samples) throw new MediaError('too-large')
    if (track !== undefined && run.sizes.length > 0) appendRun(track, run, dataEnd, defaults.description)
  }
  return { dataEnd, samples }
}

function readFragmentHeader(
  tfhd: Uint8Array,
  tracks: ReadonlyMap<number, Gathered>,
  moofStart: number,
  previousEnd: number,
): { readonly track: Gathered | undefined; readonly defaults: Defaults; readonly base: number } {
  const view = viewOf(tfhd, 8)
  const flags = view.getUint32(0) & 0xff_ffff
  const track = tracks.get(view.getUint32(4))
  let at = 8
  const field = (flag: number, otherwise: number) => {
    if ((flags & flag) === 0) return otherwise
    viewOf(tfhd, at + 4)
    at += 4
    return view.getUint32(at - 4)
  }
  let base = (flags & 0x2_0000) === 0 ? previousEnd : moofStart
  if ((flags & 1) !== 0) {
    viewOf(tfhd, 16)
    base = Number(view.getBigUint64(8))
    at = 16
  }
  const fallback = track?.defaults ?? { description: 1, duration: 0, size: 0, flags: 0 }
  const description = field(2, fallback.description)
  const duration = field(8, fallback.duration)
  const size = field(0x10, fallback.size)
  return { track, defaults: { description, duration, size, flags: field(0x20, fallback.flags) }, base }
}

/** A gap before this fragment lengthens the sample before it. */
function alignStart(track: Gathered, tfdt: Uint8Array | undefined): void {
  if (tfdt === undefined) {
    track.startUnits ??= 0
    return
  }
  const view = viewOf(tfdt, 8)
  const wide = view.getUint8(0) === 1
  if (wide) viewOf(tfdt, 12)
  const time = wide ? Number(view.getBigUint64(4)) : view.getUint32(4)
  if (!Number.isSafeInteger(time)) throw new MediaError('damaged')
  track.startUnits ??= time
  const gap = time - track.startUnits - track.units
  const last = track.durations.length - 1
  if (gap <= 0 || last < 0) return
  track.durations[last] = (track.durations[last] ?? 0) + gap
  track.units += gap
}

interface Run {
  readonly start: number
  readonly durations: readonly number[]
  readonly sizes: readonly number[]
  readonly offsets: readonly number[]
  readonly sync: readonly boolean[]
}

function readRun(trun: Uint8Array, defaults: Defaults, base: number, previousEnd: number): Run {
  const view = viewOf(trun, 8)
  const flags = view.getUint32(0) & 0xff_ffff
  const signed = view.getUint8(0) > 0
  const count = view.getUint32(4)
  const has = (flag: number) => (flags & flag) !== 0
  const fields = [0x100, 0x200, 0x400, 0x800].filter(has).length
  const head = 8 + (has(1) ? 4 : 0) + (has(4) ? 4 : 0)
  if (count > mediaLimits.samples) throw new MediaError('too-large')
  viewOf(trun, head + count * fields * 4)
  const firstFlags = has(4) ? view.getUint32(has(1) ? 12 : 8) : undefined

  let at = head
  const next = () => view.getUint32((at += 4) - 4)
  const run = { durations: [] as number[], sizes: [] as number[], offsets: [] as number[], sync: [] as boolean[] }
  for (let sample = 0; sample < count; sample++) {
    run.durations.push(has(0x100) ? next() : defaults.duration)
    run.sizes.push(has(0x200) ? next() : defaults.size)
    const own = has(0x400) ? next() : defaults.flags
    const sampleFlags = sample === 0 ? (firstFlags ?? own) : own
    run.sync.push((sampleFlags & nonSyncFlag) === 0)
    const offset = has(0x800) ? next() : 0
    run.offsets.push(signed ? offset | 0 : offset)
  }
  return { ...run, start: has(1) ? base + view.getInt32(8) : previousEnd }
}

function appendRun(track: Gathered, run: Run, end: number, description: number): void {
  for (const [index, duration] of run.durations.entries()) {
    track.durations.push(duration)
    track.units += duration
    track.sizes.push(run.sizes[index] ?? 0)
    track.offsets.push(run.offsets[index] ?? 0)
    if (run.sync[index] === true) track.syncSamples.push(track.durations.length)
  }
  track.chunkStarts.push(run.start)
  track.chunkSizes.push(end - run.start)
  track.chunkSamples.push(run.sizes.length)
  track.chunkDescriptions.push(description)
}

function finishTrack(track: Gathered): FragmentTrack {
  const tables = [
    fullBox('stts', 0, 0, runLengths(track.durations)),
    fullBox('stsc', 0, 0, chunkRuns(track)),
    fullBox('stsz', 0, 0, u32s(0, track.sizes.length), numbers(track.sizes)),
  ]
  if (track.offsets.some((offset) => offset !== 0)) {
    const version = track.offsets.some((offset) => offset < 0) ? 1 : 0
    tables.push(fullBox('ctts', version, 0, runLengths(track.offsets)))
  }
  // Without any mark every sample counts as a place to start from, which beats a film that cannot start at all.
  if (track.syncSamples.length > 0 && track.syncSamples.length < track.sizes.length) {
    tables.push(fullBox('stss', 0, 0, u32s(track.syncSamples.length), numbers(track.syncSamples)))
  }
  return {
    startUnits: track.startUnits ?? 0,
    durationUnits: track.units,
    tables,
    chunks: { starts: track.chunkStarts, sizes: track.chunkSizes },
  }
}

/** Count ‖ (run length, value) pairs. */
function runLengths(values: readonly number[]): Uint8Array {
  const pairs: number[] = [0]
  for (const value of values) {
    const last = pairs.length - 1
    if (last > 0 && pairs[last] === value) pairs[last - 1] = (pairs[last - 1] ?? 0) + 1
    else pairs.push(1, value)
  }
  pairs[0] = (pairs.length - 1) / 2
  return numbers(pairs)
}

function chunkRuns(track: Gathered): Uint8Array {
  const runs: number[] = [0]
  for (const [index, samples] of track.chunkSamples.entries()) {
    const description = track.chunkDescriptions[index] ?? 1
    const same = runs.at(-2) === samples && runs.at(-1) === description && runs.length > 1
    if (!same) runs.push(index + 1, samples, description)
  }
  runs[0] = (runs.length - 1) / 3
  return numbers(runs)
}

/** Like `u32s`, for lists too long to be arguments. */
function numbers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value)
  return bytes
}
