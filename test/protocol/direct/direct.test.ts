import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../../src/protocol/bytes.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import type { PeerFrame } from '../../../src/protocol/direct/frame.ts'
import { decodePeerFrame, encodePeerFrame } from '../../../src/protocol/direct/frame.ts'
import { createProof } from '../../../src/protocol/direct/proof.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { expectOnlyCanonical } from '../hostile-bytes.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('direct')
const base = {
  exporter: random(32),
  role: 'initiator' as const,
  initiatorPeerId: '12D3KooWAna',
  responderPeerId: '12D3KooWBo',
  initiatorNonce: random(32),
  responderNonce: random(32),
}

describe('a proof', () => {
  it('is the same on both sides', () => {
    expect(createProof(base)).toHaveLength(32)
    expect(equalBytes(createProof(base), createProof({ ...base }))).toBe(true)
  })

  it('fits one role, one pair of addresses, one pair of nonces and one exporter: it cannot be reflected or replayed', () => {
    const proof = createProof(base)
    for (const other of [
      { ...base, role: 'responder' as const },
      { ...base, exporter: random(32) },
      { ...base, initiatorPeerId: '12D3KooWEve' },
      { ...base, responderPeerId: '12D3KooWEve' },
      { ...base, initiatorPeerId: base.responderPeerId, responderPeerId: base.initiatorPeerId },
      { ...base, initiatorPeerId: '12D3KooWAna1', responderPeerId: '2D3KooWBo' },
      { ...base, initiatorNonce: random(32) },
      { ...base, responderNonce: random(32) },
      { ...base, initiatorNonce: base.responderNonce, responderNonce: base.initiatorNonce },
    ])
      expect(equalBytes(createProof(other), proof)).toBe(false)
  })

  it('takes lengths as they must be', () => {
    expect(() => createProof({ ...base, exporter: new Uint8Array(31) })).toThrow(CryptoError)
    expect(() => createProof({ ...base, initiatorNonce: new Uint8Array(16) })).toThrow(CryptoError)
    expect(() => createProof({ ...base, responderNonce: new Uint8Array(0) })).toThrow(CryptoError)
  })
})

describe('peer frames', () => {
  const frames: readonly PeerFrame[] = [
    { kind: 'hello', nonce: random(32) },
    { kind: 'proof', macs: [random(32)] },
    { kind: 'proof', macs: [random(32), random(32), random(32)] },
    { kind: 'envelope', sequence: 0, mailboxId: random(32), envelope: random(40) },
    { kind: 'ack', sequence: 5, status: 'stored' },
    { kind: 'ack', sequence: 70_000, status: 'refused' },
    { kind: 'bye' },
  ]

  it('come back from their bytes, the largest envelope included', () => {
    for (const frame of frames) expect(decodePeerFrame(encodePeerFrame(frame))).toEqual(frame)
    const largest: PeerFrame = {
      kind: 'envelope',
      sequence: Number.MAX_SAFE_INTEGER,
      mailboxId: random(32),
      envelope: new Uint8Array(limits.envelopeBytes),
    }
    const bytes = encodePeerFrame(largest)
    expect(bytes.length).toBeLessThanOrEqual(limits.peerFrameBytes)
    expect(decodePeerFrame(bytes)).toEqual(largest)
  })

  it('are not made out of bounds', () => {
    for (const bad of [
      { kind: 'hello', nonce: random(31) },
      { kind: 'proof', macs: [] },
      { kind: 'proof', macs: [random(32), random(32), random(32), random(32)] },
      { kind: 'envelope', sequence: -1, mailboxId: random(32), envelope: random(1) },
      { kind: 'envelope', sequence: 0, mailboxId: random(32), envelope: new Uint8Array(0) },
      { kind: 'envelope', sequence: 0, mailboxId: random(32), envelope: new Uint8Array(limits.envelopeBytes + 1) },
    ] satisfies readonly PeerFrame[])
      expect(() => encodePeerFrame(bad)).toThrow(EncodingError)
  })

  it('survive hostile bytes', () => {
    expectOnlyCanonical(decodePeerFrame, encodePeerFrame, frames.map(encodePeerFrame))
  })
})
