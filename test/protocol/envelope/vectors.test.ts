// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import { pad, unpad } from '../../../src/protocol/envelope/padding.ts'
import { envelopeVectors } from '../../vectors/frozen.ts'
import vectors from '../../vectors/v1/envelope.json' with { type: 'json' }

describe('the frozen vectors of envelopes', () => {
  it('are what this implementation makes', () => {
    expect(envelopeVectors()).toEqual(vectors)
  })

  it('pad and unpad', () => {
    for (const { content, sizeBytes, padded } of vectors.padding) {
      expect(toHex(pad(fromHex(content) ?? new Uint8Array(), sizeBytes))).toBe(padded)
      expect(toHex(unpad(fromHex(padded) ?? new Uint8Array()) ?? new Uint8Array(99))).toBe(content)
    }
    for (const bad of vectors.badPadding) expect(unpad(fromHex(bad) ?? new Uint8Array(99))).toBeUndefined()
  })
})
