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
  readonly sizeOf: (sample: number) => number
}

/** Samples that lie together. */
export interface ChunkSamples {
  readonly start: number
  /** Which sample description, from 1. */
  readonly description: number
  readonly sizes: readonly number[]
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
  const starts: number[] = []
  const sizes: number[] = []
  walkChunks(stbl, frameBytes, ({ start, first, end, sizeOf }) => {
    let size = 0
    for (let sample = first; sample < end; sample++) size += sizeOf(sample)
    starts.push(start)
    sizes.push(size)
  })
  return { starts, sizes }
}

/** Sample by sample. @throws MediaError as `readChunks` */
export function readChunkSamples(stbl: readonly Box[], frameBytes: number | undefined): ChunkSamples[] {
  const chunks: ChunkSamples[] = []
  walkChunks(stbl, frameBytes, ({ start, description, first, end, sizeOf }) => {
    chunks.push({ start, description, sizes: Array.from({ length: end - first }, (_, index) => sizeOf(first + index)) })
  })
  return chunks
}

function walkChunks(
  stbl: readonly Box[],
  frameBytes: number | undefined,
  visit: (chunk: {
    readonly start: number
    readonly description: number
    /** Its samples, counted from 0. */
    readonly first: number
    readonly end: number
    readonly sizeOf: SampleSizes['sizeOf']
  }) => void,
): void {
  const offsets = readOffsets(stbl)
  const { count, sizeOf } = readSizes(stbl, frameBytes)
  const runs = viewOf(need(stbl, 'stsc'), 8)
  const runCount = runs.getUint32(4)
  if (count > mediaLimits.samples || offsets.length > mediaLimits.samples) throw new MediaError('too-large')
  if (8 + runCount * 12 > runs.byteLength) throw new MediaError('damaged')

  let visited = 0
  let sample = 0
  for (let run = 0; run < runCount; run++) {
    const first = runs.getUint32(8 + run * 12)
    const perChunk = runs.getUint32(12 + run * 12)
    const description = runs.getUint32(16 + run * 12)
    const end = run + 1 < runCount ? runs.getUint32(20 + run * 12) : offsets.length + 1
    if (first !== visited + 1 || end < first || end > offsets.length + 1) throw new MediaError('damaged')
    for (; visited + 1 < end; visited++) {
      if (sample + perChunk > count) throw new MediaError('damaged')
      const start = offsets[visited] ?? 0
      visit({ start, description, first: sample, end: sample + perChunk, sizeOf })
      sample += perChunk
    }
  }
  if (sample !== count || visited !== offsets.length) throw new MediaError('damaged')
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
