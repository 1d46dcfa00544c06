// Films put together from boxes, with the metadata that cameras add. Their samples are numbers, not pictures.

import { box, fullBox, u16s, u32s, u64s } from '../../src/media/shared/mp4/box.ts'
import { join, latin1 } from './bytes.ts'
import { secrets } from './secret-exif.ts'

/** 2026-07-14 in seconds since 1904. */
export const date = 3_866_000_000

export interface FilmTrack {
  readonly handler: string
  readonly entry: Uint8Array
  /** Samples, chunk by chunk. */
  readonly chunks: readonly (readonly Uint8Array[])[]
  readonly matrix?: readonly number[]
  readonly enabled?: boolean
  /** What is shown of it: milliseconds of the film, from where in the track (-1: nothing), at which speed (1 unless said). */
  readonly edits?: readonly (readonly [lengthMs: number, from: number, rate?: number])[]
  /** Those that need no other, from 1; all of them unless said. */
  readonly sync?: readonly number[]
  /** How much later than decoded each one is shown. */
  readonly later?: readonly number[]
}

export interface FilmOptions {
  readonly moovFirst?: boolean
  readonly brand?: string
  /** Bytes between the chunks that no table refers to. */
  readonly gap?: Uint8Array
  readonly wideOffsets?: boolean
  /** Changes the offset of every chunk. */
  readonly shift?: number
  /** A box at the end of the table of contents. */
  readonly tail?: Uint8Array
  /** Of the whole film. */
  readonly matrix?: readonly number[]
}

const upright = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]
export const quarterTurn = [0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000]

/** A unit as it lies in a sample: its length, then its bytes. */
export function unit(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const bytes = join(...parts)
  return join(u32s(bytes.length), bytes)
}

/** A message of a camera or an encoder, for a unit that carries such. */
export function message(type: number, payload: Uint8Array | string): Uint8Array {
  const bytes = join(payload)
  return join(
    Uint8Array.of(type),
    new Uint8Array(Math.floor(bytes.length / 255)).fill(0xff),
    Uint8Array.of(bytes.length % 255),
    bytes,
  )
}

/** HEVC with its parameters, and a message of the encoder beside them. */
export function hvc1(width: number, height: number): Uint8Array {
  const array = (type: number, content: string) =>
    join(Uint8Array.of(0x80 | type), u16s(1, content.length), latin1(content))
  const arrays = join(array(32, 'video'), array(33, 'sequence'), array(34, 'picture'), array(39, secrets[1]))
  const configuration = join(new Uint8Array(21), Uint8Array.of(0xff, 4), arrays)
  const entry = avc1(width, height, box('hvcC', configuration))
  entry.set(latin1('hvc1'), 4)
  return entry
}

export function avc1(width: number, height: number, ...children: readonly Uint8Array[]): Uint8Array {
  const compressor = latin1(secrets[1].padEnd(31, '\0'))
  return box(
    'avc1',
    new Uint8Array(6),
    u16s(1, 0, 0),
    latin1('ACME'),
    u32s(512, 512),
    u16s(width, height),
    u32s(0x48_0000, 0x48_0000, 0),
    u16s(1),
    Uint8Array.of(secrets[1].length),
    compressor,
    u16s(24, 0xffff),
    box('avcC', Uint8Array.of(1, 0x64, 0, 0x28, 0xff, 0xe0, 0)),
    ...children,
  )
}

const esds = fullBox('esds', 0, 0, Uint8Array.of(3, 3, 0, 1, 0))

export function mp4a(configuration: Uint8Array = esds): Uint8Array {
  return soundEntry('mp4a', configuration)
}

export function soundEntry(type: string, configuration: Uint8Array): Uint8Array {
  const numbers = [u16s(2, 16, 0, 0), u32s(48_000 * 0x1_0000)]
  return box(type, new Uint8Array(6), u16s(1, 0, 0), latin1('ACME'), ...numbers, configuration)
}

/** As QuickTime writes it: version 1, with the configuration inside `wave`. */
export function quickTimeMp4a(): Uint8Array {
  const wave = box('wave', box('frma', latin1('mp4a')), esds, box('chan', latin1(secrets[3])), u32s(0))
  const numbers = u32s(1024, 0, 0, 2)
  return box(
    'mp4a',
    new Uint8Array(6),
    u16s(1, 1, 0),
    latin1('ACME'),
    u16s(2, 16, 0xfffe, 0),
    u32s(48_000 * 0x1_0000),
    numbers,
    wave,
  )
}

/** 16-bit stereo; QuickTime counts its frames as samples of one byte. */
export function sowt(): Uint8Array {
  return box('sowt', new Uint8Array(6), u16s(1, 0, 0), latin1('ACME'), u16s(2, 16, 0, 0), u32s(48_000 * 0x1_0000))
}

