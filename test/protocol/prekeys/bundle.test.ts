import { beforeAll, describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { type Identity, createIdentity } from '../../../src/protocol/identity/identity.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { limits } from '../../../src/protocol/limits.ts'
import {
  type Bundle,
  encodeMain,
  encodeOneTime,
  openBundle,
  sealBundle,
  whatOfItsTime,
} from '../../../src/protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import { type Prekey, type PrekeyKind, signPrekey } from '../../../src/protocol/prekeys/prekey.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { createDhKey } from '../../../src/protocol/primitives/x25519.ts'
import { createKemKey } from '../../../src/protocol/primitives/xwing.ts'
import { dayMs, publish, seededRandom, startMs } from '../session/people.ts'

const random = seededRandom('bundles')
const bo = createIdentity({ random, nowMs: startMs })
const psk = random(32)
const mailboxId = random(32)
const fingerprint = fingerprintOf(bo.account.publicKey)
const dhKey = createDhKey(random).publicKey
let kemKey: Bytes

beforeAll(async () => {
  kemKey = (await createKemKey(random)).publicKey
})

interface Changes {
  readonly identity?: Identity
  readonly mailboxId?: Bytes
  readonly prekey?: Partial<Omit<Prekey, 'signature'>>
  /** After signing. */
  readonly forged?: Partial<Prekey>
}

/** A prekey of Bo's, with changes that an attacker or a faulty device might make. */
function prekey(kind: PrekeyKind, changes: Changes = {}): Prekey {
  const { identity = bo } = changes
  const unsigned = {
    kind,
    id: new Uint8Array(16).fill(9),
    publicKey: kind === 'signed' ? dhKey : kemKey,
    createdAtMs: startMs,
    expiresAtMs: startMs + limits.prekeyLifetimeMs,
    logLength: identity.log.length,
    logHead: identity.log.head,
    ...changes.prekey,
  }
  const owner = {
    fingerprint: fingerprintOf(identity.account.publicKey),
    deviceId: identity.device.id,
    mailboxId: changes.mailboxId ?? mailboxId,
  }
  return { ...signPrekey(unsigned, owner, identity.device.sign.secretKey), ...changes.forged }
}

interface Parts {
  readonly certificate?: Bytes
  readonly signed?: Prekey
  readonly lastResort?: Prekey
  readonly oneTime?: Prekey
}

/** Seals and opens such a bundle; a one-time part is there when given. */
function open(parts: Parts, options: Partial<Parameters<typeof openBundle>[0]> = {}): Bundle | undefined {
  const { certificate = bo.certificate, signed = prekey('signed'), lastResort, oneTime } = parts
  const sealed = sealBundle({
    psk,
    mailboxId,
    main: encodeMain({ certificate, signed, ...(lastResort && { lastResort }) }),
    oneTime: oneTime ? [encodeOneTime(oneTime)] : [],
    random,
  })
  return openBundle({
    psk,
    mailboxId,
    fingerprint,
    main: sealed.main,
    oneTime: sealed.oneTime[0],
    use: lastResort ? 'reusable' : 'one-use',
    nowMs: startMs,
    ...options,
  })
}

describe('a prekey bundle', () => {
  it('opens for whoever has the psk, with its one-time key', async () => {
    const { bundle } = await publish()
    expect(bundle.kem.kind).toBe('one-time')
    expect(bundle.log.length).toBe(1)
  })

  it('of a reusable mailbox prefers a one-time key and falls back to the last-resort key', () => {
    const lastResort = prekey('last-resort')
    expect(open({ lastResort })?.kem.kind).toBe('last-resort')
    expect(open({ lastResort, oneTime: prekey('one-time') })?.kem.kind).toBe('one-time')
  })

  it('of a reusable mailbox falls back also when its one-time key has expired or is damaged', () => {
    const lastResort = prekey('last-resort')
    const old = { createdAtMs: startMs - 9 * dayMs, expiresAtMs: startMs - 2 * dayMs }
    expect(open({ lastResort, oneTime: prekey('one-time', { prekey: old }) })?.kem.kind).toBe('last-resort')
    expect(open({ lastResort }, { oneTime: new Uint8Array(1500) })?.kem.kind).toBe('last-resort')
    expect(open({}, { oneTime: new Uint8Array(1500) })).toBeUndefined()
  })

  it('of one use is refused without its one-time key', () => {
    expect(open({})).toBeUndefined()
    expect(open({ lastResort: prekey('last-resort') }, { use: 'one-use' })).toBeUndefined()
  })

  it('has no last-resort key when it is of one use', async () => {
    const created = await createPrekeys({
      identity: bo,
      mailboxId,
      use: 'one-use',
      oneTimeCount: 1,
      random,
      nowMs: startMs,
    })
    expect(created.secrets.sets[0]?.lastResort).toBeUndefined()
    const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: [], random })
    const opened = openBundle({ psk, mailboxId, fingerprint, main: sealed.main, use: 'reusable', nowMs: startMs })
    expect(opened).toBeUndefined()
  })

  it('is refused unsealed', async () => {
    const created = await createPrekeys({
      identity: bo,
      mailboxId,
      use: 'one-use',
      oneTimeCount: 1,
      random,
      nowMs: startMs,
    })
    const common = { psk, mailboxId, fingerprint, use: 'one-use', nowMs: startMs } as const
    const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: created.oneTime, random })
    expect(openBundle({ ...common, main: sealed.main, oneTime: sealed.oneTime[0] })).toBeDefined()
    expect(openBundle({ ...common, main: created.main, oneTime: created.oneTime[0] })).toBeUndefined()
    expect(openBundle({ ...common, main: sealed.main, oneTime: created.oneTime[0] })).toBeUndefined()
  })

  it('does not open with another psk', () => {
    expect(open({ oneTime: prekey('one-time') }, { psk: random(32) })).toBeUndefined()
  })

  it('is neither sealed nor opened with an all-zero psk', () => {
    const zeros = new Uint8Array(32)
    const main = encodeMain({ certificate: bo.certificate, signed: prekey('signed') })
    expect(() => sealBundle({ psk: zeros, mailboxId, main, oneTime: [], random })).toThrow(CryptoError)
    expect(open({ oneTime: prekey('one-time') }, { psk: zeros })).toBeUndefined()
  })

  it('of another mailbox is refused', () => {
    expect(open({ oneTime: prekey('one-time') }, { mailboxId: random(32) })).toBeUndefined()
    const elsewhere = { mailboxId: random(32) }
    expect(open({ oneTime: prekey('one-time', elsewhere) })).toBeUndefined()
    expect(open({ signed: prekey('signed', elsewhere), oneTime: prekey('one-time') })).toBeUndefined()
  })

  it('of another account is refused', () => {
    const mallory = createIdentity({ random, nowMs: startMs })
    const parts = {
      certificate: mallory.certificate,
      signed: prekey('signed', { identity: mallory }),
      oneTime: prekey('one-time', { identity: mallory }),
    }
    expect(open(parts)).toBeUndefined()
    expect(open(parts, { fingerprint: fingerprintOf(mallory.account.publicKey) })).toBeDefined()
    expect(open({ ...parts, certificate: bo.certificate })).toBeUndefined()
  })

  it('is refused when its parts are exchanged', async () => {
    const { main, oneTime, ...published } = await publish()
    const opened = openBundle({
      psk: published.psk,
      mailboxId: published.mailboxId,
      fingerprint: published.bundle.certificate.fingerprint,
      main: oneTime[0] ?? main,
      oneTime: main,
      use: 'one-use',
      nowMs: startMs,
    })
    expect(opened).toBeUndefined()
  })

  it('is refused when a byte of it has changed', async () => {
    const published = await publish()
    const changed = (bytes: Bytes, at: number): Bytes => bytes.with(at, (bytes[at] ?? 0) ^ 1)
    const oneTime = published.oneTime[0] ?? new Uint8Array()
    const common = {
      psk: published.psk,
      mailboxId: published.mailboxId,
      fingerprint: published.bundle.certificate.fingerprint,
      use: 'one-use',
      nowMs: startMs,
    } as const
    for (const at of [0, 23, 24, published.main.length - 1]) {
      expect(openBundle({ ...common, main: changed(published.main, at), oneTime })).toBeUndefined()
      const last = Math.min(at, oneTime.length - 1)
      expect(openBundle({ ...common, main: published.main, oneTime: changed(oneTime, last) })).toBeUndefined()
    }
    expect(openBundle({ ...common, main: new Uint8Array(), oneTime })).toBeUndefined()
    expect(openBundle({ ...common, main: new Uint8Array(limits.bundleMainBytes + 1), oneTime })).toBeUndefined()
  })
})

