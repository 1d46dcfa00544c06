// Builds the vectors of prekeys, handshake, ratchet and envelopes from a seed. Their tests compare what this builds with
// the frozen files byte for byte; another implementation needs only the files.

import { type Bytes, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { padForEnvelope, ratchetPrefix, splitEnvelope, splitFirstPrefix } from '../../src/protocol/envelope/frame.ts'
import { pad } from '../../src/protocol/envelope/padding.ts'
import { type PskKind, decodeHeaderPub, firstMessageKey } from '../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { deriveIdKey } from '../../src/protocol/handshake/key-agreement.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { type Identity, createIdentity } from '../../src/protocol/identity/identity.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { limits } from '../../src/protocol/limits.ts'
import { openBundle, sealBundle } from '../../src/protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../src/protocol/prekeys/create.ts'
import { derivePsk, noPsk } from '../../src/protocol/prekeys/psk.ts'
import { type PrekeyUse, encodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { dh } from '../../src/protocol/primitives/x25519.ts'
import { decapsulate } from '../../src/protocol/primitives/xwing.ts'
import { encodeSession } from '../../src/protocol/session/codec.ts'
import { deriveContinuity, deriveEpoch, expandMessageKey, stepChain } from '../../src/protocol/session/keys.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { sealMessage } from '../../src/protocol/session/seal.ts'
import { type Session, contactPsk, exporters } from '../../src/protocol/session/session.ts'
import { seededRandom, startMs } from '../protocol/session/people.ts'

const randomness =
  'Bytes are hex. Random bytes are SHA-256(seed ‖ u32 i) for i = 0, 1, … joined, drawn in the order of the specification; ' +
  'what was drawn can be read off the values here.'

export async function prekeyVectors() {
  const cases = []
  for (const use of ['one-use', 'reusable'] as const) {
    const seed = `prekeys ${use}`
    const random = seededRandom(seed)
    const identity = createIdentity({ random, nowMs: startMs })
    const published = await publishOf(identity, use, random)
    const { psk, mailboxId, created, sealed } = published
    const keys = derivePsk(psk)
    cases.push({
      name: use,
      seed,
      nowMs: startMs,
      identity: identityOf(identity),
      fingerprint: toHex(fingerprintOf(identity.account.publicKey)),
      mailboxId: toHex(mailboxId),
      psk: toHex(psk),
      pskIkm: toHex(keys.ikm),
      pskId: toHex(keys.id),
      bundleSeal: toHex(keys.seal),
      secrets: toHex(encodePrekeySecrets(created.secrets)),
      main: toHex(created.main),
      oneTime: created.oneTime.map(toHex),
      sealedMain: toHex(sealed.main),
      sealedOneTime: sealed.oneTime.map(toHex),
    })
  }
  return { description: `Prekey bundles, protocol version 1. ${randomness}`, cases }
}

export async function handshakeVectors() {
  const cases = []
  for (const [use, pskKind] of [
    ['one-use', 'invite'],
    ['reusable', 'continuity'],
    ['one-use', 'none'],
  ] as const) {
    const seed = `handshake ${use} ${pskKind}`
    const met = await meet(seed, use, pskKind)
    const { begun, secrets, psk, initiator, responder, content, envelope } = met
    const { headerPub, sealedCertificate } = splitFirstPrefix(frameOf(envelope).prefix)
    const header = defined(decodeHeaderPub(headerPub))
    const set = defined(secrets.sets[0])
    const kemSecret = defined(header.kemKind === 'one-time' ? set.oneTime[0] : set.lastResort).secretKey
    const sharedSecret = defined(await decapsulate(kemSecret, header.ciphertext))
    const ephemeralDh = defined(await dh(set.signed.secretKey, header.ephemeralKey))
    const pskIkm = pskKind === 'none' ? noPsk.ikm : derivePsk(psk).ikm
    const { turn, rootKey, nextHeaderKey } = begun.ratchet
    if (turn.kind !== 'own') throw new Error('the initiator begins')
    cases.push({
      name: `${use}, psk ${pskKind}`,
      seed,
      nowMs: startMs,
      initiator: identityOf(initiator),
      responder: identityOf(responder),
      responderPrekeys: toHex(encodePrekeySecrets(secrets)),
      pskKind,
      psk: pskKind === 'none' ? null : toHex(psk),
      headerPub: toHex(headerPub),
      sharedSecret: toHex(sharedSecret),
      identityDh: toHex(defined(await dh(initiator.device.dh.secretKey, met.signedKey))),
      deviceDh: toHex(defined(await dh(responder.device.dh.secretKey, header.ephemeralKey))),
      ephemeralDh: toHex(ephemeralDh),
      idKey: toHex(deriveIdKey(headerPub, sharedSecret, ephemeralDh, pskIkm)),
      sealedCertificate: toHex(sealedCertificate),
      transcript: toHex(begun.transcript),
      rootKey1: toHex(rootKey),
      chainKey0: toHex(turn.chain.chainKey),
      headerKey0: toHex(turn.chain.headerKey),
      headerKey1: toHex(nextHeaderKey),
      sid: toHex(begun.sid),
      firstMessageKey: toHex(defined(firstMessageKey(envelope))),
      content: toHex(content),
      envelope: toHex(envelope),
    })
  }
  return { description: `Handshake and first message, protocol version 1. ${randomness}`, cases }
}

export async function ratchetVectors() {
  const seed = 'ratchet'
  const { sent: begun, answered, random, envelope } = await meet(seed, 'one-use', 'invite')
  let sides = { ana: begun, bo: answered }
  const conversation = []
  const script = ['bo', 'ana', 'ana', 'bo', 'bo', 'ana'] as const
  for (const [index, from] of script.entries()) {
    const content = utf8(`message ${index} of ${from}`)
    const sent = await sealMessage(sides[from], content, { random, nowMs: startMs })
    const to = from === 'ana' ? 'bo' : 'ana'
    const opened = await openMessage(sides[to], sent.envelope, { nowMs: startMs })
    if ('failure' in opened) throw new Error(opened.failure)
    sides = from === 'ana' ? { ana: sent.session, bo: opened.session } : { ana: opened.session, bo: sent.session }
    const { epoch } = sent.session.ratchet
    conversation.push({
      from,
      epoch,
      content: toHex(content),
      envelope: toHex(sent.envelope),
      exporter: toHex(defined(exporters(sent.session)[0]).key),
    })
  }
  return {
    description: `Ratchet, protocol version 1. \`states\` are sessions as this implementation stores them. ${randomness}`,
    keySchedule: keySchedule(),
    conversation: {
      seed,
      nowMs: startMs,
      sid: toHex(begun.sid),
      transcript: toHex(begun.transcript),
      first: toHex(envelope),
      messages: conversation,
      contactPsk: toHex(defined(contactPsk(sides.ana))),
      states: {
        anaBefore: toHex(encodeSession(begun)),
        boBefore: toHex(encodeSession(answered)),
        anaAfter: toHex(encodeSession(sides.ana)),
        boAfter: toHex(encodeSession(sides.bo)),
      },
    },
  }
}

export function envelopeVectors() {
  const sizes = []
  for (const [kind, prefix] of [
    ['first', new Uint8Array(1 + 1203 + 528)],
    ['ratchet', ratchetPrefix],
  ] as const) {
    const overhead = prefix.length + 2393 + 32 + 16
    const fullest = limits.envelopeSizes.map((size) => size - overhead - 4).filter((length) => length >= 0)
    const lengths = [0, ...fullest.flatMap((length) => [length, length + 1]), limits.contentBytes]
    for (const contentBytes of lengths.filter((length) => length <= limits.contentBytes)) {
      const padded = defined(padForEnvelope(prefix, new Uint8Array(contentBytes)))
      sizes.push({ kind, contentBytes, envelopeBytes: overhead + padded.length })
    }
  }
  return {
    description: 'Padding and sizes of envelopes, protocol version 1. Bytes are hex.',
    padding: ['', '00', 'ff', '68656c6c6f', '000000000000'].map((content) => ({
      content,
      sizeBytes: 16,
      padded: toHex(pad(Buffer.from(content, 'hex'), 16)),
    })),
    badPadding: ['', '000000', '00000001', '0000000568656c6c', 'ffffffff00000000', '00000001aa000001'],
    sizes,
  }
}

function keySchedule() {
  const bytes = (value: number, length = 32): Bytes => new Uint8Array(length).fill(value)
  const epoch = deriveEpoch({
    rootKey: bytes(1),
    sid: bytes(2),
    epoch: 0x01_0203_0405,
    sharedSecret: bytes(3),
    previousPublicKey: bytes(4, 1216),
    ciphertext: bytes(5, 1120),
    publicKey: bytes(6, 1216),
  })
  const step = stepChain(bytes(7))
  const message = expandMessageKey(step.messageKey, bytes(9))
  return {
    description:
      'rootKey 32 × 01, sid 32 × 02, epoch 0x0102030405, ss 32 × 03, pk of the epoch before 1,216 × 04, ct 1,120 × 05, ' +
      'pk 1,216 × 06; chain key 32 × 07; RK_2 32 × 08; bind 32 × 09.',
    nextRootKey: toHex(epoch.rootKey),
    chainKey: toHex(epoch.chainKey),
    nextHeaderKey: toHex(epoch.nextHeaderKey),
    exporter: toHex(epoch.exporter),
    messageKey: toHex(step.messageKey),
    nextChainKey: toHex(step.chainKey),
    bodyKey: toHex(message.key),
    bodyNonce: toHex(message.nonce),
    commit: toHex(message.commit),
    contactPsk: toHex(deriveContinuity(bytes(8), bytes(2))),
  }
}

async function publishOf(identity: Identity, use: PrekeyUse, random: (length: number) => Bytes) {
  const psk = random(32)
  const mailboxId = random(32)
  const oneTimeCount = use === 'one-use' ? 1 : 2
  const created = await createPrekeys({ identity, mailboxId, use, oneTimeCount, random, nowMs: startMs })
  const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: created.oneTime, random })
  return { psk, mailboxId, created, sealed }
}

