// Deterministic encoding (RFC 8949 §4.2.1): shortest heads, definite lengths, map keys in the order of their bytes.
// One value has exactly one encoding. Measured first and written then, into the one buffer that is returned: sessions
// are encoded with every message.

import type { Bytes } from '../bytes.ts'
import { utf8 } from '../bytes.ts'
import type { Value, ValueMap } from './value.ts'
import { EncodingError, major, simple } from './value.ts'

/** @throws EncodingError for a number that is no safe integer, or a text with a lone surrogate */
export function encodeCbor(value: Value): Bytes {
  const writer: Writer = { bytes: new Uint8Array(sizeOf(value)), offset: 0 }
  write(writer, value)
  return writer.bytes
}

function sizeOf(value: Value): number {
  if (typeof value === 'number') return headSize(argumentOf(value))
  if (value instanceof Uint8Array) return headSize(value.length) + value.length
  if (typeof value === 'string') {
    // Encoded, it would come back as another text.
    if (!value.isWellFormed()) throw new EncodingError()
    const length = utf8(value).length
    return headSize(length) + length
  }
  if (typeof value === 'boolean' || value === null) return 1
  if (isMap(value)) {
    let size = headSize(value.size)
    // Without an array for each entry, which a loop over them would make.
    value.forEach((item, key) => (size += sizeOf(key) + sizeOf(item)))
    return size
  }
  let size = headSize(value.length)
  for (const item of value) size += sizeOf(item)
  return size
}

function headSize(argument: number): number {
  if (argument < 24) return 1
  if (argument < 0x100) return 2
  return argument < 0x1_0000 ? 3 : argument < 0x1_0000_0000 ? 5 : 9
}

function argumentOf(value: number): number {
  // Negative zero would come back as zero.
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new EncodingError()
  return value < 0 ? -1 - value : value
}

interface Writer {
  readonly bytes: Bytes
  offset: number
}

function write(writer: Writer, value: Value): void {
  if (typeof value === 'number') writeHead(writer, value < 0 ? major.negative : major.unsigned, argumentOf(value))
  else if (value instanceof Uint8Array) writeBytes(writer, major.bytes, value)
  else if (typeof value === 'string') writeBytes(writer, major.text, utf8(value))
  else if (typeof value === 'boolean') writeHead(writer, major.simple, value ? simple.true : simple.false)
  else if (value === null) writeHead(writer, major.simple, simple.null)
  else if (isMap(value)) writeMap(writer, value)
  else {
    writeHead(writer, major.array, value.length)
    for (const item of value) write(writer, item)
  }
}

function writeBytes(writer: Writer, majorType: number, bytes: Bytes): void {
  writeHead(writer, majorType, bytes.length)
  writer.bytes.set(bytes, writer.offset)
  writer.offset += bytes.length
}

function writeMap(writer: Writer, map: ValueMap): void {
  writeHead(writer, major.map, map.size)
  const sorted = areInOrder(map) ? map : inOrder(map)
  sorted.forEach((value, key) => {
    write(writer, key)
    write(writer, value)
  })
}

/** Whether all keys are rising integers of at least 0, whose encodings rise with them: so every structure is made. */
function areInOrder(map: ValueMap): boolean {
  let previous = -1
  for (const key of map.keys()) {
    if (typeof key !== 'number' || key <= previous) return false
    previous = key
  }
  return true
}

function inOrder(map: ValueMap): ValueMap {
  const entries = Array.from(map, (entry) => ({ entry, key: encodeCbor(entry[0]) }))
  return new Map(entries.toSorted((a, b) => compareBytes(a.key, b.key)).map(({ entry }) => entry))
}

/** The first byte and up to eight of the number, big-endian. */
function writeHead(writer: Writer, majorType: number, argument: number): void {
  const { bytes } = writer
  const size = headSize(argument)
  let at = writer.offset
  writer.offset += size
  if (size === 1) {
    bytes[at] = majorType | argument
    return
  }
  bytes[at++] = majorType | (size === 2 ? 24 : size === 3 ? 25 : size === 5 ? 26 : 27)
  // Division and not shifts: these know 32 bits only.
  for (let unit = 256 ** (size - 2); unit >= 1; unit /= 256) bytes[at++] = Math.floor(argument / unit) % 256
}

/** Byte by byte; a prefix comes first. */
export function compareBytes(a: Bytes, b: Bytes): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function isMap(value: readonly Value[] | ValueMap): value is ValueMap {
  return value instanceof Map
}
