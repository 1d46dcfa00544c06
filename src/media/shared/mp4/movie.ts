// Reads the table of contents (`moov`): which tracks are sent on, and what of them. One picture track and at most one
// sound track are kept; positions, titles, dates, names, text and data tracks are not even looked at.

import { MediaError } from '../../../messenger/ports.ts'
import type { Box } from './box.ts'
import { box, boxesOf, find, fourCc, fullBox, need, u32s, u64s, viewOf } from './box.ts'
import type { FragmentTrack } from './fragment-tables.ts'
import type { ListedRun } from './listed-runs.ts'
import { readListedRuns } from './listed-runs.ts'
import { combined, matrixBytes } from './matrix.ts'
import type { SampleDescriptions } from './sample-entry.ts'
import { entryType, isKnownEntry, sanitizeDescriptions } from './sample-entry.ts'
import { keptTableBoxes, readChunks, sampleCount } from './sample-table.ts'
import { shownSamples } from './shown-samples.ts'
import type { Movie, Track } from './track.ts'

/** What is sent of a video with sound, and of a voice note. */
export type Wanted = 'all' | 'picture' | 'sound'

const kinds = { all: ['video', 'audio'], picture: ['video'], sound: ['audio'] } as const
const enabledFlag = 1

interface Header {
  readonly timescale: number
  readonly duration: number
}

interface TrackBoxes {
  readonly id: number
  readonly enabled: boolean
  readonly kind: 'video' | 'audio'
  readonly entry: string
  readonly duration: number
  readonly matrix: Uint8Array
  readonly media: Header
  readonly edits: Uint8Array | undefined
  readonly stbl: readonly Box[]
}

/** What a fragmented file says once for all fragments, per track. */
export interface MovieHead {
  readonly timescale: number
  readonly tracks: readonly TrackBoxes[]
  /** Bodies of the `trex` boxes; undefined when the file is not fragmented. */
  readonly defaults: readonly Uint8Array[] | undefined
}

/** @throws MediaError `damaged`, `unsupported` when it has not what is wanted, or sound of an unknown kind only */
export function readMovieHead(moov: Uint8Array, wanted: Wanted = 'all'): MovieHead {
  const boxes = boxesOf(moov)
  const mvhd = need(boxes, 'mvhd')
  const { timescale } = readHeader(mvhd)
  const matrixAt = mvhd[0] === 1 ? 48 : 36
  const matrix = mvhd.subarray(matrixAt, matrixAt + matrixBytes)
  const tracks = boxes.flatMap((each) => (each.type === 'trak' ? (readTrack(boxesOf(each.body), matrix) ?? []) : []))
  const extends_ = find(boxes, 'mvex')
  const defaults =
    extends_ === undefined ? undefined : boxesOf(extends_).flatMap((each) => (each.type === 'trex' ? each.body : []))
  const fragmented = defaults !== undefined
  return { timescale, tracks: chooseTracks(tracks, fragmented, wanted), defaults }
}

/** The tracks of a plain file. @throws MediaError `damaged`, `too-large`, `unsupported` */
export function readMovie(head: MovieHead): Movie {
  let quickTime = false
  const tracks = head.tracks.map((track): Track => {
    const descriptions = sanitizeDescriptions(track.kind, need(track.stbl, 'stsd'))
    quickTime ||= descriptions.quickTime
    return {
      ...common(track, descriptions),
      movieDuration: knownDuration(track, head.timescale),
      ...(shownOf(track, descriptions, head.timescale) ?? {
        durationUnits: track.media.duration,
        edits: track.edits,
        tables: keptTableBoxes(track.stbl),
        chunks: readChunks(track.stbl, descriptions.frameBytes),
      }),
    }
  })
  return { timescale: head.timescale, tracks, quickTime }
}

/** Without what is hidden. Plain sound of QuickTime is counted in its own way, and sent whole. */
function shownOf({ kind, stbl, edits, media }: TrackBoxes, { frameBytes }: SampleDescriptions, movieTimescale: number) {
  if (edits === undefined || frameBytes !== undefined) return undefined
  return shownSamples({ kind, stbl, edits, timescale: media.timescale, movieTimescale })
}

/** By track id: what the table of contents of a fragmented file lists itself. @throws MediaError `damaged`, `unsupported`, `too-large` */
export function listedRuns({ tracks }: MovieHead): ReadonlyMap<number, readonly ListedRun[]> {
  return new Map(
    tracks.map(({ id, kind, stbl }) => {
      const isEmpty = sampleCount(stbl) === 0
      return [id, isEmpty ? [] : readListedRuns(stbl, sanitizeDescriptions(kind, need(stbl, 'stsd')).frameBytes)]
    }),
  )
}

