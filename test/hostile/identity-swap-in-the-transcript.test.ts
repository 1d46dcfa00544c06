// Both sides must agree on who talks to whom and by which keys: no swapped, substituted or left-out part gives the same
// session, and no one can stand between two people who each believe in somebody else.

import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import type { HeaderPub } from '../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { deriveTranscript } from '../../src/protocol/handshake/key-agreement.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../src/protocol/identity/identity.ts'
import { openBundle, sealBundle } from '../../src/protocol/prekeys/bundle.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { meet, publish, say, seededRandom, startMs } from '../protocol/session/people.ts'
import { firstAt, overwrite } from './support/attacker.ts'

const random = seededRandom('swap')
const mallory = createIdentity({ random, nowMs: startMs })

describe('the transcript', () => {
  const header: HeaderPub = {
    ephemeralKey: random(32),
    signedId: random(16),
    kemKind: 'one-time',
    kemId: random(16),
    ciphertext: random(1120),
    pskKind: 'invite',
    pskId: random(16),
  }
  const base = {
    initiatorCertificate: random(300),
    responderCertificate: random(300),
    header,
    signedKey: random(32),
    kemKey: random(1216),
  }

  it('is another one for each change of each part, and for parts that change places', () => {
    const flip = (bytes: Bytes): Bytes => bytes.with(0, (bytes[0] ?? 0) ^ 1)
    const [a, b] = [base.initiatorCertificate, base.responderCertificate]
    const changed = [
      base,
      { ...base, initiatorCertificate: flip(a) },
      { ...base, responderCertificate: flip(b) },
      { ...base, initiatorCertificate: b, responderCertificate: a },
      // The same bytes, cut elsewhere.
      { ...base, initiatorCertificate: a.subarray(0, -1), responderCertificate: Uint8Array.of(a.at(-1) ?? 0, ...b) },
      { ...base, signedKey: flip(base.signedKey) },
      { ...base, kemKey: flip(base.kemKey) },
      { ...base, header: { ...header, ephemeralKey: flip(header.ephemeralKey) } },
      { ...base, header: { ...header, signedId: flip(header.signedId) } },
      { ...base, header: { ...header, signedId: header.kemId, kemId: header.signedId } },
      { ...base, header: { ...header, kemKind: 'last-resort' as const } },
      { ...base, header: { ...header, kemId: flip(header.kemId) } },
      { ...base, header: { ...header, ciphertext: flip(header.ciphertext) } },
      { ...base, header: { ...header, pskKind: 'continuity' as const } },
      { ...base, header: { ...header, pskId: flip(header.pskId) } },
    ].map((parts) => toHex(deriveTranscript(parts)))
    expect(new Set(changed).size).toBe(changed.length)
  })
})

describe('somebody in between', () => {
  it('cannot publish another person’s prekeys as their own', async () => {
    const { bo, mailboxId, psk, main, oneTime, bundle } = await publish()
    const common = { psk, mailboxId, main, oneTime: oneTime[0], use: 'one-use', nowMs: startMs } as const
    expect(openBundle({ ...common, fingerprint: fingerprintOf(bo.account.publicKey) })).toEqual(bundle)
    // Ana has a link of Mallory's; the mailbox gives what Bo published, sealed again under Mallory's psk.
    const hers = random(32)
    const resealed = sealBundle({ psk: hers, mailboxId, main, oneTime: [...oneTime], random })
    expect(
      openBundle({
        ...common,
        psk: hers,
        main: resealed.main,
        oneTime: resealed.oneTime[0],
        fingerprint: fingerprintOf(mallory.account.publicKey),
      }),
    ).toBeUndefined()
  })

  it('who makes Ana believe that she talks to Mallory gets no session with Bo in Ana’s name', async () => {
    const published = await publish()
    const { bundle, psk, ana, bo, prekeys } = published
    const claimed = { ...bundle, certificate: { ...bundle.certificate, bytes: mallory.certificate } }
    const begun = await initiate({ identity: ana, bundle: claimed, psk, pskKind: 'invite', random, nowMs: startMs })
    const { envelope } = await say(begun, 'hello Mallory', random)
    expect(await respond({ identity: bo, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })).toEqual({
      failure: 'forged',
    })
  })

  it('cannot put another sealed certificate, or another handshake, in front of a message', async () => {
    const one = await meet({ seed: 'one' })
    const two = await meet({ seed: 'two' })
    const { bo, prekeys, psk } = one.published
    for (const [from, to] of [
      [firstAt.certificate, firstAt.header],
      [firstAt.ephemeralKey, firstAt.signedId],
      [firstAt.ciphertext, firstAt.pskKind],
      [firstAt.header, one.first.length],
    ] as const) {
      const spliced = overwrite(one.first, from, two.first.subarray(from, to))
      expect(
        await respond({ identity: bo, prekeys, envelope: spliced, psk, pskKind: 'invite', random, nowMs: startMs }),
      ).toHaveProperty('failure')
      expect(await openMessage(one.bo, spliced, { nowMs: startMs })).toHaveProperty('failure')
    }
  })

  it('who has Bo’s link, but not Ana’s keys, cannot speak as Ana, nor as Bo to himself', async () => {
    const { bundle, psk, ana, bo, prekeys } = await publish()
    const chosen = { bundle, psk, pskKind: 'invite', random, nowMs: startMs } as const
    const begun = await initiate({ identity: { ...mallory, certificate: ana.certificate }, ...chosen })
    const { envelope } = await say(begun, 'it is me', random)
    expect(await respond({ identity: bo, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })).toEqual({
      failure: 'forged',
    })
    await expect(initiate({ identity: { ...mallory, certificate: bo.certificate }, ...chosen })).rejects.toThrow(
      'usage',
    )
  })
})
