import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import {
  boolean,
  bytesUpTo,
  decodeWith,
  encodeWith,
  fixedBytes,
  integer,
  oneOf,
  textWhere,
} from '../../../src/protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../../../src/protocol/cbor/shape.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'

const bounds = { maxBytes: 1000, maxDepth: 8, maxItems: 100 }

const photo = shape({
  width: field(1, integer(100)),
  caption: optionalField(
    2,
    textWhere((text) => text.length < 5),
  ),
})
const thing = variant({ photo: [1, photo], nothing: [2, shape({})] })

describe('codecs', () => {
  it('write an object as a map of numbered fields and leave out what is absent', () => {
    expect(toHex(encodeWith(photo, { width: 5 }))).toBe('a10105')
    expect(toHex(encodeWith(photo, { width: 5, caption: 'a' }))).toBe('a20105026161')
    expect(decodeWith(photo, hex('a20105026161'), bounds)).toEqual({ width: 5, caption: 'a' })
    expect(decodeWith(photo, hex('a10105'), bounds)).toEqual({ width: 5 })
  })

  it('refuse missing, unknown and wrongly typed fields', () => {
    for (const bad of ['a0', 'a1026161', 'a201050300', 'a10161', 'a1016105', 'a2010502f6', 'a1613105', '8105', '05'])
      expect(decodeWith(photo, hex(bad), bounds), bad).toBeUndefined()
  })

  it('tell variants apart by their number', () => {
    expect(toHex(encodeWith(thing, { kind: 'photo', width: 1 }))).toBe('8201a10101')
    expect(decodeWith(thing, hex('8201a10101'), bounds)).toEqual({ kind: 'photo', width: 1 })
    expect(decodeWith(thing, hex('8202a0'), bounds)).toEqual({ kind: 'nothing' })
    for (const bad of ['8203a0', '8102', '8302a000', '82f6a0', '820200', 'a0', '8202a10105'])
      expect(decodeWith(thing, hex(bad), bounds), bad).toBeUndefined()
  })

  it('refuse to encode what they would not decode', () => {
    expect(() => encodeWith(integer(5), 6)).toThrow(EncodingError)
    expect(() => encodeWith(integer(5), -1)).toThrow(EncodingError)
    expect(() => encodeWith(integer(5), 0.5)).toThrow(EncodingError)
    expect(() => encodeWith(fixedBytes(2), new Uint8Array(3))).toThrow(EncodingError)
    expect(() => encodeWith(bytesUpTo(2, 1), new Uint8Array(0))).toThrow(EncodingError)
    expect(() => encodeWith(listOf(boolean, 1), [true, false])).toThrow(EncodingError)
    expect(() => encodeWith(listOf(boolean, 2, 1), [])).toThrow(EncodingError)
    expect(() => encodeWith(photo, { width: 101 })).toThrow(EncodingError)
  })

  it('bound numbers, bytes and lists when decoding', () => {
    expect(decodeWith(integer(5, 2), hex('01'), bounds)).toBeUndefined()
    expect(decodeWith(integer(5, 2), hex('02'), bounds)).toBe(2)
    expect(decodeWith(integer(5, 2), hex('06'), bounds)).toBeUndefined()
    expect(decodeWith(bytesUpTo(2, 1), hex('40'), bounds)).toBeUndefined()
    expect(decodeWith(bytesUpTo(2, 1), hex('43000000'), bounds)).toBeUndefined()
    expect(decodeWith(listOf(boolean, 2, 1), hex('80'), bounds)).toBeUndefined()
    expect(decodeWith(listOf(boolean, 2, 1), hex('83f4f4f4'), bounds)).toBeUndefined()
    expect(decodeWith(listOf(boolean, 2, 1), hex('82f4f5'), bounds)).toEqual([false, true])
  })

  it('write words as numbers', () => {
    const quality = oneOf({ low: 1, high: 2 })
    expect(toHex(encodeWith(quality, 'high'))).toBe('02')
    expect(decodeWith(quality, hex('01'), bounds)).toBe('low')
    expect(decodeWith(quality, hex('03'), bounds)).toBeUndefined()
    expect(decodeWith(quality, hex('636c6f77'), bounds)).toBeUndefined()
  })
})

function hex(text: string): Uint8Array {
  const decoded = fromHex(text)
  if (decoded === undefined) throw new Error(`not hex: ${text}`)
  return decoded
}
