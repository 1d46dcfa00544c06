// A prekey bundle at a relay (docs/protocol.md §3): a main part and a pool of one-time parts, each sealed under the psk of
// the invite or contact. The seal is what keeps a relay from swapping the KEM key, now or with a later computer, so there
// is no way to open an unsealed bundle.

import { type Bytes, type Random, concatBytes, equalBytes } from '../bytes.ts'
import { bytesUpTo, decodeWith, encodeWith } from '../cbor/codec.ts'
import { type Shape, field, optionalField, shape } from '../cbor/shape.ts'
import type { LogHead } from '../content/content.ts'
import { type Certificate, openCertificate } from '../identity/certificate.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { openXChaCha, sealXChaCha } from '../primitives/xchacha.ts'
import { type KemKind, type Prekey, isValidPrekey, prekeyCodec } from './prekey.ts'
import { type PskKeys, derivePsk, isUsablePsk } from './psk.ts'
import type { PrekeyUse } from './secrets.ts'

const version = 1
const nonceBytes = 24

const mainFields = {
  certificate: field(0, bytesUpTo(limits.certificateBytes)),
  signed: field(1, prekeyCodec),
  lastResort: optionalField(2, prekeyCodec),
}
const mainCodec = shape(mainFields)
type Main = Shape<typeof mainFields>

/** A bundle that has verified: safe to begin a session with. */
export interface Bundle {
  readonly certificate: Certificate
  /** Head of the owner's device log when the bundle was made. */
  readonly log: LogHead
  readonly signed: { readonly id: Bytes; readonly publicKey: Bytes }
  readonly kem: { readonly kind: KemKind; readonly id: Bytes; readonly publicKey: Bytes }
}

export function encodeMain(main: Main): Bytes {
  return encodeWith(mainCodec, main)
}

export function encodeOneTime(prekey: Prekey): Bytes {
  return encodeWith(prekeyCodec, prekey)
}

/** What is handed to the relay. @throws CryptoError `usage` for a psk that is none */
export function sealBundle(input: {
  readonly psk: Bytes
  readonly mailboxId: Bytes
  readonly main: Bytes
  readonly oneTime: readonly Bytes[]
  readonly random: Random
}): { readonly main: Bytes; readonly oneTime: Bytes[] } {
  const psk = derivePsk(input.psk)
  const seal = (part: Part, plain: Bytes): Bytes => {
    const nonce = input.random(nonceBytes)
    return concatBytes(nonce, sealXChaCha(psk.seal, nonce, plain, associatedData(part, input.mailboxId, psk)))
  }
  return {
    main: seal('bundleMain', input.main),
    oneTime: input.oneTime.map((part) => seal('bundleOneTime', part)),
  }
}

/**
 * Opens what a relay gave, and verifies all of it: seal, certificate, signatures, kinds, dates, and the device log as far
 * as it is known. A one-use bundle needs its one-time key; a reusable one falls back to its last-resort key when the
 * one-time key is missing, expired or damaged.
 */
export function openBundle(input: {
  readonly psk: Bytes
  readonly mailboxId: Bytes
  /** Of the account that the bundle must belong to. */
  readonly fingerprint: Bytes
  readonly main: Bytes
  readonly oneTime?: Bytes | undefined
  readonly use: PrekeyUse
  /** The newest head seen of this account's log: an older or forked one is refused. */
  readonly knownLog?: LogHead | undefined
  readonly nowMs: number
}): Bundle | undefined {
  const opened = openMain(input)
  if (opened === undefined) return undefined
  const { psk, main, certificate } = opened
  const valid = (prekey: Prekey, kind: Prekey['kind']): boolean => opened.isValid(prekey, kind, input.nowMs)
  if (!valid(main.signed, 'signed')) return undefined
  const log = { length: main.signed.logLength, head: main.signed.logHead }
  if (!follows(log, { length: certificate.logLength, head: certificate.logHead })) return undefined
  if (input.knownLog && !follows(log, input.knownLog)) return undefined

  const usable = (kem: Prekey | undefined, kind: KemKind): Bundle['kem'] | undefined =>
    kem && valid(kem, kind) && follows(log, { length: kem.logLength, head: kem.logHead })
      ? { kind, id: kem.id, publicKey: kem.publicKey }
      : undefined
  const oneTime = input.oneTime && openOneTime(input.oneTime, input.mailboxId, psk)
  // Falling back gives a relay nothing: it could as well have kept the one-time part to itself.
  const lastResort = input.use === 'reusable' ? main.lastResort : undefined
  const kem = usable(oneTime, 'one-time') ?? usable(lastResort, 'last-resort')
  if (kem === undefined) return undefined
  return {
    certificate,
    log,
    signed: { id: main.signed.id, publicKey: main.signed.publicKey },
    kem,
  }
}

