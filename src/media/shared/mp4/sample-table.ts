// Sample tables (`stbl`) of a plain file: where the chunks lie and how long they are. Every table is checked against the
// others before a byte is copied.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { Box } from './box.ts'
import { box, find, need, viewOf } from './box.ts'
import type { Chunks } from './track.ts'

/** Tables that say when and how samples are shown: numbers only, kept as they are. */
const keptTables = ['stts', 'ctts', 'cslg', 'stss', 'sdtp', 'stsc', 'stsz', 'stz2']

interface SampleSizes {
  readonly count: number
  sizeOf(sample: number): number
}

export function keptTableBoxes(stbl: readonly Box[]): Uint8Array[] {
  return stbl.flatMap(({ type, body }) => (keptTables.includes(type) ? [box(type, body)] : []))
}

/** @throws MediaError `damaged` */
export function sampleCount(stbl: readonly Box[]): number {
  return readSizes(stbl, undefined).count
}

/** @throws MediaError `damaged` when the tables contradict each other, `too-large` */
export function readChunks(stbl: readonly Box[], frameBytes: number | undefined): Chunks {
  const offsets = readOffsets(stbl)
  const sizes = readSizes(stbl, frameBytes)
  const runs = viewOf(need(stbl, 'stsc'), 8)
  const runCount = runs.getUint32(4)
  if (sizes.count > mediaLimits.samples || offsets.length > mediaLimits.samples) throw new MediaError('too-large')
  if (8 + runCount * 12 > runs.byteLength) throw new MediaError('damaged')

  const chunkSizes: number[] = []
  let sample = 0
  for (let run = 0; run < runCount; run++) {
    const first = runs.getUint32(8 + run * 12)
    const perChunk = runs.getUint32(12 + run * 12)
    const end = run + 1 < runCount ? runs.getUint32(20 + run * 12) : offsets.length + 1
    if (first !== chunkSizes.length + 1 || end < first || end > offsets.length + 1) throw new MediaError('damaged')
    for (let chunk = first; chunk < end; chunk++) {
      if (sample + perChunk > sizes.count) throw new MediaError('damaged')
      let size = 0
      for (const last = sample + perChunk; sample < last; sample++) size += sizes.sizeOf(sample)
      chunkSizes.push(size)
    }
  }
  if (sample !== sizes.count || chunkSizes.length !== offsets.length) throw new MediaError('damaged')
  return { starts: offsets, sizes: chunkSizes }
}

function readOffsets(stbl: readonly Box[]): number[] {
  const large = find(stbl, 'co64')
  const view = viewOf(large ?? need(stbl, 'stco'), 8)
  const width = large === undefined ? 4 : 8
  const count = view.getUint32(4)
  if (8 + count * width > view.byteLength) throw new MediaError('damaged')
  return Array.from({ length: count }, (_, index) =>
    width === 4 ? view.getUint32(8 + index * 4) : Number(view.getBigUint64(8 + index * 8)),
  )
}

function readSizes(stbl: readonly Box[], frameBytes: number | undefined): SampleSizes {
  const compact = find(stbl, 'stz2')
  const view = viewOf(compact ?? need(stbl, 'stsz'), 12)
  const count = view.getUint32(8)
  if (compact !== undefined) return compactSizes(view, count)
  const fixed = view.getUint32(4)
  if (fixed !== 0) {
    // QuickTime counts frames of plain sound as samples of one byte.
    const size = fixed === 1 && frameBytes !== undefined ? frameBytes : fixed
    return { count, sizeOf: () => size }
  }
  if (12 + count * 4 > view.byteLength) throw new MediaError('damaged')
  return { count, sizeOf: (sample) => view.getUint32(12 + sample * 4) }
}

function compactSizes(view: DataView, count: number): SampleSizes {
  const bits = view.getUint8(7)
  if (![4, 8, 16].includes(bits) || 12 + Math.ceil((count * bits) / 8) > view.byteLength) {
    throw new MediaError('damaged')
  }
  return {
    count,
    sizeOf(sample) {
      if (bits === 16) return view.getUint16(12 + sample * 2)
      if (bits === 8) return view.getUint8(12 + sample)
      return (view.getUint8(12 + (sample >> 1)) >> (sample % 2 === 0 ? 4 : 0)) & 15
    },
  }
}
