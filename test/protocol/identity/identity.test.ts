import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { concatBytes } from '../../../src/protocol/bytes.ts'
import { bytesUpTo, encodeWith, fixedBytes } from '../../../src/protocol/cbor/codec.ts'
import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import { field, shape } from '../../../src/protocol/cbor/shape.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { createCertificate, openCertificate } from '../../../src/protocol/identity/certificate.ts'
import type { DeviceAddition } from '../../../src/protocol/identity/device-log.ts'
import { appendDevice, compareLogs, createDeviceLog, openDeviceLog } from '../../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { createIdentity, decodeIdentity, encodeIdentity } from '../../../src/protocol/identity/identity.ts'
import { labels } from '../../../src/protocol/labels.ts'
import { createSigningKey, sign } from '../../../src/protocol/primitives/ed25519.ts'
import { createDhKey } from '../../../src/protocol/primitives/x25519.ts'
import { expectOnlyCanonical } from '../hostile-bytes.ts'
import { seededRandom } from '../seeded-random.ts'

const nowMs = 1_800_000_000_000
const ana = createIdentity({ random: seededRandom('ana'), nowMs })
const bo = createIdentity({ random: seededRandom('bo'), nowMs })

describe('an identity', () => {
  it('has an account, a device with separate keys, a certificate and a log with that device', () => {
    const certificate = openCertificate(ana.certificate)
    expect(certificate).toEqual({
      bytes: ana.certificate,
      accountKey: ana.account.publicKey,
      fingerprint: fingerprintOf(ana.account.publicKey),
      deviceId: ana.device.id,
      signKey: ana.device.sign.publicKey,
      dhKey: ana.device.dh.publicKey,
      createdAtMs: nowMs,
      logLength: 1,
      logHead: ana.log.head,
    })
    expect(ana.certificate.length).toBeLessThan(500)
    const keys = [ana.account, ana.device.sign, ana.device.dh].map((key) => Buffer.from(key.secretKey).toString('hex'))
    expect(new Set(keys).size).toBe(3)
  })

  it('comes back from its bytes', () => {
    expect(decodeIdentity(encodeIdentity(ana))).toEqual(ana)
  })

  it('is refused with the keys, the certificate or the log of somebody else', () => {
    for (const mixed of [
      { ...ana, account: bo.account },
      { ...ana, device: { ...ana.device, id: bo.device.id } },
      { ...ana, device: { ...ana.device, sign: bo.device.sign } },
      { ...ana, device: { ...ana.device, dh: bo.device.dh } },
      { ...ana, certificate: bo.certificate },
      { ...ana, log: bo.log },
    ])
      expect(decodeIdentity(encodeIdentity(mixed))).toBeUndefined()
  })

  it('is refused when its own device was revoked', () => {
    const log = appendDevice(ana.log, ana.account, { kind: 'revoke', deviceId: ana.device.id, atMs: nowMs })
    expect(decodeIdentity(encodeIdentity({ ...ana, log }))).toBeUndefined()
  })

  it('survives hostile bytes', () => {
    expectOnlyCanonical(decodeIdentity, encodeIdentity, [encodeIdentity(ana)], 100)
  })
})

describe('a certificate', () => {
  const device = { id: ana.device.id, sign: ana.device.sign, dhPublicKey: ana.device.dh.publicKey }

  it('is refused with any byte changed, cut or added', () => {
    expectOnlyCanonical(openCertificate, (certificate) => certificate.bytes, [ana.certificate], 100)
    for (let index = 0; index < ana.certificate.length; index += 2) {
      const changed = ana.certificate.slice()
      changed[index] = (changed[index] ?? 0) ^ 0x04
      expect(openCertificate(changed)).toBeUndefined()
    }
  })

  it('is refused when a stranger signs for the account', () => {
    const forged = createCertificate({
      account: { publicKey: ana.account.publicKey, secretKey: bo.account.secretKey },
      device,
      log: ana.log,
      nowMs,
    })
    expect(openCertificate(forged)).toBeUndefined()
  })

  it('is refused when an account claims a device that does not confirm it', () => {
    const stolen = createCertificate({
      account: bo.account,
      device: { ...device, sign: { publicKey: ana.device.sign.publicKey, secretKey: bo.device.sign.secretKey } },
      log: bo.log,
      nowMs,
    })
    expect(openCertificate(stolen)).toBeUndefined()
  })

  it("is refused when a confirmation is moved from the device's true certificate to another account's", () => {
    const { body, byAccount } = partsOf(createCertificate({ account: bo.account, device, log: bo.log, nowMs }))
    const { byDevice } = partsOf(ana.certificate)
    expect(openCertificate(signed(body, byAccount, byDevice))).toBeUndefined()
  })

  it('is refused when one signature stands in for the other, or was made under another label', () => {
    const { body, byAccount, byDevice } = partsOf(ana.certificate)
    expect(openCertificate(signed(body, byAccount, byDevice))).toBeDefined()
    expect(openCertificate(signed(body, byDevice, byAccount))).toBeUndefined()
    const otherLabel = sign(ana.account.secretKey, concatBytes(labels.deviceLogSignature, body))
    const reconfirmed = sign(ana.device.sign.secretKey, concatBytes(labels.certificateByDevice, otherLabel, body))
    expect(openCertificate(signed(body, otherLabel, reconfirmed))).toBeUndefined()
  })

  it('is refused when account and device share one key', () => {
    const shared = createCertificate({
      account: ana.account,
      device: { ...device, sign: ana.account },
      log: ana.log,
      nowMs,
    })
    expect(openCertificate(shared)).toBeUndefined()
  })

  it('is refused with an X25519 key of small order', () => {
    const weak = createCertificate({
      account: ana.account,
      device: { ...device, dhPublicKey: new Uint8Array(32) },
      log: ana.log,
      nowMs,
    })
    expect(openCertificate(weak)).toBeUndefined()
  })

  it('of another version is refused, however well signed', () => {
    const { body } = partsOf(ana.certificate)
    const fields = decodeCbor(body, { maxBytes: 1000, maxDepth: 4, maxItems: 40 })
    if (!(fields instanceof Map)) throw new Error('a body is a map')
    const later = encodeCbor(new Map<number | string, Value>([...fields, [1, 2]]))
    const byAccount = sign(ana.account.secretKey, concatBytes(labels.certificateByAccount, later))
    const byDevice = sign(ana.device.sign.secretKey, concatBytes(labels.certificateByDevice, byAccount, later))
    expect(openCertificate(signed(later, byAccount, byDevice))).toBeUndefined()
  })
})

