// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import type { PskKind } from '../../../src/protocol/handshake/header-pub.ts'
import { respond } from '../../../src/protocol/handshake/respond.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { decodePrekeySecrets } from '../../../src/protocol/prekeys/secrets.ts'
import { dhKeyOf } from '../../../src/protocol/primitives/x25519.ts'
import { handshakeVectors } from '../../vectors/frozen.ts'
import vectors from '../../vectors/v1/handshake.json' with { type: 'json' }
import { seededRandom } from '../session/people.ts'

function hex(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

function pskKindOf(text: string): PskKind {
  if (text === 'none' || text === 'invite' || text === 'continuity') return text
  throw new Error('no such kind')
}

describe('the frozen vectors of the handshake', () => {
  it('are what this implementation makes', async () => {
    expect(await handshakeVectors()).toEqual(vectors)
  })

  it('open on the side of the responder', async () => {
    for (const vector of vectors.cases) {
      const random = seededRandom('unused')
      const prekeys = decodePrekeySecrets(hex(vector.responderPrekeys))
      if (prekeys === undefined) throw new Error('the prekeys do not decode')
      const other = createIdentity({ random, nowMs: vector.nowMs })
      const { responder } = vector
      const dh = dhKeyOf(hex(responder.deviceDhSecretKey))
      const identity = {
        ...other,
        certificate: hex(responder.certificate),
        device: { ...other.device, dh },
      }
      const result = await respond({
        identity,
        prekeys,
        envelope: hex(vector.envelope),
        ...(vector.psk !== null && { psk: hex(vector.psk) }),
        pskKind: pskKindOf(vector.pskKind),
        random,
        nowMs: vector.nowMs,
      })
      if ('failure' in result) throw new Error(result.failure)
      expect(toHex(result.content)).toBe(vector.content)
      expect(toHex(result.session.sid)).toBe(vector.sid)
      expect(toHex(result.session.transcript)).toBe(vector.transcript)
      expect(toHex(result.peer.bytes)).toBe(vector.initiator.certificate)
    }
  })
})
