import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { limits } from '../../../src/protocol/limits.ts'
import {
  decodeRequest,
  decodeResponse,
  decodeServerFrame,
  encodePush,
  encodeRequest,
  encodeResponse,
} from '../../../src/protocol/mailbox/codec.ts'
import type { DecodedRequest, ServerFrame } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxReply, RelayErrorCode } from '../../../src/protocol/mailbox/command.ts'
import { expectOnlyCanonical } from '../hostile-bytes.ts'
import { repeat } from '../repeat.ts'

const key = new Uint8Array(32).fill(1)
const envelope = Uint8Array.of(1, 2, 3)
const device = new Uint8Array(16).fill(4)
const item = { sequence: 7, id: new Uint8Array(32).fill(2), bytes: envelope }

const commands: readonly MailboxCommand[] = [
  { kind: 'open', readKey: key, tier: 'contact' },
  { kind: 'open', readKey: key, tier: 'invite', membership: 'abc.DEF-_1' },
  { kind: 'close', readKey: key },
  { kind: 'put', writeKey: key, envelopes: [envelope, envelope] },
  { kind: 'put', writeKey: key, envelopes: [envelope], work: { token: key, nonce: Number.MAX_SAFE_INTEGER } },
  { kind: 'fetch', readKey: key, after: 0, limit: 1000 },
  { kind: 'ack', readKey: key, ids: [key] },
  { kind: 'subscribe', readKeys: [key, key] },
  { kind: 'subscribe', readKeys: [], peerId: '12D3KooWabc' },
  { kind: 'locate', writeKey: key },
  { kind: 'bundle.put', readKey: key, main: envelope, oneTime: [] },
  { kind: 'bundle.put', readKey: key, main: envelope, oneTime: [envelope] },
  { kind: 'bundle.take', writeKey: key, takeId: new Uint8Array(16) },
  { kind: 'bundle.count', readKey: key },
  { kind: 'join', code: new Uint8Array(16).fill(3), membership: 'A'.repeat(43) },
  { kind: 'push.set', readKey: key, device },
  { kind: 'push.set', readKey: key, device, endpoint: 'https://push.example/a?b=%20&c=~' },
  { kind: 'turn' },
]

const errorCodes: readonly RelayErrorCode[] = [
  'unknown-mailbox',
  'gone',
  'full',
  'too-large',
  'too-many-requests',
  'relay-full',
  'not-a-member',
  'bad-request',
  'unsupported-version',
  'internal',
  'unknown-code',
  'code-used',
  'code-expired',
  'joining-closed',
  'banned',
]

const replies: readonly MailboxReply[] = [
  { kind: 'ok' },
  { kind: 'stored', until: [1_800_000_000_000, 0] },
  { kind: 'envelopes', items: [], more: false },
  { kind: 'envelopes', items: [item, item], more: true },
  { kind: 'presence' },
  { kind: 'presence', peerId: '12D3KooWabc' },
  { kind: 'bundle', main: envelope },
  { kind: 'bundle', main: envelope, oneTime: envelope },
  { kind: 'pool', main: false, oneTime: 0 },
  { kind: 'pool', main: true, oneTime: limits.oneTimePrekeys },
  { kind: 'turn', urls: ['turn:a:1', 'turns:b'], username: '1', credential: 'c2VjcmV0+/=', lifetimeMs: limits.turnMs },
  { kind: 'error', code: 'too-many-requests', retryAfterMs: 1000 },
  { kind: 'error', code: 'too-many-requests', retryAfterMs: 0, work: { token: key, bits: 256 } },
  ...errorCodes.map((code) => ({ kind: 'error', code }) as const),
]

