import { describe, expect, it } from 'vitest'
import { type Bytes, equalBytes, utf8 } from '../../../src/protocol/bytes.ts'
import { type PskKind, firstMessageKey } from '../../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { type RespondResult, respond } from '../../../src/protocol/handshake/respond.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import { openBundle, sealBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { joinSecrets } from '../../../src/protocol/prekeys/secrets.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { contactPsk } from '../../../src/protocol/session/session.ts'
import { firstAt, flip } from '../../hostile/support/attacker.ts'
import { type Published, acquaint, dayMs, hear, meet, publish, say, seededRandom, startMs } from '../session/people.ts'

/** What Bo makes of an envelope. */
async function answer(
  published: Published,
  envelope: Bytes,
  options: { psk?: Bytes | undefined; pskKind?: PskKind; nowMs?: number } = {},
): Promise<RespondResult> {
  const { psk = published.psk, pskKind = 'invite', nowMs = startMs } = options
  const { bo, prekeys, random } = published
  return respond({
    identity: bo,
    prekeys,
    envelope,
    ...(pskKind !== 'none' && { psk }),
    pskKind,
    random,
    nowMs,
  })
}

const at = { kind: 0, ...firstAt, content: 4157 }

describe('the handshake', () => {
  it('gives both sides one session and the responder the content', async () => {
    const { ana, bo, published, first } = await meet()
    expect(ana.sid).toEqual(bo.sid)
    expect([ana.role, bo.role]).toEqual(['initiator', 'responder'])
    expect(equalBytes(ana.peer.certificate, published.bo.certificate)).toBe(true)
    expect(equalBytes(bo.peer.certificate, published.ana.certificate)).toBe(true)
    expect(first).toHaveLength(8192)
    const answered = await answer(published, first)
    expect(answered).toMatchObject({ content: utf8('hello'), peer: { bytes: published.ana.certificate } })
  })

  it('uses up the one-time key only in what it returns', async () => {
    const { published, first } = await meet()
    const answered = await answer(published, first)
    if ('failure' in answered) throw new Error(answered.failure)
    expect(answered.prekeys.sets[0]?.oneTime).toEqual([])
    expect(published.prekeys.sets[0]?.oneTime).toHaveLength(1)
  })

  it('works with the last-resort key, which stays', async () => {
    const published = await publish({ use: 'reusable' })
    const { random, bo, mailboxId, psk } = published
    const created = await createPrekeys({
      identity: bo,
      mailboxId,
      use: 'reusable',
      oneTimeCount: 0,
      random,
      nowMs: startMs,
    })
    const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: [], random })
    const { fingerprint } = published.bundle.certificate
    const common = { psk, mailboxId, fingerprint, use: 'reusable', nowMs: startMs } as const
    // A one-time key that was published with the set before goes with the new signed key.
    for (const oneTime of [undefined, published.oneTime[0]]) {
      const bundle = openBundle({ ...common, main: sealed.main, oneTime })
      if (!bundle) throw new Error('the bundle does not open')
      const begun = await initiate({ identity: published.ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
      const sent = await say(begun, 'hello', random)
      const prekeys = joinSecrets(published.prekeys, created.secrets, startMs)
      const answered = await answer({ ...published, prekeys }, sent.envelope)
      if ('failure' in answered) throw new Error(answered.failure)
      const left = answered.prekeys.sets.map((set) => [set.oneTime.length, set.lastResort !== undefined])
      expect(left).toEqual([
        [0, true],
        [oneTime ? 0 : 1, true],
      ])
    }
  })

  it('works without a psk, and with the continuity psk of an earlier session', async () => {
    const plain = await meet({ pskKind: 'none' })
    expect(plain.ana.sid).toEqual(plain.bo.sid)

    const { ana, bo } = await acquaint({ seed: 'known before' })
    const known = await publish({ seed: 'again' })
    const psk = contactPsk(ana)
    const { random } = known
    const begun = await initiate({
      identity: known.ana,
      bundle: known.bundle,
      psk,
      pskKind: 'continuity',
      random,
      nowMs: startMs,
    })
    const { envelope } = await say(begun, 'it is me again', random)
    expect(await answer(known, envelope, { psk: contactPsk(bo), pskKind: 'continuity' })).toHaveProperty('session')
    expect(await answer(known, envelope, { pskKind: 'continuity' })).toEqual({ failure: 'psk' })
    expect(await answer(known, envelope, { psk, pskKind: 'invite' })).toEqual({ failure: 'psk' })
    expect(await answer(known, envelope, { pskKind: 'none' })).toEqual({ failure: 'psk' })
  })

  it('succeeds with a later message when the first one was lost, and opens the first one late', async () => {
    const { ana, published, first, random } = await meet()
    const second = await say(ana, 'second', random)
    const answered = await answer(published, second.envelope)
    if ('failure' in answered) throw new Error(answered.failure)
    expect(answered.content).toEqual(utf8('second'))
    const late = await hear(answered.session, first)
    expect(late.text).toBe('hello')
    expect(await openMessage(late.session, first, { nowMs: startMs })).toEqual({ failure: 'duplicate' })
  })

  it('hides the certificate of the initiator in the envelope', async () => {
    const { published, first } = await meet()
    const text = Buffer.from(first).toString('latin1')
    const { account, device } = published.ana
    for (const secret of [account.publicKey, device.id, device.dh.publicKey, device.sign.publicKey]) {
      expect(text).not.toContain(Buffer.from(secret).toString('latin1'))
    }
  })
})

describe('a replayed first message', () => {
  it('has the same memory key as every envelope of its session, and another one than other sessions', async () => {
    const { ana, first, random } = await meet()
    const second = await say(ana, 'again', random)
    expect(firstMessageKey(first)).toHaveLength(32)
    expect(firstMessageKey(second.envelope)).toEqual(firstMessageKey(first))
    const other = await meet({ seed: 'others' })
    expect(firstMessageKey(other.first)).not.toEqual(firstMessageKey(first))
  })

  it('gives the same session id again, so that the memory can tell', async () => {
    const { published, first, bo } = await meet()
    const again = await answer(published, first)
    if ('failure' in again) throw new Error(again.failure)
    expect(again.session.sid).toEqual(bo.sid)
  })

  it('is a duplicate for the session that it began', async () => {
    const { bo, first } = await meet()
    expect(await openMessage(bo, first, { nowMs: startMs })).toEqual({ failure: 'duplicate' })
  })

  it('meets no one-time key any more', async () => {
    const { published, first } = await meet()
    const answered = await answer(published, first)
    if ('failure' in answered) throw new Error(answered.failure)
    const later = { ...published, prekeys: answered.prekeys }
    expect(await answer(later, first)).toEqual({ failure: 'unknown-prekey' })
  })

  it('has no memory key when it is none', async () => {
    const { ana } = await acquaint()
    const { envelope } = await say(ana, 'later', seededRandom('later'))
    expect(firstMessageKey(envelope)).toBeUndefined()
    expect(firstMessageKey(new Uint8Array())).toBeUndefined()
  })
})

describe('a first message that is not what it seems', () => {
  it('is refused wherever a byte has changed', async () => {
    const { published, first } = await meet()
    const failures = async (place: number): Promise<unknown> => answer(published, flip(first, place))
    expect(await failures(at.kind)).toEqual({ failure: 'not-first' })
    expect(await failures(at.suite)).toEqual({ failure: 'not-first' })
    expect(await failures(at.ephemeralKey)).toEqual({ failure: 'damaged' })
    expect(await failures(at.signedId)).toEqual({ failure: 'unknown-prekey' })
    expect(await failures(at.kemKind)).toEqual({ failure: 'not-first' })
    expect(await failures(at.kemId)).toEqual({ failure: 'unknown-prekey' })
    expect(await failures(at.ciphertext)).toEqual({ failure: 'damaged' })
    expect(await failures(at.pskKind)).toEqual({ failure: 'not-first' })
    expect(await failures(at.pskId)).toEqual({ failure: 'psk' })
    expect(await failures(at.certificate)).toEqual({ failure: 'damaged' })
    expect(await failures(at.header)).toEqual({ failure: 'forged' })
    expect(await failures(at.commit)).toEqual({ failure: 'damaged' })
    expect(await failures(at.content)).toEqual({ failure: 'damaged' })
  })

  it('with the handshake of another session in front is not of this one', async () => {
    const { bo, ana, random, first } = await meet()
    const other = await meet({ seed: 'others' })
    const second = await say(ana, 'second', random)
    const exchanged = second.envelope.slice()
    exchanged.set(other.first.subarray(0, at.header))
    for (const envelope of [exchanged, flip(second.envelope, at.certificate), flip(first, at.ephemeralKey)]) {
      expect(await openMessage(bo, envelope, { nowMs: startMs })).toEqual({ failure: 'not-mine' })
    }
    expect((await hear(bo, second.envelope)).text).toBe('second')
  })

  it('does not leave a one-time key for a last-resort one by changing the kind', async () => {
    const { published, first } = await meet()
    expect(await answer(published, first.with(at.kemKind, 2))).toEqual({ failure: 'unknown-prekey' })
  })

  it('with a low-order ephemeral key is refused', async () => {
    const { published, first } = await meet()
    for (const point of [new Uint8Array(32), new Uint8Array(32).with(0, 1), new Uint8Array(32).fill(255)]) {
      const envelope = first.slice()
      envelope.set(point, at.ephemeralKey)
      expect(await answer(published, envelope)).toEqual({ failure: 'damaged' })
    }
  })

  it('for prekeys past their time is refused', async () => {
    const { published, first } = await meet()
    expect(await answer(published, first, { nowMs: startMs + 37 * dayMs - 1 })).toHaveProperty('session')
    expect(await answer(published, first, { nowMs: startMs + 37 * dayMs })).toEqual({ failure: 'expired' })
  })

  it('made with another psk is refused', async () => {
    const { published, first, random } = await meet()
    expect(await answer(published, first, { psk: random(32) })).toEqual({ failure: 'psk' })
  })

  it('with an all-zero psk cannot be made or asked for', async () => {
    const { published, first, random } = await meet()
    const psk = new Uint8Array(32)
    const { ana, bundle } = published
    await expect(initiate({ identity: ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })).rejects.toThrow(
      CryptoError,
    )
    await expect(initiate({ identity: ana, bundle, pskKind: 'invite', random, nowMs: startMs })).rejects.toThrow(
      CryptoError,
    )
    await expect(answer(published, first, { psk })).rejects.toThrow(CryptoError)
  })

  it('of an envelope without a handshake is not first', async () => {
    const { ana, random } = await acquaint()
    const { envelope } = await say(ana, 'hi', random)
    expect(await answer(await publish(), envelope)).toEqual({ failure: 'not-first' })
    expect(await answer(await publish(), new Uint8Array(100))).toEqual({ failure: 'not-first' })
  })
})

describe('an identity swapped in the transcript', () => {
  it('does not let Mallory speak with the certificate of Ana', async () => {
    const published = await publish()
    const { random, bundle, psk } = published
    const mallory = createIdentity({ random, nowMs: startMs })
    const masked = { ...mallory, certificate: published.ana.certificate }
    const begun = await initiate({ identity: masked, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
    const { envelope } = await say(begun, 'I am Ana', random)
    expect(await answer(published, envelope)).toEqual({ failure: 'forged' })
  })

  it('does not let a session with Mallory become one with Bo', async () => {
    const published = await publish()
    const { random, bundle, psk } = published
    const mallory = createIdentity({ random, nowMs: startMs })
    // Ana is made to believe that the prekeys of Bo belong to Mallory.
    const claimed = {
      ...bundle,
      certificate: { ...bundle.certificate, bytes: mallory.certificate },
    }
    const begun = await initiate({
      identity: published.ana,
      bundle: claimed,
      psk,
      pskKind: 'invite',
      random,
      nowMs: startMs,
    })
    const { envelope } = await say(begun, 'hello Mallory', random)
    expect(await answer(published, envelope)).toEqual({ failure: 'forged' })
  })

  it('does not take a certificate that does not verify', async () => {
    const published = await publish()
    const { random, bundle, psk, ana } = published
    const broken = { ...ana, certificate: flip(ana.certificate, ana.certificate.length - 1) }
    const begun = await initiate({ identity: broken, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
    const { envelope } = await say(begun, 'hello', random)
    expect(await answer(published, envelope)).toEqual({ failure: 'forged' })
  })

  it('does not let anybody talk to themselves', async () => {
    const published = await publish()
    const { random, bundle, psk, bo } = published
    await expect(initiate({ identity: bo, bundle, psk, pskKind: 'invite', random, nowMs: startMs })).rejects.toThrow(
      CryptoError,
    )
  })

  it('does not carry a message from one session into another', async () => {
    const one = await meet({ seed: 'one' })
    const two = await meet({ seed: 'two' })
    const reply = await say(one.bo, 'for one', one.random)
    expect(await openMessage(two.ana, reply.envelope, { nowMs: startMs })).toEqual({ failure: 'not-mine' })
    expect(await openMessage(two.bo, one.first, { nowMs: startMs })).toEqual({ failure: 'not-mine' })
  })
})
