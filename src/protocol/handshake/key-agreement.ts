// The key agreement of docs/protocol.md §3, as both sides compute it: the key that hides the initiator's certificate,
// the transcript that everything is bound to, and what the session begins with.

import { type Bytes, concatBytes, withLength } from '../bytes.ts'
import { certificateSlotBytes } from '../envelope/frame.ts'
import { pad, unpad } from '../envelope/padding.ts'
import { labels } from '../labels.ts'
import { prekeyKindCodes, suite } from '../prekeys/prekey.ts'
import { openChaCha, sealChaCha } from '../primitives/chacha.ts'
import { sha256 } from '../primitives/hash.ts'
import { deriveKey } from '../primitives/hkdf.ts'
import { type HeaderPub, pskKindCodes } from './header-pub.ts'

// Every id key is fresh (a fresh ephemeral key and encapsulation) and seals one thing.
const idNonce = new Uint8Array(12)

/** k_id. `ephemeralDh` is DH(EK, SPKb), `pskIkm` is psk'. */
export function deriveIdKey(headerPub: Bytes, sharedSecret: Bytes, ephemeralDh: Bytes, pskIkm: Bytes): Bytes {
  return deriveKey({
    ikm: concatBytes(sharedSecret, ephemeralDh, pskIkm),
    salt: sha256(labels.idKey, headerPub),
    info: labels.idKey,
    length: 32,
  })
}

/** @throws RangeError when the certificate is longer than its slot */
export function sealCertificate(idKey: Bytes, certificate: Bytes, headerPub: Bytes): Bytes {
  return sealChaCha(idKey, idNonce, pad(certificate, certificateSlotBytes), headerPub)
}

export function openSealedCertificate(idKey: Bytes, sealed: Bytes, headerPub: Bytes): Bytes | undefined {
  const padded = openChaCha(idKey, idNonce, sealed, headerPub)
  return padded && unpad(padded)
}

/** T. */
export function deriveTranscript(input: {
  readonly initiatorCertificate: Bytes
  readonly responderCertificate: Bytes
  readonly header: HeaderPub
  readonly signedKey: Bytes
  readonly kemKey: Bytes
}): Bytes {
  const { header } = input
  return sha256(
    labels.transcript,
    Uint8Array.of(suite),
    withLength(input.initiatorCertificate),
    withLength(input.responderCertificate),
    header.ephemeralKey,
    header.signedId,
    input.signedKey,
    Uint8Array.of(prekeyKindCodes[header.kemKind]),
    header.kemId,
    input.kemKey,
    header.ciphertext,
    Uint8Array.of(pskKindCodes[header.pskKind]),
    header.pskId,
  )
}

export interface SessionKeys {
  /** RK_1. */
  readonly rootKey: Bytes
  /** CK_0. */
  readonly chainKey: Bytes
  /** HK_0. */
  readonly headerKey: Bytes
  /** HK_1. */
  readonly nextHeaderKey: Bytes
  readonly sid: Bytes
}

/** The secrets in the order of the specification; `identityDh` is DH(DIKa, SPKb), `deviceDh` DH(EK, DIKb). */
export function deriveSession(
  transcript: Bytes,
  secrets: {
    readonly identityDh: Bytes
    readonly deviceDh: Bytes
    readonly ephemeralDh: Bytes
    readonly sharedSecret: Bytes
    readonly pskIkm: Bytes
  },
): SessionKeys {
  const keys = deriveKey({
    ikm: concatBytes(secrets.identityDh, secrets.deviceDh, secrets.ephemeralDh, secrets.sharedSecret, secrets.pskIkm),
    salt: transcript,
    info: labels.session,
    length: 160,
  })
  return {
    rootKey: keys.slice(0, 32),
    chainKey: keys.slice(32, 64),
    headerKey: keys.slice(64, 96),
    nextHeaderKey: keys.slice(96, 128),
    sid: keys.slice(128),
  }
}