/**
 * What is wrong with a bundle where that is its dates alone. `lapsed`: its owner was not there to renew it. `ahead`: it is not
 * made yet, so one of the two clocks is wrong.
 */
export function whatOfItsTime(input: MainInput & { readonly nowMs: number }): 'lapsed' | 'ahead' | undefined {
  const opened = openMain(input)
  if (opened === undefined) return undefined
  const { signed } = opened.main
  const isValidAt = (nowMs: number): boolean => opened.isValid(signed, 'signed', nowMs)
  if (isValidAt(input.nowMs) || !isValidAt(signed.createdAtMs)) return undefined
  return signed.createdAtMs > input.nowMs ? 'ahead' : 'lapsed'
}

/** Whether this psk sealed it, in the name of this account; it need not be usable. */
export function isSealedUnder(input: MainInput): boolean {
  return openMain(input) !== undefined
}

interface MainInput {
  readonly psk: Bytes
  readonly mailboxId: Bytes
  readonly fingerprint: Bytes
  readonly main: Bytes
}

interface OpenedMain {
  readonly psk: PskKeys
  readonly main: Main
  readonly certificate: Certificate
  isValid(prekey: Prekey, kind: Prekey['kind'], nowMs: number): boolean
}

/** The main part behind its seal, and its certificate; no prekey is verified yet. */
function openMain(input: MainInput): OpenedMain | undefined {
  if (!isUsablePsk(input.psk)) return undefined
  const psk = derivePsk(input.psk)
  const plain = openPart('bundleMain', input.main, limits.bundleMainBytes, input.mailboxId, psk)
  const main = plain && decodeWith(mainCodec, plain, bounds)
  const certificate = main && openCertificate(main.certificate)
  if (!certificate || !equalBytes(certificate.fingerprint, input.fingerprint)) return undefined
  const owner = { fingerprint: certificate.fingerprint, deviceId: certificate.deviceId, mailboxId: input.mailboxId }
  return {
    psk,
    main,
    certificate,
    isValid: (prekey, kind, nowMs) => isValidPrekey(prekey, { kind, owner, signKey: certificate.signKey, nowMs }),
  }
}

/** Whether a log with the first head may be a continuation of the second. */
function follows(log: LogHead, earlier: LogHead): boolean {
  return log.length > earlier.length || (log.length === earlier.length && equalBytes(log.head, earlier.head))
}

function openOneTime(sealed: Bytes, mailboxId: Bytes, psk: PskKeys): Prekey | undefined {
  const plain = openPart('bundleOneTime', sealed, limits.bundleOneTimeBytes, mailboxId, psk)
  return plain && decodeWith(prekeyCodec, plain, bounds)
}

/** Two prekeys of 17 items in a map with a certificate. */
const bounds = { maxBytes: limits.bundleMainBytes, maxDepth: 3, maxItems: 64 }

/** The name of its label. */
type Part = 'bundleMain' | 'bundleOneTime'

function openPart(part: Part, sealed: Bytes, maxBytes: number, mailboxId: Bytes, psk: PskKeys): Bytes | undefined {
  if (sealed.length < nonceBytes || sealed.length > maxBytes) return undefined
  const ad = associatedData(part, mailboxId, psk)
  return openXChaCha(psk.seal, sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes), ad)
}

function associatedData(part: Part, mailboxId: Bytes, psk: PskKeys): Bytes {
  return concatBytes(labels[part], Uint8Array.of(version), mailboxId, psk.id)
}
