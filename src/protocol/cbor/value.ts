// The part of CBOR (RFC 8949) that the protocol uses: integers, byte and text strings, booleans, null, arrays, maps.
// No floats, no tags, no indefinite lengths. Spec: docs/protocol.md, "Notation".

import type { Bytes } from '../bytes.ts'

export type Value = number | string | boolean | null | Bytes | readonly Value[] | ValueMap

/** Numbers are safe integers. The order of entries does not matter: encoding sorts them. */
export type ValueMap = ReadonlyMap<number | string, Value>

/** Thrown by encoders for a value that its decoder would refuse: a bug on this side. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError'
  constructor(options?: ErrorOptions) {
    super('cbor: the value cannot be encoded', options)
  }
}

// Major types, shifted into place.
export const major = {
  unsigned: 0x00,
  negative: 0x20,
  bytes: 0x40,
  text: 0x60,
  array: 0x80,
  map: 0xa0,
  simple: 0xe0,
} as const

export const simple = { false: 20, true: 21, null: 22 } as const
