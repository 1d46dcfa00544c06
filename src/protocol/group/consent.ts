// A person's word, signed by their device, that they want to be in one group, and how other members reach them. Whoever
// adds them shows it to everybody. It is good once: the fold sees to that (members.ts). Spec: docs/protocol.md §9.

import type { Bytes, Random } from '../bytes.ts'
import { concatBytes, equalBytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer, textWhere } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { isName } from '../content/name.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import { groupLink, linkOwner } from './action.ts'

/** How a certificate is opened: verified, or, of what was verified before, only read. */
export type OpenCertificate = (bytes: Bytes) => Certificate | undefined

export interface Consent {
  /** 32 bytes. */
  readonly group: Bytes
  /** 16 bytes: of the invitation that it answers. */
  readonly invitation: Bytes
  /** Of the person, as they call themselves. */
  readonly name: string
  /** An invite of theirs, by which other members begin a session with them. */
  readonly link: string
  /** Of the device that signed it. */
  readonly certificate: Certificate
  /** Nobody adds them later than that, by the time in the addition. */
  readonly expiresAtMs: number
}

const invitationBytes = 16
const bounds = { maxBytes: limits.groupConsentBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const bodyCodec: Codec<Omit<Consent, 'certificate'> & { readonly certificate: Bytes }> = shape({
  group: field(1, fixedBytes(32)),
  invitation: field(2, fixedBytes(invitationBytes)),
  name: field(3, textWhere(isName)),
  link: field(4, groupLink),
  certificate: field(5, bytesUpTo(limits.certificateBytes)),
  expiresAtMs: field(6, integer(limits.timeMs)),
})

const signedCodec: Codec<{ readonly body: Bytes; readonly signature: Bytes }> = shape({
  body: field(1, bytesUpTo(limits.groupConsentBytes)),
  signature: field(2, fixedBytes(64)),
})

export function createInvitationId(random: Random): Bytes {
  return random(invitationBytes)
}

/** @throws EncodingError for what `openConsent` would refuse for its shape */
export function signConsent(
  identity: Pick<Identity, 'device' | 'certificate'>,
  terms: Omit<Consent, 'certificate'>,
): Bytes {
  const body = encodeWith(bodyCodec, { ...terms, certificate: identity.certificate })
  const signature = sign(identity.device.sign.secretKey, concatBytes(labels.groupConsent, body))
  return encodeWith(signedCodec, { body, signature })
}

/** Undefined unless it is signed by the device that it names, and the link is of the same account. */
export function openConsent(bytes: Bytes, openCertificate: OpenCertificate): Consent | undefined {
  const consent = unsafeReadConsent(bytes, openCertificate)
  const signed = consent && decodeWith(signedCodec, bytes, bounds)
  if (consent === undefined || signed === undefined) return undefined
  const owner = linkOwner(consent.link)
  if (owner === undefined || !equalBytes(owner, consent.certificate.fingerprint)) return undefined
  const message = concatBytes(labels.groupConsent, signed.body)
  return verify(consent.certificate.signKey, message, signed.signature) ? consent : undefined
}

/** What one says that `openConsent` took before: its signature is not verified. */
export function unsafeReadConsent(bytes: Bytes, openCertificate: OpenCertificate): Consent | undefined {
  const signed = decodeWith(signedCodec, bytes, bounds)
  const body = signed && decodeWith(bodyCodec, signed.body, bounds)
  const certificate = body && openCertificate(body.certificate)
  return body && certificate && { ...body, certificate }
}
