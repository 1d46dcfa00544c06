// The private halves of the prekeys of one mailbox (docs/protocol.md §3). Publishing again adds a set and keeps the older
// ones for as long as a first message made with them can arrive. Immutable: using a one-time key gives new secrets.

import { type Bytes, equalBytes } from '../bytes.ts'
import { type Codec, bytesUpTo, decodeWith, encodeWith, fixedBytes, integer, oneOf } from '../cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../cbor/shape.ts'
import { limits } from '../limits.ts'
import { CryptoError } from '../primitives/error.ts'
import { type KemKind, prekeyIdBytes } from './prekey.ts'

export type PrekeyUse = 'one-use' | 'reusable'

export interface PrekeySecrets {
  readonly mailboxId: Bytes
  readonly use: PrekeyUse
  /** Newest first. */
  readonly sets: readonly PrekeySet[]
}

export interface PrekeySet {
  /** The device certificate as published with these keys: it is part of the transcript. */
  readonly certificate: Bytes
  readonly createdAtMs: number
  /** X25519. */
  readonly signed: PrekeySecret
  /** X-Wing; only for reusable mailboxes. */
  readonly lastResort?: PrekeySecret
  /** X-Wing, unused ones. */
  readonly oneTime: readonly PrekeySecret[]
}

export interface PrekeySecret {
  readonly id: Bytes
  readonly secretKey: Bytes
}

const secretCodec: Codec<PrekeySecret> = shape({
  id: field(0, fixedBytes(prekeyIdBytes)),
  secretKey: field(1, fixedBytes(32)),
})

const secretsCodec: Codec<PrekeySecrets> = shape({
  mailboxId: field(0, fixedBytes(32)),
  use: field(1, oneOf<PrekeyUse>({ 'one-use': 0, reusable: 1 })),
  sets: field(
    2,
    listOf(
      shape({
        certificate: field(0, bytesUpTo(limits.certificateBytes)),
        createdAtMs: field(1, integer()),
        signed: field(2, secretCodec),
        lastResort: optionalField(3, secretCodec),
        oneTime: field(4, listOf(secretCodec, limits.oneTimePrekeys)),
      }),
      limits.prekeySets,
    ),
  ),
})

/** Per key 5 items and 60 bytes; per set a certificate and some more. */
const bounds = {
  maxBytes: limits.prekeySets * (limits.certificateBytes + 64 * (limits.oneTimePrekeys + 4)),
  maxDepth: 5,
  maxItems: limits.prekeySets * 5 * (limits.oneTimePrekeys + 8),
}

/** For storage, sealed: these are secret keys. */
export function encodePrekeySecrets(secrets: PrekeySecrets): Bytes {
  return encodeWith(secretsCodec, secrets)
}

export function decodePrekeySecrets(bytes: Bytes): PrekeySecrets | undefined {
  return decodeWith(secretsCodec, bytes, bounds)
}

/**
 * What was published earlier for the same mailbox beside what is published now, without what has expired.
 * @throws CryptoError `usage` for secrets of another mailbox or use
 */
export function joinSecrets(earlier: PrekeySecrets, newer: PrekeySecrets, nowMs: number): PrekeySecrets {
  if (!equalBytes(earlier.mailboxId, newer.mailboxId) || earlier.use !== newer.use) throw new CryptoError('usage')
  const { sets } = withoutExpired(earlier, nowMs)
  return { ...newer, sets: [...newer.sets, ...sets].slice(0, limits.prekeySets) }
}

/** The same when nothing has expired. */
export function withoutExpired(secrets: PrekeySecrets, nowMs: number): PrekeySecrets {
  const sets = secrets.sets.filter((set) => !isExpired(set, nowMs))
  return sets.length === secrets.sets.length ? secrets : { ...secrets, sets }
}

/** Whether a first message made with these keys is refused. */
export function isExpired(set: PrekeySet, nowMs: number): boolean {
  return nowMs >= set.createdAtMs + limits.prekeySecretLifetimeMs
}

/** A secret key and the set it was published in. */
export interface FoundSecret {
  readonly set: PrekeySet
  readonly secretKey: Bytes
}

export function findSignedSecret(secrets: PrekeySecrets, id: Bytes): FoundSecret | undefined {
  const set = secrets.sets.find(({ signed }) => equalBytes(signed.id, id))
  return set && { set, secretKey: set.signed.secretKey }
}

/** A one-time key may come from another set than the signed one: a relay hands out older ones first. */
export function findKemSecret(secrets: PrekeySecrets, kind: KemKind, id: Bytes): FoundSecret | undefined {
  for (const set of secrets.sets) {
    const keys = kind === 'one-time' ? set.oneTime : set.lastResort ? [set.lastResort] : []
    const found = keys.find((key) => equalBytes(key.id, id))
    if (found) return { set, secretKey: found.secretKey }
  }
  return undefined
}

export function withoutOneTime(secrets: PrekeySecrets, id: Bytes): PrekeySecrets {
  const sets = secrets.sets.map((set) => ({ ...set, oneTime: set.oneTime.filter((key) => !equalBytes(key.id, id)) }))
  return { ...secrets, sets }
}