export function dataEntry(): Uint8Array {
  return box('mebx', new Uint8Array(6), u16s(1), latin1(secrets[5]))
}

export function film(tracks: readonly FilmTrack[], options: FilmOptions = {}): Uint8Array {
  const { gap = new Uint8Array(), moovFirst = false, shift = 0 } = options
  const fileType = box('ftyp', latin1(options.brand ?? 'mp42'), u32s(0), latin1('mp42'))
  // Chunks of the tracks take turns, as in a recording.
  const rounds = Math.max(...tracks.map(({ chunks }) => chunks.length))
  const layout = (start: number) => {
    let at = start
    const offsets = tracks.map((): number[] => [])
    const parts: Uint8Array[] = []
    for (let round = 0; round < rounds; round++) {
      for (const [index, { chunks }] of tracks.entries()) {
        const chunk = chunks[round]
        if (chunk === undefined) continue
        const bytes = join(...chunk)
        offsets[index]?.push(at + shift)
        parts.push(bytes, gap)
        at += bytes.length + gap.length
      }
    }
    return { offsets, data: box('mdat', ...parts) }
  }
  const moovOf = (start: number) => moov(tracks, layout(start).offsets, options)
  const dataStart = fileType.length + (moovFirst ? moovOf(0).length : 0) + 8
  const { data } = layout(dataStart)
  return moovFirst
    ? join(fileType, moovOf(dataStart), data)
    : join(fileType, data, moovOf(dataStart), box('free', latin1(secrets[2])))
}

/** Position, title and dates in every usual place. */
function personalBoxes(): Uint8Array[] {
  const place = box('\u00a9xyz', u16s(8, 0x15c7), latin1(secrets[5]))
  const item = box('\u00a9nam', box('data', u32s(1, 0), latin1(secrets[4])))
  const meta = fullBox(
    'meta',
    0,
    0,
    fullBox('hdlr', 0, 0, u32s(0), latin1('mdir'), new Uint8Array(13)),
    box('ilst', item),
  )
  const uuid = box('uuid', latin1('0123456789abcdef'), latin1(secrets[0]))
  return [box('udta', place, meta), meta, uuid]
}

function moov(
  tracks: readonly FilmTrack[],
  offsets: readonly (readonly number[])[],
  { wideOffsets = false, matrix = upright, tail = new Uint8Array() }: FilmOptions,
): Uint8Array {
  const mvhd = fullBox(
    'mvhd',
    0,
    0,
    u32s(date, date, 1000, 2000, 0x1_0000),
    u16s(0x100, 0),
    new Uint8Array(8),
    u32s(...matrix),
    new Uint8Array(24),
    u32s(9),
  )
  const traks = tracks.map((track, index) => trak(track, index + 1, offsets[index] ?? [], wideOffsets))
  return box('moov', mvhd, ...traks, tail, ...personalBoxes())
}

function trak(track: FilmTrack, id: number, offsets: readonly number[], wide: boolean): Uint8Array {
  const samples = track.chunks.flat()
  const flags = track.enabled === false ? 0 : 3
  const tkhd = fullBox(
    'tkhd',
    0,
    flags,
    u32s(date, date, id, 0, 2000, 0, 0),
    u16s(0, 0, 0, 0),
    u32s(...(track.matrix ?? upright)),
    u32s(0, 0),
  )
  const mdhd = fullBox('mdhd', 0, 0, u32s(date, date, 1000, 2000), u16s(0x15c7, 0))
  const hdlr = fullBox(
    'hdlr',
    0,
    0,
    u32s(0),
    latin1(track.handler),
    latin1('ACME'),
    u32s(0, 0),
    latin1(`${secrets[1]}\0`),
  )
  const sizes = fullBox('stsz', 0, 0, u32s(0, samples.length, ...samples.map((sample) => sample.length)))
  const runs = track.chunks.flatMap((chunk, index) => [index + 1, chunk.length, 1])
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32s(1), track.entry),
    fullBox('stts', 0, 0, u32s(1, samples.length, Math.floor(2000 / samples.length))),
    fullBox('stsc', 0, 0, u32s(track.chunks.length, ...runs)),
    sizes,
    ...(track.sync ? [fullBox('stss', 0, 0, u32s(track.sync.length, ...track.sync))] : []),
    ...(track.later
      ? [fullBox('ctts', 1, 0, u32s(track.later.length, ...track.later.flatMap((units) => [1, units])))]
      : []),
    wide
      ? fullBox('co64', 0, 0, u32s(offsets.length), u64s(...offsets))
      : fullBox('stco', 0, 0, u32s(offsets.length, ...offsets)),
    box('uuid', latin1('0123456789abcdef'), latin1(secrets[3])),
  )
  const minf = box(
    'minf',
    fullBox('vmhd', 0, 1, new Uint8Array(8)),
    box('dinf', fullBox('dref', 0, 0, u32s(1), fullBox('alis', 0, 0, latin1(secrets[4])))),
    stbl,
  )
  const entries = (track.edits ?? []).flatMap(([lengthMs, from, rate = 1]) => [lengthMs, from, rate * 0x1_0000])
  const edts = track.edits ? [box('edts', fullBox('elst', 0, 0, u32s(track.edits.length, ...entries)))] : []
  return box('trak', tkhd, ...edts, box('mdia', mdhd, hdlr, minf), ...personalBoxes())
}