/** The tracks of a fragmented file, with the tables that were gathered from the fragments. */
export function readFragmentedMovie(head: MovieHead, gathered: ReadonlyMap<number, FragmentTrack>): Movie {
  let quickTime = false
  const earliest = Math.min(
    ...head.tracks.map(({ id, media }) => (gathered.get(id)?.startUnits ?? 0) / media.timescale),
  )
  const tracks = head.tracks.flatMap((track): Track[] => {
    const samples = gathered.get(track.id)
    if (samples === undefined || samples.chunks.starts.length === 0) return []
    const descriptions = sanitizeDescriptions(track.kind, need(track.stbl, 'stsd'))
    quickTime ||= descriptions.quickTime
    const delay = Math.round((samples.startUnits / track.media.timescale - earliest) * head.timescale)
    const shown = Math.round((samples.durationUnits / track.media.timescale) * head.timescale)
    return [
      {
        ...common(track, descriptions),
        durationUnits: samples.durationUnits,
        movieDuration: delay + shown,
        edits: fragmentEdits(track.edits, delay, shown),
        tables: samples.tables,
        chunks: samples.chunks,
      },
    ]
  })
  if (tracks[0]?.kind !== head.tracks[0]?.kind) throw new MediaError('damaged')
  return { timescale: head.timescale, tracks, quickTime }
}

function common(track: TrackBoxes, { bytes, width, height }: SampleDescriptions) {
  const { kind, media, matrix } = track
  return { kind, timescale: media.timescale, matrix, descriptions: bytes, width, height }
}

/** Some writers leave the duration of the track open. */
function knownDuration({ duration, media }: TrackBoxes, timescale: number): number {
  const known = duration > 0 && duration !== 0xffff_ffff && Number.isSafeInteger(duration)
  return known ? duration : Math.round((media.duration / media.timescale) * timescale)
}

function readTrack(trak: readonly Box[], film: Uint8Array): TrackBoxes | undefined {
  const mdia = boxesOf(need(trak, 'mdia'))
  const kind = kindOf(need(mdia, 'hdlr'))
  if (kind === undefined) return undefined
  const stbl = boxesOf(need(boxesOf(need(mdia, 'minf')), 'stbl'))
  const tkhd = need(trak, 'tkhd')
  const view = viewOf(tkhd, 84)
  const wide = view.getUint8(0) === 1
  if (wide) viewOf(tkhd, 96)
  const edits = find(trak, 'edts')
  const elst = edits === undefined ? undefined : find(boxesOf(edits), 'elst')
  const matrixAt = wide ? 52 : 40
  return {
    id: view.getUint32(wide ? 20 : 12),
    enabled: (view.getUint32(0) & enabledFlag) !== 0,
    kind,
    entry: entryType(need(stbl, 'stsd')),
    duration: wide ? Number(view.getBigUint64(28)) : view.getUint32(20),
    matrix: combined(tkhd.slice(matrixAt, matrixAt + matrixBytes), film),
    media: readHeader(need(mdia, 'mdhd')),
    edits: elst === undefined ? undefined : box('edts', box('elst', elst)),
    stbl,
  }
}

function kindOf(hdlr: Uint8Array): 'video' | 'audio' | undefined {
  viewOf(hdlr, 12)
  const type = fourCc(hdlr, 8)
  return type === 'vide' ? 'video' : type === 'soun' ? 'audio' : undefined
}

/** `mvhd` and `mdhd` begin alike. */
function readHeader(body: Uint8Array): Header {
  const view = viewOf(body, 20)
  const wide = view.getUint8(0) === 1
  if (wide) viewOf(body, 32)
  const timescale = view.getUint32(wide ? 20 : 12)
  const duration = wide ? Number(view.getBigUint64(24)) : view.getUint32(16)
  if (timescale === 0) throw new MediaError('damaged')
  return { timescale, duration }
}

/** The first enabled track of each kind that can be sent on; phones add previews, chapters and spatial sound. */
function chooseTracks(tracks: readonly TrackBoxes[], fragmented: boolean, wanted: Wanted): TrackBoxes[] {
  const chosen: TrackBoxes[] = []
  for (const kind of kinds[wanted]) {
    const filled = tracks.filter((track) => track.kind === kind && (fragmented || sampleCount(track.stbl) > 0))
    const enabled = filled.filter((track) => track.enabled)
    const candidates = enabled.length > 0 ? enabled : filled
    const known = candidates.find((track) => isKnownEntry(kind, track.entry))
    // Never silently without a picture or without its sound.
    if (known === undefined && candidates.length > 0) throw new MediaError('unsupported')
    if (known !== undefined) chosen.push(known)
  }
  if (chosen[0]?.kind !== kinds[wanted][0]) throw new MediaError('unsupported')
  return chosen
}

/** Fragmented files leave the length of the edit open; a track that starts later gets an empty edit in front. */
function fragmentEdits(edits: Uint8Array | undefined, delay: number, shown: number): Uint8Array | undefined {
  const start = edits === undefined ? 0 : firstMediaTime(edits.subarray(16))
  if (delay === 0 && start === 0) return undefined
  const entry = (duration: number, time: Uint8Array) => [u64s(duration), time, u32s(0x1_0000)]
  const empty = delay === 0 ? [] : entry(delay, u32s(0xffff_ffff, 0xffff_ffff))
  return box('edts', fullBox('elst', 1, 0, u32s(delay === 0 ? 1 : 2), ...empty, ...entry(shown, u64s(start))))
}

function firstMediaTime(elst: Uint8Array): number {
  const view = viewOf(elst, 8)
  const wide = view.getUint8(0) === 1
  const width = wide ? 20 : 12
  const count = view.getUint32(4)
  viewOf(elst, 8 + count * width)
  for (let at = 8; at < 8 + count * width; at += width) {
    const time = wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4)
    if (time >= 0) return time
  }
  return 0
}
