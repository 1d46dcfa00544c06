// Sealing one message (docs/protocol.md §4). The first message after the peer's turn begins an epoch: a fresh
// encapsulation and a fresh key pair, from which everything later is healed.

import { type Bytes, type Random, concatBytes } from '../bytes.ts'
import { ratchetPrefix } from '../envelope/frame.ts'
import { limits } from '../limits.ts'
import { CryptoError } from '../primitives/error.ts'
import { createKemKey, encapsulate } from '../primitives/xwing.ts'
import { sealBody } from './body.ts'
import { sealHeader } from './header.ts'
import { deriveContinuity, deriveEpoch, stepChain } from './keys.ts'
import type { SendingChain } from './ratchet.ts'
import type { Session } from './session.ts'
import { withinBounds } from './skip.ts'

/**
 * The next envelope, 4 to 64 KiB, and the session after it. The session must be stored durably before the envelope
 * leaves, and nothing may be sealed with the old one again: that would use a key twice.
 * @throws CryptoError `usage` when the content is longer than `limits.contentBytes`, or the peer's key is none
 */
export async function sealMessage(
  session: Session,
  content: Bytes,
  env: { readonly random: Random; readonly nowMs: number },
): Promise<{ readonly session: Session; readonly envelope: Bytes }> {
  if (content.length > limits.contentBytes) throw new CryptoError('usage')
  const begun = await takeTurn(session, env.random)
  const { chain } = begun
  const { messageKey, chainKey } = stepChain(chain.chainKey)
  const prefix = session.opening.kind === 'repeat' ? session.opening.prefix : ratchetPrefix
  const header = {
    epoch: begun.session.ratchet.epoch,
    n: chain.next,
    pn: chain.previousCount,
    publicKey: chain.publicKey,
    ciphertext: chain.ciphertext,
  }
  const sealedHeader = sealHeader(header, chain.headerKey, session.transcript, env.random)
  const body = sealBody(messageKey, content, { transcript: session.transcript, prefix, sealedHeader })
  if (body === undefined) throw new CryptoError('usage')
  const ratchet = {
    ...withinBounds(begun.session.ratchet, env.nowMs),
    turn: { kind: 'own', chain: { ...chain, chainKey, next: chain.next + 1 } },
  } as const
  return { session: { ...begun.session, ratchet }, envelope: concatBytes(prefix, sealedHeader, body) }
}

/** The session in an own epoch: the one it is in, or the next one, begun now. */
async function takeTurn(session: Session, random: Random): Promise<{ session: Session; chain: SendingChain }> {
  const { ratchet } = session
  if (ratchet.turn.kind === 'own') return { session, chain: ratchet.turn.chain }
  const { peerKey, sentCount } = ratchet.turn
  if (peerKey === undefined) throw new CryptoError('usage')
  const [sent, own] = await Promise.all([encapsulate(peerKey, random), createKemKey(random)])
  if (sent === undefined) throw new CryptoError('usage')
  const epoch = ratchet.epoch + 1
  const keys = deriveEpoch({
    rootKey: ratchet.rootKey,
    sid: session.sid,
    epoch,
    sharedSecret: sent.sharedSecret,
    previousPublicKey: peerKey,
    ciphertext: sent.ciphertext,
    publicKey: own.publicKey,
  })
  const chain = {
    headerKey: ratchet.nextHeaderKey,
    chainKey: keys.chainKey,
    next: 0,
    previousCount: sentCount,
    secretKey: own.secretKey,
    publicKey: own.publicKey,
    ciphertext: sent.ciphertext,
  }
  return {
    chain,
    session: {
      ...session,
      continuity: session.continuity ?? deriveContinuity(keys.rootKey, session.sid),
      ratchet: {
        ...ratchet,
        epoch,
        rootKey: keys.rootKey,
        nextHeaderKey: keys.nextHeaderKey,
        turn: { kind: 'own', chain },
        exporters: [{ epoch, key: keys.exporter }, ...ratchet.exporters].slice(0, limits.directProofs),
      },
    },
  }
}
