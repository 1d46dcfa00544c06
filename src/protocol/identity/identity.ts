// A person's own keys: the account that is their identity, and this device under it. The bytes hold every secret: they
// are stored sealed and never sent. Spec: docs/protocol.md §1.

import type { Bytes, Random } from '../bytes.ts'
import { equalBytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { limits } from '../limits.ts'
import type { SigningKey } from '../primitives/ed25519.ts'
import { createSigningKey, signingKeyOf } from '../primitives/ed25519.ts'
import type { DhKey } from '../primitives/x25519.ts'
import { createDhKey, dhKeyOf } from '../primitives/x25519.ts'
import { createCertificate, openCertificate } from './certificate.ts'
import type { DeviceLog } from './device-log.ts'
import { createDeviceLog, logEntriesCodec, openDeviceLog } from './device-log.ts'

export interface Identity {
  readonly account: SigningKey
  readonly device: Device
  /** Of this device; see `openCertificate`. */
  readonly certificate: Bytes
  readonly log: DeviceLog
}

export interface Device {
  /** 16 random bytes. */
  readonly id: Bytes
  readonly sign: SigningKey
  readonly dh: DhKey
}

/** A log full of entries, and the keys. */
const bounds = {
  maxBytes: 512 * limits.deviceLogEntries + 4096,
  maxDepth: limits.cborDepth,
  maxItems: limits.contentItems,
}

const secretKey = fixedBytes(32)

const storedCodec: Codec<{
  readonly accountKey: Bytes
  readonly deviceId: Bytes
  readonly signKey: Bytes
  readonly dhKey: Bytes
  readonly certificate: Bytes
  readonly log: readonly Bytes[]
}> = shape({
  accountKey: field(1, secretKey),
  deviceId: field(2, fixedBytes(16)),
  signKey: field(3, secretKey),
  dhKey: field(4, secretKey),
  certificate: field(5, bytesUpTo(limits.certificateBytes)),
  log: field(6, logEntriesCodec),
})

/** A new account with this device as its first. */
export function createIdentity(input: { readonly random: Random; readonly nowMs: number }): Identity {
  const { random, nowMs } = input
  const account = createSigningKey(random)
  const device: Device = { id: random(16), sign: createSigningKey(random), dh: createDhKey(random) }
  const log = createDeviceLog(account, {
    kind: 'add',
    deviceId: device.id,
    signKey: device.sign.publicKey,
    dhKey: device.dh.publicKey,
    atMs: nowMs,
  })
  const certificate = createCertificate({
    account,
    device: { id: device.id, sign: device.sign, dhPublicKey: device.dh.publicKey },
    log,
    nowMs,
  })
  return { account, device, certificate, log }
}

/** Holds secrets. */
export function encodeIdentity(identity: Identity): Bytes {
  return encodeWith(storedCodec, {
    accountKey: identity.account.secretKey,
    deviceId: identity.device.id,
    signKey: identity.device.sign.secretKey,
    dhKey: identity.device.dh.secretKey,
    certificate: identity.certificate,
    log: identity.log.entries,
  })
}

/** Undefined unless certificate and log verify and are those of the keys. */
export function decodeIdentity(bytes: Bytes): Identity | undefined {
  const stored = decodeWith(storedCodec, bytes, bounds)
  const certificate = stored === undefined ? undefined : openCertificate(stored.certificate)
  if (stored === undefined || certificate === undefined) return undefined
  const account = signingKeyOf(stored.accountKey)
  const device: Device = { id: stored.deviceId, sign: signingKeyOf(stored.signKey), dh: dhKeyOf(stored.dhKey) }
  const opened = openDeviceLog(account.publicKey, stored.log)
  if (opened === undefined) return undefined
  const listed = opened.devices.some(
    (added) =>
      equalBytes(added.deviceId, device.id) &&
      equalBytes(added.signKey, device.sign.publicKey) &&
      equalBytes(added.dhKey, device.dh.publicKey),
  )
  const certified =
    equalBytes(certificate.accountKey, account.publicKey) &&
    equalBytes(certificate.deviceId, device.id) &&
    equalBytes(certificate.signKey, device.sign.publicKey) &&
    equalBytes(certificate.dhKey, device.dh.publicKey)
  return listed && certified ? { account, device, certificate: stored.certificate, log: opened.log } : undefined
}
