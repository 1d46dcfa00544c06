// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import { openSegment, sealSegment, startOpening, startSealing } from '../../../src/protocol/blob/floe.ts'
import { createBlobReader } from '../../../src/protocol/blob/read.ts'
import type { Rendition } from '../../../src/protocol/blob/rendition.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import vectors from '../../vectors/v1/blob.json' with { type: 'json' }
import { pattern } from './seeded-random.ts'

describe('frozen FLOE vectors', () => {
  for (const vector of vectors.floe) {
    it(`seals and opens ${vector.name}`, async () => {
      const { segmentBytes, rotationBits } = vector
      const parameters = { segmentBytes, rotationBits }
      const header = hex(vector.header)
      const sealing = startSealing(hex(vector.key), hex(vector.aad), () => header.slice(10, 42), parameters)
      expect(sealing.header).toEqual(header)
      const opening = startOpening(hex(vector.key), hex(vector.aad), header, parameters)
      if (opening === undefined) throw new Error('the header does not open')
      for (const [index, segment] of vector.segments.entries()) {
        const final = index === vector.segments.length - 1
        const sealed = hex(segment.sealed)
        const plaintext = hex(segment.plaintext)
        expect(await openSegment(opening, sealed, index, final)).toEqual(plaintext)
        expect(await sealSegment(sealing.state, plaintext, index, final, sealed.slice(4, 16))).toEqual(sealed)
      }
    })
  }
})

describe('frozen blob vectors', () => {
  for (const vector of vectors.blobs) {
    it(`seals and opens ${vector.name}`, async () => {
      const plaintext = pattern(vector.sizeBytes)
      const draws = [vector.iv, ...vector.nonces].map(hex)
      const segments: Uint8Array[] = []
      const rendition = renditionOf(vector.rendition)
      const blobId = hex(vector.blobId)
      const key = hex(vector.key)
      const sealed = await sealBlob({
        blobId,
        key,
        rendition,
        random: () => draws.shift() ?? new Uint8Array(),
        source: { sizeBytes: plaintext.length, read: async (start, end) => plaintext.slice(start, end) },
        write: async (index, segment) => {
          segments[index] = segment
        },
      })
      expect(toHex(sealed.header)).toBe(vector.header)
      expect(toHex(sealed.hashes)).toBe(vector.hashes)
      expect(toHex(sealed.root)).toBe(vector.root)
      expect(segments.map((segment) => segment.length)).toEqual(vector.segmentBytes)
      expect(segments.map(toHex)).toContain(vector.segment ?? toHex(segments[0] ?? new Uint8Array()))

      const { sizeBytes, segmentCount } = vector
      const reader = createBlobReader({
        manifest: { blobId, key, header: hex(vector.header), sizeBytes, segmentCount },
        rendition,
        segment: async (index) => segments[index]?.slice() ?? new Uint8Array(),
      })
      expect(await reader.read(0, sizeBytes)).toEqual(plaintext)
    })
  }
})

function hex(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

function renditionOf(text: string): Rendition {
  if (text === 'display' || text === 'poster' || text === 'hashes' || text === 'original') return text
  throw new Error('no such rendition')
}
