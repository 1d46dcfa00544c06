// Codecs: one description of a shape that both encodes and decodes it, so that the two cannot drift apart. Decoding takes
// exactly what encoding makes: no unknown fields, no values out of range. Leaf codecs are here, compound ones in shape.ts.

import type { Bytes } from '../bytes.ts'
import { decodeCbor } from './decode.ts'
import type { CborBounds } from './decode.ts'
import { encodeCbor } from './encode.ts'
import type { Value } from './value.ts'
import { EncodingError } from './value.ts'

export interface Codec<T> {
  /** @throws EncodingError for an item that `fromValue` would refuse */
  toValue(item: T): Value
  /** Undefined for anything that is not the value of an item. Never throws. */
  fromValue(value: Value): T | undefined
}

/** @throws EncodingError for an item that `decodeWith` would refuse for its shape */
export function encodeWith<T>(codec: Codec<T>, item: T): Bytes {
  return encodeCbor(codec.toValue(item))
}

/** Undefined unless `encodeWith` of the result gives these bytes. Never throws. */
export function decodeWith<T>(codec: Codec<T>, bytes: Bytes, bounds: CborBounds): T | undefined {
  const value = decodeCbor(bytes, bounds)
  return value === undefined ? undefined : codec.fromValue(value)
}

/** A codec of values that CBOR has as they are, as far as `read` lets them through. */
export function leaf<T extends Value>(read: (value: Value) => T | undefined): Codec<T> {
  return {
    toValue(item) {
      if (read(item) === undefined) throw new EncodingError()
      return item
    },
    fromValue: read,
  }
}

/** From 0 (or `min`) up to and including `max`. */
export function integer(max: number = Number.MAX_SAFE_INTEGER, min = 0): Codec<number> {
  return leaf((value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined,
  )
}

/** Exactly this many bytes. */
export function fixedBytes(length: number): Codec<Bytes> {
  return leaf((value) => (value instanceof Uint8Array && value.length === length ? value : undefined))
}

/** Up to and including `max` bytes. */
export function bytesUpTo(max: number, min = 0): Codec<Bytes> {
  return leaf((value) =>
    value instanceof Uint8Array && value.length >= min && value.length <= max ? value : undefined,
  )
}

/** Text that passes the test, which bounds its length. */
export function textWhere(accepts: (text: string) => boolean): Codec<string> {
  return leaf((value) => (typeof value === 'string' && accepts(value) ? value : undefined))
}

export const boolean: Codec<boolean> = leaf((value) => (typeof value === 'boolean' ? value : undefined))

/** A word of this version, written as its number. */
export function oneOf<K extends string>(codes: Readonly<Record<K, number>>): Codec<K> {
  const words = new Map<Value, K>()
  for (const word in codes) words.set(codes[word], word)
  return {
    toValue: (item) => codes[item],
    fromValue: (value) => words.get(value),
  }
}
