// What is written into the units of a picture track beside the picture (H.264 Annex D, HEVC Annex D: "SEI"). Camcorders and
// dashboard cameras put position, time and their name there, encoders their settings. What a decoder makes no use of is found
// here and overwritten when it is read, byte for byte, so that no unit, sample or table changes its length.

import { find } from './box.ts'
import type { Box } from './box.ts'

/** What may stand between the units that hold the picture. */
export interface UnitFormat {
  /** Bytes of the length in front of each unit. */
  readonly lengthBytes: number
  readonly headerBytes: 1 | 2
  typeOf(header: number): number
  readonly messages: ReadonlySet<number>
  /** Types that each maker may use as it likes. */
  readonly isPrivate: (type: number) => boolean
}

/** A stretch that is overwritten; its start in the unit. */
export interface Blank {
  readonly start: number
  readonly size: number
  /** Bytes in it that only keep three zeros apart: so many there have to be again. */
  readonly escapes: number
}

const registered = 4
const unregistered = 5
/** Hours, minutes and seconds, in HEVC; in H.264 they are part of what says how long a field is shown. */
const timeCode = 136
/** Country and maker of what players show: HDR10+, and captions with the shape of the picture. */
const shownMarks = [
  [0xb5, 0x00, 0x3c, 0x00, 0x01],
  [0xb5, 0x00, 0x31],
]

/** Of a sample description; undefined for codecs that are not made of units. */
export function unitFormatOf(entry: string, configuration: readonly Box[]): UnitFormat | undefined {
  const avc = find(configuration, 'avcC')
  const hevc = find(configuration, 'hvcC')
  if (entry.startsWith('avc')) {
    const isPrivate = (type: number) => type === 0 || type >= 24
    return { lengthBytes: lengthIn(avc?.[4]), headerBytes: 1, typeOf: (h) => h & 31, messages: new Set([6]), isPrivate }
  }
  if (/^(hvc1|hev1|dvh1|dvhe)$/.test(entry)) {
    // 62 and 63 are the second layer of Dolby Vision.
    const isPrivate = (type: number) => type >= 48 && type < 62
    const messages = new Set([39, 40])
    return { lengthBytes: lengthIn(hevc?.[21]), headerBytes: 2, typeOf: (h) => (h >> 1) & 63, messages, isPrivate }
  }
  return undefined
}

/** What is to be overwritten in a unit. */
export function blanksIn(unit: Uint8Array, format: UnitFormat): Blank[] {
  const type = format.typeOf(unit[0] ?? 0)
  const { headerBytes } = format
  if (format.isPrivate(type)) return [{ start: headerBytes, size: Math.max(0, unit.length - headerBytes), escapes: 0 }]
  return format.messages.has(type) ? blankMessages(unit, headerBytes) : []
}

/** Writes what stands for a blank into `bytes`, which begin `skip` bytes after its start. */
export function fillBlank(bytes: Uint8Array, skip: number, { size, escapes }: Omit<Blank, 'start'>): void {
  const lead = size > 3 * escapes ? 1 : 0
  for (let index = 0; index < bytes.length; index++) {
    const at = skip + index - lead
    // An escape stands before a byte of at most 3.
    bytes[index] = at < 0 || at > 3 * escapes ? 0xff : at === 3 * escapes ? 1 : ([0, 0, 3][at % 3] ?? 0)
  }
}

function lengthIn(byte: number | undefined): number {
  return byte === undefined ? 4 : (byte & 3) + 1
}

function blankMessages(unit: Uint8Array, headerBytes: number): Blank[] {
  const at = payloadPositions(unit, headerBytes)
  const blanks: Blank[] = []
  let next = 0
  const number = () => {
    let sum = 0
    while (unit[at[next] ?? unit.length] === 0xff) {
      sum += 255
      next++
    }
    return sum + (unit[at[next++] ?? unit.length] ?? 0)
  }
  // The last byte only ends the unit.
  while (next + 2 < at.length) {
    const type = number()
    const length = number()
    const first = next
    next += length
    const start = at[first]
    if (length === 0 || start === undefined) continue
    // With an escape right behind it, which its last zeros asked for.
    const end = at[next] ?? unit.length
    const size = end - start
    if (isBlanked(type, unit, at.slice(first, first + 5))) {
      blanks.push({ start, size, escapes: Math.min(Math.floor(size / 3), Math.max(0, size - length)) })
    }
  }
  return blanks
}

/** Where the bytes of a unit lie without those that keep three zeros apart. */
function payloadPositions(unit: Uint8Array, start: number): number[] {
  const positions: number[] = []
  let zeros = 0
  for (let at = start; at < unit.length; at++) {
    const byte = unit[at]
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    positions.push(at)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return positions
}

function isBlanked(type: number, unit: Uint8Array, first: readonly number[]): boolean {
  if (type === unregistered || type === timeCode) return true
  return (
    type === registered && !shownMarks.some((mark) => mark.every((byte, index) => unit[first[index] ?? -1] === byte))
  )
}
