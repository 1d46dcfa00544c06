import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, equalBytes } from '../../../src/protocol/bytes.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { decodeSession, encodeSession } from '../../../src/protocol/session/codec.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { acquaint, hear, meet, publish, say, startMs } from './people.ts'

function restore(session: Session): Session {
  const restored = decodeSession(encodeSession(session))
  if (!restored) throw new Error('the session does not decode')
  return restored
}

describe('an encoded session', () => {
  it('comes back the same at every stage', async () => {
    const { ana: identity, bundle, psk, random } = await publish()
    const begun = await initiate({ identity, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
    const met = await meet()
    const known = await acquaint()
    const lost = await say(known.ana, 'lost', known.random)
    const kept = await say(lost.session, 'kept', known.random)
    const heard = await hear(known.bo, kept.envelope)
    for (const session of [begun, met.ana, met.bo, known.ana, known.bo, kept.session, heard.session]) {
      expect(restore(session)).toEqual(session)
    }
  })

  it('goes on where the session was', async () => {
    const { ana, bo, random } = await acquaint()
    const lost = await say(ana, 'late', random)
    const kept = await say(restore(lost.session), 'first', random)
    const heard = await hear(restore(bo), kept.envelope)
    const late = await hear(restore(heard.session), lost.envelope)
    expect([heard.text, late.text]).toEqual(['first', 'late'])
    const reply = await say(restore(late.session), 'reply', random)
    expect((await hear(restore(kept.session), reply.envelope)).text).toBe('reply')
  })

  it('fits its bounds when it is full', async () => {
    const { bo } = await acquaint()
    const key = new Uint8Array(32).fill(1)
    const far = 2 ** 40
    const full: Session = {
      ...bo,
      peer: { ...bo.peer, certificate: new Uint8Array(limits.certificateBytes) },
      ratchet: {
        ...bo.ratchet,
        closed: Array.from({ length: limits.ratchetOldEpochs }, () => ({
          epoch: far,
          headerKey: key,
          count: 2 ** 32,
          droppedBelow: 2 ** 32,
          closedAtMs: far,
        })),
        skipped: Array.from({ length: limits.ratchetSkippedKeys }, (_, n) => ({
          epoch: far,
          n,
          key,
          skippedAtMs: far,
        })),
        exporters: Array.from({ length: limits.directProofs }, () => ({ epoch: far, key })),
      },
    }
    expect(restore(full)).toEqual(full)
    expect(encodeSession(full).length).toBeLessThan(128 * 1024)
  })

  it('has no decoding when it is cut, longer, or anything else', async () => {
    const { ana } = await acquaint()
    const encoded = encodeSession(ana)
    for (let length = 0; length < encoded.length; length += 97) {
      expect(decodeSession(encoded.subarray(0, length))).toBeUndefined()
    }
    const longer = new Uint8Array(encoded.length + 1)
    longer.set(encoded)
    expect(decodeSession(longer)).toBeUndefined()
    expect(decodeSession(new Uint8Array(1024 * 1024))).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => decodeSession(noise) === undefined),
      { seed: 7 },
    )
  })

  it('decodes with any byte changed to a session or to nothing, without an error', async () => {
    const { bo } = await acquaint()
    const encoded = encodeSession(bo)
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const changed: Bytes = encoded.with(place, (encoded[place] ?? 0) ^ mask)
        const session = decodeSession(changed)
        return session === undefined || equalBytes(encodeSession(session), changed)
      }),
      { numRuns: 500, seed: 7 },
    )
  })
})
