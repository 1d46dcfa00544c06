// What is of another version is refused and never guessed; nothing falls back to an older or weaker way by itself.

import { describe, expect, it } from 'vitest'
import { decodeCbor } from '../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../src/protocol/cbor/encode.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { decodeHeaderPub } from '../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { openCertificate } from '../../src/protocol/identity/certificate.ts'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { labels } from '../../src/protocol/labels.ts'
import { decodeRequest, decodeServerFrame, encodeRequest, encodeResponse } from '../../src/protocol/mailbox/codec.ts'
import { concatBytes, fromBase64Url, toBase64Url } from '../../src/protocol/bytes.ts'
import { openRecord, sealRecord, unwrapVaultKey, wrapVaultKey } from '../../src/protocol/record/seal.ts'
import { decodeHeader } from '../../src/protocol/session/header.ts'
import { decodeSession, encodeSession } from '../../src/protocol/session/codec.ts'
import { acquaint, meet, publish, say, seededRandom, startMs } from '../protocol/session/people.ts'
import { firstAt, open } from './support/attacker.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'

const random = seededRandom('versions')
const others = [0, 2, 3, 0x7f, 0xff]

describe('another version', () => {
  it('of an envelope is none, whatever follows', async () => {
    const { ana, bo, random: drawn } = await acquaint()
    const { envelope } = await say(ana, 'hello', drawn)
    for (const high of [0, 2, 3, 15]) {
      for (const low of [1, 2]) {
        const other = envelope.with(0, (high << 4) | low)
        expect(splitEnvelope(other)).toBeUndefined()
        expect(await open(bo, other)).toEqual({ failure: 'not-mine' })
      }
    }
  })

  it('of the suite begins no session', async () => {
    const { published, first } = await meet()
    const { bo: identity, prekeys, psk } = published
    for (const suite of others) {
      const envelope = first.with(firstAt.suite, suite)
      const headerPub = envelope.subarray(1, 1204)
      expect(decodeHeaderPub(headerPub)).toBeUndefined()
      expect(await respond({ identity, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })).toEqual({
        failure: 'not-first',
      })
    }
  })

  it('of header flags is refused', () => {
    const plain = new Uint8Array(2353)
    expect(decodeHeader(plain)).toBeDefined()
    for (const flags of others.filter((value) => value !== 0))
      expect(decodeHeader(plain.with(0, flags))).toBeUndefined()
  })

  it('of an invite is told apart from a broken one, and not read', async () => {
    const link = encodeInviteLink({
      fingerprint: random(32),
      relays: ['https://relay.example'],
      writeKey: random(32),
      psk: random(32),
      uses: 1,
      expiresAtMs: startMs,
      name: 'Ana',
    })
    const [prefix = '', code = ''] = link.split('#i/')
    const bytes = fromBase64Url(code) ?? new Uint8Array()
    for (const version of others) {
      const content = bytes.slice(0, -4).with(0, version)
      const checksum = sha256(labels.inviteChecksum, content).subarray(0, 4)
      const other = `${prefix}#i/${toBase64Url(concatBytes(content, checksum))}`
      expect(decodeInviteLink(other)).toEqual({ ok: false, reason: 'version' })
    }
  })

  it('of a certificate is refused, though its signatures would verify', async () => {
    const { ana } = await publish()
    const signed = decodeCbor(ana.certificate, { maxBytes: 1024, maxDepth: 2, maxItems: 64 })
    if (!(signed instanceof Map)) throw new Error('no certificate')
    const body = signed.get(1)
    if (!(body instanceof Uint8Array)) throw new Error('no body')
    // a8 01 01: the first field of the body is the version.
    expect([...body.subarray(0, 3)]).toEqual([0xa8, 1, 1])
    for (const version of [0, 2, 3]) {
      const other = encodeCbor(new Map([...signed, [1, body.with(2, version)]]))
      expect(openCertificate(other)).toBeUndefined()
    }
  })

  it('of a mailbox frame is answered as that, never carried out', () => {
    const request = encodeRequest({ id: 7, commands: [{ kind: 'close', readKey: random(32) }] })
    const response = encodeResponse({ id: 7, replies: [{ kind: 'ok' }] })
    for (const version of [2, 3, 23]) {
      expect(decodeRequest(request.with(1, version))).toEqual({ kind: 'unsupported-version', id: 7 })
      expect(decodeServerFrame(response.with(1, version))).toEqual({ kind: 'unsupported-version' })
    }
    expect(decodeRequest(request.with(1, 0))).toBeUndefined()
  })

  it('of a record, a wrap or a stored session is not opened', async () => {
    const vaultKey = random(32)
    const place = { vaultKey, store: 'messages', key: 'a' }
    const sealed = sealRecord({ ...place, plaintext: random(10), random })
    const wrapped = wrapVaultKey({ slotKey: random(32), vaultKey, random })
    const session = encodeSession((await acquaint()).ana)
    // A field and its version: one byte each.
    const versionAt = 2
    expect(session[versionAt - 1]).toBe(0)
    for (const version of [0, 21, 22, 23]) expect(decodeSession(session.with(versionAt, version))).toBeUndefined()
    for (const version of others) {
      expect(openRecord({ ...place, sealed: sealed.with(0, version) })).toBeUndefined()
      expect(unwrapVaultKey({ slotKey: random(32), wrapped: wrapped.with(0, version) })).toBeUndefined()
    }
  })
})

describe('a weaker handshake', () => {
  it('is not accepted where a psk is expected, nor its kind changed on the way', async () => {
    const published = await publish()
    const { ana, bo, bundle, prekeys, psk } = published
    const weak = await initiate({ identity: ana, bundle, pskKind: 'none', random, nowMs: startMs })
    const { envelope } = await say(weak, 'without a psk', random)
    const answer = async (bytes: Uint8Array) =>
      respond({ identity: bo, prekeys, envelope: bytes, psk, pskKind: 'invite', random, nowMs: startMs })
    expect(await answer(envelope)).toEqual({ failure: 'psk' })
    // Relabelled as one with the psk, and given its id: the keys do not fit.
    const strong = await initiate({ identity: ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
    const honest = await say(strong, 'with the psk', random)
    const relabelled = envelope.slice()
    relabelled.set(honest.envelope.subarray(firstAt.pskKind, firstAt.certificate), firstAt.pskKind)
    expect(await answer(relabelled)).toEqual({ failure: 'damaged' })
    expect(await answer(honest.envelope)).toHaveProperty('session')
  })
})

describe('a relay of another version', () => {
  it('is named as that and gets nothing, until it speaks ours again', async () => {
    const world = createWorld('downgrade')
    const ana = await world.person('Ana')
    world.network.relay(relayUrl).failWith('relay-version')
    await expect(ana.messenger.invites.create()).rejects.toMatchObject({ code: 'relay-version' })
    expect(world.network.relay(relayUrl).counters.putEnvelopes).toBe(0)
    world.network.relay(relayUrl).failWith(undefined)
    await ana.messenger.invites.create()
    await world.close()
    expect(world.bugs).toEqual([])
  })
})
