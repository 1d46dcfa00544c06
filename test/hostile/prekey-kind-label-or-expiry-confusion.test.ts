// A key of one kind, place, owner or time must not pass for one of another: PQXDH's first version was found wanting here.

import { beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, concatBytes, u64, withLength } from '../../src/protocol/bytes.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { type Identity, createIdentity } from '../../src/protocol/identity/identity.ts'
import { labels } from '../../src/protocol/labels.ts'
import { limits } from '../../src/protocol/limits.ts'
import { encodeMain, encodeOneTime, openBundle, sealBundle } from '../../src/protocol/prekeys/bundle.ts'
import { type Prekey, type PrekeyKind, prekeyKindCodes, signPrekey } from '../../src/protocol/prekeys/prekey.ts'
import { sign } from '../../src/protocol/primitives/ed25519.ts'
import { createDhKey } from '../../src/protocol/primitives/x25519.ts'
import { createKemKey } from '../../src/protocol/primitives/xwing.ts'
import { dayMs, meet, seededRandom, startMs } from '../protocol/session/people.ts'
import { firstAt } from './support/attacker.ts'

const random = seededRandom('confusion')
const bo = createIdentity({ random, nowMs: startMs })
const place = { psk: random(32), mailboxId: random(32), fingerprint: fingerprintOf(bo.account.publicKey) }
const kinds: readonly PrekeyKind[] = ['signed', 'one-time', 'last-resort']
const publicKeys: Record<PrekeyKind, Bytes> = {
  signed: createDhKey(random).publicKey,
  'one-time': place.psk,
  'last-resort': place.psk,
}

beforeAll(async () => {
  publicKeys['one-time'] = (await createKemKey(random)).publicKey
  publicKeys['last-resort'] = (await createKemKey(random)).publicKey
})

function unsigned(kind: PrekeyKind, changes: Partial<Prekey> = {}): Omit<Prekey, 'signature'> {
  return {
    kind,
    id: new Uint8Array(16).fill(prekeyKindCodes[kind]),
    publicKey: publicKeys[kind],
    createdAtMs: startMs,
    expiresAtMs: startMs + limits.prekeyLifetimeMs,
    logLength: bo.log.length,
    logHead: bo.log.head,
    ...changes,
  }
}

function prekey(
  kind: PrekeyKind,
  changes: Partial<Prekey> = {},
  owner: Identity = bo,
  mailboxId = place.mailboxId,
): Prekey {
  const fingerprint = fingerprintOf(owner.account.publicKey)
  const where = { fingerprint, deviceId: owner.device.id, mailboxId }
  return signPrekey(unsigned(kind, changes), where, owner.device.sign.secretKey)
}

interface Offered {
  readonly signed: Prekey
  readonly oneTime?: Prekey
  readonly lastResort?: Prekey
}

/** What an initiator would use of such a bundle. */
function used({ signed, oneTime, lastResort }: Offered, use: 'one-use' | 'reusable', nowMs = startMs): string {
  const main = encodeMain({ certificate: bo.certificate, signed, ...(lastResort && { lastResort }) })
  const sealed = sealBundle({ ...place, main, oneTime: oneTime ? [encodeOneTime(oneTime)] : [], random })
  const bundle = openBundle({ ...place, main: sealed.main, oneTime: sealed.oneTime[0], use, nowMs })
  return bundle?.kem.kind ?? 'refused'
}

describe('the kind of a prekey', () => {
  it('is the one that its place asks for, in every combination of three kinds in three places', () => {
    for (const signed of kinds) {
      for (const oneTime of kinds) {
        for (const lastResort of kinds) {
          const offered = { signed: prekey(signed), oneTime: prekey(oneTime), lastResort: prekey(lastResort) }
          const isOneTime = oneTime === 'one-time'
          const expected = signed !== 'signed' ? 'refused' : isOneTime ? 'one-time' : 'refused'
          expect(used(offered, 'one-use')).toBe(expected)
          const fallback = signed === 'signed' && !isOneTime && lastResort === 'last-resort'
          expect(used(offered, 'reusable')).toBe(fallback ? 'last-resort' : expected)
        }
      }
    }
  })

  it('cannot be changed after signing', () => {
    for (const from of kinds) {
      for (const to of kinds.filter((kind) => kind !== from)) {
        const relabelled = { ...prekey(from), kind: to, publicKey: publicKeys[to] }
        const offered: Offered =
          to === 'signed'
            ? { signed: relabelled, oneTime: prekey('one-time') }
            : { signed: prekey('signed'), oneTime: relabelled, lastResort: relabelled }
        expect(used(offered, 'reusable')).toBe('refused')
      }
    }
  })

  it('of a one-time key is never that of the last-resort key in a first message', async () => {
    const { published, first } = await meet()
    const { bo: identity, prekeys, psk } = published
    const claimed = first.with(firstAt.kemKind, prekeyKindCodes['last-resort'])
    expect(
      await respond({ identity, prekeys, envelope: claimed, psk, pskKind: 'invite', random, nowMs: startMs }),
    ).toEqual({ failure: 'unknown-prekey' })
  })
})

