// Reads ranges of the file that a plan describes.

import { MediaError } from '../../../messenger/ports.ts'
import type { ByteSource } from '../source.ts'
import type { VideoPlan } from './plan.ts'
import { fillBlank } from './user-data.ts'

/** Stretches this close in the source are fetched in one read: a read costs more than some bytes too many. */
const maxGap = 64 * 1024

/** A source whose bytes are those of the planned file. */
export function plannedSource(plan: VideoPlan, source: ByteSource): ByteSource {
  // Where each stretch begins in the planned file.
  const offsets = new Float64Array(plan.starts.length)
  let total = plan.head.length
  for (let index = 0; index < offsets.length; index++) {
    offsets[index] = total
    total += plan.sizes[index] ?? 0
  }

  return {
    sizeBytes: plan.sizeBytes,
    async read(start, end) {
      if (start < 0 || end > plan.sizeBytes || end < start) throw new MediaError('unreadable')
      const bytes = new Uint8Array(end - start)
      bytes.set(plan.head.subarray(start, end))
      for (let index = stretchAt(offsets, start); index < offsets.length && (offsets[index] ?? 0) < end;) {
        const group = groupAt(plan, offsets, index, start, end)
        const read = await source.read(group.start, group.end)
        // A long stretch, as in most files: it is what was asked for, and needs no copy.
        if (group.end - group.start === end - start && group.pieces.length === 1) return blanked(plan, read, start)
        for (const { from, to, at } of group.pieces) {
          bytes.set(read.subarray(from - group.start, to - group.start), at - start)
        }
        index += group.count
      }
      return blanked(plan, bytes, start)
    },
  }
}

/** The bytes from `start` on, with the blanks among them; a copy where there are any. */
function blanked({ blanks }: VideoPlan, bytes: Uint8Array, start: number): Uint8Array {
  if (blanks === undefined) return bytes
  const end = start + bytes.length
  let index = firstBlank(blanks, start)
  if ((blanks[index * 3] ?? end) >= end) return bytes
  const changed = bytes.slice()
  for (; (blanks[index * 3] ?? end) < end; index++) {
    const [at, size, escapes] = [blanks[index * 3] ?? 0, blanks[index * 3 + 1] ?? 0, blanks[index * 3 + 2] ?? 0]
    const [from, to] = [Math.max(at, start), Math.min(at + size, end)]
    fillBlank(changed.subarray(from - start, to - start), from - at, { size, escapes })
  }
  return changed
}

/** The first one that does not end before. */
function firstBlank(blanks: Float64Array, start: number): number {
  let [low, high] = [0, blanks.length / 3]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((blanks[middle * 3] ?? 0) + (blanks[middle * 3 + 1] ?? 0) <= start) low = middle + 1
    else high = middle
  }
  return low
}

interface Group {
  readonly start: number
  readonly end: number
  readonly count: number
  readonly pieces: readonly { readonly from: number; readonly to: number; readonly at: number }[]
}

/** The stretches from `index` on that lie close together, as far as they are wanted. */
function groupAt(plan: VideoPlan, offsets: Float64Array, index: number, start: number, end: number): Group {
  const pieces: Group['pieces'][number][] = []
  let last = index
  for (; last < offsets.length && (offsets[last] ?? 0) < end; last++) {
    const [offset, from, size] = [offsets[last] ?? 0, plan.starts[last] ?? 0, plan.sizes[last] ?? 0]
    const skip = Math.max(0, start - offset)
    const piece = { from: from + skip, to: from + Math.min(size, end - offset), at: offset + skip }
    const previous = pieces.at(-1)
    if (previous !== undefined && piece.from - previous.to > maxGap) break
    pieces.push(piece)
  }
  return { start: pieces[0]?.from ?? 0, end: pieces.at(-1)?.to ?? 0, count: last - index, pieces }
}

/** The stretch that holds this offset of the planned file, or the first one for offsets in the head. */
function stretchAt(offsets: Float64Array, offset: number): number {
  let [low, high] = [0, offsets.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((offsets[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}
