// Which operations lie in each other's past. Where one has all before it in its past and is in the past of all after it, the
// log is cut: on both sides of a cut nothing is concurrent. A log in which people act one after the other is cut everywhere,
// and costs nothing; within a segment the pasts are sets of bits.
//
//      ┌─ b ─┐
//   a ─┤     ├─ d ─ e        segments: a | b c | d | e
//      └─ c ─┘

import type { Entry } from './log.ts'

export interface Segment {
  readonly entries: readonly Entry[]
  /** How many entries there are before, all in the past of each of these. */
  readonly before: number
  /** Whether entry `index` has entry `other` of this segment in its past; with an `other` below 0, of an earlier one. */
  readonly hasInPast: (index: number, other: number) => boolean
  /** How many entries are in the past of this one. */
  readonly countPast: (index: number) => number
}

/** @param entries all of a log, in the order of the fold */
export function segmentsOf(entries: readonly Entry[]): Segment[] {
  const places = new Map(entries.map((entry, index) => [entry, index]))
  const parents = entries.map((entry) => entry.parents.map((parent) => places.get(parent) ?? -1))
  const segments: Segment[] = []
  let start = 0
  for (const cut of cutsOf(parents)) {
    if (start < cut) segments.push(segmentOf(entries, parents, start, cut))
    segments.push(single(entries, cut))
    start = cut + 1
  }
  if (start < entries.length) segments.push(segmentOf(entries, parents, start, entries.length))
  return segments
}

/** One that has all others in its past. */
export function lastSegment(entry: Entry, before: number): Segment {
  return { entries: [entry], before, hasInPast: isBefore, countPast: () => before }
}

function isBefore(_index: number, other: number): boolean {
  return other < 0
}

function single(entries: readonly Entry[], index: number): Segment {
  return { entries: entries.slice(index, index + 1), before: index, hasInPast: isBefore, countPast: () => index }
}

/** The places of all operations that are concurrent with none. */
function cutsOf(parents: readonly (readonly number[])[]): number[] {
  const count = parents.length
  // The earliest parent of all from here on.
  const earliest = new Int32Array(count + 1).fill(count)
  for (let index = count - 1; index >= 0; index--) {
    earliest[index] = Math.min(earliest[index + 1] ?? count, ...(parents[index] ?? []))
  }
  const isFollowed = new Uint8Array(count)
  let heads = 0
  const cuts: number[] = []
  for (const [index, own] of parents.entries()) {
    for (const parent of own) {
      if (isFollowed[parent] === 0) heads--
      isFollowed[parent] = 1
    }
    if (heads === 0 && (earliest[index + 1] ?? count) >= index) cuts.push(index)
    heads++
  }
  return cuts
}

function segmentOf(
  all: readonly Entry[],
  parents: readonly (readonly number[])[],
  start: number,
  end: number,
): Segment {
  const entries = all.slice(start, end)
  const words = Math.ceil(entries.length / 32)
  const past = new Uint32Array(entries.length * words)
  for (const index of entries.keys()) {
    for (const place of parents[start + index] ?? []) {
      const parent = place - start
      if (parent < 0) continue
      const [to, from] = [index * words, parent * words]
      // What lies in a past comes earlier in the order.
      for (let word = 0; word <= parent >> 5; word++)
        past[to + word] = (past[to + word] ?? 0) | (past[from + word] ?? 0)
      past[to + (parent >> 5)] = (past[to + (parent >> 5)] ?? 0) | (1 << (parent & 31))
    }
  }
  const hasInPast = (index: number, other: number): boolean =>
    other < 0 || ((past[index * words + (other >> 5)] ?? 0) & (1 << (other & 31))) !== 0
  return {
    entries,
    before: start,
    hasInPast,
    countPast: (index) => {
      let count = start
      for (let other = 0; other < index; other++) if (hasInPast(index, other)) count++
      return count
    },
  }
}