describe('the label of a prekey', () => {
  /** As the specification writes it, under any label. */
  function signedUnder(label: Bytes, fields: Omit<Prekey, 'signature'>): Prekey {
    const message = concatBytes(
      label,
      Uint8Array.of(1, prekeyKindCodes[fields.kind]),
      place.fingerprint,
      bo.device.id,
      place.mailboxId,
      fields.id,
      withLength(fields.publicKey),
      u64(fields.createdAtMs),
      u64(fields.expiresAtMs),
      u64(fields.logLength),
      fields.logHead,
    )
    return { ...fields, signature: sign(bo.device.sign.secretKey, message) }
  }

  it('is the one of its kind, and no other label of the protocol', () => {
    const own = { signed: 'prekeySigned', 'one-time': 'prekeyOneTime', 'last-resort': 'prekeyLastResort' } as const
    for (const kind of kinds) {
      for (const [name, label] of Object.entries(labels)) {
        const key = signedUnder(label, unsigned(kind))
        const offered: Offered = { signed: prekey('signed'), ...(kind === 'signed' && { oneTime: prekey('one-time') }) }
        const result = used(
          { ...offered, [kind === 'one-time' ? 'oneTime' : kind === 'signed' ? 'signed' : 'lastResort']: key },
          'reusable',
        )
        expect([kind, name, result]).toEqual([
          kind,
          name,
          name === own[kind] ? (kind === 'signed' ? 'one-time' : kind) : 'refused',
        ])
      }
    }
  })
})

describe('the owner of a prekey', () => {
  it('is this device of this account in this mailbox', () => {
    const eve = createIdentity({ random, nowMs: startMs })
    const sameDeviceId = { ...eve, device: { ...eve.device, id: bo.device.id } }
    const signed = prekey('signed')
    expect(used({ signed, oneTime: prekey('one-time') }, 'one-use')).toBe('one-time')
    for (const owner of [eve, sameDeviceId]) {
      expect(used({ signed, oneTime: prekey('one-time', {}, owner) }, 'one-use')).toBe('refused')
      expect(used({ signed: prekey('signed', {}, owner), oneTime: prekey('one-time') }, 'one-use')).toBe('refused')
    }
    expect(used({ signed, oneTime: prekey('one-time', {}, bo, random(32)) }, 'one-use')).toBe('refused')
  })
})

describe('the dates of a prekey', () => {
  const skewMs = limits.clockSkewMs
  const lifeMs = limits.prekeyLifetimeMs

  it.each([
    ['a day early', startMs - skewMs, true],
    ['more than a day early', startMs - skewMs - 1, false],
    ['at the end of the day after its end', startMs + lifeMs + skewMs - 1, true],
    ['after that', startMs + lifeMs + skewMs, false],
  ])('%s', (_, nowMs, isTaken) => {
    const offered = { signed: prekey('signed'), oneTime: prekey('one-time') }
    expect(used(offered, 'one-use', nowMs)).toBe(isTaken ? 'one-time' : 'refused')
  })

  it('do not stretch: each key is judged by its own', () => {
    const old = { createdAtMs: startMs - 10 * dayMs, expiresAtMs: startMs - 3 * dayMs }
    expect(used({ signed: prekey('signed', old), oneTime: prekey('one-time') }, 'one-use')).toBe('refused')
    expect(used({ signed: prekey('signed'), oneTime: prekey('one-time', old) }, 'one-use')).toBe('refused')
    const forever = { expiresAtMs: startMs + lifeMs + 1 }
    expect(used({ signed: prekey('signed', forever), oneTime: prekey('one-time') }, 'one-use')).toBe('refused')
    const backwards = { createdAtMs: startMs, expiresAtMs: startMs }
    expect(used({ signed: prekey('signed', backwards), oneTime: prekey('one-time') }, 'one-use')).toBe('refused')
  })

  it('bind the responder too, whatever an old bundle says', async () => {
    const { published, first } = await meet()
    const { bo: identity, prekeys, psk } = published
    const answer = async (nowMs: number) =>
      respond({ identity, prekeys, envelope: first, psk, pskKind: 'invite', random, nowMs })
    expect(await answer(startMs + limits.prekeySecretLifetimeMs - 1)).toHaveProperty('session')
    expect(await answer(startMs + limits.prekeySecretLifetimeMs)).toEqual({ failure: 'expired' })
  })
})
