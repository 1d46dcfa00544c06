// JPEG (ITU T.81) without metadata, pixels untouched. Everything is dropped but what decoding needs: frame, tables,
// scans, JFIF without thumbnail, Adobe's colour transform, the colour profile without its description, and an EXIF block
// that holds the orientation alone, where it is not upright. What follows the end of the picture (previews, depth maps,
// short films) goes too. A structure that is not plain JPEG is refused, and so is a table with more in it than its numbers.

import { MediaError } from '../../../messenger/ports.ts'
import type { Orientation } from './exif.ts'
import { readOrientation, writeOrientation } from './exif.ts'
import { sanitizeProfile } from './icc.ts'
import { isExact } from './jpeg-tables.ts'
import type { StrippedPhoto } from './stripped.ts'
import { checkSize, joinParts, latin1, textAt } from './stripped.ts'

const startOfImage = 0xd8
const endOfImage = 0xd9
const startOfScan = 0xda
const exifMark = 'Exif\0\0'
const profileMark = 'ICC_PROFILE\0'
/** Payload of one APP segment. */
const maxPayload = 65_533

/** Baseline, extended and progressive frames with Huffman coding: what viewers decode. */
const frames = new Set([0xc0, 0xc1, 0xc2])
/** Huffman tables, quantization tables, restart interval, number of lines. */
const tables = new Set([0xc4, 0xdb, 0xdd, 0xdc])

interface Segment {
  readonly marker: number
  /** With marker and length. */
  readonly bytes: Uint8Array
  readonly payload: Uint8Array
  readonly end: number
}

/** @throws MediaError `damaged`, `unsupported`, `too-large` */
export function stripJpeg(file: Uint8Array): StrippedPhoto {
  if (file[0] !== 0xff || file[1] !== startOfImage) throw new MediaError('damaged')
  const kept: Uint8Array[] = []
  const profileParts = new Map<number, Uint8Array>()
  let size: { readonly width: number; readonly height: number } | undefined
  let progressive = false
  let orientation: Orientation | undefined
  let jfif: Uint8Array | undefined
  let doubtful = false
  let scans = 0

  for (let at = 2; ;) {
    const marker = markerAt(file, at)
    if (marker.code === endOfImage) break
    const segment = segmentAt(file, marker.code, marker.at)
    at = segment.end
    if (!isDropped(segment.marker) && !isExact(segment.marker, segment.payload)) throw new MediaError('damaged')
    if (frames.has(segment.marker)) {
      if (size !== undefined) throw new MediaError('damaged')
      size = sizeOf(segment.payload)
      progressive = segment.marker === 0xc2
      kept.push(segment.bytes)
    } else if (segment.marker === startOfScan) {
      if (size === undefined) throw new MediaError('damaged')
      at = endOfEntropy(file, segment.end)
      kept.push(segment.bytes, file.subarray(segment.end, at))
      scans++
    } else if (tables.has(segment.marker)) {
      kept.push(segment.bytes)
    } else if (segment.marker === 0xe0 && textAt(segment.payload, 0, 5) === 'JFIF\0') {
      jfif ??= jfifWithoutThumbnail(segment.payload)
    } else if (segment.marker === 0xe1 && textAt(segment.payload, 0, 6) === exifMark) {
      // Of several, viewers take the first.
      if (orientation !== undefined) continue
      const read = readOrientation(segment.payload.subarray(6))
      doubtful ||= read === undefined
      orientation = read ?? 1
    } else if (segment.marker === 0xe2 && textAt(segment.payload, 0, 12) === profileMark) {
      profileParts.set(segment.payload[12] ?? 0, segment.payload.subarray(14))
    } else if (segment.marker === 0xee && textAt(segment.payload, 0, 5) === 'Adobe' && segment.payload.length >= 12) {
      kept.push(segmentOf(0xee, segment.payload.subarray(0, 12)))
    } else if (!isDropped(segment.marker)) {
      throw new MediaError('unsupported')
    }
  }
  if (size === undefined || scans === 0) throw new MediaError('damaged')

  const head: Uint8Array[] = [Uint8Array.of(0xff, startOfImage)]
  if (jfif !== undefined) head.push(segmentOf(0xe0, jfif))
  const turn = orientation ?? 1
  if (turn !== 1) head.push(segmentOf(0xe1, joinParts([latin1(exifMark), writeOrientation(turn)])))
  const profile = readProfile(profileParts)
  if (profile !== undefined) head.push(...profileSegments(profile))
  const bytes = joinParts([...head, ...kept, Uint8Array.of(0xff, endOfImage)])
  return {
    mime: 'image/jpeg',
    bytes,
    ...size,
    orientation: turn,
    lossless: false,
    // A progressive picture is whole only after its last scan, and so held whole.
    scalable: !progressive,
    animated: false,
    doubtful: doubtful || (profile === undefined && profileParts.size > 0),
    ...(profile && { profile }),
  }
}

/** The next marker; fill bytes before it are skipped. */
function markerAt(file: Uint8Array, start: number): { readonly code: number; readonly at: number } {
  if (file[start] !== 0xff) throw new MediaError('damaged')
  let at = start
  while (file[at + 1] === 0xff) at++
  const code = file[at + 1]
  if (code === undefined) throw new MediaError('damaged')
  return { code, at }
}

function segmentAt(file: Uint8Array, marker: number, at: number): Segment {
  const length = ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0)
  const end = at + 2 + length
  if (marker < 0xc0 || length < 2 || end > file.length) throw new MediaError('damaged')
  return { marker, bytes: file.subarray(at, end), payload: file.subarray(at + 4, end), end }
}

/** The end of a scan: the next marker that is neither a stuffed FF nor a restart. */
function endOfEntropy(file: Uint8Array, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1]
    if (next === undefined) break
    if (next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)) continue
    return at
  }
  throw new MediaError('damaged')
}

function sizeOf(frame: Uint8Array): { readonly width: number; readonly height: number } {
  if (frame.length < 6) throw new MediaError('damaged')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const [height, width] = [view.getUint16(1), view.getUint16(3)]
  checkSize(width, height)
  return { width, height }
}

/** Application data and comments. */
function isDropped(marker: number): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe
}

function jfifWithoutThumbnail(payload: Uint8Array): Uint8Array {
  if (payload.length < 14) throw new MediaError('damaged')
  const jfif = payload.slice(0, 14)
  jfif.fill(0, 12)
  return jfif
}

/** A profile may span several segments, numbered from 1. Undefined when it cannot be read, or is not there. */
function readProfile(parts: ReadonlyMap<number, Uint8Array>): Uint8Array | undefined {
  const ordered = Array.from({ length: parts.size }, (_, index) => parts.get(index + 1))
  const whole = ordered.filter((part) => part !== undefined)
  return whole.length === parts.size ? sanitizeProfile(joinParts(whole)) : undefined
}

function profileSegments(profile: Uint8Array): Uint8Array[] {
  const room = maxPayload - 14
  const count = Math.ceil(profile.length / room)
  return Array.from({ length: count }, (_, index) => {
    const numbered = joinParts([latin1(profileMark), Uint8Array.of(index + 1, count)])
    return segmentOf(0xe2, joinParts([numbered, profile.subarray(index * room, (index + 1) * room)]))
  })
}

function segmentOf(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2
  return joinParts([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), payload])
}
