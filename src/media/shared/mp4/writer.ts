// Writes `ftyp` and `moov` of the file that is sent: dates zero, names empty, language undetermined, data in this file.

import { box, fullBox, u16s, u32s, u64s } from './box.ts'
import type { Movie, Track } from './track.ts'

const undeterminedLanguage = 0x55c4
const identity = u32s(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000)
const trackFlags = 7 // enabled, in movie, in preview

export function writeFileType(movie: Movie): Uint8Array {
  const brands = ['isom', 'iso2', 'mp41', ...(movie.quickTime ? ['qt  '] : [])]
  return box('ftyp', ascii('isom'), u32s(512), ...brands.map(ascii))
}

/** `offsets`: per track, where its chunks begin in the file; `wide` when they may pass 4 GiB. Its length depends on neither's values. */
export function writeMovieBox(movie: Movie, offsets: readonly (readonly number[])[], wide: boolean): Uint8Array {
  const duration = Math.max(...movie.tracks.map((track) => track.movieDuration))
  const mvhd = timed(
    'mvhd',
    0,
    [movie.timescale, duration],
    u32s(0x1_0000),
    u16s(0x100, 0),
    new Uint8Array(8),
    identity,
    new Uint8Array(24),
    u32s(movie.tracks.length + 1),
  )
  const traks = movie.tracks.map((track, index) => writeTrack(track, index + 1, offsets[index] ?? [], wide))
  return box('moov', mvhd, ...traks)
}

function writeTrack(track: Track, id: number, offsets: readonly number[], wide: boolean): Uint8Array {
  const sound = track.kind === 'audio'
  const tkhd = timed(
    'tkhd',
    trackFlags,
    [id, 0, track.movieDuration],
    new Uint8Array(8),
    u16s(0, sound ? 1 : 0, sound ? 0x100 : 0, 0), // layer, alternate group, volume
    track.matrix,
    u32s(track.width * 0x1_0000, track.height * 0x1_0000),
  )
  const mdhd = timed('mdhd', 0, [track.timescale, track.durationUnits], u16s(undeterminedLanguage, 0))
  const hdlr = fullBox('hdlr', 0, 0, u32s(0), ascii(sound ? 'soun' : 'vide'), new Uint8Array(13))
  const dinf = box('dinf', fullBox('dref', 0, 0, u32s(1), fullBox('url ', 0, 1)))
  const stbl = box('stbl', track.descriptions, ...track.tables, chunkOffsets(offsets, wide))
  const header = sound ? fullBox('smhd', 0, 0, u32s(0)) : fullBox('vmhd', 0, 1, new Uint8Array(8))
  const mdia = box('mdia', mdhd, hdlr, box('minf', header, dinf, stbl))
  return box('trak', tkhd, ...(track.edits === undefined ? [] : [track.edits]), mdia)
}

/** A header of version 1 (64-bit times and duration): both dates zero, then numbers of which the last is the duration. */
function timed(type: string, flags: number, numbers: readonly number[], ...rest: readonly Uint8Array[]): Uint8Array {
  const before = numbers.slice(0, -1)
  return fullBox(type, 1, flags, u64s(0, 0), u32s(...before), u64s(numbers.at(-1) ?? 0), ...rest)
}

function chunkOffsets(offsets: readonly number[], wide: boolean): Uint8Array {
  const width = wide ? 8 : 4
  const table = new Uint8Array(offsets.length * width)
  const view = new DataView(table.buffer)
  for (const [index, offset] of offsets.entries()) {
    if (wide) view.setBigUint64(index * 8, BigInt(offset))
    else view.setUint32(index * 4, offset)
  }
  return fullBox(wide ? 'co64' : 'stco', 0, 0, u32s(offsets.length), table)
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}
