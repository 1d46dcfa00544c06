// An X25519 public key of small order makes the shared secret known to everybody; a second encoding of one point lets two
// transcripts mean the same key. Neither gets in anywhere.

import { describe, expect, it } from 'vitest'
import { type Bytes, concatBytes } from '../../src/protocol/bytes.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { createCertificate, openCertificate } from '../../src/protocol/identity/certificate.ts'
import { appendDevice, openDeviceLog } from '../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../src/protocol/identity/identity.ts'
import { limits } from '../../src/protocol/limits.ts'
import { encodeMain, encodeOneTime, openBundle, sealBundle } from '../../src/protocol/prekeys/bundle.ts'
import { signPrekey } from '../../src/protocol/prekeys/prekey.ts'
import { dh } from '../../src/protocol/primitives/x25519.ts'
import { createKemKey, decapsulate, encapsulate, isKemPublicKey } from '../../src/protocol/primitives/xwing.ts'
import { acquaint, hear, meet, say, seededRandom, startMs } from '../protocol/session/people.ts'
import { badPoints, firstAt, forge, open, overwrite } from './support/attacker.ts'

const random = seededRandom('low order')
const bo = createIdentity({ random, nowMs: startMs })
/** Of the X25519 halves in an X-Wing public key and ciphertext. */
const halfOfPublicKeyAt = 1184
const halfOfCiphertextAt = 1088
/** Of small order in their one encoding: all that a ciphertext is refused for. */
const smallOrder = badPoints.slice(0, 5)

describe('a point of small order, or in a second encoding,', () => {
  it('gives no shared secret', async () => {
    for (const point of badPoints) expect(await dh(bo.device.dh.secretKey, point)).toBeUndefined()
  })

  it('is in no certificate, however well signed', () => {
    for (const point of badPoints) {
      const device = { id: bo.device.id, sign: bo.device.sign, dhPublicKey: point }
      expect(
        openCertificate(createCertificate({ account: bo.account, device, log: bo.log, nowMs: startMs })),
      ).toBeUndefined()
    }
  })

  it('is in no device log', () => {
    for (const dhKey of badPoints) {
      const addition = { kind: 'add', deviceId: random(16), signKey: random(32), dhKey, atMs: startMs } as const
      const { entries } = appendDevice(bo.log, bo.account, addition)
      expect(openDeviceLog(bo.account.publicKey, entries)).toBeUndefined()
    }
  })

  it('is no signed prekey', async () => {
    const place = { psk: random(32), mailboxId: random(32), fingerprint: fingerprintOf(bo.account.publicKey) }
    const kem = (await createKemKey(random)).publicKey
    const openWith = (dhKey: Bytes, kemKey: Bytes) => {
      const sign = (kind: 'signed' | 'one-time', publicKey: Bytes) =>
        signPrekey(
          {
            kind,
            id: random(16),
            publicKey,
            createdAtMs: startMs,
            expiresAtMs: startMs + limits.prekeyLifetimeMs,
            logLength: bo.log.length,
            logHead: bo.log.head,
          },
          { ...place, deviceId: bo.device.id },
          bo.device.sign.secretKey,
        )
      const main = encodeMain({ certificate: bo.certificate, signed: sign('signed', dhKey) })
      const sealed = sealBundle({ ...place, main, oneTime: [encodeOneTime(sign('one-time', kemKey))], random })
      return openBundle({ ...place, main: sealed.main, oneTime: sealed.oneTime[0], use: 'one-use', nowMs: startMs })
    }
    expect(openWith(bo.device.dh.publicKey, kem)).toBeDefined()
    for (const point of badPoints) expect(openWith(point, kem)).toBeUndefined()
  })

  it('is no ephemeral key of a first message', async () => {
    const { published, first } = await meet()
    const { bo: identity, prekeys, psk } = published
    for (const point of badPoints) {
      const envelope = overwrite(first, firstAt.ephemeralKey, point)
      expect(await respond({ identity, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })).toEqual({
        failure: 'damaged',
      })
    }
  })

  it('is no half of a KEM key: nobody encapsulates to it, and none is taken from a peer', async () => {
    const { publicKey } = await createKemKey(random)
    const { ana, bo: receiver, random: drawn } = await acquaint()
    const begun = (await say(receiver, 'lost', drawn)).session
    for (const point of badPoints) {
      const bad = overwrite(publicKey, halfOfPublicKeyAt, point)
      expect(isKemPublicKey(bad)).toBe(false)
      // As the key of a new epoch, with a body that verifies.
      expect(await open(ana, forge(begun, { publicKey: bad }, drawn))).toEqual({ failure: 'damaged' })
    }
    expect(await open(ana, forge(begun, {}, drawn))).toHaveProperty('content')
  })

  it('is no half of a KEM ciphertext', async () => {
    const { publicKey, secretKey } = await createKemKey(random)
    const sent = await encapsulate(publicKey, random)
    const { ana, bo: receiver, random: drawn } = await acquaint()
    const begun = (await say(receiver, 'lost', drawn)).session
    for (const point of smallOrder) {
      const bad = overwrite(sent?.ciphertext ?? new Uint8Array(1120), halfOfCiphertextAt, point)
      expect(await decapsulate(secretKey, bad)).toBeUndefined()
      expect(await open(ana, forge(begun, { ciphertext: bad }, drawn))).toEqual({ failure: 'damaged' })
    }
    expect((await hear(ana, (await say(receiver, 'honest', drawn)).envelope)).text).toBe('honest')
  })
})

it('does not depend on where in a buffer the key lies', async () => {
  const [zero = new Uint8Array()] = badPoints
  const inside = concatBytes(random(7), zero, random(9)).subarray(7, 39)
  expect(await dh(bo.device.dh.secretKey, inside)).toBeUndefined()
})
