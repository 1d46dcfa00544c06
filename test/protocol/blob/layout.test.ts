import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  padme,
  sealedSegmentBytes,
  segmentAt,
  segmentLayout,
  segmentsOfRange,
} from '../../../src/protocol/blob/layout.ts'
import { limits } from '../../../src/protocol/limits.ts'

const plain = 256 * 1024 - 32

describe('padme', () => {
  it('keeps the values of the paper', () => {
    expect([0, 1, 2, 3, 8, 9, 100, 1000, 65_537].map(padme)).toEqual([0, 1, 2, 3, 8, 10, 104, 1024, 67_584])
  })

  it('never shortens, adds at most 12 %, and is stable', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (length) => {
        const padded = padme(length)
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(padded).toBeLessThanOrEqual(Math.ceil(length * 1.12))
        expect(padme(padded)).toBe(padded)
      }),
    )
  })

  it('goes on beyond 32 bits and just below powers of two', () => {
    expect(padme(2 ** 32)).toBe(2 ** 32)
    expect(padme(2 ** 32 + 1)).toBe(2 ** 32 + 2 ** 26)
    expect(padme(2 ** 49 - 1)).toBe(2 ** 49)
  })
})

describe('segmentLayout', () => {
  it('pads an empty rendition to one segment that holds its length', () => {
    expect(segmentLayout(0)).toEqual({
      sizeBytes: 0,
      streamBytes: 8,
      segmentCount: 1,
      plainPerSegment: plain,
      lastPlainBytes: 8,
    })
  })

  it('fills the last segment before it starts another', () => {
    // 262,112 is not a Padmé length, so the border is passed by padding.
    const before = segmentLayout(253_944)
    expect(before.streamBytes).toBe(253_952)
    expect(before.segmentCount).toBe(1)
    const after = segmentLayout(253_952)
    expect(after.streamBytes).toBe(258_048)
    const two = segmentLayout(258_048)
    expect(two.streamBytes).toBe(262_144)
    expect(two.segmentCount).toBe(2)
    expect(two.lastPlainBytes).toBe(32)
    expect(sealedSegmentBytes(two, 0)).toBe(256 * 1024)
    expect(sealedSegmentBytes(two, 1)).toBe(64)
  })

  it('covers the stream with segments that all hold something', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: limits.blobBytes }), (sizeBytes) => {
        const layout = segmentLayout(sizeBytes)
        expect(layout.lastPlainBytes).toBeGreaterThan(0)
        expect(layout.lastPlainBytes).toBeLessThanOrEqual(plain)
        expect((layout.segmentCount - 1) * plain + layout.lastPlainBytes).toBe(layout.streamBytes)
        expect(layout.streamBytes).toBeGreaterThanOrEqual(sizeBytes + 8)
      }),
    )
  })

  it('gives the largest blob no more segments than the limit', () => {
    expect(segmentLayout(limits.blobBytes).segmentCount).toBeLessThanOrEqual(limits.blobSegments)
  })

  it('refuses sizes that are not, or too large', () => {
    for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, limits.blobBytes + 1]) {
      expect(() => segmentLayout(size)).toThrow('usage')
    }
  })
})

describe('segmentsOfRange', () => {
  const blob = { sizeBytes: 10 * plain }

  it('counts the length field into the first segment', () => {
    expect(segmentsOfRange(blob, 0, 1)).toEqual({ first: 0, last: 0 })
    expect(segmentsOfRange(blob, 0, plain - 8)).toEqual({ first: 0, last: 0 })
    expect(segmentsOfRange(blob, 0, plain - 7)).toEqual({ first: 0, last: 1 })
    expect(segmentsOfRange(blob, plain - 8, plain)).toEqual({ first: 1, last: 1 })
    expect(segmentsOfRange(blob, 10 * plain - 1, 10 * plain)).toEqual({ first: 10, last: 10 })
  })

  it('is empty for an empty range', () => {
    const { first, last } = segmentsOfRange(blob, plain, plain)
    expect(last).toBe(first - 1)
  })

  it('refuses ranges that lie outside or run backwards', () => {
    for (const [start, end] of [
      [-1, 1],
      [2, 1],
      [0, 10 * plain + 1],
      [0.5, 1],
    ] as const) {
      expect(() => segmentsOfRange(blob, start, end)).toThrow('usage')
    }
  })
})

describe('segmentAt', () => {
  it('gives the segment of a byte, and where it ends', () => {
    expect(segmentAt(0)).toEqual({ index: 0, end: plain - 8 })
    expect(segmentAt(plain - 9)).toEqual({ index: 0, end: plain - 8 })
    expect(segmentAt(plain - 8)).toEqual({ index: 1, end: 2 * plain - 8 })
  })

  it('agrees with the segments of a range', () => {
    const blob = { sizeBytes: 10 * plain }
    for (const at of [0, 1, plain - 9, plain - 8, plain, 3 * plain - 8, 10 * plain - 1])
      expect(segmentsOfRange(blob, at, at + 1).first).toBe(segmentAt(at).index)
  })
})
