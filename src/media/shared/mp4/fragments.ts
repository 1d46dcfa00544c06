// Fragmented files (MediaRecorder, some cameras): each fragment (`moof`) describes its own samples, and some writers list the
// first ones in the table of contents. Gathered into the sample tables of a plain file, because players seek in those
// without reading what lies between.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { Box } from './box.ts'
import { boxesOf, find, need, viewOf } from './box.ts'
import type { Defaults, FragmentTrack, Gathered, Run } from './fragment-tables.ts'
import { appendRun, emptyTrack, finishTrack } from './fragment-tables.ts'
import type { ListedRun } from './listed-runs.ts'

const nonSyncFlag = 0x1_0000

export interface FragmentReader {
  /** Takes the body of the next `moof`, and where the box begins in the file. @throws MediaError `damaged`, `too-large` */
  add(moof: Uint8Array, boxStart: number): void
  finish(): ReadonlyMap<number, FragmentTrack>
}

/**
 * `first`: by track id, what the table of contents itself lists. `fileBytes`: no samples have more bytes, or are more.
 * @throws MediaError `damaged`, `too-large`
 */
export function createFragmentReader(
  trex: readonly Uint8Array[],
  first: ReadonlyMap<number, readonly ListedRun[]>,
  fileBytes: number,
): FragmentReader {
  const tracks = new Map<number, Gathered>()
  let samples = 0
  for (const body of trex) {
    const view = viewOf(body, 24)
    const listed = first.get(view.getUint32(4))
    if (listed === undefined) continue
    const track = emptyTrack(view)
    tracks.set(view.getUint32(4), track)
    for (const run of listed) {
      track.startUnits = 0
      samples += run.sizes.length
      appendRun(track, run, run.end, run.description)
    }
  }
  if (samples > mediaLimits.samples) throw new MediaError('too-large')

  return {
    add(moof, boxStart) {
      let dataEnd = boxStart
      for (const { type, body } of boxesOf(moof)) {
        if (type !== 'traf') continue
        const result = readTrackFragment(boxesOf(body), tracks, boxStart, dataEnd, fileBytes)
        dataEnd = result.dataEnd
        samples += result.samples
        if (samples > mediaLimits.samples) throw new MediaError('too-large')
      }
    },
    finish: () => new Map(Array.from(tracks, ([id, track]) => [id, finishTrack(track)])),
  }
}

function readTrackFragment(
  traf: readonly Box[],
  tracks: ReadonlyMap<number, Gathered>,
  moofStart: number,
  previousEnd: number,
  fileBytes: number,
): { readonly dataEnd: number; readonly samples: number } {
  const header = readFragmentHeader(need(traf, 'tfhd'), tracks, moofStart, previousEnd)
  const { track, defaults, base } = header
  if (track !== undefined) alignStart(track, find(traf, 'tfdt'))
  let dataEnd = base
  let samples = 0
  for (const { type, body } of traf) {
    if (type !== 'trun') continue
    const run = readRun(body, defaults, base, dataEnd, fileBytes)
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

function readRun(trun: Uint8Array, defaults: Defaults, base: number, previousEnd: number, fileBytes: number): Run {
  const view = viewOf(trun, 8)
  const flags = view.getUint32(0) & 0xff_ffff
  const signed = view.getUint8(0) > 0
  const count = view.getUint32(4)
  const has = (flag: number) => (flags & flag) !== 0
  const fields = [0x100, 0x200, 0x400, 0x800].filter(has).length
  const head = 8 + (has(1) ? 4 : 0) + (has(4) ? 4 : 0)
  if (count > mediaLimits.samples) throw new MediaError('too-large')
  viewOf(trun, head + count * fields * 4)
  // Eight bytes can claim millions of samples, which would take seconds to gather.
  if (!has(0x200) && count * Math.max(1, defaults.size) > fileBytes) throw new MediaError('damaged')
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
