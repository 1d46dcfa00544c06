// All frozen vectors of version 1 as the runner asks for them. Newer files are lists of cases; older ones hold values side
// by side, and what they ask for stands here.

import { readFile, readdir } from 'node:fs/promises'
import { type Bytes, fromHex, toHex } from '../../src/protocol/bytes.ts'
import { decodeHeaderPub } from '../../src/protocol/handshake/header-pub.ts'
import { derivePsk, noPsk } from '../../src/protocol/prekeys/psk.ts'
import { type PrekeySecrets, decodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { type Answer, type Json, type JsonObject, type VectorRequest, toJson, toJsonObject } from './json.ts'
import blob from './v1/blob.json' with { type: 'json' }
import cbor from './v1/cbor.json' with { type: 'json' }
import certificate from './v1/certificate.json' with { type: 'json' }
import content from './v1/content.json' with { type: 'json' }
import direct from './v1/direct.json' with { type: 'json' }
import envelope from './v1/envelope.json' with { type: 'json' }
import handshake from './v1/handshake.json' with { type: 'json' }
import invite from './v1/invite.json' with { type: 'json' }
import mailbox from './v1/mailbox.json' with { type: 'json' }
import prekeys from './v1/prekeys.json' with { type: 'json' }
import ratchet from './v1/ratchet.json' with { type: 'json' }
import record from './v1/record.json' with { type: 'json' }
import safetyNumber from './v1/safety-number.json' with { type: 'json' }

export interface VectorCase extends VectorRequest {
  readonly expected: Answer
}

/** A newer file. Exactly one of `output` and `error` is there. */
export interface CaseFile {
  readonly description: string
  readonly cases: readonly StoredCase[]
}

export interface StoredCase {
  readonly name: string
  readonly operation: string
  readonly inputs: JsonObject
  readonly output?: Json
  readonly error?: string
}

const folder = new URL('v1/', import.meta.url)

/** Every case, in the order of files and places; ids are unique. */
export async function loadCases(): Promise<VectorCase[]> {
  const cases: VectorCase[] = []
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()) {
    const older = olderFiles[file]
    const stored = older ?? (await readCaseFile(file)).cases
    for (const { name, operation, inputs, output, error } of stored) {
      const expected = error === undefined ? { output: output ?? null } : { error }
      cases.push({ file, id: `${file.slice(0, -5)}/${name}`, operation, inputs, expected })
    }
  }
  return cases
}

async function readCaseFile(file: string): Promise<CaseFile> {
  const parsed: CaseFile = JSON.parse(await readFile(new URL(file, folder), 'utf8'))
  return parsed
}

const isRefused = { error: 'refused' } as const

function numbered(operation: string, cases: readonly Omit<StoredCase, 'name' | 'operation'>[]): StoredCase[] {
  return cases.map((stored, index) => ({ name: `${operation}/${index}`, operation, ...stored }))
}

function decodings(operation: string, items: readonly { bytes: string; value: unknown }[]): StoredCase[] {
  const cases = items.map(({ bytes, value }) => ({ inputs: { bytes }, output: toJson({ value, encoded: bytes }) }))
  return numbered(operation, cases)
}

function foreign(operation: string, items: readonly { bytes: string; value: unknown }[]): StoredCase[] {
  return items.map(({ bytes, value }, index) => ({
    name: `${operation}/later-version/${index}`,
    operation,
    inputs: { bytes },
    output: toJson({ value }),
  }))
}

function refusals(operation: string, items: readonly { why: string; bytes: string }[]): StoredCase[] {
  return items.map(({ why, bytes }) => ({ name: `${operation}/${why}`, operation, inputs: { bytes }, ...isRefused }))
}

const [accountSecretKey = '', deviceId = '', deviceSignSecretKey = '', deviceDhSecretKey = ''] =
  certificate.identity.random

