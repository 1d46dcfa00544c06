import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  firstPrefix,
  headerPubBytes,
  padForEnvelope,
  ratchetPrefix,
  sealedCertificateBytes,
  splitEnvelope,
  splitFirstPrefix,
} from '../../../src/protocol/envelope/frame.ts'
import { firstMessageKey, isFirstMessage } from '../../../src/protocol/handshake/header-pub.ts'
import { limits } from '../../../src/protocol/limits.ts'

function envelope(kind: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes[0] = kind
  return bytes
}

describe('an envelope', () => {
  it('splits into its parts', () => {
    for (const [kind, name] of [
      [0x11, 'first'],
      [0x12, 'ratchet'],
    ] as const) {
      const bytes = envelope(kind, 8192)
      const frame = splitEnvelope(bytes)
      expect(frame?.kind).toBe(name)
      if (!frame) return
      const { prefix, sealedHeader, commit, sealedContent } = frame
      expect(prefix.length + sealedHeader.length + commit.length + sealedContent.length).toBe(8192)
    }
  })

  it('has one of five sizes', () => {
    for (const size of [0, 1, 4095, 4097, 8191, 12_288, 65_535, 65_537, 131_072]) {
      expect(splitEnvelope(envelope(0x12, size))).toBeUndefined()
    }
    for (const size of limits.envelopeSizes) expect(splitEnvelope(envelope(0x12, size))?.kind).toBe('ratchet')
  })

  it('of another version or kind is not read as one of ours', () => {
    for (let kind = 0; kind < 256; kind++) {
      const known = kind === 0x11 || kind === 0x12
      expect(splitEnvelope(envelope(kind, 8192)) !== undefined).toBe(known)
    }
  })

  it('has no room for a first message in the smallest size', () => {
    expect(splitEnvelope(envelope(0x11, 4096))).toBeUndefined()
  })

  it('splits the prefix of a first message where it was joined', () => {
    const headerPub = new Uint8Array(headerPubBytes).fill(1)
    const sealedCertificate = new Uint8Array(sealedCertificateBytes).fill(2)
    expect(splitFirstPrefix(firstPrefix(headerPub, sealedCertificate))).toEqual({ headerPub, sealedCertificate })
  })

  it('always has a size for content within the limit, and none for much longer content', () => {
    const longest = new Uint8Array(limits.contentBytes)
    const first = firstPrefix(new Uint8Array(headerPubBytes), new Uint8Array(sealedCertificateBytes))
    expect(padForEnvelope(first, longest)).toBeDefined()
    expect(padForEnvelope(ratchetPrefix, new Uint8Array(65_536))).toBeUndefined()
  })

  it('of any bytes is split or refused without an error', () => {
    const sizes = fc.constantFrom(...limits.envelopeSizes.slice(0, 2), 100)
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 2000 }), (size, kind, noise) => {
        const bytes = envelope(kind, size)
        bytes.set(noise.subarray(0, Math.max(0, size - 1)), size === 0 ? 0 : 1)
        const isFirst = isFirstMessage(bytes)
        const hasKey = firstMessageKey(bytes) !== undefined
        return hasKey === isFirst && (!isFirst || splitEnvelope(bytes)?.kind === 'first')
      }),
      { numRuns: 200, seed: 7 },
    )
  })
})
