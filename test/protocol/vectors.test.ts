// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import { decodeCbor } from '../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../src/protocol/cbor/encode.ts'
import { decodeContent, encodeContent } from '../../src/protocol/content/codec.ts'
import { decodePeerFrame, encodePeerFrame } from '../../src/protocol/direct/frame.ts'
import { createProof } from '../../src/protocol/direct/proof.ts'
import { openCertificate } from '../../src/protocol/identity/certificate.ts'
import { appendDevice, openDeviceLog } from '../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../src/protocol/identity/identity.ts'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { deriveMailboxId, deriveWriteKey } from '../../src/protocol/mailbox/capability.ts'
import {
  decodeRequest,
  decodeServerFrame,
  encodePush,
  encodeRequest,
  encodeResponse,
} from '../../src/protocol/mailbox/codec.ts'
import type { ServerFrame } from '../../src/protocol/mailbox/codec.ts'
import { openRecord, sealRecord, unwrapVaultKey, wrapVaultKey } from '../../src/protocol/record/seal.ts'
import cborVectors from '../vectors/v1/cbor.json' with { type: 'json' }
import certificateVectors from '../vectors/v1/certificate.json' with { type: 'json' }
import contentVectors from '../vectors/v1/content.json' with { type: 'json' }
import directVectors from '../vectors/v1/direct.json' with { type: 'json' }
import inviteVectors from '../vectors/v1/invite.json' with { type: 'json' }
import mailboxVectors from '../vectors/v1/mailbox.json' with { type: 'json' }
import recordVectors from '../vectors/v1/record.json' with { type: 'json' }
import { plain } from './plain.ts'

describe('frozen CBOR vectors', () => {
  const bounds = { maxBytes: 1000, maxDepth: 16, maxItems: 1000 }

  it('decode to their values and encode again to their bytes', () => {
    for (const { bytes, value } of cborVectors.valid) {
      const decoded = present(decodeCbor(hex(bytes), bounds))
      expect(plain(decoded)).toEqual(value)
      expect(toHex(encodeCbor(decoded))).toBe(bytes)
    }
  })

  it('are refused where they should be', () => {
    for (const { why, bytes } of cborVectors.refused) expect(decodeCbor(hex(bytes), bounds), why).toBeUndefined()
  })
})

describe('frozen certificate vectors', () => {
  const { identity, afterRevocation, refused } = certificateVectors
  const draws = identity.random.map(hex)
  const created = createIdentity({ random: () => present(draws.shift()), nowMs: identity.nowMs })

  it('come from the same keys', () => {
    expect(toHex(fingerprintOf(created.account.publicKey))).toBe(identity.fingerprint)
    expect(toHex(created.certificate)).toBe(identity.certificate)
    expect(plain(created.log)).toEqual(identity.log)
  })

  it('open to the same fields', () => {
    const { bytes, ...opened } = present(openCertificate(hex(identity.certificate)))
    expect(toHex(bytes)).toBe(identity.certificate)
    expect(plain(opened)).toEqual(identity.opened)
    expect(openDeviceLog(created.account.publicKey, identity.log.entries.map(hex))?.devices).toHaveLength(1)
  })

  it('have the same log after a revocation', () => {
    const log = appendDevice(created.log, created.account, {
      kind: 'revoke',
      deviceId: created.device.id,
      atMs: afterRevocation.atMs,
    })
    expect(plain(log)).toEqual(afterRevocation.log)
    expect(openDeviceLog(created.account.publicKey, log.entries)?.devices).toEqual([])
  })

  it('are refused where they should be', () => {
    for (const { why, bytes } of refused) expect(openCertificate(hex(bytes)), why).toBeUndefined()
  })
})

describe('frozen invite vectors', () => {
  it('are read and written alike', () => {
    for (const { invite, link } of inviteVectors.valid) {
      const decoded = decodeInviteLink(link)
      expect(plain(decoded)).toEqual({ ok: true, invite })
      expect(decoded.ok && encodeInviteLink(decoded.invite)).toBe(link)
    }
  })

  it('are refused where they should be, for the right reason', () => {
    for (const { why, link, reason } of inviteVectors.refused)
      expect(decodeInviteLink(link), why).toEqual({ ok: false, reason })
  })
})