const olderFiles: Readonly<Record<string, readonly StoredCase[]>> = {
  'cbor.json': [...decodings('cbor.decode', cbor.valid), ...refusals('cbor.decode', cbor.refused)],
  'content.json': [
    ...decodings('content.decode', content.valid),
    ...foreign('content.decode', content.unknown),
    ...refusals('content.decode', content.refused),
  ],
  'mailbox.json': [
    ...numbered(
      'mailbox.keys',
      mailbox.keys.map(({ readKey, writeKey, mailboxId }) => ({ inputs: { readKey }, output: { writeKey, mailboxId } })),
    ),
    ...decodings('mailbox.decode-request', mailbox.requests),
    ...decodings('mailbox.decode-server-frame', mailbox.frames),
    ...foreign('mailbox.decode-request', mailbox.foreignVersion),
    ...refusals('mailbox.decode-request', mailbox.refusedRequests),
  ],
  'direct.json': [
    ...numbered(
      'direct.proof',
      direct.proofs.map(({ proof, ...inputs }) => ({ inputs, output: { mac: proof } })),
    ),
    ...decodings('direct.decode-frame', direct.frames),
    ...refusals('direct.decode-frame', direct.refusedFrames),
  ],
  'invite.json': [
    ...numbered(
      'invite.decode',
      invite.valid.map((valid) => ({ inputs: { link: valid.link }, output: { invite: valid.invite } })),
    ),
    ...numbered(
      'invite.encode',
      invite.valid.map((valid) => ({ inputs: { invite: valid.invite }, output: { link: valid.link } })),
    ),
    ...invite.refused.map(({ why, link, reason }) => ({
      name: `invite.decode/${why}`,
      operation: 'invite.decode',
      inputs: { link },
      error: reason,
    })),
  ],
  'certificate.json': [
    {
      name: 'identity.create',
      operation: 'identity.create',
      inputs: {
        accountSecretKey,
        deviceId,
        deviceSignSecretKey,
        deviceDhSecretKey,
        nowMs: certificate.identity.nowMs,
      },
      output: {
        fingerprint: certificate.identity.fingerprint,
        certificate: certificate.identity.certificate,
        log: certificate.identity.log,
      },
    },
    {
      name: 'certificate.open',
      operation: 'certificate.open',
      inputs: { certificate: certificate.identity.certificate },
      output: certificate.identity.opened,
    },
    {
      name: 'device-log.append/a revocation',
      operation: 'device-log.append',
      inputs: {
        accountSecretKey,
        entries: certificate.identity.log.entries,
        operation: { kind: 'revoke', deviceId, atMs: certificate.afterRevocation.atMs },
      },
      output: certificate.afterRevocation.log,
    },
    ...certificate.refused.map(({ why, bytes }) => ({
      name: `certificate.open/${why}`,
      operation: 'certificate.open',
      inputs: { certificate: bytes },
      ...isRefused,
    })),
  ],
  'prekeys.json': prekeys.cases.flatMap((vector) => [
    {
      name: `${vector.name}/psk.derive`,
      operation: 'psk.derive',
      inputs: { psk: vector.psk },
      output: { ikm: vector.pskIkm, id: vector.pskId, seal: vector.bundleSeal },
    },
    {
      name: `${vector.name}/bundle.seal`,
      operation: 'bundle.seal',
      inputs: {
        psk: vector.psk,
        mailboxId: vector.mailboxId,
        main: vector.main,
        oneTime: vector.oneTime,
        nonces: [vector.sealedMain, ...vector.sealedOneTime].map((sealed) => sealed.slice(0, 48)),
      },
      output: { main: vector.sealedMain, oneTime: vector.sealedOneTime },
    },
  ]),
  'handshake.json': handshake.cases.flatMap((vector) => {
    const secrets = secretsOf(vector)
    const shared = handshakeSecrets(vector)
    return [
      {
        name: `${vector.name}/handshake.id-key`,
        operation: 'handshake.id-key',
        inputs: { headerPub: vector.headerPub, ...shared },
        output: { idKey: vector.idKey },
      },
      {
        name: `${vector.name}/handshake.session-keys`,
        operation: 'handshake.session-keys',
        inputs: { transcript: vector.transcript, ...shared },
        output: {
          rootKey1: vector.rootKey1,
          chainKey0: vector.chainKey0,
          headerKey0: vector.headerKey0,
          headerKey1: vector.headerKey1,
          sid: vector.sid,
        },
      },
      {
        name: `${vector.name}/handshake.first-message-key`,
        operation: 'handshake.first-message-key',
        inputs: { envelope: vector.envelope },
        output: { key: vector.firstMessageKey },
      },
      {
        name: `${vector.name}/handshake.respond`,
        operation: 'handshake.respond',
        inputs: {
          responder: vector.responder,
          prekeys: toJsonObject(secrets),
          pskKind: vector.pskKind,
          psk: vector.psk,
          envelope: vector.envelope,
          nowMs: vector.nowMs,
        },
        output: {
          content: vector.content,
          initiatorCertificate: vector.initiator.certificate,
          transcript: vector.transcript,
          sid: vector.sid,
          oneTimeLeft: oneTimeLeft(vector, secrets),
        },
      },
    ]
  }),
  'ratchet.json': keyScheduleCases(),
  'envelope.json': [
    ...numbered(
      'envelope.pad',
      envelope.padding.map(({ padded, ...inputs }) => ({ inputs, output: { padded } })),
    ),
    ...numbered(
      'envelope.unpad',
      envelope.padding.map(({ padded, content: text }) => ({ inputs: { padded }, output: { content: text } })),
    ),
    ...envelope.badPadding.map((padded) => ({
      name: `envelope.unpad/bad "${padded}"`,
      operation: 'envelope.unpad',
      inputs: { padded },
      ...isRefused,
    })),
    ...numbered(
      'envelope.size',
      envelope.sizes.map(({ envelopeBytes, ...inputs }) => ({ inputs, output: { envelopeBytes } })),
    ),
  ],
  'blob.json': [
    ...blob.floe.flatMap(({ name, header, segments, ...common }) => {
      const sealed = segments.map((segment) => segment.sealed)
      const parts = segments.map(({ plaintext }) => plaintext)
      const nonces = sealed.map((segment) => segment.slice(8, 32))
      return [
        {
          name: `${name}/floe.seal`,
          operation: 'floe.seal',
          inputs: { ...common, iv: header.slice(20, 84), nonces, parts },
          output: { header, segments: sealed },
        },
        {
          name: `${name}/floe.open`,
          operation: 'floe.open',
          inputs: { ...common, header, segments: sealed },
          output: { parts },
        },
      ]
    }),
    ...blob.blobs.map(({ name, rendition, sizeBytes, blobId, key, iv, nonces, header, segmentBytes, hashes, root }) => ({
      name: `${name}/blob.seal`,
      operation: 'blob.seal',
      inputs: { rendition, sizeBytes, blobId, key, iv, nonces },
      output: { header, segmentBytes, hashes, root },
    })),
  ],
  'record.json': [
    ...record.records.flatMap(({ nonce, sealed, plaintext, ...place }, index) => [
      {
        name: `record.seal/${index}`,
        operation: 'record.seal',
        inputs: { ...place, nonce, plaintext },
        output: { sealed },
      },
      { name: `record.open/${index}`, operation: 'record.open', inputs: { ...place, sealed }, output: { plaintext } },
    ]),
    ...record.refusedRecords.map(({ why, ...inputs }) => ({
      name: `record.open/${why}`,
      operation: 'record.open',
      inputs,
      ...isRefused,
    })),
    ...record.wraps.flatMap(({ wrapped, nonce, vaultKey, slotKey }, index) => [
      {
        name: `vault.wrap/${index}`,
        operation: 'vault.wrap',
        inputs: { slotKey, vaultKey, nonce },
        output: { wrapped },
      },
      { name: `vault.unwrap/${index}`, operation: 'vault.unwrap', inputs: { slotKey, wrapped }, output: { vaultKey } },
    ]),
    ...record.refusedWraps.map(({ why, ...inputs }) => ({
      name: `vault.unwrap/${why}`,
      operation: 'vault.unwrap',
      inputs,
      ...isRefused,
    })),
  ],
  'safety-number.json': [
    ...numbered(
      'safety.number',
      safetyNumber.numbers.map(({ number, ...inputs }) => ({ inputs, output: { number } })),
    ),
    ...numbered(
      'safety.encode-code',
      safetyNumber.codes.map(({ text, ...inputs }) => ({ inputs, output: { text } })),
    ),
    ...numbered(
      'safety.decode-code',
      safetyNumber.codes.map(({ text, ...code }) => ({ inputs: { text }, output: code })),
    ),
    ...safetyNumber.refusedCodes.map(({ why, text, reason }) => ({
      name: `safety.decode-code/${why}`,
      operation: 'safety.decode-code',
      inputs: { text },
      error: reason,
    })),
  ],
}

