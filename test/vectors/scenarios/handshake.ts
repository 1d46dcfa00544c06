// Bundles that open and bundles to refuse; handshakes begun from given randomness; first messages to refuse.

import { type Random, utf8 } from '../../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../../src/protocol/envelope/frame.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import type { PskKind } from '../../../src/protocol/handshake/header-pub.ts'
import { type Identity, createIdentity } from '../../../src/protocol/identity/identity.ts'
import { openBundle, sealBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import { type PrekeyUse, withoutOneTime } from '../../../src/protocol/prekeys/secrets.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import { dayMs, seededRandom, startMs } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { type Scenario, build, fingerprint, hello, identityInputs, scenario } from './scenario.ts'

const hourMs = 60 * 60 * 1000

async function publish(owner: Identity, use: PrekeyUse, random: Random, nowMs = startMs) {
  const place = { psk: random(32), mailboxId: random(32) }
  const created = await createPrekeys({
    identity: owner,
    mailboxId: place.mailboxId,
    use,
    oneTimeCount: 1,
    random,
    nowMs,
  })
  const sealed = sealBundle({ ...place, ...created, random })
  const [oneTime = new Uint8Array()] = sealed.oneTime
  return { ...place, use, fingerprint: fingerprint(owner), main: sealed.main, oneTime, created }
}

export async function bundleFile(): Promise<CaseFile> {
  const random = seededRandom('bundles')
  const bo = createIdentity({ random, nowMs: startMs })
  const eve = createIdentity({ random, nowMs: startMs })
  const { created: oneUseMade, ...oneUse } = await publish(bo, 'one-use', random)
  const { created: reusableMade, ...reusable } = await publish(bo, 'reusable', random)
  const { created: ofEve, ...eves } = await publish(eve, 'one-use', random)
  const open = (name: string, inputs: object, error?: string): Scenario =>
    scenario(name, 'bundle.open', { nowMs: startMs, ...inputs }, error)
  /** Other parts under the seal of the first bundle. */
  const resealed = (main: Uint8Array, oneTime: readonly Uint8Array[]) => {
    const sealed = sealBundle({ psk: oneUse.psk, mailboxId: oneUse.mailboxId, main, oneTime, random })
    return { ...oneUse, main: sealed.main, oneTime: sealed.oneTime[0] }
  }
  const mainOfEve = ofEve.main
  const { oneTime: _none, ...withoutOneTimePart } = reusable
  const { oneTime: _used, ...usedUp } = oneUse
  return build('Prekey bundles as an initiator takes them, protocol version 1. Bytes are hex.', [
    open('one-use', oneUse),
    open('reusable, with a one-time key', reusable),
    open('reusable, the last-resort key where no one-time key is left', withoutOneTimePart),
    open('reusable, the last-resort key where the one-time key is damaged', {
      ...reusable,
      oneTime: reusable.oneTime.with(60, (reusable.oneTime[60] ?? 0) ^ 1),
    }),
    open('within the day that clocks may differ', { ...oneUse, nowMs: startMs + 8 * dayMs - 1 }),
    open('a known log that is the same', { ...oneUse, knownLog: { length: bo.log.length, head: bo.log.head } }),
    open('expired', { ...oneUse, nowMs: startMs + 8 * dayMs }, 'refused'),
    open('made in the future', { ...oneUse, nowMs: startMs - dayMs - hourMs }, 'refused'),
    open('one-use without a one-time key', usedUp, 'refused'),
    open('under another psk', { ...oneUse, psk: random(32) }, 'refused'),
    open('under a psk of zeros', { ...oneUse, psk: new Uint8Array(32) }, 'refused'),
    open('of another mailbox', { ...oneUse, mailboxId: random(32) }, 'refused'),
    open('of another account than the link says', { ...oneUse, fingerprint: fingerprint(eve) }, 'refused'),
    open('without a seal', { ...oneUse, main: oneUseMade.main, oneTime: oneUseMade.oneTime[0] }, 'refused'),
    open('the parts swapped', { ...oneUse, main: oneUse.oneTime, oneTime: oneUse.main }, 'refused'),
    open('a main part of another mailbox', { ...oneUse, main: eves.main }, 'refused'),
    open('prekeys that another account signed', resealed(mainOfEve, oneUseMade.oneTime), 'refused'),
    open('a one-time key signed for another mailbox', resealed(oneUseMade.main, reusableMade.oneTime), 'refused'),
    open('a one-time key of another account', resealed(oneUseMade.main, ofEve.oneTime), 'refused'),
    open('a known log that is longer', { ...oneUse, knownLog: { length: 2, head: random(32) } }, 'refused'),
    open('a known log of the same length, forked', { ...oneUse, knownLog: { length: 1, head: random(32) } }, 'refused'),
  ])
}

export async function handshakeBegunFile(): Promise<CaseFile> {
  const scenarios: Scenario[] = []
  for (const [use, pskKind] of [
    ['one-use', 'invite'],
    ['reusable', 'invite'],
    ['reusable', 'continuity'],
    ['one-use', 'none'],
  ] as const) {
    const random = seededRandom(`begun ${use} ${pskKind}`)
    const ana = createIdentity({ random, nowMs: startMs })
    const bo = createIdentity({ random, nowMs: startMs })
    const { created: _, ...bundle } = await publish(bo, use, random)
    scenarios.push(
      scenario(`${use}, psk ${pskKind}`, 'handshake.initiate', {
        initiator: identityInputs(ana),
        bundle: { ...bundle, nowMs: startMs },
        pskKind,
        psk: pskKind === 'none' ? null : random(32),
        random: {
          ephemeralSecretKey: random(32),
          encapsulation: random(64),
          kemSecretKey: random(32),
          ciphertext0: random(1120),
          headerNonce: random(24),
        },
        content: hello,
        nowMs: startMs,
      }),
    )
  }
  return build('Handshakes from given randomness, protocol version 1. Bytes are hex.', scenarios)
}

export async function handshakeRefusedFile(): Promise<CaseFile> {
  const random = seededRandom('refused')
  const ana = createIdentity({ random, nowMs: startMs })
  const bo = createIdentity({ random, nowMs: startMs })
  const eve = createIdentity({ random, nowMs: startMs })
  const published = await publish(bo, 'one-use', random)
  const bundle = openBundle({ ...published, nowMs: startMs })
  if (bundle === undefined) throw new Error('the bundle does not open')
  const { psk } = published
  const { secrets } = published.created
  const first = async (identity: Identity, pskKind: PskKind = 'invite', key = psk) => {
    const chosen = pskKind === 'none' ? { pskKind } : { pskKind, psk: key }
    const begun = await initiate({ identity, bundle, ...chosen, random, nowMs: startMs })
    return sealMessage(begun, hello, { random, nowMs: startMs })
  }
  const sent = await first(ana)
  const { envelope } = sent
  const flip = (at: number, mask = 1): Uint8Array => envelope.with(at, (envelope[at] ?? 0) ^ mask)
  const respond = (name: string, changes: object, error?: string): Scenario =>
    scenario(
      name,
      'handshake.respond',
      { responder: identityInputs(bo), prekeys: secrets, pskKind: 'invite', psk, envelope, nowMs: startMs, ...changes },
      error,
    )
  const [ephemeralAt, kemKindAt, ciphertextAt, pskKindAt] = [2, 50, 67, 1187]
  const certificateAt = 1 + 1203
  const contentAt = certificateAt + 528 + 2393 + 32
  const prefixLength = certificateAt + 528
  const smallOrder = envelope.slice()
  smallOrder.fill(0, ephemeralAt, ephemeralAt + 32)
  const kemId = envelope.slice(51, 67)
  const stranger = await publish(bo, 'one-use', random)
  const reply = new Uint8Array(4096).with(0, 0x12)
  if (splitEnvelope(envelope)?.prefix.length !== prefixLength) throw new Error('the offsets are wrong')
  return build('First messages that a responder refuses, and one that it takes, protocol version 1. Bytes are hex.', [
    respond('as it was sent', {}),
    respond('one second before the keys end', { nowMs: startMs + 37 * dayMs - 1000 }),
    respond('the keys have ended', { nowMs: startMs + 37 * dayMs }, 'expired'),
    respond('an envelope of a running session', { envelope: reply }, 'not-first'),
    respond('of another version', { envelope: flip(0, 0x30) }, 'not-first'),
    respond('of another suite', { envelope: flip(1, 3) }, 'not-first'),
    respond('a KEM kind that is none', { envelope: flip(kemKindAt, 0x40) }, 'not-first'),
    respond('cut to another size', { envelope: envelope.slice(0, 4096) }, 'not-first'),
    respond('under another psk', { psk: random(32) }, 'psk'),
    respond('a psk where none is expected', { psk: null, pskKind: 'none' }, 'psk'),
    respond('without a psk where one is expected', { envelope: (await first(ana, 'none')).envelope }, 'psk'),
    respond('a psk of another kind', { envelope: flip(pskKindAt, 3) }, 'psk'),
    respond('the one-time key was used', { prekeys: withoutOneTime(secrets, kemId) }, 'unknown-prekey'),
    respond('for prekeys of another mailbox', { prekeys: stranger.created.secrets }, 'unknown-prekey'),
    respond('one-time where last resort is claimed', { envelope: flip(kemKindAt, 3) }, 'unknown-prekey'),
    respond('an ephemeral key of small order', { envelope: smallOrder }, 'damaged'),
    respond('the ephemeral key changed', { envelope: flip(ephemeralAt) }, 'damaged'),
    respond('the KEM ciphertext changed', { envelope: flip(ciphertextAt) }, 'damaged'),
    respond('the sealed certificate changed', { envelope: flip(certificateAt) }, 'damaged'),
    respond('the content changed', { envelope: flip(contentAt) }, 'damaged'),
    respond(
      'the certificate of somebody else, whose key the sender does not have',
      { envelope: (await first({ ...eve, certificate: ana.certificate })).envelope },
      'forged',
    ),
    respond(
      'no certificate at all',
      { envelope: (await first({ ...eve, certificate: utf8('nobody') })).envelope },
      'forged',
    ),
  ])
}

