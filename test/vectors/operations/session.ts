// The ratchet and its envelopes (docs/protocol.md §4 to §6).

import { toHex } from '../../../src/protocol/bytes.ts'
import { padForEnvelope, ratchetPrefix, splitEnvelope } from '../../../src/protocol/envelope/frame.ts'
import { pad, unpad } from '../../../src/protocol/envelope/padding.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { kemKeyOf } from '../../../src/protocol/primitives/xwing.ts'
import { acceptedPsks, ownProof } from '../../../src/protocol/session/continuity.ts'
import { deriveContinuity, deriveContinuityPsk, deriveEpoch, expandMessageKey, stepChain } from '../../../src/protocol/session/keys.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import { type Session, contactPsk, exporters } from '../../../src/protocol/session/session.ts'
import type { Fields, Json } from '../json.ts'
import { type Operations, draws, output, refused } from './operation.ts'

export const sessionOperations: Operations = {
  'ratchet.epoch': (inputs) => {
    const keys = deriveEpoch({
      rootKey: inputs.bytes('rootKey'),
      sid: inputs.bytes('sid'),
      epoch: inputs.number('epoch'),
      sharedSecret: inputs.bytes('sharedSecret'),
      previousPublicKey: inputs.bytes('previousPublicKey'),
      ciphertext: inputs.bytes('ciphertext'),
      publicKey: inputs.bytes('publicKey'),
    })
    return output({
      nextRootKey: keys.rootKey,
      chainKey: keys.chainKey,
      nextHeaderKey: keys.nextHeaderKey,
      exporter: keys.exporter,
    })
  },
  'ratchet.chain': (inputs) => {
    const { messageKey, chainKey } = stepChain(inputs.bytes('chainKey'))
    return output({ messageKey, nextChainKey: chainKey })
  },
  'ratchet.message-key': (inputs) => 
    output(expandMessageKey(inputs.bytes('messageKey'), inputs.bytes('bind'))),
  'ratchet.contact-psk': (inputs) =>
    output({ contactPsk: deriveContinuity(inputs.bytes('rootKey2'), inputs.bytes('sid')) }),
  'continuity.psk': (inputs) =>
    output({
      psk: deriveContinuityPsk(inputs.bytes('contactPsk'), inputs.bytes('exporter'), inputs.number('epoch')),
    }),
  'continuity.psks': (inputs) => {
    const continuity = {
      contactPsk: inputs.bytes('contactPsk'),
      opened: inputs.number('opened'),
      exporters: inputs.fieldsList('exporters').map((each) => ({ epoch: each.number('epoch'), key: each.bytes('key') })),
      earlier: new Uint8Array(),
    }
    return output({ proves: ownProof(continuity)?.psk, accepts: acceptedPsks(continuity) })
  },
  'ratchet.run': async (inputs) => {
    let session = await sessionOf(inputs)
    const steps: Json[] = []
    for (const step of inputs.fieldsList('steps')) {
      const taken = await take(session, step)
      session = taken.session
      steps.push(taken.answer)
    }
    return output({ steps, contactPsk: contactPsk(session), exporters: exporters(session) })
  },
  'envelope.pad': (inputs) => output({ padded: pad(inputs.bytes('content'), inputs.number('sizeBytes')) }),
  'envelope.unpad': (inputs) => {
    const content = unpad(inputs.bytes('padded'))
    return content === undefined ? refused : output({ content })
  },
  'envelope.size': (inputs) => {
    const kind = inputs.word('kind', 'first', 'ratchet')
    const prefix = kind === 'first' ? new Uint8Array(1 + 1203 + 528) : ratchetPrefix
    const contentBytes = inputs.number('contentBytes')
    const padded = contentBytes > limits.contentBytes ? undefined : padForEnvelope(prefix, new Uint8Array(contentBytes))
    return padded === undefined ? refused : output({ envelopeBytes: prefix.length + 2393 + 32 + padded.length + 16 })
  },
  'envelope.split': (inputs) => {
    const frame = splitEnvelope(new Uint8Array(inputs.number('sizeBytes')).with(0, inputs.number('kindByte')))
    if (frame === undefined) return refused
    const { kind, prefix, sealedHeader, commit, sealedContent } = frame
    const lengths = [prefix, sealedHeader, commit, sealedContent].map((part) => part.length)
    return output({ kind, lengths })
  },
}

async function take(session: Session, step: Fields): Promise<{ session: Session; answer: Json }> {
  const nowMs = step.number('nowMs')
  if (step.has('open')) {
    const opened = await openMessage(session, step.bytes('open'), { nowMs })
    if ('failure' in opened) return { session, answer: { error: opened.failure } }
    return { session: opened.session, answer: { content: toHex(opened.content) } }
  }
  const random = step.fields('random')
  const drawn = draws(
    random.bytes('headerNonce'),
    random.optionalBytes('encapsulation'),
    random.optionalBytes('kemSecretKey'),
  )
  const sealed = await sealMessage(session, step.bytes('seal'), { random: drawn, nowMs })
  return { session: sealed.session, answer: { envelope: toHex(sealed.envelope) } }
}

/** One side right after the key agreement, before its first message is sealed or opened. */
async function sessionOf(inputs: Fields): Promise<Session> {
  const role = inputs.word('role', 'initiator', 'responder')
  const [headerKey, chainKey] = [inputs.bytes('headerKey0'), inputs.bytes('chainKey0')]
  const prefix = inputs.bytes('prefix')
  const common = {
    sid: inputs.bytes('sid'),
    role,
    peer: { fingerprint: new Uint8Array(32), deviceId: new Uint8Array(16), certificate: new Uint8Array() },
    acknowledged: false,
    createdAtMs: 0,
    transcript: inputs.bytes('transcript'),
    continuity: undefined,
  }
  const ratchet = {
    epoch: 0,
    rootKey: inputs.bytes('rootKey1'),
    nextHeaderKey: inputs.bytes('headerKey1'),
    closed: [],
    skipped: [],
    exporters: [],
  }
  if (role === 'responder') {
    const receiving = { epoch: 0, headerKey, chainKey, next: 0, droppedBelow: 0 }
    const turn = { kind: 'peer', peerKey: undefined, sentCount: 0 } as const
    return { ...common, opening: { kind: 'known', hash: sha256(prefix) }, ratchet: { ...ratchet, turn, receiving } }
  }
  const own = await kemKeyOf(inputs.bytes('kemSecretKey0'))
  const chain = { headerKey, chainKey, next: 0, previousCount: 0, ciphertext: inputs.bytes('ciphertext0'), ...own }
  return {
    ...common,
    opening: { kind: 'repeat', prefix },
    ratchet: { ...ratchet, turn: { kind: 'own', chain }, receiving: undefined },
  }
}
