// Whoever stores or carries segments may cut, swap, repeat and mix them. What opens is what was sealed, at its place, or
// nothing; also where positions and lengths no longer fit 32 bits.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSegment, sealSegment, startOpening, startSealing } from '../../src/protocol/blob/floe.ts'
import { rootOf, verifyHashes, verifySegment } from '../../src/protocol/blob/hash-list.ts'
import { padme, segmentLayout, segmentsOfRange } from '../../src/protocol/blob/layout.ts'
import { isConsistentBlob } from '../../src/protocol/blob/manifest.ts'
import { createBlobReader } from '../../src/protocol/blob/read.ts'
import { sealBlob } from '../../src/protocol/blob/seal.ts'
import { type Bytes, concatBytes, u32, utf8 } from '../../src/protocol/bytes.ts'
import { limits } from '../../src/protocol/limits.ts'
import { CryptoError } from '../../src/protocol/primitives/error.ts'
import { pattern } from '../protocol/blob/seeded-random.ts'
import { seededRandom } from '../protocol/session/people.ts'

const random = seededRandom('segments')
const parameters = { segmentBytes: 64, rotationBits: 2 }
const room = parameters.segmentBytes - 32

async function sealed(count: number, lastBytes = room) {
  const [key, aad] = [random(32), utf8('aad')]
  const { state, header } = startSealing(key, aad, random, parameters)
  const segments: Bytes[] = []
  for (let index = 0; index < count; index++) {
    const final = index === count - 1
    segments.push(
      await sealSegment(state, new Uint8Array(final ? lastBytes : room).fill(index), index, final, random(12)),
    )
  }
  return { key, aad, header, segments, state: startOpening(key, aad, header, parameters) }
}

describe('segments in any other order, number or mixture', () => {
  it('open only where they were sealed', async () => {
    const one = await sealed(9, 7)
    const two = await sealed(9, 7)
    const { state } = one
    if (state === undefined) throw new Error('the header does not open')
    const pool = [...one.segments, ...two.segments]
    await fc.assert(
      fc.asyncProperty(fc.nat(pool.length - 1), fc.nat(12), fc.boolean(), async (from, position, final) => {
        const opened = await openSegment(state, pool[from] ?? new Uint8Array(), position, final)
        const isItsPlace = from < 9 && position === from && final === (from === 8)
        expect(opened !== undefined).toBe(isItsPlace)
      }),
      { numRuns: 400 },
    )
  })

  it('do not open with the last one cut off, whatever the one before is made to say', async () => {
    const { segments, state } = await sealed(4)
    if (state === undefined) throw new Error('the header does not open')
    const [, , third = new Uint8Array(), last = new Uint8Array()] = segments
    expect(await openSegment(state, third, 2, true)).toBeUndefined()
    expect(await openSegment(state, concatBytes(u32(third.length), third.subarray(4)), 2, true)).toBeUndefined()
    expect(await openSegment(state, concatBytes(u32(0xffffffff), last.subarray(4)), 3, false)).toBeUndefined()
    expect(await openSegment(state, last, 3, true)).toBeDefined()
  })

  it('are told apart by their hashes before they are opened', async () => {
    const { segments } = await sealed(5, 3)
    const { createHash } = await import('node:crypto')
    const list = concatBytes(...segments.map((segment) => createHash('sha256').update(segment).digest()))
    for (const [index] of segments.entries()) {
      for (const [other, segment] of segments.entries()) {
        expect(await verifySegment(list, index, segment)).toBe(index === other)
      }
    }
    for (const index of [-1, 5, 1.5, 2 ** 32, Number.NaN]) {
      expect(await verifySegment(list, index, segments[0] ?? new Uint8Array())).toBe(false)
    }
    const root = rootOf(list)
    expect(verifyHashes(root, list, 5)).toBe(true)
    expect(verifyHashes(root, list.subarray(0, 128), 4)).toBe(false)
    expect(verifyHashes(root, concatBytes(list.subarray(32, 64), list.subarray(0, 32), list.subarray(64)), 5)).toBe(
      false,
    )
  })
})

