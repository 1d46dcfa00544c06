// The initiator's half of the handshake (docs/protocol.md §3). Nothing is sent here: what it computes stands in front of
// every message of the session until the first reply.

import { type Bytes, type Random, equalBytes } from '../bytes.ts'
import { firstPrefix } from '../envelope/frame.ts'
import type { Identity } from '../identity/identity.ts'
import type { Bundle } from '../prekeys/bundle.ts'
import { derivePsk, noPsk } from '../prekeys/psk.ts'
import { CryptoError } from '../primitives/error.ts'
import { createDhKey, dh } from '../primitives/x25519.ts'
import { createKemKey, encapsulate, xwingCiphertextBytes } from '../primitives/xwing.ts'
import type { Session } from '../session/session.ts'
import { type HeaderPub, type PskKind, encodeHeaderPub } from './header-pub.ts'
import { deriveIdKey, deriveSession, deriveTranscript, sealCertificate } from './key-agreement.ts'

export interface HandshakeEnv {
  readonly random: Random
  readonly nowMs: number
}

/** The pre-shared key of a handshake; left out exactly for `none`. */
export interface HandshakePsk {
  readonly psk?: Bytes | undefined
  readonly pskKind: PskKind
}

/**
 * A session with the owner of an opened bundle, ready to seal.
 * @throws CryptoError `usage` for a psk that does not go with its kind or one's own bundle, `damaged` for a bundle whose
 * keys are no keys although its owner signed them
 */
export async function initiate(
  input: { readonly identity: Identity; readonly bundle: Bundle } & HandshakePsk & HandshakeEnv,
): Promise<Session> {
  const { identity, bundle, random } = input
  const peer = bundle.certificate
  if (equalBytes(peer.bytes, identity.certificate)) throw new CryptoError('usage')
  const psk = resolvePsk(input)

  const ephemeral = createDhKey(random)
  const sent = await encapsulate(bundle.kem.publicKey, random)
  const identityDh = await dh(identity.device.dh.secretKey, bundle.signed.publicKey)
  const deviceDh = await dh(ephemeral.secretKey, peer.dhKey)
  const ephemeralDh = await dh(ephemeral.secretKey, bundle.signed.publicKey)
  if (!sent || !identityDh || !deviceDh || !ephemeralDh) throw new CryptoError('damaged')
  const { sharedSecret } = sent

  const header: HeaderPub = {
    ephemeralKey: ephemeral.publicKey,
    signedId: bundle.signed.id,
    kemKind: bundle.kem.kind,
    kemId: bundle.kem.id,
    ciphertext: sent.ciphertext,
    pskKind: input.pskKind,
    pskId: psk.id,
  }
  const headerPub = encodeHeaderPub(header)
  const idKey = deriveIdKey(headerPub, sharedSecret, ephemeralDh, psk.ikm)
  const prefix = firstPrefix(headerPub, sealCertificate(idKey, identity.certificate, headerPub))
  const transcript = deriveTranscript({
    initiatorCertificate: identity.certificate,
    responderCertificate: peer.bytes,
    header,
    signedKey: bundle.signed.publicKey,
    kemKey: bundle.kem.publicKey,
  })
  const keys = deriveSession(transcript, { identityDh, deviceDh, ephemeralDh, sharedSecret, pskIkm: psk.ikm })
  const own = await createKemKey(random)
  return {
    sid: keys.sid,
    role: 'initiator',
    peer: { fingerprint: peer.fingerprint, deviceId: peer.deviceId, certificate: peer.bytes },
    acknowledged: false,
    createdAtMs: input.nowMs,
    transcript,
    opening: { kind: 'repeat', prefix },
    continuity: undefined,
    ratchet: {
      epoch: 0,
      rootKey: keys.rootKey,
      nextHeaderKey: keys.nextHeaderKey,
      turn: {
        kind: 'own',
        chain: {
          headerKey: keys.headerKey,
          chainKey: keys.chainKey,
          next: 0,
          previousCount: 0,
          secretKey: own.secretKey,
          publicKey: own.publicKey,
          // No encapsulation begins epoch 0: random bytes, so that its headers look like all others.
          ciphertext: random(xwingCiphertextBytes),
        },
      },
      receiving: undefined,
      closed: [],
      skipped: [],
      exporters: [],
    },
  }
}

/** @throws CryptoError `usage` for a psk that does not go with its kind, or is no psk */
export function resolvePsk({ psk, pskKind }: HandshakePsk): { readonly ikm: Bytes; readonly id: Bytes } {
  if ((psk === undefined) !== (pskKind === 'none')) throw new CryptoError('usage')
  return psk === undefined ? noPsk : derivePsk(psk)
}
