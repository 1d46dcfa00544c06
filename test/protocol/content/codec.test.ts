import { describe, expect, it } from 'vitest'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { decodeContent, encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Body, Content, MediaItem } from '../../../src/protocol/content/content.ts'
import type { Manifest } from '../../../src/protocol/content/manifest.ts'
import { encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { expectOnlyCanonical } from '../hostile-bytes.ts'
import { seededRandom } from '../seeded-random.ts'
import { repeat } from '../repeat.ts'

const random = seededRandom('content')
const mailbox = { relay: 'https://relay.example', writeKey: random(32) }

const small: Manifest = {
  ...blob(1000, 1),
  mime: 'image/webp',
  width: 1600,
  height: 1200,
  thumbhash: random(25),
}
const large: Manifest = {
  ...blob(200_000_000, 0),
  hashes: { kind: 'blob', manifest: { ...blob(0, 0), ...listBlob(200_000_000), mime: 'application/octet-stream' } },
  mime: 'video/mp4',
  width: 1920,
  height: 1080,
  durationMs: 61_000,
}

const sound: Manifest = { ...blob(1000, 1), mime: 'audio/mp4', durationMs: 4000 }
const voice: MediaItem = { kind: 'voice', display: sound, waveform: random(64) }
const paper: Manifest = { ...blob(1000, 1), mime: 'application/pdf' }
const file: MediaItem = { kind: 'file', display: paper, name: 'Minutes of May.pdf' }

const introductionLink = encodeInviteLink({
  fingerprint: random(32),
  relays: ['https://relay.example'],
  writeKey: random(32),
  psk: random(32),
  uses: 1,
  expiresAtMs: 1_800_000_000_000,
  name: 'Cem',
})

const bodies: readonly Body[] = [
  { kind: 'request', name: 'Ana', mailbox },
  { kind: 'request', name: 'Ana', mailbox, text: 'Hi, it is me' },
  { kind: 'accept', name: 'Bo', mailbox },
  { kind: 'message', text: 'Hello\n👋', media: [] },
  { kind: 'message', media: [{ kind: 'photo', display: small, caption: 'Sunset', altText: 'A red sun' }] },
  {
    kind: 'message',
    text: 'Look',
    media: [
      { kind: 'video', display: large, poster: small },
      { kind: 'photo', display: small },
    ],
  },
  { kind: 'message', media: [{ kind: 'photo', display: small, original: large }] },
  { kind: 'message', media: [{ kind: 'video', display: large, poster: small, original: large, loop: true }] },
  { kind: 'message', media: [voice, { ...voice, caption: 'On the way', altText: 'I am on the way' }] },
  { kind: 'message', text: 'The minutes', media: [file] },
  { kind: 'message', media: [{ kind: 'photo', display: small }], view: { replays: 0 } },
  {
    kind: 'message',
    text: 'Only for you',
    media: [
      { kind: 'photo', display: small, caption: 'Sunset' },
      { kind: 'video', display: large, poster: small, loop: true },
    ],
    view: { seconds: 10, replays: 1 },
  },
  { kind: 'receipt', delivered: [random(16)], seen: [] },
  { kind: 'receipt', delivered: [], seen: [], opened: [random(16)] },
  { kind: 'receipt', delivered: [], seen: [], replayed: [random(16)], captured: [random(16), random(16)] },
  { kind: 'profile', name: 'Ana Maria' },
  { kind: 'mailbox', mailbox },
  { kind: 'refresh', name: 'Bo', mailbox },
  { kind: 'message', text: 'Yes', media: [], replyTo: random(16), lifeMs: limits.lifeMinMs },
  {
    kind: 'message',
    text: 'Bo and 👋Cem',
    media: [],
    mentions: [
      { from: 0, to: 2, fingerprint: random(32) },
      { from: 7, to: 11, fingerprint: random(32) },
    ],
  },
  { kind: 'reaction', to: random(16), emoji: '❤️' },
  { kind: 'reaction', to: random(16), emoji: '👩🏽‍❤️‍💋‍👨🏿' },
  { kind: 'reaction', to: random(16) },
  { kind: 'edit', of: random(16), text: 'Better' },
  { kind: 'unsend', of: [random(16), random(16)] },
  { kind: 'timer', lifeMs: 0 },
  { kind: 'timer', lifeMs: limits.lifeMs },
  { kind: 'pin', of: random(16), isPinned: true },
  { kind: 'typing', isTyping: false },
  { kind: 'follow', isFollowing: true },
  {
    kind: 'invitation',
    invitation: random(16),
    first: random(500),
    name: 'The sea',
    people: [{ fingerprint: random(32), name: 'Ana' }],
    text: 'come along',
  },
  { kind: 'consent', consent: random(700) },
  { kind: 'operations', group: random(32), heads: [random(32)], operations: [random(500), random(900)] },
  { kind: 'compare', group: random(32), heads: [random(32)] },
  { kind: 'picture', group: random(32), hash: random(32) },
  { kind: 'picture', group: random(32), hash: random(32), picture: random(limits.groupPictureFileBytes) },
  { kind: 'join', group: random(32) },
  { kind: 'join', group: random(32), text: 'I am the one from the boat' },
  { kind: 'joining', group: random(32), answer: 'full' },
  { kind: 'joining', group: random(32), answer: 'closed' },
  { kind: 'introduce', introduction: random(16), fingerprint: random(32), name: 'Bo', text: 'you both sail' },
  { kind: 'introduced', introduction: random(16), link: introductionLink },
  { kind: 'meet', introduction: random(16), fingerprint: random(32), name: 'Cem', link: introductionLink },
  { kind: 'follower', isApproved: false },
  { kind: 'post', text: 'At the sea', media: [], until: 1_800_086_400_000 },
  { kind: 'post', media: [{ kind: 'photo', display: small }], until: 1_800_086_400_000 },
]

function contentOf(body: Body): Content {
  return {
    messageId: new Uint8Array(16).fill(1),
    conversationId: new Uint8Array(16).fill(2),
    parents: [new Uint8Array(16).fill(3)],
    groupHeads: [],
    log: { length: 1, head: new Uint8Array(32).fill(4) },
    sentAtMs: 1_800_000_000_000,
    body,
  }
}

describe('content', () => {
  it('gives back every kind of body', () => {
    for (const body of bodies) expect(decodeContent(encodeContent(contentOf(body)))).toEqual(contentOf(body))
  })

  it('of a later kind decodes to unknown, and is never encoded', () => {
    for (const code of [7, 9, 1000])
      for (const fields of [new Map<number, Value>(), 'anything', [1, 2]]) {
        const bytes = withBody([code, fields])
        expect(decodeContent(bytes)?.body).toEqual({ kind: 'unknown', code })
      }
    expect(() => encodeContent(contentOf({ kind: 'unknown', code: 7 }))).toThrow(EncodingError)
  })

  it('of a kind of this version is refused when its fields are wrong', () => {
    for (const body of [
      [5, new Map()],
      [5, new Map([[1, 'A\u{202e}na']])],
      [0, new Map()],
      [-1, new Map()],
      ['7', new Map()],
      7,
    ])
      expect(decodeContent(withBody(body))).toBeUndefined()
  })

  it('holds texts, captions, receipts and media up to their bounds', () => {
    const accepted: readonly Body[] = [
      { kind: 'message', text: '😀'.repeat(limits.textCodePoints), media: [] },
      { kind: 'message', media: [{ kind: 'photo', display: small, caption: 'x'.repeat(limits.captionCodePoints) }] },
      { kind: 'message', media: repeat(limits.mediaItems, { kind: 'photo', display: small }) },
      {
        kind: 'receipt',
        delivered: fill(limits.receiptIds),
        seen: fill(limits.receiptIds),
        opened: fill(limits.receiptIds),
        replayed: fill(limits.receiptIds),
        captured: fill(limits.receiptIds),
      },
      {
        kind: 'message',
        media: repeat(limits.mediaItems, { kind: 'video', display: large, poster: small, original: large }),
      },
    ]
    for (const body of accepted) expect(decodeContent(encodeContent(contentOf(body)))).toBeDefined()
    const refused: readonly Body[] = [
      { kind: 'message', text: 'x'.repeat(limits.textCodePoints + 1), media: [] },
      { kind: 'message', text: '', media: [] },
      { kind: 'message', media: [] },
      { kind: 'message', text: 'half \u{d83d}', media: [] },
      {
        kind: 'message',
        media: [{ kind: 'photo', display: small, caption: 'x'.repeat(limits.captionCodePoints + 1) }],
      },
      { kind: 'message', media: repeat(limits.mediaItems + 1, { kind: 'photo', display: small }) },
      { kind: 'receipt', delivered: fill(limits.receiptIds + 1), seen: [] },
      { kind: 'receipt', delivered: [], seen: [], opened: fill(limits.receiptIds + 1) },
      { kind: 'receipt', delivered: [], seen: [], captured: [] },
      { kind: 'profile', name: '' },
      { kind: 'profile', name: 'x'.repeat(65) },
      { kind: 'accept', name: 'Bo', mailbox: { ...mailbox, relay: 'https://relay.example/path' } },
      { kind: 'accept', name: 'Bo', mailbox: { ...mailbox, writeKey: new Uint8Array(31) } },
      { kind: 'message', text: 'Yes', media: [], replyTo: random(15) },
      { kind: 'message', text: 'Yes', media: [], lifeMs: limits.lifeMinMs - 1 },
      { kind: 'message', text: 'Yes', media: [], lifeMs: limits.lifeMs + 1 },
      { kind: 'message', text: 'Yes', media: [], lifeMs: 0 },
      { kind: 'message', text: 'Yes', media: [], mentions: [] },
      { kind: 'message', text: 'Yes', media: [], mentions: [{ from: 0, to: 4, fingerprint: random(32) }] },
      { kind: 'message', text: 'Yes', media: [], mentions: [{ from: 1, to: 1, fingerprint: random(32) }] },
      { kind: 'message', text: '👋👋👋', media: [], mentions: [{ from: 3, to: 4, fingerprint: random(32) }] },
      {
        kind: 'message',
        text: 'Yes',
        media: [],
        mentions: [
          { from: 0, to: 2, fingerprint: random(32) },
          { from: 1, to: 3, fingerprint: random(32) },
        ],
      },
      { kind: 'reaction', to: random(16), emoji: '' },
      { kind: 'reaction', to: random(16), emoji: 'a b' },
      { kind: 'reaction', to: random(16), emoji: '\u{202e}a' },
      { kind: 'reaction', to: random(16), emoji: '\u{200d}' },
      { kind: 'reaction', to: random(16), emoji: '👋'.repeat(limits.emojiCodePoints + 1) },
      { kind: 'edit', of: random(16), text: '' },
      { kind: 'unsend', of: [] },
      { kind: 'unsend', of: fill(limits.unsentIds + 1) },
      { kind: 'timer', lifeMs: 1 },
      { kind: 'post', media: [], until: 0 },
      { kind: 'post', text: '', media: [], until: 0 },
    ]
    for (const body of refused) expect(() => encodeContent(contentOf(body))).toThrow(EncodingError)
  })

  it('bounds what it follows and refuses wrong lengths of ids', () => {
    const base = contentOf({ kind: 'profile', name: 'Ana' })
    expect(decodeContent(encodeContent({ ...base, parents: fill(8) }))).toBeDefined()
    for (const bad of [
      { ...base, parents: fill(9) },
      { ...base, groupHeads: [new Uint8Array(16)] },
      { ...base, messageId: new Uint8Array(15) },
      { ...base, conversationId: new Uint8Array(32) },
      { ...base, log: { length: 0, head: new Uint8Array(32) } },
      { ...base, sentAtMs: -1 },
      { ...base, sentAtMs: 1.5 },
    ])
      expect(() => encodeContent(bad)).toThrow(EncodingError)
  })

  it('larger than an envelope is refused', () => {
    const body: Body = {
      kind: 'message',
      media: repeat(32, { kind: 'photo', display: small, caption: '😀'.repeat(1000) }),
    }
    const bytes = encodeContent(contentOf(body))
    expect(bytes.length).toBeGreaterThan(limits.contentBytes)
    expect(decodeContent(bytes)).toBeUndefined()
  })

  it('survives hostile bytes', () => {
    expectOnlyCanonical(
      (bytes) => {
        const content = decodeContent(bytes)
        return content?.body.kind === 'unknown' ? undefined : content
      },
      encodeContent,
      bodies.map((body) => encodeContent(contentOf(body))),
    )
  })
})

describe('media', () => {
  const sent = (item: MediaItem): Content => contentOf({ kind: 'message', media: [item] })
  const expectRefused = (items: readonly MediaItem[]): void => {
    for (const item of items) expect(() => encodeContent(sent(item)), JSON.stringify(item)).toThrow(EncodingError)
  }

  it('have what belongs to their kind alone', () => {
    const photo: MediaItem = { kind: 'photo', display: small }
    const video: MediaItem = { kind: 'video', display: large }
    const waveform = random(64)
    expectRefused([
      { ...photo, poster: small },
      { ...photo, loop: true },
      { ...photo, waveform },
      { ...photo, name: 'a.jpg' },
      { ...video, waveform },
      { ...video, name: 'a.mp4' },
      { ...voice, poster: small },
      { ...voice, original: large },
      { ...voice, loop: true },
      { ...voice, name: 'a.m4a' },
      { ...file, poster: small },
      { ...file, original: large },
      { ...file, loop: true },
      { ...file, waveform },
    ])
  })

  it('of a voice note have a waveform of 64 bytes, a duration, and no picture', () => {
    const { waveform: _, ...mute } = voice
    const { durationMs: __, ...timeless } = sound
    expectRefused([
      mute,
      { ...voice, waveform: random(63) },
      { ...voice, waveform: random(65) },
      { ...voice, display: timeless },
      { ...voice, display: { ...sound, width: 1 } },
      { ...voice, display: { ...sound, height: 1 } },
      { ...voice, display: { ...sound, thumbhash: random(5) } },
    ])
  })

  it('of a file have a name, and nothing to show', () => {
    const { name: _, ...nameless } = file
    expectRefused([
      nameless,
      { ...file, name: '../../.ssh/authorized_keys' },
      { ...file, name: 'invoice\u{202e}fdp.exe' },
      { ...file, display: { ...paper, width: 1, height: 1 } },
      { ...file, display: { ...paper, durationMs: 1 } },
      { ...file, display: { ...paper, thumbhash: random(5) } },
    ])
  })

  it('play in a loop or say nothing of it', () => {
    expectRefused([{ kind: 'video', display: large, loop: false }])
    const bytes = encodeContent(sent({ kind: 'video', display: large, loop: true }))
    // The last field of the item: 7, true.
    expect([...bytes.subarray(-2)]).toEqual([7, 0xf5])
    for (const other of [0xf4, 0xf6, 0x01])
      expect(decodeContent(Uint8Array.of(...bytes.subarray(0, -1), other))).toBeUndefined()
  })

  it('to be viewed once are photos and videos, at least one, without originals', () => {
    const photo: MediaItem = { kind: 'photo', display: small }
    for (const media of [[], [voice], [file], [photo, file], [photo, voice], [{ ...photo, original: large }]])
      expect(() => encodeContent(contentOf({ kind: 'message', text: 'x', media, view: { replays: 0 } }))).toThrow(
        EncodingError,
      )
  })

  it('are viewed for 1 to 10 whole seconds, and once more at most', () => {
    for (const view of [
      { seconds: 0, replays: 0 },
      { seconds: 11, replays: 0 },
      { seconds: 1.5, replays: 0 },
      { seconds: 5, replays: 2 },
      { seconds: 5, replays: -1 },
    ])
      expect(() =>
        encodeContent(contentOf({ kind: 'message', media: [{ kind: 'photo', display: small }], view })),
      ).toThrow(EncodingError)
  })

  it('of a later kind, or with a field of a later version, are refused', () => {
    const bytes = encodeContent(contentOf({ kind: 'message', media: [{ kind: 'photo', display: small }] }))
    const value = decodeCbor(bytes, { maxBytes: 5000, maxDepth: 16, maxItems: 100 })
    const body = value instanceof Map ? value.get(7) : undefined
    const message = Array.isArray(body) ? (body as readonly Value[])[1] : undefined
    const list = message instanceof Map ? message.get(2) : undefined
    const item = Array.isArray(list) ? (list as readonly Value[])[0] : undefined
    if (!(item instanceof Map)) throw new Error('a message has media')
    const withItem = (...changes: readonly (readonly [number, Value])[]): Uint8Array =>
      withBody([3, new Map<number, Value>([[2, [new Map([...item, ...changes])]]])])
    expect(decodeContent(withItem())).toBeDefined()
    expect(decodeContent(withItem([1, 5]))).toBeUndefined()
    expect(decodeContent(withItem([10, true]))).toBeUndefined()
  })
})

describe('manifests', () => {
  const media = (display: Manifest): Content => contentOf({ kind: 'message', media: [{ kind: 'photo', display }] })

  it('are refused when their parts do not agree', () => {
    const wrongList: Manifest = { ...small, hashes: { kind: 'inline', list: random(32) } }
    const wrongCount: Manifest = { ...small, segmentCount: 2 }
    const nested: Manifest = { ...large, hashes: { kind: 'blob', manifest: large } }
    const needless: Manifest = { ...small, hashes: { kind: 'blob', manifest: small } }
    for (const bad of [wrongList, wrongCount, nested, needless])
      expect(() => encodeContent(media(bad))).toThrow(EncodingError)
  })

  it('are refused with types, sizes and lengths that cannot be', () => {
    for (const bad of [
      { ...small, mime: 'image/svg+xml; charset=x' },
      { ...small, mime: 'text/html\n' },
      { ...small, mime: 'IMAGE/PNG' },
      { ...small, mime: 'image' },
      { ...small, width: 70_000 },
      { ...small, height: -1 },
      { ...small, sizeBytes: 2 ** 40 },
      { ...small, durationMs: limits.durationMs + 1 },
      { ...small, thumbhash: new Uint8Array(33) },
      { ...small, key: new Uint8Array(16) },
      { ...small, header: new Uint8Array(73) },
    ])
      expect(() => encodeContent(media(bad))).toThrow(EncodingError)
  })

  it('on the wire are refused like on the way out', () => {
    const bytes = encodeContent(media(small))
    const list = sha256(Uint8Array.of(1))
    const position = Buffer.from(bytes).indexOf(Buffer.from(list))
    expect(position).toBeGreaterThan(0)
    const changed = bytes.slice()
    changed[position] = (changed[position] ?? 0) ^ 1
    expect(decodeContent(changed)).toBeUndefined()
  })
})

/** A blob whose inline list, if any, has one hash. */
function blob(sizeBytes: number, listed: 0 | 1): Omit<Manifest, 'mime'> {
  const list = sha256(Uint8Array.of(1))
  return {
    blobId: random(32),
    key: random(32),
    header: random(74),
    sizeBytes,
    segmentCount: listed === 1 ? 1 : segmentsOf(sizeBytes),
    root: sha256(list),
    hashes: { kind: 'inline', list },
    width: 0,
    height: 0,
  }
}

function listBlob(sizeBytes: number): Pick<Manifest, 'sizeBytes' | 'segmentCount'> {
  return { sizeBytes: 32 * segmentsOf(sizeBytes), segmentCount: 1 }
}

/** Padmé length of the stream, in segments: 200,000,008 bytes are padded to 201,326,592. */
function segmentsOf(sizeBytes: number): number {
  return sizeBytes === 0 ? 1 : Math.ceil(201_326_592 / (256 * 1024 - 32))
}

function fill(count: number): Uint8Array[] {
  return repeat(count, new Uint8Array(16))
}

function withBody(body: Value): Uint8Array {
  const bytes = encodeContent(contentOf({ kind: 'profile', name: 'Ana' }))
  const value = decodeCbor(bytes, { maxBytes: 1000, maxDepth: 8, maxItems: 100 })
  if (!(value instanceof Map)) throw new Error('content is a map')
  return encodeCbor(new Map<number | string, Value>([...value, [7, body]]))
}