/** A plain film that goes on in a fragment, as FFmpeg's `frag_keyframe` writes it: 1000 units are listed, then these samples. */
export function continuedFilm(tracks: readonly [FilmTrack, FilmTrack], samples: readonly [string, string]): Uint8Array {
  const trex = (id: number) => fullBox('trex', 0, 0, u32s(id, 1, 40, 0, 0x1_0000))
  const plain = film(tracks, { tail: box('mvex', trex(1), trex(2)), moovFirst: true })
  const build = (dataAt: number) =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32s(1)),
      ...samples.map((sample, index) =>
        box(
          'traf',
          fullBox('tfhd', 0, 0x2_0000, u32s(index + 1)),
          fullBox('tfdt', 0, 0, u32s(2000)),
          fullBox('trun', 0, 0x201, u32s(1, dataAt + (index === 0 ? 0 : samples[0].length), sample.length)),
        ),
      ),
    )
  return join(plain, build(build(0).length + 8), box('mdat', latin1(samples.join(''))))
}

/** Two tracks in two fragments; the sound begins half a second later. */
export function fragmentedFilm(): Uint8Array {
  const emptyTables = [
    fullBox('stts', 0, 0, u32s(0)),
    fullBox('stsc', 0, 0, u32s(0)),
    fullBox('stsz', 0, 0, u32s(0, 0)),
    fullBox('stco', 0, 0, u32s(0)),
  ]
  const track = (id: number, handler: string, entry: Uint8Array) =>
    box(
      'trak',
      fullBox('tkhd', 0, 3, u32s(date, date, id, 0, 0, 0, 0), u16s(0, 0, 0, 0), u32s(...upright), u32s(0, 0)),
      box(
        'mdia',
        fullBox('mdhd', 0, 0, u32s(date, date, 1000, 0), u16s(0x15c7, 0)),
        fullBox('hdlr', 0, 0, u32s(0), latin1(handler), new Uint8Array(13)),
        box('minf', box('stbl', fullBox('stsd', 0, 0, u32s(1), entry), ...emptyTables)),
      ),
    )
  const mvex = box(
    'mvex',
    fullBox('trex', 0, 0, u32s(1, 1, 40, 0, 0x1_0000)),
    fullBox('trex', 0, 0, u32s(2, 1, 20, 3, 0)),
  )
  const mvhd = fullBox(
    'mvhd',
    0,
    0,
    u32s(date, date, 1000, 0, 0x1_0000),
    u16s(0x100, 0),
    new Uint8Array(8),
    u32s(...upright),
    new Uint8Array(24),
    u32s(3),
  )
  const head = join(
    box('ftyp', latin1('iso5'), u32s(0)),
    box('moov', mvhd, track(1, 'vide', avc1(640, 480)), track(2, 'soun', mp4a()), mvex, ...personalBoxes()),
  )

  const fragment = (videoTime: number, soundTime: number, video: readonly string[], sound: readonly string[]) => {
    const build = (dataAt: number) => {
      const soundAt = dataAt + video.join('').length
      const videoRun = fullBox(
        'trun',
        1,
        0x205 | 0x800,
        u32s(
          video.length,
          dataAt,
          0x200_0000,
          ...video.flatMap((sample, index) => [sample.length, index === 0 ? 0 : -10]),
        ),
      )
      const soundRun = fullBox('trun', 0, 1, u32s(sound.length, soundAt))
      return box(
        'moof',
        fullBox('mfhd', 0, 0, u32s(1)),
        box('traf', fullBox('tfhd', 0, 0x2_0000, u32s(1)), fullBox('tfdt', 1, 0, u64s(videoTime)), videoRun),
        box('traf', fullBox('tfhd', 0, 0x2_0000, u32s(2)), fullBox('tfdt', 0, 0, u32s(soundTime)), soundRun),
        ...personalBoxes(),
      )
    }
    return join(build(build(0).length + 8), box('mdat', latin1(video.join('') + sound.join('')), latin1(secrets[5])))
  }
  return join(
    head,
    fragment(1000, 1500, ['VIDEO-1', 'VIDEO-22'], ['sn1', 'sn2']),
    // 20 units are missing before this one.
    fragment(1100, 1540, ['VIDEO-333'], ['sn3']),
    box('mfra', latin1(secrets[2])),
  )
}
