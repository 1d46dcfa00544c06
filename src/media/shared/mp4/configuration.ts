// What a decoder is told before the first sample, without what tells of people: some codecs put title, artist, date and
// pictures into the same block (FLAC and Vorbis, as music programs and WebM carry them), encoders their settings.

import { box } from './box.ts'
import type { Box } from './box.ts'

const hevcHeadBytes = 23
/** Video, sequence and picture parameters. */
const hevcParameters = new Set([32, 33, 34])

const flacVersionBytes = 4
const flacStreamInfo = 0
const flacStreamInfoBytes = 34
const flacLast = 0x80

const makerBytes = 5

const decoderConfigBytes = 13
const vorbisInMp4 = 0xdd
const mpeg4Visual = 0x20
const mpeg4UserData = 0xb2

/** A complete box. Undefined when it cannot be read. */
export function plainConfiguration({ type, body }: Box): Uint8Array | undefined {
  switch (type) {
    case 'hvcC':
      return withoutMessages(body)
    case 'dfLa':
      return withoutTags(body)
    case 'esds':
      return withPlainSpecificInfo(body)
    case 'damr':
    case 'd263':
      return withoutMaker(type, body)
    default:
      return box(type, body)
  }
}

/** AMR and H.263 (3GPP TS 26.244): four letters for the maker of the encoder, its version, then what decoders need. */
function withoutMaker(type: string, body: Uint8Array): Uint8Array | undefined {
  return body.length < makerBytes ? undefined : box(type, body.slice().fill(0, 0, makerBytes))
}

/** HEVC: lists of units, each of one type. */
function withoutMessages(body: Uint8Array): Uint8Array | undefined {
  if (body.length < hevcHeadBytes) return undefined
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const kept: Uint8Array[] = []
  let at = hevcHeadBytes
  for (let array = 0; array < (body[22] ?? 0); array++) {
    const start = at
    if (at + 3 > body.length) return undefined
    const units = view.getUint16(at + 1)
    at += 3
    for (let unit = 0; unit < units; unit++) {
      if (at + 2 > body.length) return undefined
      at += 2 + view.getUint16(at)
    }
    if (at > body.length) return undefined
    if (hevcParameters.has((body[start] ?? 0) & 63)) kept.push(body.subarray(start, at))
  }
  const fixed = body.slice(0, hevcHeadBytes)
  fixed[22] = kept.length
  return box('hvcC', fixed, ...kept)
}

/** FLAC: the first block says how to decode; comments and covers follow. */
function withoutTags(body: Uint8Array): Uint8Array | undefined {
  const end = flacVersionBytes + 4 + flacStreamInfoBytes
  const isKnown = ((body[flacVersionBytes] ?? 0xff) & ~flacLast) === flacStreamInfo
  if (!isKnown || body.length < end || body[flacVersionBytes + 3] !== flacStreamInfoBytes) return undefined
  const plain = body.slice(0, end)
  plain[flacVersionBytes] = flacLast | flacStreamInfo
  return box('dfLa', plain)
}

/** MPEG-4 descriptors (ISO/IEC 14496-1): stream ⊃ decoder ⊃ what is specific to it. */
function withPlainSpecificInfo(body: Uint8Array): Uint8Array | undefined {
  const stream = descriptorAt(body, 4, 3)
  const flags = stream?.[2] ?? 0
  // Another stream that it depends on, an address, a clock.
  const addressAt = 3 + (flags & 0x80 ? 2 : 0)
  const skipped = addressAt + (flags & 0x40 ? 1 + (stream?.[addressAt] ?? 0) : 0) + (flags & 0x20 ? 2 : 0)
  const decoder = stream === undefined ? undefined : descriptorAt(stream, skipped, 4)
  const kind = decoder?.[0]
  if (decoder === undefined || (kind !== vorbisInMp4 && kind !== mpeg4Visual)) return box('esds', body)
  const specific = descriptorAt(decoder, decoderConfigBytes, 5)
  if (specific === undefined) return kind === vorbisInMp4 ? undefined : box('esds', body)
  const plain = kind === vorbisInMp4 ? vorbisWithoutComments(specific) : withoutUserData(specific)
  if (plain === undefined) return undefined
  const inner = [...decoder.subarray(0, decoderConfigBytes), ...descriptor(5, plain)]
  return box('esds', body.slice(0, 4), descriptor(3, [0, 0, 0, ...descriptor(4, inner), 6, 1, 2]))
}

function descriptorAt(bytes: Uint8Array, start: number, tag: number): Uint8Array | undefined {
  if (bytes[start] !== tag) return undefined
  let [at, length] = [start + 1, 0]
  for (let more = true; more && at < start + 5; at++) {
    const byte = bytes[at] ?? 0
    length = length * 128 + (byte & 127)
    more = byte >= 128
  }
  return at + length > bytes.length ? undefined : bytes.subarray(at, at + length)
}

function descriptor(tag: number, content: Iterable<number>): Uint8Array {
  const bytes = [...content]
  const length = [21, 14, 7].map((shift) => 0x80 | ((bytes.length >> shift) & 127))
  return Uint8Array.from([tag, ...length, bytes.length & 127, ...bytes])
}

/** Three headers behind the lengths of the first two; the second holds the comments. */
function vorbisWithoutComments(specific: Uint8Array): Uint8Array | undefined {
  let at = 1
  const length = () => {
    let sum = 0
    while (specific[at] === 255) {
      sum += 255
      at++
    }
    return sum + (specific[at++] ?? 0)
  }
  const [first, second] = [length(), length()]
  const comments = at + first
  if (specific[0] !== 2 || comments + second > specific.length || specific[comments] !== 3) return undefined
  const empty = [3, 0x76, 0x6f, 0x72, 0x62, 0x69, 0x73, 0, 0, 0, 0, 0, 0, 0, 0, 1]
  const lengths = [...Array.from({ length: Math.floor(first / 255) }, () => 255), first % 255, empty.length]
  const setup = specific.subarray(comments + second)
  return Uint8Array.from([2, ...lengths, ...specific.subarray(at, comments), ...empty, ...setup])
}

/** Sections begin with 00 00 01 and what they are. */
function withoutUserData(specific: Uint8Array): Uint8Array {
  const kept: number[] = []
  let isKept = true
  for (const [at, byte] of specific.entries()) {
    const begins = byte === 0 && specific[at + 1] === 0 && specific[at + 2] === 1
    if (begins) isKept = specific[at + 3] !== mpeg4UserData
    if (isKept) kept.push(byte)
  }
  return Uint8Array.from(kept)
}