describe('prekey confusion', () => {
  it('refuses a last-resort key in place of a one-time key, and the reverse', () => {
    expect(open({ oneTime: prekey('last-resort') })).toBeUndefined()
    expect(open({ lastResort: prekey('one-time') })).toBeUndefined()
  })

  it('refuses a KEM key in place of the signed key, and the reverse', () => {
    expect(open({ signed: prekey('one-time'), oneTime: prekey('one-time') })).toBeUndefined()
    expect(open({ oneTime: prekey('signed') })).toBeUndefined()
  })

  it('refuses a key relabelled as another kind after signing', () => {
    const relabelled = prekey('last-resort', { forged: { kind: 'one-time' } })
    expect(open({ oneTime: relabelled })).toBeUndefined()
  })

  it('refuses a key of the wrong length for its kind', () => {
    const oneTime = prekey('one-time')
    expect(open({ signed: prekey('signed', { prekey: { publicKey: kemKey } }), oneTime })).toBeUndefined()
    expect(open({ oneTime: prekey('one-time', { prekey: { publicKey: dhKey } }) })).toBeUndefined()
  })

  it('refuses another id, key, date or log head than the signed ones', () => {
    const forgeries: readonly Partial<Prekey>[] = [
      { id: new Uint8Array(16) },
      { publicKey: new Uint8Array(1216) },
      { createdAtMs: startMs - 1 },
      { expiresAtMs: startMs + 1 },
      { logHead: new Uint8Array(32) },
      { signature: new Uint8Array(64) },
    ]
    for (const forged of forgeries) expect(open({ oneTime: prekey('one-time', { forged }) })).toBeUndefined()
  })

  it('refuses a key signed by another device', () => {
    const mallory = createIdentity({ random, nowMs: startMs })
    const stranger: Identity = { ...bo, device: { ...bo.device, sign: mallory.device.sign } }
    expect(open({ oneTime: prekey('one-time', { identity: stranger }) })).toBeUndefined()
  })

  it('refuses a KEM key that nobody could encapsulate to, and falls back where it may', () => {
    const unreduced = kemKey.slice().fill(0xff, 0, 3)
    const smallOrder = kemKey.slice().fill(0, 1184)
    const topBit = kemKey.slice()
    topBit[1215] = (topBit[1215] ?? 0) | 0x80
    for (const publicKey of [unreduced, smallOrder, topBit]) {
      const oneTime = prekey('one-time', { prekey: { publicKey } })
      expect(open({ oneTime }, { use: 'one-use' })).toBeUndefined()
      expect(open({ lastResort: prekey('last-resort', { prekey: { publicKey } }) })).toBeUndefined()
      expect(open({ oneTime, lastResort: prekey('last-resort') }, { use: 'reusable' })?.kem.kind).toBe('last-resort')
    }
  })

  it('refuses a signed key that is a low-order or non-canonical point', () => {
    const oneTime = prekey('one-time')
    const points = [new Uint8Array(32), new Uint8Array(32).with(0, 1), new Uint8Array(32).fill(255)]
    for (const publicKey of points) {
      expect(open({ signed: prekey('signed', { prekey: { publicKey } }), oneTime })).toBeUndefined()
    }
  })
})

