// One public prekey and its signature by the device (docs/protocol.md §3). Three kinds under three labels, each bound to
// account, device, mailbox, dates and the device log: no key can pass for one of another kind, place or time.

import { type Bytes, concatBytes, u64, withLength } from '../bytes.ts'
import { type Codec, bytesUpTo, fixedBytes, integer, oneOf } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import { isDhPublicKey } from '../primitives/x25519.ts'
import { isKemPublicKey, xwingPublicKeyBytes } from '../primitives/xwing.ts'

/** X25519, X-Wing with ChaCha20-Poly1305, HKDF-SHA-256 and Ed25519. */
export const suite = 1

export const prekeyIdBytes = 16

export type PrekeyKind = 'signed' | 'last-resort' | 'one-time'
export type KemKind = Exclude<PrekeyKind, 'signed'>

export const prekeyKindCodes: Readonly<Record<PrekeyKind, number>> = { signed: 0, 'one-time': 1, 'last-resort': 2 }

const kindLabels: Readonly<Record<PrekeyKind, Bytes>> = {
  signed: labels.prekeySigned,
  'last-resort': labels.prekeyLastResort,
  'one-time': labels.prekeyOneTime,
}

export interface Prekey {
  readonly kind: PrekeyKind
  readonly id: Bytes
  /** 32 bytes for `signed`, 1,216 for the others. */
  readonly publicKey: Bytes
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** Head of the owner's device log when the key was made. */
  readonly logLength: number
  readonly logHead: Bytes
  readonly signature: Bytes
}

/** Whose prekey, and where it lies. */
export interface PrekeyOwner {
  readonly fingerprint: Bytes
  readonly deviceId: Bytes
  readonly mailboxId: Bytes
}

export const prekeyCodec: Codec<Prekey> = shape({
  kind: field(0, oneOf(prekeyKindCodes)),
  id: field(1, fixedBytes(prekeyIdBytes)),
  publicKey: field(2, bytesUpTo(xwingPublicKeyBytes)),
  createdAtMs: field(3, integer()),
  expiresAtMs: field(4, integer()),
  logLength: field(5, integer()),
  logHead: field(6, fixedBytes(32)),
  signature: field(7, fixedBytes(64)),
})

export function signPrekey(unsigned: Omit<Prekey, 'signature'>, owner: PrekeyOwner, signKey: Bytes): Prekey {
  return { ...unsigned, signature: sign(signKey, signedBytes(unsigned, owner)) }
}

/** Whether the key is of this kind, signed by this device for this place, valid now and no impossible key. */
export function isValidPrekey(
  prekey: Prekey,
  expected: { readonly kind: PrekeyKind; readonly owner: PrekeyOwner; readonly signKey: Bytes; readonly nowMs: number },
): boolean {
  return (
    prekey.kind === expected.kind &&
    isCurrent(prekey, expected.nowMs) &&
    verify(expected.signKey, signedBytes(prekey, expected.owner), prekey.signature) &&
    (prekey.kind === 'signed'
      ? prekey.publicKey.length === 32 && isDhPublicKey(prekey.publicKey)
      : isKemPublicKey(prekey.publicKey))
  )
}

function isCurrent({ createdAtMs, expiresAtMs }: Prekey, nowMs: number): boolean {
  return (
    createdAtMs <= nowMs + limits.clockSkewMs &&
    nowMs < expiresAtMs + limits.clockSkewMs &&
    expiresAtMs > createdAtMs &&
    expiresAtMs - createdAtMs <= limits.prekeyLifetimeMs
  )
}

function signedBytes(prekey: Omit<Prekey, 'signature'>, owner: PrekeyOwner): Bytes {
  return concatBytes(
    kindLabels[prekey.kind],
    Uint8Array.of(suite, prekeyKindCodes[prekey.kind]),
    owner.fingerprint,
    owner.deviceId,
    owner.mailboxId,
    prekey.id,
    withLength(prekey.publicKey),
    u64(prekey.createdAtMs),
    u64(prekey.expiresAtMs),
    u64(prekey.logLength),
    prekey.logHead,
  )
}