async function meet(seed: string, use: PrekeyUse, pskKind: PskKind) {
  const random = seededRandom(seed)
  const initiator = createIdentity({ random, nowMs: startMs })
  const responder = createIdentity({ random, nowMs: startMs })
  const { psk, mailboxId, created, sealed } = await publishOf(responder, use, random)
  const opened = openBundle({
    psk,
    mailboxId,
    fingerprint: fingerprintOf(responder.account.publicKey),
    main: sealed.main,
    oneTime: use === 'one-use' ? sealed.oneTime[0] : undefined,
    use,
    nowMs: startMs,
  })
  const bundle = defined(opened)
  const chosen = { pskKind, random, nowMs: startMs, ...(pskKind !== 'none' && { psk }) }
  const begun: Session = await initiate({ identity: initiator, bundle, ...chosen })
  const content = utf8(`hello with ${pskKind}`)
  const sent = await sealMessage(begun, content, { random, nowMs: startMs })
  const { envelope } = sent
  const answered = await respond({ identity: responder, prekeys: created.secrets, envelope, ...chosen })
  if ('failure' in answered) throw new Error(answered.failure)
  return {
    begun,
    sent: sent.session,
    answered: answered.session,
    secrets: created.secrets,
    signedKey: bundle.signed.publicKey,
    psk,
    initiator,
    responder,
    content,
    envelope,
    random,
  }
}

function identityOf({ account, device, certificate }: Identity) {
  return {
    accountSecretKey: toHex(account.secretKey),
    deviceId: toHex(device.id),
    deviceSignSecretKey: toHex(device.sign.secretKey),
    deviceDhSecretKey: toHex(device.dh.secretKey),
    certificate: toHex(certificate),
  }
}

function frameOf(envelope: Bytes) {
  return defined(splitEnvelope(envelope))
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a vector cannot be built')
  return value
}