describe('a reader', () => {
  it('gives the bytes that were sealed or an error, whatever the store hands out', async () => {
    const bytes = pattern(600_000)
    const blobId = random(32)
    const key = random(32)
    const segments: Bytes[] = []
    const blob = await sealBlob({
      blobId,
      key,
      rendition: 'display',
      random,
      source: { sizeBytes: bytes.length, read: async (start, end) => bytes.slice(start, end) },
      write: async (index, segment) => {
        segments[index] = segment
      },
    })
    const { header, sizeBytes, segmentCount } = blob
    const [first = key, second = key, third = key] = segments
    const handedOut: readonly (readonly Bytes[])[] = [
      [second, first, third],
      [first, first, third],
      [first, third, second],
      [first, second, second],
      [first, second, third.subarray(0, -1)],
      [first, second, concatBytes(third, new Uint8Array(1))],
      [first, second.subarray(0, third.length), third],
      [first, second],
      [],
    ]
    const read = async (from: readonly Bytes[]) =>
      createBlobReader({
        manifest: { blobId, key, header, sizeBytes, segmentCount },
        rendition: 'display',
        segment: async (index) => from[index]?.slice() ?? new Uint8Array(),
      }).read(0, sizeBytes)
    expect(Buffer.from(await read(segments)).equals(bytes)).toBe(true)
    for (const wrong of handedOut) await expect(read(wrong)).rejects.toThrow(CryptoError)
  })
})

describe('beyond 32 bits', () => {
  it('a position is itself and not what is left of it', async () => {
    const { key, aad } = await sealed(1)
    const { state, header } = startSealing(key, aad, random, parameters)
    const opening = startOpening(key, aad, header, parameters)
    if (opening === undefined) throw new Error('the header does not open')
    const far = 2 ** 32 + 5
    const segment = await sealSegment(state, new Uint8Array(room), far, false, random(12))
    expect(await openSegment(opening, segment, far, false)).toBeDefined()
    for (const other of [5, far - 2 ** 31, 2 ** 33 + 5]) {
      expect(await openSegment(opening, segment, other, false)).toBeUndefined()
    }
  })

  it('a length is laid out exactly, up to the limit and no further', () => {
    for (const sizeBytes of [2 ** 32 - 9, 2 ** 32 - 8, 2 ** 32]) {
      const layout = segmentLayout(sizeBytes)
      expect(layout.streamBytes).toBe(padme(sizeBytes + 8))
      expect(layout.streamBytes).toBeGreaterThanOrEqual(sizeBytes + 8)
      expect((layout.segmentCount - 1) * layout.plainPerSegment + layout.lastPlainBytes).toBe(layout.streamBytes)
      expect(layout.segmentCount).toBeLessThanOrEqual(limits.blobSegments)
      const { last } = segmentsOfRange({ sizeBytes }, sizeBytes - 1, sizeBytes)
      expect(last).toBe(Math.floor((sizeBytes + 7) / layout.plainPerSegment))
    }
    for (const sizeBytes of [limits.blobBytes + 1, 2 ** 33, 2 ** 53, -1, 0.5]) {
      expect(() => segmentLayout(sizeBytes)).toThrow(CryptoError)
    }
  })

  it('a manifest cannot claim a size that differs by 2^32', () => {
    const manifest = { blobId: random(32), key: random(32), header: random(74), sizeBytes: 1000, segmentCount: 1 }
    expect(isConsistentBlob(manifest)).toBe(true)
    expect(isConsistentBlob({ ...manifest, sizeBytes: 1000 + 2 ** 32 })).toBe(false)
    expect(isConsistentBlob({ ...manifest, sizeBytes: 2 ** 32, segmentCount: 1 })).toBe(false)
  })
})
