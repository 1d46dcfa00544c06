// Pictures of groups: what is taken for one, and what a group says of it.

import { describe, expect, it } from 'vitest'
import { encodeWith, fixedBytes, integer } from '../../../src/protocol/cbor/codec.ts'
import { field, shape } from '../../../src/protocol/cbor/shape.ts'
import { isGroupPicture, isPictureOf, pictureHash, pictureMark } from '../../../src/protocol/group/picture.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { jpeg, scan, segment } from '../../support/jpeg.ts'

describe('a picture of a group', () => {
  it('is a small JPEG, baseline or progressive, with its tables and colours', () => {
    for (const code of [0xc0, 0xc1, 0xc2]) expect(isGroupPicture(jpeg({ code }))).toBe(true)
    const before = [...segment(0xe0, 1, 2, 3), ...segment(0xe2, 4), ...segment(0xdb, 5), ...segment(0xdd, 0, 4)]
    expect(isGroupPicture(jpeg({ before, between: segment(0xc4, 9, 9) }))).toBe(true)
    expect(isGroupPicture(jpeg({ after: [...segment(0xc4, 0xff, 0xd9), ...scan] }))).toBe(true)
    expect(isGroupPicture(jpeg({ width: limits.groupPicturePixels, height: limits.groupPicturePixels }))).toBe(true)
  })

  it('has no more pixels than its bound, whatever says so', () => {
    const over = limits.groupPicturePixels + 1
    for (const size of [
      { width: over },
      { height: over },
      { width: 65_535, height: 65_535 },
      { width: 0 },
      { height: 0 },
    ])
      expect(isGroupPicture(jpeg(size)), JSON.stringify(size)).toBe(false)
    // A second frame, before the scan or behind it.
    const second = jpeg({ width: 60_000, height: 60_000 }).subarray(2, 15)
    expect(isGroupPicture(jpeg({ between: [...second] }))).toBe(false)
    expect(isGroupPicture(jpeg({ after: [...second, ...scan] }))).toBe(false)
    expect(isGroupPicture(jpeg({ code: 0xc3 }))).toBe(false)
  })

  it('has nothing in it that is no picture: no metadata, comment, or bytes behind the end', () => {
    for (const code of [0xe1, 0xed, 0xfe, 0xe5, 0x01]) {
      expect(isGroupPicture(jpeg({ before: segment(code, 1, 2) }))).toBe(false)
      expect(isGroupPicture(jpeg({ after: segment(code, 1, 2) }))).toBe(false)
    }
    expect(isGroupPicture(jpeg({ behind: [0] }))).toBe(false)
    expect(isGroupPicture(jpeg({ behind: [...jpeg()] }))).toBe(false)
  })

  it('is nothing else, cut or too large', () => {
    const whole = jpeg()
    for (let length = 0; length < whole.length; length++) expect(isGroupPicture(whole.subarray(0, length))).toBe(false)
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '\u0089PNG\r\n\u001a\n', 'RIFF....WEBPVP8 '])
      expect(isGroupPicture(new TextEncoder().encode(text))).toBe(false)
    const room = limits.groupPictureFileBytes - whole.length
    const filler = (count: number): number[] => segment(0xdb, ...Array.from({ length: count }, () => 7))
    expect(isGroupPicture(jpeg({ before: filler(room - 4) }))).toBe(true)
    expect(isGroupPicture(jpeg({ before: filler(room - 3) }))).toBe(false)
    expect(isGroupPicture(jpeg({ before: [0xff, 0xdb, 0, 1] }))).toBe(false)
    expect(isGroupPicture(jpeg({ before: [0xff, 0xdb, 0xff, 0xff] }))).toBe(false)
  })

  it('is the one that the log names', () => {
    const picture = jpeg()
    const hash = pictureHash(pictureMark(picture))
    expect(hash).toEqual(sha256(picture))
    expect(isPictureOf(sha256(picture), picture)).toBe(true)
    expect(isPictureOf(sha256(picture), jpeg({ width: 255 }))).toBe(false)
    const other = new TextEncoder().encode('no picture')
    expect(isPictureOf(sha256(other), other)).toBe(false)
  })

  it('is none where a later version says something else of it', () => {
    const later = shape({ hash: field(1, fixedBytes(32)), size: field(2, integer()) })
    expect(pictureHash(encodeWith(later, { hash: new Uint8Array(32), size: 1 }))).toBeUndefined()
    expect(pictureHash(new Uint8Array(2_048))).toBeUndefined()
    expect(pictureHash(new Uint8Array())).toBeUndefined()
  })
})
