// One operation of a group's log: what it follows, who made it, what it does, and the signature of their device. It is its
// exact bytes; the hash of them names it, and that of the first one names the group. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, toHex } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer } from '../cbor/codec.ts'
import { compareBytes } from '../cbor/encode.ts'
import { field, listOf, optionalField, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import type { Certificate } from '../identity/certificate.ts'
import { openCertificate, unsafeReadCertificate } from '../identity/certificate.ts'
import { openRevocation } from '../identity/device-log.ts'
import type { Identity } from '../identity/identity.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import { CryptoError } from '../primitives/error.ts'
import { sha256 } from '../primitives/hash.ts'
import { type GroupAction, groupActionCodec, linkOwner } from './action.ts'
import { type Consent, type OpenCertificate, openConsent, unsafeReadConsent } from './consent.ts'

/** What an operation says. Nothing is verified. */
export interface OperationBody {
  /** The hash of the first operation, which has none itself. */
  readonly group?: Bytes
  /** Hashes of the newest operations that its author knew, rising; the first operation has none. */
  readonly parents: readonly Bytes[]
  /** Of the author's device. */
  readonly certificate: Bytes
  /** When it was made, by its author's clock: shown, and decides nothing. */
  readonly atMs: number
  readonly action: GroupAction
}

export interface SignedOperation extends OperationBody {
  readonly signature: Bytes
}

/** Signed by the device that it names, as is the consent in it. Whether it has an effect is up to the fold. */
export interface GroupOperation extends OperationBody {
  readonly bytes: Bytes
  /** 32 bytes. */
  readonly hash: Bytes
  /** The hash in hexadecimal: compared, and a key of maps. So are the next three. */
  readonly id: string
  readonly groupId: string
  readonly parentIds: readonly string[]
  /** Of the author's fingerprint. */
  readonly authorId: string
  /** The author's device, across accounts. */
  readonly deviceKey: string
  /** Fingerprint. */
  readonly author: Bytes
  /** Fingerprint, in hexadecimal, of whom it is about: who is added, removed, leaves, or is made an admin or none. */
  readonly memberId?: string
  /** Of an addition. */
  readonly consent?: GivenConsent
  /** Of a revocation, like `deviceKey`. */
  readonly revokedDeviceKey?: string
}

export interface GivenConsent extends Consent {
  /** `person/invitation`. */
  readonly id: string
  /** Of the device that signed it, like `deviceKey`. */
  readonly deviceKey: string
}

/** Certificates that were opened already, by their bytes in hexadecimal, 256 of them; whoever verifies many operations keeps one. */
export type OpenedCertificates = Map<string, Certificate | undefined>

const bounds = { maxBytes: limits.groupOperationBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const bodyCodec: Codec<OperationBody> = checked(
  shape({
    group: optionalField(1, fixedBytes(32)),
    parents: field(2, listOf(fixedBytes(32), limits.groupHeads)),
    certificate: field(3, bytesUpTo(limits.certificateBytes)),
    atMs: field(4, integer(limits.timeMs)),
    action: field(5, groupActionCodec),
  }),
)

const signedCodec: Codec<{ readonly body: Bytes; readonly signature: Bytes }> = shape({
  body: field(1, bytesUpTo(limits.groupOperationBytes)),
  signature: field(2, fixedBytes(64)),
})

/** Parents may be in any order. @throws EncodingError @throws CryptoError `usage` for one that would not verify */
export function signOperation(
  identity: Pick<Identity, 'device' | 'certificate'>,
  said: Omit<OperationBody, 'certificate'>,
  opened?: OpenedCertificates,
): GroupOperation {
  const parents = said.parents.toSorted(compareBytes)
  const body = encodeWith(bodyCodec, { ...said, parents, certificate: identity.certificate })
  const signature = sign(identity.device.sign.secretKey, concatBytes(labels.groupSignature, body))
  const operation = verifyOperation(encodeWith(signedCodec, { body, signature }), opened)
  if (operation === undefined) throw new CryptoError('usage')
  return operation
}

/** @throws EncodingError for an operation of a later version, or out of bounds */
export function encodeOperation({ signature, ...body }: SignedOperation): Bytes {
  return encodeWith(signedCodec, { body: encodeWith(bodyCodec, body), signature })
}

/** Reads the bytes and verifies nothing: for what is looked at and goes no further. */
export function decodeOperation(bytes: Bytes): SignedOperation | undefined {
  const signed = decodeWith(signedCodec, bytes, bounds)
  const body = signed && decodeWith(bodyCodec, signed.body, bounds)
  return signed && body && { ...body, signature: signed.signature }
}

/** Undefined unless signature, certificate and everything signed inside verify. Costs about four signatures. */
export function verifyOperation(bytes: Bytes, opened: OpenedCertificates = new Map()): GroupOperation | undefined {
  const open: OpenCertificate = (certificate) => {
    const key = toHex(certificate)
    if (opened.has(key)) return opened.get(key)
    const result = openCertificate(certificate)
    // Whoever sends operations chooses what is in them: those that came first go.
    for (const oldest of opened.keys()) {
      if (opened.size < limits.groupCertificates) break
      opened.delete(oldest)
    }
    opened.set(key, result)
    return result
  }
  const signed = decodeWith(signedCodec, bytes, bounds)
  const body = signed && decodeWith(bodyCodec, signed.body, bounds)
  const certificate = body && open(body.certificate)
  if (signed === undefined || body === undefined || certificate === undefined) return undefined
  if (!verify(certificate.signKey, concatBytes(labels.groupSignature, signed.body), signed.signature)) return undefined
  const consent = body.action.kind === 'add' ? openConsent(body.action.consent, open) : undefined
  const operation = describe(bytes, body, certificate, consent)
  return isSound(operation) ? operation : undefined
}

/** One that `verifyOperation` took before, from the device's own storage: no signature is verified. */
export function unsafeReadOperation(bytes: Bytes): GroupOperation | undefined {
  const body = decodeOperation(bytes)
  const certificate = body && unsafeReadCertificate(body.certificate)
  if (body === undefined || certificate === undefined) return undefined
  const { signature: _, ...said } = body
  const { action } = body
  const consent = action.kind === 'add' ? unsafeReadConsent(action.consent, unsafeReadCertificate) : undefined
  return describe(bytes, said, certificate, consent)
}

function describe(
  bytes: Bytes,
  body: OperationBody,
  certificate: Certificate,
  consent: Consent | undefined,
): GroupOperation {
  const hash = sha256(labels.groupOperation, bytes)
  const id = toHex(hash)
  const authorId = toHex(certificate.fingerprint)
  const { action } = body
  const revoked = action.kind === 'revoke' ? openRevocation(certificate.accountKey, action.entry) : undefined
  const given = consent && withKeys(consent)
  const memberId = memberOf(action, authorId, consent)
  return {
    ...body,
    bytes,
    hash,
    id,
    groupId: body.group === undefined ? id : toHex(body.group),
    parentIds: body.parents.map(toHex),
    author: certificate.fingerprint,
    authorId,
    deviceKey: `${authorId}/${toHex(certificate.deviceId)}`,
    ...(memberId !== undefined && { memberId }),
    ...(given && { consent: given }),
    ...(revoked && { revokedDeviceKey: `${authorId}/${toHex(revoked)}` }),
  }
}

function memberOf(action: GroupAction, authorId: string, consent: Consent | undefined): string | undefined {
  if (action.kind === 'leave') return authorId
  if (action.kind === 'remove' || action.kind === 'admin') return toHex(action.member)
  return consent && toHex(consent.certificate.fingerprint)
}

function withKeys(consent: Consent): GivenConsent {
  const { fingerprint, deviceId } = consent.certificate
  const person = toHex(fingerprint)
  return { ...consent, id: `${person}/${toHex(consent.invitation)}`, deviceKey: `${person}/${toHex(deviceId)}` }
}

/** What has to hold inside, whatever the log says. */
function isSound({ action, atMs, author, consent, group, revokedDeviceKey }: GroupOperation): boolean {
  if (action.kind === 'create' || action.kind === 'address') {
    const owner = linkOwner(action.link)
    return owner !== undefined && equalBytes(owner, author)
  }
  if (action.kind === 'revoke') return revokedDeviceKey !== undefined
  if (action.kind !== 'add') return true
  return consent !== undefined && group !== undefined && equalBytes(consent.group, group) && atMs <= consent.expiresAtMs
}

/** The first operation creates, and nothing else does; parents are distinct and in order. */
function checked(codec: Codec<OperationBody>): Codec<OperationBody> {
  const isConsistent = ({ group, parents, action }: OperationBody): boolean => {
    const isFirst = action.kind === 'create'
    if (isFirst !== (group === undefined) || isFirst !== (parents.length === 0)) return false
    return parents.every((parent, index) => index === 0 || compareBytes(parents[index - 1] ?? parent, parent) < 0)
  }
  return {
    toValue(body) {
      if (!isConsistent(body)) throw new EncodingError()
      return codec.toValue(body)
    },
    fromValue(value) {
      const body = codec.fromValue(value)
      return body !== undefined && isConsistent(body) ? body : undefined
    },
  }
}