describe('mailbox frames', () => {
  it('give back every command', () => {
    for (const command of commands)
      expect(decodeRequest(encodeRequest({ id: 1, commands: [command] }))).toEqual({
        kind: 'request',
        id: 1,
        commands: [command],
      })
    expect(decodeRequest(encodeRequest({ id: 0xffff_ffff, commands }))).toEqual({
      kind: 'request',
      id: 0xffff_ffff,
      commands,
    })
  })

  it('give back every reply and every error code', () => {
    for (const reply of replies)
      expect(decodeResponse(encodeResponse({ id: 1, replies: [reply] }))).toEqual({ id: 1, replies: [reply] })
    expect(decodeServerFrame(encodeResponse({ id: 9, replies }))).toEqual({ kind: 'response', id: 9, replies })
  })

  it('give back a push, which is no response', () => {
    const push = { mailboxId: key, items: [item] }
    expect(decodeServerFrame(encodePush(push))).toEqual({ kind: 'push', ...push })
    expect(decodeResponse(encodePush(push))).toBeUndefined()
  })

  it('are told apart: a request is no response and the other way round', () => {
    expect(decodeServerFrame(encodeRequest({ id: 1, commands: [] }))).toBeUndefined()
    expect(decodeRequest(encodeResponse({ id: 1, replies: [] }))).toBeUndefined()
    expect(decodeRequest(encodePush({ mailboxId: key, items: [] }))).toBeUndefined()
  })

  it('of another version are recognised, with their id, so that they can be answered', () => {
    expect(decodeRequest(encodeCbor([2, 1, 77, []]))).toEqual({ kind: 'unsupported-version', id: 77 })
    expect(decodeRequest(encodeCbor([2, 1, 77, [], 'more', new Map()]))).toEqual({
      kind: 'unsupported-version',
      id: 77,
    })
    expect(decodeRequest(encodeCbor([99]))).toEqual({ kind: 'unsupported-version', id: 0 })
    expect(decodeServerFrame(encodeCbor([2, 2, 77, []]))).toEqual({ kind: 'unsupported-version' })
    for (const version of [0, -1, 'x', null]) expect(decodeRequest(encodeCbor([version, 1, 77, []]))).toBeUndefined()
  })

  it('are bounded in commands, replies and sizes', () => {
    const locate: MailboxCommand = { kind: 'locate', writeKey: key }
    const many = repeat(limits.commandsPerRequest, locate)
    expect(decodeRequest(encodeRequest({ id: 1, commands: many }))).toBeDefined()
    expect(() => encodeRequest({ id: 1, commands: [...many, locate] })).toThrow(EncodingError)
    const value = [7, new Map([[1, key]])]
    expect(decodeRequest(encodeCbor([1, 1, 1, repeat(limits.commandsPerRequest + 1, value)]))).toBe(undefined)
    const large = new Uint8Array(limits.envelopeBytes)
    const put: MailboxCommand = { kind: 'put', writeKey: key, envelopes: repeat(31, large) }
    expect(decodeRequest(encodeRequest({ id: 1, commands: [put] }))).toBeDefined()
    expect(decodeRequest(encodeRequest({ id: 1, commands: [put, put] }))).toBeUndefined()
    const fullPage = repeat(limits.envelopesPerFetch, item)
    expect(decodeServerFrame(encodePush({ mailboxId: key, items: fullPage }))).toBeDefined()
    expect(() => encodePush({ mailboxId: key, items: [...fullPage, item] })).toThrow(EncodingError)
  })

  it('refuse fields out of bounds in either direction', () => {
    const bad: readonly MailboxCommand[] = [
      { kind: 'open', readKey: new Uint8Array(31), tier: 'contact' },
      { kind: 'open', readKey: key, tier: 'contact', membership: '' },
      { kind: 'open', readKey: key, tier: 'contact', membership: 'with space' },
      { kind: 'open', readKey: key, tier: 'contact', membership: 'a'.repeat(limits.membershipBytes + 1) },
      { kind: 'put', writeKey: key, envelopes: [new Uint8Array(0)] },
      { kind: 'put', writeKey: key, envelopes: [new Uint8Array(limits.envelopeBytes + 1)] },
      { kind: 'put', writeKey: key, envelopes: repeat(limits.envelopesPerPut + 1, envelope) },
      { kind: 'fetch', readKey: key, after: -1, limit: 1 },
      { kind: 'fetch', readKey: key, after: 0, limit: 0 },
      { kind: 'fetch', readKey: key, after: 0, limit: limits.envelopesPerFetch + 1 },
      { kind: 'ack', readKey: key, ids: [new Uint8Array(31)] },
      { kind: 'ack', readKey: key, ids: repeat(limits.idsPerAck + 1, key) },
      { kind: 'subscribe', readKeys: repeat(limits.mailboxesPerSubscribe + 1, key) },
      { kind: 'subscribe', readKeys: [key], peerId: '/ip4/1.2.3.4' },
      { kind: 'bundle.put', readKey: key, main: new Uint8Array(limits.bundleMainBytes + 1), oneTime: [] },
      { kind: 'bundle.take', writeKey: key, takeId: new Uint8Array(15) },
      { kind: 'push.set', readKey: key, device: new Uint8Array(15) },
      { kind: 'push.set', readKey: key, device, endpoint: '' },
      { kind: 'push.set', readKey: key, device, endpoint: 'http://push.example/a' },
      { kind: 'push.set', readKey: key, device, endpoint: 'https://push.example' },
      { kind: 'push.set', readKey: key, device, endpoint: 'https://me@push.example/a' },
      { kind: 'push.set', readKey: key, device, endpoint: 'https://[::1]/a' },
      { kind: 'push.set', readKey: key, device, endpoint: 'https://push.example/a b' },
      { kind: 'push.set', readKey: key, device, endpoint: 'https://push.example/a#b' },
      { kind: 'push.set', readKey: key, device, endpoint: `https://push.example/${'a'.repeat(1024)}` },
    ]
    for (const command of bad) expect(() => encodeRequest({ id: 1, commands: [command] })).toThrow(EncodingError)
    const wire: readonly Value[] = [
      [
        1,
        new Map<number, Value>([
          [1, new Uint8Array(31)],
          [2, 1],
        ]),
      ],
      [
        1,
        new Map<number, Value>([
          [1, key],
          [2, 3],
        ]),
      ],
      [
        3,
        new Map<number, Value>([
          [1, key],
          [2, [new Uint8Array(limits.envelopeBytes + 1)]],
        ]),
      ],
      [
        4,
        new Map<number, Value>([
          [1, key],
          [2, 0],
          [3, 0],
        ]),
      ],
      [11, new Map<number, Value>([[1, key]])],
      [
        10,
        new Map<number, Value>([
          [1, key],
          [2, new Uint8Array(16)],
        ]),
      ],
      [
        2,
        new Map<number, Value>([
          [1, key],
          [2, 'extra'],
        ]),
      ],
    ]
    for (const command of wire) expect(decodeRequest(encodeCbor([1, 1, 1, [command]]))).toBeUndefined()
    expect(() => encodeRequest({ id: 2 ** 32, commands: [] })).toThrow(EncodingError)
  })

  it('survive hostile bytes', () => {
    expectOnlyCanonical<DecodedRequest>(ofThisVersion(decodeRequest), encodeDecodedRequest, [
      encodeRequest({ id: 3, commands }),
      ...commands.map((command) => encodeRequest({ id: 3, commands: [command] })),
    ])
    expectOnlyCanonical<ServerFrame>(ofThisVersion(decodeServerFrame), encodeServerFrame, [
      encodeResponse({ id: 3, replies }),
      encodePush({ mailboxId: key, items: [item] }),
    ])
  })
})

/** Frames of other versions are recognised, not decoded: they do not come back. */
function ofThisVersion<T extends { readonly kind: string }>(
  decode: (bytes: Bytes) => T | undefined,
): (bytes: Bytes) => T | undefined {
  return (bytes) => {
    const frame = decode(bytes)
    return frame?.kind === 'unsupported-version' ? undefined : frame
  }
}

function encodeDecodedRequest(request: DecodedRequest): Bytes {
  return request.kind === 'request' ? encodeRequest(request) : new Uint8Array(0)
}

function encodeServerFrame(frame: ServerFrame): Bytes {
  if (frame.kind === 'push') return encodePush(frame)
  return frame.kind === 'response' ? encodeResponse(frame) : new Uint8Array(0)
}