type HandshakeVector = (typeof handshake.cases)[number]

function handshakeSecrets({ psk, ...vector }: HandshakeVector): JsonObject {
  const { sharedSecret, identityDh, deviceDh, ephemeralDh } = vector
  return { sharedSecret, identityDh, deviceDh, ephemeralDh, pskIkm: toHex(psk === null ? noPsk.ikm : derivePsk(hex(psk)).ikm) }
}

function oneTimeLeft(vector: HandshakeVector, secrets: PrekeySecrets): string[] {
  const ids = secrets.sets.flatMap(({ oneTime }) => oneTime.map(({ id }) => toHex(id)))
  const header = decodeHeaderPub(hex(vector.headerPub))
  return ids.filter((id) => header?.kemKind !== 'one-time' || id !== toHex(header.kemId))
}

function secretsOf(vector: HandshakeVector): PrekeySecrets {
  const secrets = decodePrekeySecrets(hex(vector.responderPrekeys))
  if (secrets === undefined) throw new Error('the prekeys of a vector do not decode')
  return secrets
}

function hex(text: string): Bytes {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

/** The inputs that the older file gives in words. */
function keyScheduleCases(): StoredCase[] {
  const schedule = ratchet.keySchedule
  const fill = (byte: string, length = 32): string => byte.repeat(length)
  return [
    {
      name: 'ratchet.epoch',
      operation: 'ratchet.epoch',
      inputs: {
        rootKey: fill('01'),
        sid: fill('02'),
        epoch: 0x01_0203_0405,
        sharedSecret: fill('03'),
        previousPublicKey: fill('04', 1216),
        ciphertext: fill('05', 1120),
        publicKey: fill('06', 1216),
      },
      output: {
        nextRootKey: schedule.nextRootKey,
        chainKey: schedule.chainKey,
        nextHeaderKey: schedule.nextHeaderKey,
        exporter: schedule.exporter,
      },
    },
    {
      name: 'ratchet.chain',
      operation: 'ratchet.chain',
      inputs: { chainKey: fill('07') },
      output: { messageKey: schedule.messageKey, nextChainKey: schedule.nextChainKey },
    },
    {
      name: 'ratchet.message-key',
      operation: 'ratchet.message-key',
      inputs: { messageKey: schedule.messageKey, bind: fill('09') },
      output: { key: schedule.bodyKey, nonce: schedule.bodyNonce, commit: schedule.commit },
    },
    {
      name: 'ratchet.contact-psk',
      operation: 'ratchet.contact-psk',
      inputs: { rootKey2: fill('08'), sid: fill('02') },
      output: { contactPsk: schedule.contactPsk },
    },
  ]
}
