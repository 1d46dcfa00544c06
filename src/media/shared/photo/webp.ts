// WebP (RFC 9649) without metadata, pixels untouched: picture, alpha and animation are kept, the colour profile loses
// its description, EXIF is reduced to the orientation, XMP and unknown chunks are dropped.

import { MediaError } from '../../../messenger/ports.ts'
import type { Orientation } from './exif.ts'
import { readOrientation, writeOrientation } from './exif.ts'
import { sanitizeProfile } from './icc.ts'
import type { StrippedPhoto } from './stripped.ts'
import { checkSize, joinParts, latin1, textAt } from './stripped.ts'

const exifFlag = 0x08
const xmpFlag = 0x04
const profileFlag = 0x20
const headerBytes = 12
const frameHeaderBytes = 16

const still = { mime: 'image/webp', scalable: false } as const

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
}

/** @throws MediaError `damaged`, `too-large` */
export function stripWebp(file: Uint8Array): StrippedPhoto {
  return strip(file, true)
}

/** As stored: what is left says nothing of a turn. @throws MediaError `damaged`, `too-large` */
export function unturnedWebp(file: Uint8Array): Uint8Array {
  return strip(file, false).bytes
}

function strip(file: Uint8Array, keepsTurn: boolean): StrippedPhoto {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < headerBytes + 8) throw new MediaError('damaged')
  const end = 8 + view.getUint32(4, true)
  if (end > file.length) throw new MediaError('damaged')
  const chunks = chunksOf(file.subarray(headerBytes, end))
  const [first] = chunks
  if (first === undefined) throw new MediaError('damaged')
  if (first.type !== 'VP8X') {
    const size = pictureSize(first)
    checkSize(size.width, size.height)
    const bytes = riff([first])
    const lossless = first.type === 'VP8L'
    return { ...still, bytes, ...size, orientation: 1, lossless, animated: false, doubtful: false }
  }
  return stripExtended(first, chunks, keepsTurn)
}

function stripExtended(header: Chunk, chunks: readonly Chunk[], keepsTurn: boolean): StrippedPhoto {
  if (header.data.length < 10) throw new MediaError('damaged')
  let orientation: Orientation = 1
  let doubtful = false
  const kept: Chunk[] = []
  for (const { type, data } of chunks.slice(1)) {
    if (type === 'ALPH' || type === 'VP8 ' || type === 'VP8L' || type === 'ANIM') kept.push({ type, data })
    else if (type === 'ANMF') kept.push(frameWithoutUnknown(data))
    else if (type === 'ICCP') {
      const profile = sanitizeProfile(data)
      doubtful ||= profile === undefined
      if (profile !== undefined) kept.push({ type, data: profile })
    } else if (type === 'EXIF' && keepsTurn) {
      // Some writers put the mark of JPEG in front.
      const read = readOrientation(textAt(data, 0, 6) === 'Exif\0\0' ? data.subarray(6) : data)
      doubtful ||= read === undefined
      orientation = read ?? 1
    }
  }
  const animated = kept.some(({ type }) => type === 'ANMF')
  if (!animated && !kept.some(({ type }) => type === 'VP8 ' || type === 'VP8L')) throw new MediaError('damaged')
  // No player turns an animation.
  if (animated) orientation = 1
  if (orientation !== 1) kept.push({ type: 'EXIF', data: writeOrientation(orientation) })

  const flags = header.data.slice(0, 10)
  const colours = kept.find(({ type }) => type === 'ICCP')?.data
  const cleared = (flags[0] ?? 0) & ~(exifFlag | xmpFlag | profileFlag)
  flags[0] = cleared | (colours === undefined ? 0 : profileFlag) | (orientation === 1 ? 0 : exifFlag)
  const size = { width: 1 + u24(flags, 4), height: 1 + u24(flags, 7) }
  checkSize(size.width, size.height)
  const bytes = riff([{ type: 'VP8X', data: flags }, ...kept])
  const lossless = kept.some(({ type }) => type === 'VP8L')
  return { ...still, bytes, ...size, orientation, lossless, animated, doubtful, ...(colours && { profile: colours }) }
}

function frameWithoutUnknown(data: Uint8Array): Chunk {
  if (data.length < frameHeaderBytes) throw new MediaError('damaged')
  const inner = chunksOf(data.subarray(frameHeaderBytes)).filter(({ type }) => /^(ALPH|VP8 |VP8L)$/.test(type))
  return { type: 'ANMF', data: joinParts([data.subarray(0, frameHeaderBytes), ...inner.map(chunkBytes)]) }
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw new MediaError('damaged')
    const length = view.getUint32(at + 4, true)
    if (at + 8 + length > bytes.length) throw new MediaError('damaged')
    chunks.push({ type: textAt(bytes, at, at + 4), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length + (length & 1)
  }
  return chunks
}

function pictureSize({ type, data }: Chunk): { readonly width: number; readonly height: number } {
  if (type === 'VP8 ' && data.length >= 10 && data[3] === 0x9d && data[4] === 0x01 && data[5] === 0x2a) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff }
  }
  if (type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(1, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  return refuse()
}

function riff(chunks: readonly Chunk[]): Uint8Array {
  const bytes = joinParts([latin1('RIFF\0\0\0\0WEBP'), ...chunks.map(chunkBytes)])
  new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true)
  return bytes
}

function chunkBytes({ type, data }: Chunk): Uint8Array {
  const bytes = new Uint8Array(8 + data.length + (data.length & 1))
  bytes.set(latin1(type))
  new DataView(bytes.buffer).setUint32(4, data.length, true)
  bytes.set(data, 8)
  return bytes
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
}

function refuse(): never {
  throw new MediaError('damaged')
}