describe('a device log', () => {
  it('that is shown is the same as the one known, longer, shorter, or forked', () => {
    const [head, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const known = { length: 3, head }
    expect(compareLogs({ length: 3, head: head.slice() }, known)).toBe('same')
    expect(compareLogs({ length: 3, head: other }, known)).toBe('forked')
    expect(compareLogs({ length: 4, head: other }, known)).toBe('longer')
    expect(compareLogs({ length: 2, head }, known)).toBe('shorter')
  })

  const first: DeviceAddition = {
    kind: 'add',
    deviceId: ana.device.id,
    signKey: ana.device.sign.publicKey,
    dhKey: ana.device.dh.publicKey,
    atMs: nowMs,
  }
  const phone = addition('phone')
  const grown = appendDevice(createDeviceLog(ana.account, first), ana.account, phone)
  const shrunk = appendDevice(grown, ana.account, { kind: 'revoke', deviceId: first.deviceId, atMs: nowMs + 1 })

  it('lists the devices that were added and not revoked', () => {
    expect(openDeviceLog(ana.account.publicKey, grown.entries)).toEqual({ log: grown, devices: [first, phone] })
    expect(openDeviceLog(ana.account.publicKey, shrunk.entries)).toEqual({ log: shrunk, devices: [phone] })
    expect([grown.length, shrunk.length]).toEqual([2, 3])
  })

  it('has another head after each entry and on each branch', () => {
    const fork = appendDevice(createDeviceLog(ana.account, first), ana.account, addition('tablet'))
    const heads = [ana.log, grown, shrunk, fork].map((log) => Buffer.from(log.head).toString('hex'))
    expect(new Set(heads).size).toBe(4)
  })

  it('is refused without entries, with one missing, doubled, swapped or of another account', () => {
    const [one, two, three] = shrunk.entries
    if (one === undefined || two === undefined || three === undefined) throw new Error('three entries')
    for (const entries of [[], [two], [one, three], [one, one], [two, one], [one, two, two], [one, two, three, three]])
      expect(openDeviceLog(ana.account.publicKey, entries)).toBeUndefined()
    expect(openDeviceLog(bo.account.publicKey, shrunk.entries)).toBeUndefined()
    const foreign = appendDevice(createDeviceLog(ana.account, first), bo.account, phone)
    expect(openDeviceLog(ana.account.publicKey, foreign.entries)).toBeUndefined()
  })

  it('never takes a device id again, nor revokes one that is not there', () => {
    const again = appendDevice(shrunk, ana.account, first)
    const twice = appendDevice(shrunk, ana.account, { kind: 'revoke', deviceId: first.deviceId, atMs: nowMs })
    for (const log of [again, twice]) expect(openDeviceLog(ana.account.publicKey, log.entries)).toBeUndefined()
  })

  it('refuses a device with an X25519 key of small order', () => {
    const weak = appendDevice(ana.log, ana.account, { ...phone, dhKey: new Uint8Array(32) })
    expect(openDeviceLog(ana.account.publicKey, weak.entries)).toBeUndefined()
  })

  it('is refused with any byte of any entry changed', () => {
    for (const [at, entry] of shrunk.entries.entries()) {
      for (let index = 0; index < entry.length; index += 3) {
        const changed = entry.slice()
        changed[index] = (changed[index] ?? 0) ^ 0x10
        expect(openDeviceLog(ana.account.publicKey, shrunk.entries.with(at, changed))).toBeUndefined()
      }
    }
  })

  function addition(seed: string): DeviceAddition {
    const random = seededRandom(seed)
    return {
      kind: 'add',
      deviceId: random(16),
      signKey: createSigningKey(random).publicKey,
      dhKey: createDhKey(random).publicKey,
      atMs: nowMs,
    }
  }
})

const signature = fixedBytes(64)
const signedCodec = shape({
  body: field(1, bytesUpTo(1000)),
  byAccount: field(2, signature),
  byDevice: field(3, signature),
})

function partsOf(certificate: Bytes): { body: Bytes; byAccount: Bytes; byDevice: Bytes } {
  const value = decodeCbor(certificate, { maxBytes: 2000, maxDepth: 4, maxItems: 40 })
  const parts = value === undefined ? undefined : signedCodec.fromValue(value)
  if (parts === undefined) throw new Error('not a certificate')
  return parts
}

function signed(body: Bytes, byAccount: Bytes, byDevice: Bytes): Bytes {
  return encodeWith(signedCodec, { body, byAccount, byDevice })
}
