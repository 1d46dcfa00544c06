// What is read of a HEIC or AVIF before it is decoded: its size, and what its numbers mean as colours.

import { describe, expect, it } from 'vitest'
import { MediaError } from '../../src/messenger/ports.ts'
import { isSequence, readPictureSize } from '../../src/media/shared/photo/isobmff.ts'
import { readColours } from '../../src/media/shared/photo/picture-colours.ts'
import { be, join } from './bytes.ts'
import { box, extent, frames, gridItems, heic, nclxProperty, pictureItem, profileProperty } from './heics.ts'
import { secretProfile } from './photos.ts'
import { rgbProfile } from './profiles.ts'

function coloured(...properties: readonly Uint8Array[]): Uint8Array {
  return heic({ items: [pictureItem(1, frames.plain, properties)] })
}

describe('the colours of a picture', () => {
  it('are those of its profile, by the primaries in it', () => {
    expect(readColours(coloured(profileProperty(rgbProfile('srgb'))))).toEqual({ kind: 'srgb' })
    expect(readColours(coloured(profileProperty(rgbProfile('display-p3'))))).toEqual({ kind: 'display-p3' })
    const adobe = rgbProfile('adobe-rgb')
    expect(readColours(coloured(profileProperty(adobe)))).toEqual({ kind: 'profile', profile: adobe })
    for (const unreadable of [secretProfile(), new Uint8Array(3), new Uint8Array(200)]) {
      expect(readColours(coloured(profileProperty(unreadable))).kind).toBe('profile')
    }
  })

  it('are those of its numbers, where there is no profile', () => {
    expect(readColours(coloured())).toEqual({ kind: 'srgb' })
    expect(readColours(coloured(nclxProperty(1, 13)))).toEqual({ kind: 'srgb' })
    expect(readColours(coloured(nclxProperty(2, 2)))).toEqual({ kind: 'srgb' })
    expect(readColours(coloured(nclxProperty(12, 13)))).toEqual({ kind: 'display-p3' })
    expect(readColours(coloured(nclxProperty(9, 14)))).toEqual({ kind: 'numbered', primaries: 9, transfer: 14 })
    expect(readColours(coloured(nclxProperty(12, 16)))).toEqual({ kind: 'numbered', primaries: 12, transfer: 16 })
    const both = coloured(nclxProperty(9, 16), profileProperty(rgbProfile('display-p3')))
    expect(readColours(both)).toEqual({ kind: 'display-p3' })
  })

  it('are those of the primary picture, not of another one in the file', () => {
    const wide = pictureItem(1, frames.plain, [nclxProperty(12, 13)])
    const narrow = pictureItem(2, frames.plain, [nclxProperty(1, 13)])
    expect(readColours(heic({ items: [wide, narrow], primary: 1 }))).toEqual({ kind: 'display-p3' })
    expect(readColours(heic({ items: [wide, narrow], primary: 2 }))).toEqual({ kind: 'srgb' })
    const [grid, ...tiles] = gridItems(1, 2, 1)
    if (grid === undefined) throw new Error('no grid')
    const parts = tiles.map((tile) => ({ ...tile, properties: [...(tile.properties ?? []), nclxProperty(12, 13)] }))
    expect(readColours(heic({ items: [grid, ...parts] }))).toEqual({ kind: 'display-p3' })
  })

  it('are not read from what ends before it says so', () => {
    const short = coloured(box('colr', join('nclx'), be(1, 0)))
    expect(() => readColours(short)).toThrow(expect.objectContaining({ code: 'damaged' }))
  })
})

describe('a file that was made to exhaust or to mislead', () => {
  it('never makes the reader throw anything but a refusal, wherever it is cut or changed', () => {
    const whole = coloured(profileProperty(rgbProfile('display-p3')), nclxProperty(12, 13))
    const read = (file: Uint8Array) => [readPictureSize, readColours, isSequence].forEach((each) => each(file))
    const refusals = new Set<string>()
    const attempt = (file: Uint8Array) => {
      try {
        read(file)
      } catch (error) {
        refusals.add(error instanceof MediaError ? error.code : String(error))
      }
    }
    for (let at = 0; at < whole.length; at++) {
      attempt(whole.subarray(0, at))
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = whole.slice()
        changed[at] = value
        attempt(changed)
      }
    }
    expect(refusals).toEqual(new Set(['damaged', 'too-large']))
  })

  it('is refused when it has more boxes than a file needs', () => {
    const many = new Uint8Array(8 * 100_000)
    for (let at = 0; at < many.length; at += 8) many.set(be(4, 8), at)
    expect(() => readPictureSize(heic({ after: [many] }))).toThrow(expect.objectContaining({ code: 'damaged' }))
  })

  it('is taken for a film when it has a table of contents of one, beside a picture or alone', () => {
    expect(isSequence(heic())).toBe(false)
    expect(isSequence(heic({ after: [box('moov', be(4, 0))] }))).toBe(true)
    expect(isSequence(box('moov'))).toBe(true)
  })

  it('has the size of the largest picture that it says it holds', () => {
    expect(readPictureSize(heic({ items: gridItems(1, 3, 2) }))).toEqual({ width: 192, height: 128 })
    const bomb = pictureItem(1, frames.plain, [extent(60_000, 60_000)])
    expect(readPictureSize(heic({ items: [bomb] }))).toEqual({ width: 60_000, height: 60_000 })
  })
})
