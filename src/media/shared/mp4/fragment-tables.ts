// Samples, of a fragmented file or a part of a plain one, gathered track by track into the sample tables of a plain file.

import { fullBox, u32s } from './box.ts'
import type { Chunks } from './track.ts'

export interface FragmentTrack {
  readonly startUnits: number
  readonly durationUnits: number
  readonly tables: readonly Uint8Array[]
  readonly chunks: Chunks
}

/** What a fragment leaves out. */
export interface Defaults {
  readonly description: number
  readonly duration: number
  readonly size: number
  readonly flags: number
}

/** Numbers of all samples so far. */
export interface Gathered {
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

/** Samples that lie together. */
export interface Run {
  readonly start: number
  readonly durations: readonly number[]
  readonly sizes: readonly number[]
  readonly offsets: readonly number[]
  readonly sync: readonly boolean[]
}

/** `trex`: what a fragmented file says of it once for all. */
export function emptyTrack(trex?: DataView): Gathered {
  return {
    defaults: {
      description: trex?.getUint32(8) ?? 1,
      duration: trex?.getUint32(12) ?? 0,
      size: trex?.getUint32(16) ?? 0,
      flags: trex?.getUint32(20) ?? 0,
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

export function appendRun(track: Gathered, run: Run, end: number, description: number): void {
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

export function finishTrack(track: Gathered): FragmentTrack {
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