describe('prekey dates', () => {
  const lifetimeMs = limits.prekeyLifetimeMs

  it('allow a week and a day of clock skew, and no more', () => {
    const oneTime = prekey('one-time')
    expect(open({ oneTime }, { nowMs: startMs + lifetimeMs + dayMs - 1 })).toBeDefined()
    expect(open({ oneTime }, { nowMs: startMs + lifetimeMs + dayMs })).toBeUndefined()
    expect(open({ oneTime }, { nowMs: startMs - dayMs })).toBeDefined()
    expect(open({ oneTime }, { nowMs: startMs - dayMs - 1 })).toBeUndefined()
  })

  it('tell a bundle that only got old, or is not made yet, from one that is wrong', () => {
    const time = (options: Partial<Parameters<typeof whatOfItsTime>[0]> = {}, forged: Partial<Prekey> = {}) => {
      const main = encodeMain({ certificate: bo.certificate, signed: prekey('signed', { forged }) })
      const sealed = sealBundle({ psk, mailboxId, main, oneTime: [], random })
      return whatOfItsTime({ psk, mailboxId, fingerprint, main: sealed.main, nowMs: startMs + 9 * dayMs, ...options })
    }
    expect(time()).toBe('lapsed')
    expect(time({ nowMs: startMs + 8 * dayMs })).toBe('lapsed')
    expect(time({ nowMs: startMs + 8 * dayMs - 1 })).toBeUndefined()
    expect(time({ nowMs: startMs })).toBeUndefined()
    expect(time({ nowMs: startMs - dayMs })).toBeUndefined()
    expect(time({ nowMs: startMs - dayMs - 1 })).toBe('ahead')
    for (const nowMs of [startMs - 2 * dayMs, startMs + 9 * dayMs]) {
      expect(time({ nowMs, psk: random(32) })).toBeUndefined()
      expect(time({ nowMs, mailboxId: random(32) })).toBeUndefined()
      expect(time({ nowMs, fingerprint: random(32) })).toBeUndefined()
      expect(time({ nowMs }, { expiresAtMs: startMs + dayMs })).toBeUndefined()
      expect(time({ nowMs }, { kind: 'one-time' })).toBeUndefined()
    }
  })

  it('refuse a lifetime of more than a week, or none', () => {
    for (const expiresAtMs of [startMs + lifetimeMs + 1, startMs, startMs - 1]) {
      expect(open({ oneTime: prekey('one-time', { prekey: { expiresAtMs } }) })).toBeUndefined()
      expect(
        open({ signed: prekey('signed', { prekey: { expiresAtMs } }), oneTime: prekey('one-time') }),
      ).toBeUndefined()
    }
  })

  it('refuse an expired one-time key in a current bundle', () => {
    const old = { createdAtMs: startMs - 9 * dayMs, expiresAtMs: startMs - 2 * dayMs }
    expect(open({ oneTime: prekey('one-time', { prekey: old }) })).toBeUndefined()
  })
})

