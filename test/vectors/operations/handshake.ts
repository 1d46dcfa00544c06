// Pre-shared keys, bundles and the handshake (docs/protocol.md §3).

import { splitEnvelope, splitFirstPrefix } from '../../../src/protocol/envelope/frame.ts'
import { firstMessageKey } from '../../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { deriveIdKey, deriveSession } from '../../../src/protocol/handshake/key-agreement.ts'
import { respond } from '../../../src/protocol/handshake/respond.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { type Bundle, openBundle, sealBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { derivePsk, isUsablePsk } from '../../../src/protocol/prekeys/psk.ts'
import type { PrekeySecret, PrekeySecrets } from '../../../src/protocol/prekeys/secrets.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Fields } from '../json.ts'
import { type Operations, draws, output, refused } from './operation.ts'

export const handshakeOperations: Operations = {
  'psk.derive': (inputs) => {
    const psk = inputs.bytes('psk')
    return isUsablePsk(psk) ? output(derivePsk(psk)) : refused
  },
  'bundle.seal': (inputs) => {
    const nonces = inputs.bytesList('nonces')
    const sealed = sealBundle({
      psk: inputs.bytes('psk'),
      mailboxId: inputs.bytes('mailboxId'),
      main: inputs.bytes('main'),
      oneTime: inputs.bytesList('oneTime'),
      random: () => nonces.shift() ?? new Uint8Array(),
    })
    return output(sealed)
  },
  'bundle.open': (inputs) => {
    const bundle = bundleOf(inputs)
    if (bundle === undefined) return refused
    const { certificate, log, signed, kem } = bundle
    return output({ certificate: certificate.bytes, log, signed, kem })
  },
  'handshake.id-key': (inputs) => {
    const [sharedSecret, ephemeralDh] = [inputs.bytes('sharedSecret'), inputs.bytes('ephemeralDh')]
    return output({ idKey: deriveIdKey(inputs.bytes('headerPub'), sharedSecret, ephemeralDh, inputs.bytes('pskIkm')) })
  },
  'handshake.session-keys': (inputs) => {
    const keys = deriveSession(inputs.bytes('transcript'), {
      identityDh: inputs.bytes('identityDh'),
      deviceDh: inputs.bytes('deviceDh'),
      ephemeralDh: inputs.bytes('ephemeralDh'),
      sharedSecret: inputs.bytes('sharedSecret'),
      pskIkm: inputs.bytes('pskIkm'),
    })
    const { rootKey, chainKey, headerKey, nextHeaderKey, sid } = keys
    return output({ rootKey1: rootKey, chainKey0: chainKey, headerKey0: headerKey, headerKey1: nextHeaderKey, sid })
  },
  'handshake.first-message-key': (inputs) => {
    const key = firstMessageKey(inputs.bytes('envelope'))
    return key === undefined ? refused : output({ key })
  },
  'handshake.initiate': async (inputs) => {
    const bundle = bundleOf(inputs.fields('bundle'))
    if (bundle === undefined) return refused
    const random = inputs.fields('random')
    // The ephemeral X25519 key and the X-Wing key of epoch 0 have one length: they are drawn in this order.
    const drawn = draws(
      random.bytes('ephemeralSecretKey'),
      random.bytes('kemSecretKey'),
      random.bytes('encapsulation'),
      random.bytes('ciphertext0'),
    )
    const nowMs = inputs.number('nowMs')
    const identity = identityOf(inputs.fields('initiator'), nowMs)
    const begun = await initiate({ identity, bundle, ...pskOf(inputs), random: drawn, nowMs })
    const env = { random: draws(random.bytes('headerNonce')), nowMs }
    const { envelope } = await sealMessage(begun, inputs.bytes('content'), env)
    const prefix = splitEnvelope(envelope)?.prefix
    return output({
      envelope,
      headerPub: prefix && splitFirstPrefix(prefix).headerPub,
      transcript: begun.transcript,
      sid: begun.sid,
      rootKey1: begun.ratchet.rootKey,
      headerKey1: begun.ratchet.nextHeaderKey,
    })
  },
  'handshake.respond': async (inputs) => {
    const nowMs = inputs.number('nowMs')
    const result = await respond({
      identity: identityOf(inputs.fields('responder'), nowMs),
      prekeys: secretsOf(inputs.fields('prekeys')),
      envelope: inputs.bytes('envelope'),
      ...pskOf(inputs),
      random: draws(),
      nowMs,
    })
    if ('failure' in result) return { error: result.failure }
    const oneTimeLeft = result.prekeys.sets.flatMap(({ oneTime }) => oneTime.map(({ id }) => id))
    return output({
      content: result.content,
      initiatorCertificate: result.peer.bytes,
      transcript: result.session.transcript,
      sid: result.session.sid,
      oneTimeLeft,
    })
  },
}

function bundleOf(inputs: Fields): Bundle | undefined {
  const known = inputs.has('knownLog') ? inputs.fields('knownLog') : undefined
  return openBundle({
    psk: inputs.bytes('psk'),
    mailboxId: inputs.bytes('mailboxId'),
    fingerprint: inputs.bytes('fingerprint'),
    main: inputs.bytes('main'),
    oneTime: inputs.optionalBytes('oneTime'),
    use: inputs.word('use', 'one-use', 'reusable'),
    ...(known && { knownLog: { length: known.number('length'), head: known.bytes('head') } }),
    nowMs: inputs.number('nowMs'),
  })
}

function pskOf(inputs: Fields) {
  const psk = inputs.optionalBytes('psk')
  return { pskKind: inputs.word('pskKind', 'none', 'invite', 'continuity'), ...(psk && { psk }) }
}

/** Certificate and device log follow from the keys and the time that they were made at; the certificate is given. */
function identityOf(fields: Fields, nowMs: number) {
  const names = ['accountSecretKey', 'deviceId', 'deviceSignSecretKey', 'deviceDhSecretKey']
  const order = names.map((name) => fields.bytes(name))
  const identity = createIdentity({ random: () => order.shift() ?? new Uint8Array(), nowMs })
  return { ...identity, certificate: fields.bytes('certificate') }
}

function secretsOf(fields: Fields): PrekeySecrets {
  const secret = (item: Fields): PrekeySecret => ({ id: item.bytes('id'), secretKey: item.bytes('secretKey') })
  return {
    mailboxId: fields.bytes('mailboxId'),
    use: fields.word('use', 'one-use', 'reusable'),
    sets: fields.fieldsList('sets').map((set) => ({
      certificate: set.bytes('certificate'),
      createdAtMs: set.number('createdAtMs'),
      signed: secret(set.fields('signed')),
      ...(set.has('lastResort') && { lastResort: secret(set.fields('lastResort')) }),
      oneTime: set.fieldsList('oneTime').map(secret),
    })),
  }
}
