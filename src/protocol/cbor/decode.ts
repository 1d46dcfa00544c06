// Bounded decoding that accepts deterministic encodings only: whatever decodes, encodes to the same bytes again. Lengths
// that the bytes claim are compared with what is there before anything is allocated for them.

import type { Bytes } from '../bytes.ts'
import { fromUtf8 } from '../bytes.ts'
import { compareBytes } from './encode.ts'
import type { Value } from './value.ts'
import { major, simple } from './value.ts'

export interface CborBounds {
  readonly maxBytes: number
  /** Arrays and maps within each other; 0 allows only a single item. */
  readonly maxDepth: number
  /** Data items in all: a map of one entry has three. */
  readonly maxItems: number
  /** Byte strings are parts of the bytes that were given, which must not change then. Else they are copies. */
  readonly asViews?: true
}

/** Undefined for anything but the deterministic encoding of one value within the bounds. */
export function decodeCbor(bytes: Bytes, bounds: CborBounds): Value | undefined {
  if (bytes.length > bounds.maxBytes) return undefined
  const reader: Reader = { bytes, offset: 0, itemsLeft: bounds.maxItems, asViews: bounds.asViews === true }
  const value = readValue(reader, bounds.maxDepth)
  return reader.offset === bytes.length ? value : undefined
}

interface Reader {
  readonly bytes: Bytes
  offset: number
  itemsLeft: number
  readonly asViews: boolean
}

function readValue(reader: Reader, depthLeft: number): Value | undefined {
  if (reader.itemsLeft === 0) return undefined
  reader.itemsLeft--
  const first = reader.bytes[reader.offset]
  if (first === undefined) return undefined
  reader.offset++
  const majorType = first & 0xe0
  if (majorType === major.simple) return readSimple(first & 0x1f)
  const argument = readArgument(reader, first & 0x1f)
  if (argument === undefined) return undefined
  switch (majorType) {
    case major.unsigned:
      return argument
    case major.negative:
      // The one argument whose number is no safe integer.
      return argument === Number.MAX_SAFE_INTEGER ? undefined : -1 - argument
    case major.bytes: {
      const bytes = readBytes(reader, argument)
      return reader.asViews ? bytes : bytes?.slice()
    }
    case major.text: {
      const text = readBytes(reader, argument)
      return text === undefined ? undefined : fromUtf8(text)
    }
    case major.array:
      return depthLeft === 0 ? undefined : readArray(reader, argument, depthLeft - 1)
    case major.map:
      return depthLeft === 0 ? undefined : readMap(reader, argument, depthLeft - 1)
    default:
      return undefined
  }
}

function readSimple(code: number): Value | undefined {
  if (code === simple.false) return false
  if (code === simple.true) return true
  return code === simple.null ? null : undefined
}

/** The number of a head, in its shortest form only. */
function readArgument(reader: Reader, info: number): number | undefined {
  if (info < 24) return info
  if (info > 27) return undefined
  const size = 1 << (info - 24)
  const bytes = readBytes(reader, size)
  if (bytes === undefined) return undefined
  let argument = 0
  // Exact up to 2^53, and past it large enough to be refused below.
  for (const byte of bytes) argument = argument * 256 + byte
  const least = size === 1 ? 24 : 2 ** (4 * size)
  return argument >= least && argument <= Number.MAX_SAFE_INTEGER ? argument : undefined
}

/** A view. */
function readBytes(reader: Reader, length: number): Bytes | undefined {
  if (length > reader.bytes.length - reader.offset) return undefined
  const start = reader.offset
  reader.offset += length
  return reader.bytes.subarray(start, reader.offset)
}

function readArray(reader: Reader, length: number, depthLeft: number): Value | undefined {
  if (length > reader.itemsLeft) return undefined
  const items: Value[] = []
  while (items.length < length) {
    const item = readValue(reader, depthLeft)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readMap(reader: Reader, length: number, depthLeft: number): Value | undefined {
  if (2 * length > reader.itemsLeft) return undefined
  const map = new Map<number | string, Value>()
  let previousKey: Bytes | undefined
  while (map.size < length) {
    const keyStart = reader.offset
    const key = readValue(reader, 0)
    if (typeof key !== 'number' && typeof key !== 'string') return undefined
    const keyBytes = reader.bytes.subarray(keyStart, reader.offset)
    // Strictly rising: sorted, and none twice.
    if (previousKey !== undefined && compareBytes(previousKey, keyBytes) >= 0) return undefined
    previousKey = keyBytes
    const value = readValue(reader, depthLeft)
    if (value === undefined) return undefined
    map.set(key, value)
  }
  return map
}
