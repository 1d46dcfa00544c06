// Deterministic encoding (RFC 8949 §4.2.1): shortest heads, definite lengths, map keys in the order of their bytes.
// One value has exactly one encoding.

import type { Bytes } from '../bytes.ts'
import { concatBytes, utf8 } from '../bytes.ts'
import type { Value, ValueMap } from './value.ts'
import { EncodingError, major, simple } from './value.ts'

/** @throws EncodingError for a number that is no safe integer, or a text with a lone surrogate */
export function encodeCbor(value: Value): Bytes {
  const parts: Bytes[] = []
  append(parts, value)
  return concatBytes(...parts)
}

function append(parts: Bytes[], value: Value): void {
  if (typeof value === 'number') parts.push(encodeInteger(value))
  else if (typeof value === 'string') appendText(parts, value)
  else if (typeof value === 'boolean') parts.push(Uint8Array.of(major.simple | (value ? simple.true : simple.false)))
  else if (value === null) parts.push(Uint8Array.of(major.simple | simple.null))
  else if (value instanceof Uint8Array) parts.push(head(major.bytes, value.length), value)
  else if (isMap(value)) appendMap(parts, value)
  else {
    parts.push(head(major.array, value.length))
    for (const item of value) append(parts, item)
  }
}

function appendText(parts: Bytes[], text: string): void {
  // Encoded, it would come back as another text.
  if (!text.isWellFormed()) throw new EncodingError()
  const bytes = utf8(text)
  parts.push(head(major.text, bytes.length), bytes)
}

function appendMap(parts: Bytes[], map: ValueMap): void {
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }))
  entries.sort((a, b) => compareBytes(a.key, b.key))
  parts.push(head(major.map, entries.length))
  for (const { key, value } of entries) {
    parts.push(key)
    append(parts, value)
  }
}

function encodeInteger(value: number): Bytes {
  // Negative zero would come back as zero.
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new EncodingError()
  return value < 0 ? head(major.negative, -1 - value) : head(major.unsigned, value)
}

function head(majorType: number, argument: number): Bytes {
  if (argument < 24) return Uint8Array.of(majorType | argument)
  if (argument < 0x100) return Uint8Array.of(majorType | 24, argument)
  const bytes = new Uint8Array(argument < 0x1_0000 ? 3 : argument < 0x1_0000_0000 ? 5 : 9)
  const view = new DataView(bytes.buffer)
  if (bytes.length === 3) view.setUint16(1, argument)
  else if (bytes.length === 5) view.setUint32(1, argument)
  else view.setBigUint64(1, BigInt(argument))
  bytes[0] = majorType | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27)
  return bytes
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
