// The samples that a table of contents lists, chunk by chunk, in the terms of fragments: a fragmented file may begin with some.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { Box } from './box.ts'
import { find, need, viewOf } from './box.ts'
import type { Run } from './fragment-tables.ts'
import { readChunkSamples } from './sample-table.ts'

export interface ListedRun extends Run {
  readonly end: number
  /** Which sample description, from 1. */
  readonly description: number
}

/** Empty where fragments hold everything. @throws MediaError `damaged` when the tables contradict each other, `too-large` */
export function readListedRuns(stbl: readonly Box[], frameBytes: number | undefined): ListedRun[] {
  const chunks = readChunkSamples(stbl, frameBytes)
  const count = chunks.reduce((sum, { sizes }) => sum + sizes.length, 0)
  const durations = runLengths(need(stbl, 'stts'), count)
  const composition = find(stbl, 'ctts')
  const offsets = composition === undefined ? undefined : runLengths(composition, count)
  const sync = syncSamples(find(stbl, 'stss'))
  let sample = 0
  return chunks.map(({ start, sizes, description }) => {
    const first = sample
    sample += sizes.length
    return {
      start,
      end: start + sizes.reduce((sum, size) => sum + size, 0),
      description,
      sizes,
      durations: durations.slice(first, sample),
      // Negative ones are written as such, or as very large.
      offsets: sizes.map((_, index) => (offsets?.[first + index] ?? 0) | 0),
      sync: sizes.map((_, index) => sync?.has(first + index + 1) ?? true),
    }
  })
}

/** Count ‖ (run length, value) pairs, for this many samples. */
function runLengths(table: Uint8Array, samples: number): number[] {
  const view = viewOf(table, 8)
  const count = view.getUint32(4)
  viewOf(table, 8 + count * 8)
  const values: number[] = []
  for (let at = 8; at < 8 + count * 8 && values.length < samples; at += 8) {
    const length = Math.min(view.getUint32(at), samples - values.length)
    for (let index = 0; index < length; index++) values.push(view.getUint32(at + 4))
  }
  if (values.length < samples) throw new MediaError('damaged')
  return values
}

/** Undefined where every sample is one to start from. */
function syncSamples(stss: Uint8Array | undefined): ReadonlySet<number> | undefined {
  if (stss === undefined) return undefined
  const view = viewOf(stss, 8)
  const count = view.getUint32(4)
  if (count > mediaLimits.samples) throw new MediaError('too-large')
  viewOf(stss, 8 + count * 4)
  return new Set(Array.from({ length: count }, (_, index) => view.getUint32(8 + index * 4)))
}
