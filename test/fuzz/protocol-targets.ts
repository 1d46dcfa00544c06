// The decoders of the protocol and of what is stored. Each gives a value that encodes to the same bytes again, or nothing.

import { openSegment, startOpening } from '../../src/protocol/blob/floe.ts'
import { rootOf, verifyHashes } from '../../src/protocol/blob/hash-list.ts'
import {
  type Bytes,
  concatBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64Url,
  utf8,
} from '../../src/protocol/bytes.ts'
import { decodeCbor } from '../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../src/protocol/cbor/encode.ts'
import { decodeContent, encodeContent } from '../../src/protocol/content/codec.ts'
import { decodePeerFrame, encodePeerFrame } from '../../src/protocol/direct/frame.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { pad, unpad } from '../../src/protocol/envelope/padding.ts'
import { openConsent } from '../../src/protocol/group/consent.ts'
import { decodeGroupLink, encodeGroupLink } from '../../src/protocol/group/link.ts'
import { decodeOperation, encodeOperation, unsafeReadOperation } from '../../src/protocol/group/operation.ts'
import { isGroupPicture } from '../../src/protocol/group/picture.ts'
import { decodeHeaderPub, encodeHeaderPub, firstMessageKey } from '../../src/protocol/handshake/header-pub.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { openCertificate, unsafeReadCertificate } from '../../src/protocol/identity/certificate.ts'
import { openDeviceLog } from '../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { decodeIdentity, encodeIdentity } from '../../src/protocol/identity/identity.ts'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import {
  decodeRequest,
  decodeServerFrame,
  encodePush,
  encodeRequest,
  encodeResponse,
} from '../../src/protocol/mailbox/codec.ts'
import { labels } from '../../src/protocol/labels.ts'
import { limits } from '../../src/protocol/limits.ts'
import { openBundle, sealBundle } from '../../src/protocol/prekeys/bundle.ts'
import { decodePrekeySecrets, encodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { encodeReport, verifyReport } from '../../src/protocol/report/file.ts'
import { openRecord, sealRecord, unwrapVaultKey, wrapVaultKey } from '../../src/protocol/record/seal.ts'
import { decodeSession, encodeSession } from '../../src/protocol/session/codec.ts'
import { decodeHeader } from '../../src/protocol/session/header.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { decodeSlotTable, encodeSlotTable } from '../../src/protocol/vault/slot-table.ts'
import { decodeVerificationCode, encodeVerificationCode } from '../../src/protocol/verification/code.ts'
import { anaId, mallory, photo, signedBy } from '../protocol/report/people.ts'
import { acquaint, meet, publish, say, seededRandom, startMs } from '../protocol/session/people.ts'
import { jpeg, scan, segment } from '../support/jpeg.ts'
import { passkey, passphrase, words } from '../protocol/vault/slots.ts'
import certificateVectors from '../vectors/v1/certificate.json' with { type: 'json' }
import cborVectors from '../vectors/v1/cbor.json' with { type: 'json' }
import contentVectors from '../vectors/v1/content.json' with { type: 'json' }
import mediaVectors from '../vectors/v1/media.json' with { type: 'json' }
import directVectors from '../vectors/v1/direct.json' with { type: 'json' }
import groupVectors from '../vectors/v1/group.json' with { type: 'json' }
import inviteVectors from '../vectors/v1/invite.json' with { type: 'json' }
import mailboxVectors from '../vectors/v1/mailbox.json' with { type: 'json' }
import prekeyVectors from '../vectors/v1/prekeys.json' with { type: 'json' }
import recordVectors from '../vectors/v1/record.json' with { type: 'json' }
import safetyVectors from '../vectors/v1/safety-number.json' with { type: 'json' }
import { type Target, inProportion } from './engine.ts'

const hex = (text: string): Bytes => fromHex(text) ?? new Uint8Array()
const hexOf = (items: readonly { readonly bytes: string }[]): Bytes[] => items.map(({ bytes }) => hex(bytes))

function groupBytes(name: 'operation' | 'consent'): Bytes[] {
  return groupVectors.cases.flatMap(({ inputs, output }) => {
    const given = name === 'operation' ? inputs.operation : output && 'consent' in output ? output.consent : undefined
    return typeof given === 'string' ? [hex(given)] : []
  })
}

/** @throws Error unless they are */
export function expectSame(encoded: Bytes, input: Bytes): void {
  if (!equalBytes(encoded, input)) throw new Error('decodes, but encodes to other bytes')
}

/** A decoder with an encoder: what decodes is canonical. */
export function canonical<T>(
  name: string,
  seeds: readonly Bytes[],
  decode: (input: Bytes) => T | undefined,
  encode: (value: T) => Bytes | undefined,
): Target {
  return {
    name,
    seeds,
    allowance: inProportion,
    run(input) {
      const value = decode(input)
      const encoded = value === undefined ? undefined : encode(value)
      if (encoded !== undefined) expectSame(encoded, input)
    },
  }
}

export async function createProtocolTargets(): Promise<readonly Target[]> {
  const random = seededRandom('fuzz')
  const published = await publish({ seed: 'fuzz', use: 'reusable' })
  const { bo, ana, psk, mailboxId, prekeys } = published
  const { ana: session, bo: receiver, random: drawn } = await acquaint({ seed: 'fuzz' })
  const met = await meet({ seed: 'fuzz first' })
  const { envelope } = await say(session, 'hello', drawn)
  const fingerprint = fingerprintOf(bo.account.publicKey)
  const mains = prekeyVectors.cases.map(({ main }) => hex(main))
  const oneTimes = prekeyVectors.cases.flatMap(({ oneTime }) => oneTime.map(hex))
  const [identityLog] = [certificateVectors.identity.log.entries.map(hex)]
  const accountKey = hex(certificateVectors.identity.opened.accountKey)
  const floeHeader = concatBytes(new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0, 0, 32]), random(64))
  const invites = inviteVectors.valid.map(
    ({ link }) => fromBase64Url(link.slice(link.indexOf('#i/') + 3)) ?? new Uint8Array(),
  )
  const groupLinks = inviteVectors.valid.flatMap(({ link }) => {
    const decoded = decodeInviteLink(link)
    if (!decoded.ok) return []
    const encoded = encodeGroupLink({ group: psk, name: 'The sea', invite: decoded.invite })
    return [fromBase64Url(encoded.slice(encoded.indexOf('#g/') + 3)) ?? new Uint8Array()]
  })
  const report = encodeReport({
    certificate: mallory.certificate,
    recipient: anaId,
    messages: [signedBy(mallory, anaId, { kind: 'message', text: 'let me in', media: [photo] })],
  })
  const cborBounds = { maxBytes: 300_000, maxDepth: 16, maxItems: 4096 }
  const sessionBytes = [session, receiver, met.ana, met.bo].map(encodeSession)

  return [
    canonical(
      'cbor',
      hexOf([...cborVectors.valid, ...cborVectors.refused]),
      (input) => decodeCbor(input, cborBounds),
      encodeCbor,
    ),
    canonical(
      'content',
      [
        ...hexOf([...contentVectors.valid, ...contentVectors.unknown, ...contentVectors.refused]),
        ...mediaVectors.cases.flatMap(({ inputs: { bytes } }) => (bytes === undefined ? [] : [hex(bytes)])),
      ],
      decodeContent,
      (value) => (value.body.kind === 'unknown' ? undefined : encodeContent(value)),
    ),
    canonical(
      'mailbox request',
      hexOf([...mailboxVectors.requests, ...mailboxVectors.foreignVersion]),
      decodeRequest,
      (value) => (value.kind === 'request' ? encodeRequest(value) : undefined),
    ),
    canonical('mailbox answer', hexOf(mailboxVectors.frames), decodeServerFrame, (value) => {
      if (value.kind === 'push') return encodePush(value)
      return value.kind === 'response' ? encodeResponse(value) : undefined
    }),
    canonical('peer frame', hexOf(directVectors.frames), decodePeerFrame, encodePeerFrame),
    canonical(
      'certificate',
      [hex(certificateVectors.identity.certificate), ana.certificate],
      openCertificate,
      ({ bytes }) => bytes,
    ),
    canonical(
      'device log',
      [...identityLog, ...certificateVectors.afterRevocation.log.entries.map(hex)],
      (input) => openDeviceLog(accountKey, [input]),
      ({ log }) => log.entries[0],
    ),
    canonical('group operation', groupBytes('operation'), decodeOperation, (value) =>
      value.action.kind === 'unknown' ? undefined : encodeOperation(value),
    ),
    canonical('stored group operation', groupBytes('operation'), unsafeReadOperation, ({ bytes }) => bytes),
    {
      name: 'consent to a group',
      seeds: groupBytes('consent'),
      allowance: inProportion,
      run: (input) => void openConsent(input, unsafeReadCertificate),
    },
    canonical('stored identity', [encodeIdentity(ana)], decodeIdentity, encodeIdentity),
    {
      name: 'invite link',
      seeds: invites,
      allowance: inProportion,
      run(input) {
        // With a checksum that fits, or it would all end there.
        const content = input.subarray(0, -4)
        const text = toBase64Url(concatBytes(content, sha256(labels.inviteChecksum, content).subarray(0, 4)))
        const decoded = decodeInviteLink(text)
        if (decoded.ok && !encodeInviteLink(decoded.invite).endsWith(`/#i/${text}`))
          throw new Error('reads as another link')
        decodeInviteLink(fromUtf8(input) ?? '')
      },
    },
    {
      name: 'link of a group',
      seeds: groupLinks,
      allowance: inProportion,
      run(input) {
        const content = input.subarray(0, -4)
        const text = toBase64Url(concatBytes(content, sha256(labels.groupLinkChecksum, content).subarray(0, 4)))
        const decoded = decodeGroupLink(text)
        if (decoded.ok && !encodeGroupLink(decoded.link).endsWith(`/#g/${text}`))
          throw new Error('reads as another link')
        decodeGroupLink(fromUtf8(input) ?? '')
      },
    },
    {
      name: 'picture of a group',
      seeds: [
        jpeg(),
        jpeg({ code: 0xc2, before: segment(0xdb, 1, 2), after: [...segment(0xc4, 0xff, 0xd9), ...scan] }),
      ],
      allowance: inProportion,
      run(input) {
        if (!isGroupPicture(input)) return
        if (input.length > limits.groupPictureFileBytes || input.at(-1) !== 0xd9) throw new Error('no picture is taken')
      },
    },
    {
      name: 'report',
      seeds: [report],
      // What it is read into, and written out again to compare.
      allowance: (input) => 256 * 1024 + 64 * input.length,
      run(input) {
        if (verifyReport(input).holds && !equalBytes(input, report)) throw new Error('a changed report holds')
      },
    },
    {
      name: 'prekey bundle',
      seeds: [...mains, ...oneTimes],
      allowance: inProportion,
      run(input) {
        const sealed = sealBundle({ psk, mailboxId, main: input, oneTime: [input], random })
        const common = { psk, mailboxId, fingerprint, use: 'reusable', nowMs: startMs } as const
        openBundle({ ...common, main: sealed.main, oneTime: sealed.oneTime[0] })
        openBundle({ ...common, main: published.main, oneTime: sealed.oneTime[0] })
        openBundle({ ...common, main: input, oneTime: input })
      },
    },
    canonical('prekey secrets', [encodePrekeySecrets(prekeys)], decodePrekeySecrets, encodePrekeySecrets),
    canonical('stored session', sessionBytes, decodeSession, encodeSession),
    canonical(
      'stored slots',
      [encodeSlotTable({ slots: [] }), encodeSlotTable({ slots: [passphrase.slot, words.slot, passkey.slot] })],
      decodeSlotTable,
      encodeSlotTable,
    ),
    {
      name: 'envelope',
      seeds: [envelope, met.first],
      allowance: inProportion,
      async run(input) {
        const frame = splitEnvelope(input)
        if (frame && frame.prefix.length + 2393 + 32 + frame.sealedContent.length !== input.length)
          throw new Error('parts missing')
        firstMessageKey(input)
        const opened = await openMessage(receiver, input, { nowMs: startMs })
        if ('content' in opened && !equalBytes(input, envelope)) throw new Error('a changed envelope opens')
        if (frame?.kind !== 'first') return
        const { published: before } = met
        const chosen = { psk: before.psk, pskKind: 'invite', random, nowMs: startMs } as const
        const begun = await respond({ identity: before.bo, prekeys: before.prekeys, envelope: input, ...chosen })
        if ('content' in begun && !equalBytes(input, met.first)) throw new Error('a changed first message opens')
      },
    },
    canonical('header in front', [met.first.slice(1, 1204)], decodeHeaderPub, encodeHeaderPub),
    {
      name: 'ratchet header',
      seeds: [new Uint8Array(2353)],
      allowance: inProportion,
      run: (input) => void decodeHeader(input),
    },
    {
      name: 'padding',
      seeds: [pad(utf8('hello'), 64)],
      allowance: inProportion,
      run(input) {
        const content = unpad(input)
        if (content !== undefined) expectSame(pad(content, input.length), input)
      },
    },
    {
      name: 'record and wrap',
      seeds: [
        ...recordVectors.records.map(({ sealed }) => hex(sealed)),
        ...recordVectors.wraps.map(({ wrapped }) => hex(wrapped)),
      ],
      allowance: inProportion,
      run(input) {
        const vaultKey = psk
        openRecord({ vaultKey, store: 'a', key: 'b', sealed: input })
        unwrapVaultKey({ slotKey: vaultKey, wrapped: input })
        const honest = sealRecord({ vaultKey, store: 'a', key: 'b', plaintext: input, random })
        if (!equalBytes(openRecord({ vaultKey, store: 'a', key: 'b', sealed: honest }) ?? psk, input))
          throw new Error('lost')
        if (input.length === 32) wrapVaultKey({ slotKey: vaultKey, vaultKey: input, random })
      },
    },
    {
      name: 'verification code',
      seeds: safetyVectors.codes.map(({ text }) => utf8(text)),
      allowance: inProportion,
      run(input) {
        const text = fromUtf8(input)
        const decoded = text === undefined ? undefined : decodeVerificationCode(text)
        if (decoded?.ok && encodeVerificationCode(decoded.code) !== text) throw new Error('reads as another code')
      },
    },
    {
      name: 'blob header and hash list',
      seeds: [floeHeader, concatBytes(floeHeader, new Uint8Array(64))],
      allowance: inProportion,
      async run(input) {
        const parameters = { segmentBytes: 262_144, rotationBits: 20 }
        const state = startOpening(psk, utf8('aad'), input.subarray(0, 74), parameters)
        if (state !== undefined) await openSegment(state, input.subarray(74), 0, true)
        verifyHashes(rootOf(input), input, Math.floor(input.length / 32))
      },
    },
  ]
}
