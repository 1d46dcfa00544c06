// A device's certificate: the account vouches for the device's two keys, and the device confirms that it belongs to the
// account, so that nobody can put another person's device under their own name. Spec: docs/protocol.md §1.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import type { LogHead } from '../content/content.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import type { SigningKey } from '../primitives/ed25519.ts'
import { isDhPublicKey } from '../primitives/x25519.ts'
import { fingerprintOf } from './fingerprint.ts'

export interface Certificate {
  /** The encoding that was signed, signatures included. */
  readonly bytes: Bytes
  readonly accountKey: Bytes
  readonly fingerprint: Bytes
  readonly deviceId: Bytes
  readonly signKey: Bytes
  readonly dhKey: Bytes
  readonly createdAtMs: number
  /** The device log when this was issued, the device's own addition included. */
  readonly logLength: number
  readonly logHead: Bytes
}

interface CertificateBody {
  readonly version: 1
  readonly accountKey: Bytes
  readonly deviceId: Bytes
  readonly signKey: Bytes
  readonly dhKey: Bytes
  readonly createdAtMs: number
  readonly logLength: number
  readonly logHead: Bytes
}

const bounds = { maxBytes: limits.certificateBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const version: Codec<1> = { toValue: (item) => item, fromValue: (value) => (value === 1 ? value : undefined) }
const key = fixedBytes(32)
const signature = fixedBytes(64)

const bodyCodec: Codec<CertificateBody> = shape({
  version: field(1, version),
  accountKey: field(2, key),
  deviceId: field(3, fixedBytes(16)),
  signKey: field(4, key),
  dhKey: field(5, key),
  createdAtMs: field(6, integer()),
  logLength: field(7, integer(limits.deviceLogEntries, 1)),
  logHead: field(8, key),
})

const signedCodec = shape({
  body: field(1, bytesUpTo(limits.certificateBytes)),
  byAccount: field(2, signature),
  byDevice: field(3, signature),
})

export function createCertificate(input: {
  readonly account: SigningKey
  readonly device: { readonly id: Bytes; readonly sign: SigningKey; readonly dhPublicKey: Bytes }
  readonly log: LogHead
  readonly nowMs: number
}): Bytes {
  const { account, device, log, nowMs } = input
  const body = encodeWith(bodyCodec, {
    version: 1,
    accountKey: account.publicKey,
    deviceId: device.id,
    signKey: device.sign.publicKey,
    dhKey: device.dhPublicKey,
    createdAtMs: nowMs,
    logLength: log.length,
    logHead: log.head,
  })
  const byAccount = sign(account.secretKey, accountMessage(body))
  const byDevice = sign(device.sign.secretKey, deviceMessage(body, byAccount))
  return encodeWith(signedCodec, { body, byAccount, byDevice })
}

/** Undefined unless both signatures verify and the keys can be used. */
export function openCertificate(bytes: Bytes): Certificate | undefined {
  const certificate = unsafeReadCertificate(bytes)
  const signed = certificate && decodeWith(signedCodec, bytes, bounds)
  if (certificate === undefined || signed === undefined) return undefined
  // One key in two roles is what separate keys are there to prevent.
  if (equalBytes(certificate.accountKey, certificate.signKey) || !isDhPublicKey(certificate.dhKey)) return undefined
  if (!verify(certificate.accountKey, accountMessage(signed.body), signed.byAccount)) return undefined
  if (!verify(certificate.signKey, deviceMessage(signed.body, signed.byAccount), signed.byDevice)) return undefined
  return certificate
}

/** What one says that `openCertificate` took before: nothing is verified. */
export function unsafeReadCertificate(bytes: Bytes): Certificate | undefined {
  const signed = decodeWith(signedCodec, bytes, bounds)
  const body = signed === undefined ? undefined : decodeWith(bodyCodec, signed.body, bounds)
  if (signed === undefined || body === undefined) return undefined
  return {
    bytes,
    accountKey: body.accountKey,
    fingerprint: fingerprintOf(body.accountKey),
    deviceId: body.deviceId,
    signKey: body.signKey,
    dhKey: body.dhKey,
    createdAtMs: body.createdAtMs,
    logLength: body.logLength,
    logHead: body.logHead,
  }
}

function accountMessage(body: Bytes): Bytes {
  return concatBytes(labels.certificateByAccount, body)
}

/** The signature of the account is fixed in length, so the parts cannot shift. */
function deviceMessage(body: Bytes, byAccount: Bytes): Bytes {
  return concatBytes(labels.certificateByDevice, byAccount, body)
}