describe('the device log in a bundle', () => {
  const other = new Uint8Array(32).fill(3)

  it('may be newer than the certificate but not older or forked', () => {
    const withLog = (log: Partial<Prekey>): Bundle | undefined =>
      open({ signed: prekey('signed', { prekey: log }), oneTime: prekey('one-time') })
    expect(withLog({ logLength: 2, logHead: other })?.log).toEqual({ length: 2, head: other })
    expect(withLog({ logLength: 1, logHead: other })).toBeUndefined()
    expect(withLog({ logLength: 0, logHead: new Uint8Array(32) })).toBeUndefined()
  })

  it('is refused when it is older than, or differs from, the one already known', () => {
    const oneTime = prekey('one-time')
    expect(open({ oneTime }, { knownLog: { length: 1, head: bo.log.head } })).toBeDefined()
    expect(open({ oneTime }, { knownLog: { length: 2, head: other } })).toBeUndefined()
    expect(open({ oneTime }, { knownLog: { length: 1, head: other } })).toBeUndefined()
  })

  it('of a one-time key may be older than that of the bundle but not newer', () => {
    const signed = prekey('signed', { prekey: { logLength: 3, logHead: other } })
    expect(open({ signed, oneTime: prekey('one-time') })).toBeDefined()
    const newer = prekey('one-time', { prekey: { logLength: 4, logHead: other } })
    expect(open({ signed, oneTime: newer })).toBeUndefined()
  })
})