describe('frozen mailbox vectors', () => {
  it('derive the same keys', () => {
    for (const { readKey, writeKey, mailboxId } of mailboxVectors.keys) {
      expect(toHex(deriveWriteKey(hex(readKey)))).toBe(writeKey)
      expect(toHex(deriveMailboxId(hex(writeKey)))).toBe(mailboxId)
    }
  })

  it('decode to the same requests and encode again to the same bytes', () => {
    for (const { bytes, value } of mailboxVectors.requests) {
      const request = present(decodeRequest(hex(bytes)))
      expect(plain(request)).toEqual(value)
      expect(request.kind === 'request' && toHex(encodeRequest(request))).toBe(bytes)
    }
  })

  it('decode to the same responses and pushes and encode again to the same bytes', () => {
    for (const { bytes, value } of mailboxVectors.frames) {
      const frame = present(decodeServerFrame(hex(bytes)))
      expect(plain(frame)).toEqual(value)
      expect(toHex(encodeServerFrame(frame))).toBe(bytes)
    }
  })

  it('recognise other versions', () => {
    for (const { bytes, value } of mailboxVectors.foreignVersion) expect(decodeRequest(hex(bytes))).toEqual(value)
  })

  it('are refused where they should be', () => {
    for (const { why, bytes } of mailboxVectors.refusedRequests) expect(decodeRequest(hex(bytes)), why).toBeUndefined()
  })
})

describe('frozen record vectors', () => {
  it('seal and open alike', () => {
    for (const { vaultKey, store, key, nonce, plaintext, sealed } of recordVectors.records) {
      const place = { vaultKey: hex(vaultKey), store, key }
      expect(toHex(sealRecord({ ...place, plaintext: hex(plaintext), random: () => hex(nonce) }))).toBe(sealed)
      expect(openRecord({ ...place, sealed: hex(sealed) })).toEqual(hex(plaintext))
    }
  })

  it('wrap and unwrap alike', () => {
    for (const { slotKey, vaultKey, nonce, wrapped } of recordVectors.wraps) {
      const wrap = wrapVaultKey({ slotKey: hex(slotKey), vaultKey: hex(vaultKey), random: () => hex(nonce) })
      expect(toHex(wrap)).toBe(wrapped)
      expect(unwrapVaultKey({ slotKey: hex(slotKey), wrapped: hex(wrapped) })).toEqual(hex(vaultKey))
    }
  })

  it('are refused where they should be', () => {
    for (const { why, vaultKey, store, key, sealed } of recordVectors.refusedRecords)
      expect(openRecord({ vaultKey: hex(vaultKey), store, key, sealed: hex(sealed) }), why).toBeUndefined()
    for (const { why, slotKey, wrapped } of recordVectors.refusedWraps)
      expect(unwrapVaultKey({ slotKey: hex(slotKey), wrapped: hex(wrapped) }), why).toBeUndefined()
  })
})

describe('frozen direct-connection vectors', () => {
  it('prove alike', () => {
    for (const vector of directVectors.proofs) {
      const proof = createProof({
        exporter: hex(vector.exporter),
        role: vector.role === 'initiator' ? 'initiator' : 'responder',
        initiatorPeerId: vector.initiatorPeerId,
        responderPeerId: vector.responderPeerId,
        initiatorNonce: hex(vector.initiatorNonce),
        responderNonce: hex(vector.responderNonce),
      })
      expect(toHex(proof)).toBe(vector.proof)
    }
  })

  it('decode to the same frames and encode again to the same bytes', () => {
    for (const { bytes, value } of directVectors.frames) {
      const frame = present(decodePeerFrame(hex(bytes)))
      expect(plain(frame)).toEqual(value)
      expect(toHex(encodePeerFrame(frame))).toBe(bytes)
    }
  })

  it('are refused where they should be', () => {
    for (const { why, bytes } of directVectors.refusedFrames) expect(decodePeerFrame(hex(bytes)), why).toBeUndefined()
  })
})

describe('frozen content vectors', () => {
  it('decode to the same content and encode again to the same bytes', () => {
    for (const { bytes, value } of contentVectors.valid) {
      const content = present(decodeContent(hex(bytes)))
      expect(plain(content)).toEqual(value)
      expect(toHex(encodeContent(content))).toBe(bytes)
    }
  })

  it('recognise kinds of later versions', () => {
    for (const { bytes, value } of contentVectors.unknown) expect(plain(decodeContent(hex(bytes)))).toEqual(value)
  })

  it('are refused where they should be', () => {
    for (const { why, bytes } of contentVectors.refused) expect(decodeContent(hex(bytes)), why).toBeUndefined()
  })
})

function encodeServerFrame(frame: ServerFrame): Bytes {
  if (frame.kind === 'push') return encodePush(frame)
  if (frame.kind === 'response') return encodeResponse(frame)
  throw new Error('a frame of another version')
}

function hex(text: string): Bytes {
  return present(fromHex(text))
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value')
  return value
}
