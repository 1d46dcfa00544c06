// The responder's half of the handshake (docs/protocol.md §3): from a first message to a session and its content. It
// computes as little as possible before it knows who is asking, and gives away nothing it holds unless all verified.

import { type Bytes, equalBytes } from '../bytes.ts'
import { splitEnvelope, splitFirstPrefix } from '../envelope/frame.ts'
import { type Certificate, openCertificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { type PrekeySecrets, findKemSecret, findSignedSecret, isExpired, withoutOneTime } from '../prekeys/secrets.ts'
import { sha256 } from '../primitives/hash.ts'
import { dh, dhKeyOf } from '../primitives/x25519.ts'
import { decapsulate, kemKeyOf } from '../primitives/xwing.ts'
import { openMessage } from '../session/open.ts'
import type { Session } from '../session/session.ts'
import { decodeHeaderPub } from './header-pub.ts'
import { type HandshakeEnv, type HandshakePsk, resolvePsk } from './initiate.ts'
import {
  type SessionKeys,
  deriveIdKey,
  deriveSession,
  deriveTranscript,
  openSealedCertificate,
} from './key-agreement.ts'

type RespondFailure =
  /** No first message of this version. */
  | 'not-first'
  /** Made with another psk, or none, or one where none is expected. */
  | 'psk'
  /** Made for prekeys that are not these: another set, or a one-time key already used. */
  | 'unknown-prekey'
  /** Made for prekeys whose time is over. */
  | 'expired'
  /** Does not open: changed on the way, or made by somebody who did not have the bundle. */
  | 'damaged'
  /** Names an initiator who did not make it. */
  | 'forged'

export type RespondResult =
  | {
      readonly session: Session
      /** Without the one-time key that was used. */
      readonly prekeys: PrekeySecrets
      readonly peer: Certificate
      readonly content: Bytes
      /** Of the message in epoch 0 that came first. */
      readonly position: { readonly n: number }
    }
  | { readonly failure: RespondFailure }

/**
 * Accepts a first message. Session and prekeys must be stored in one transaction; on a failure both stay as they were.
 * The caller has looked up `firstMessageKey` before: a first message it knows belongs to that session.
 * @throws CryptoError `usage` for a psk that does not go with its kind
 */
export async function respond(
  input: {
    readonly identity: Identity
    readonly prekeys: PrekeySecrets
    readonly envelope: Bytes
  } & HandshakePsk &
    HandshakeEnv,
): Promise<RespondResult> {
  const { identity, prekeys, envelope, nowMs } = input
  const psk = resolvePsk(input)
  const frame = splitEnvelope(envelope)
  if (frame?.kind !== 'first') return { failure: 'not-first' }
  const { headerPub, sealedCertificate } = splitFirstPrefix(frame.prefix)
  const header = decodeHeaderPub(headerPub)
  if (header === undefined) return { failure: 'not-first' }
  if (header.pskKind !== input.pskKind || !equalBytes(header.pskId, psk.id)) return { failure: 'psk' }
  const signed = findSignedSecret(prekeys, header.signedId)
  const kem = findKemSecret(prekeys, header.kemKind, header.kemId)
  if (signed === undefined || kem === undefined) return { failure: 'unknown-prekey' }
  if (isExpired(signed.set, nowMs) || isExpired(kem.set, nowMs)) return { failure: 'expired' }

  const ephemeralDh = await dh(signed.secretKey, header.ephemeralKey)
  const sharedSecret = await decapsulate(kem.secretKey, header.ciphertext)
  if (!ephemeralDh || !sharedSecret) return { failure: 'damaged' }
  const idKey = deriveIdKey(headerPub, sharedSecret, ephemeralDh, psk.ikm)
  const certificate = openSealedCertificate(idKey, sealedCertificate, headerPub)
  if (certificate === undefined) return { failure: 'damaged' }
  const peer = openCertificate(certificate)
  if (peer === undefined || equalBytes(certificate, identity.certificate)) return { failure: 'forged' }

  const identityDh = await dh(signed.secretKey, peer.dhKey)
  const deviceDh = await dh(identity.device.dh.secretKey, header.ephemeralKey)
  if (!identityDh || !deviceDh) return { failure: 'forged' }
  const transcript = deriveTranscript({
    initiatorCertificate: certificate,
    responderCertificate: signed.set.certificate,
    header,
    signedKey: dhKeyOf(signed.secretKey).publicKey,
    kemKey: (await kemKeyOf(kem.secretKey)).publicKey,
  })
  const keys = deriveSession(transcript, { identityDh, deviceDh, ephemeralDh, sharedSecret, pskIkm: psk.ikm })
  const fresh = newSession({ keys, transcript, peer, prefixHash: sha256(frame.prefix), nowMs })
  const opened = await openMessage(fresh, envelope, { nowMs })
  // Without the named initiator's key, the header key is already another one.
  if ('failure' in opened) return { failure: opened.failure === 'not-mine' ? 'forged' : 'damaged' }
  const left = header.kemKind === 'one-time' ? withoutOneTime(prekeys, header.kemId) : prekeys
  return { session: opened.session, prekeys: left, peer, content: opened.content, position: opened.position }
}

/** Before its first message has been opened: it can do nothing else. */
function newSession(input: {
  readonly keys: SessionKeys
  readonly transcript: Bytes
  readonly peer: Certificate
  readonly prefixHash: Bytes
  readonly nowMs: number
}): Session {
  const { keys, peer } = input
  return {
    sid: keys.sid,
    role: 'responder',
    peer: { fingerprint: peer.fingerprint, deviceId: peer.deviceId, certificate: peer.bytes },
    acknowledged: false,
    createdAtMs: input.nowMs,
    transcript: input.transcript,
    opening: { kind: 'known', hash: input.prefixHash },
    continuity: undefined,
    ratchet: {
      epoch: 0,
      rootKey: keys.rootKey,
      nextHeaderKey: keys.nextHeaderKey,
      turn: { kind: 'peer', peerKey: undefined, sentCount: 0 },
      receiving: { epoch: 0, headerKey: keys.headerKey, chainKey: keys.chainKey, next: 0, droppedBelow: 0 },
      closed: [],
      skipped: [],
      exporters: [],
    },
  }
}
