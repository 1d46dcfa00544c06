// Reports as files: what anybody can read out of one, and what none of them takes.

import { describe, expect, it } from 'vitest'
import { fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { decodeContent, encodeContent } from '../../../src/protocol/content/codec.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { encodeReport, verifyReport } from '../../../src/protocol/report/file.ts'
import { ana, anaId, contentOf, mailbox, mallory, malloryId, photo, signedBy } from './people.ts'

const request = signedBy(mallory, anaId, { kind: 'request', name: 'Nice Person', mailbox, text: 'let me in' }, 1)
const message = signedBy(mallory, anaId, { kind: 'message', text: 'you are "ugly"\n', media: [photo] }, 2)
const file = encodeReport({ certificate: mallory.certificate, recipient: anaId, messages: [request, message] })
const text = fromUtf8(file) ?? ''
const reasonOf = (changed: string | Uint8Array): string | undefined => {
  const verdict = verifyReport(changed)
  return verdict.holds ? undefined : verdict.reason
}

describe('a report', () => {
  it('says who wrote what to whom and when, as bytes and as text', () => {
    const verdict = {
      holds: true,
      author: toHex(malloryId),
      recipient: toHex(anaId),
      messages: [
        { id: '01'.repeat(16), sentAt: 1_800_000_000_001, name: 'Nice Person', text: 'let me in', media: [] },
        {
          id: '02'.repeat(16),
          sentAt: 1_800_000_000_002,
          text: 'you are "ugly"\n',
          media: [{ kind: 'photo', caption: 'look at this', hash: toHex(message.said.media[0]?.hash ?? anaId) }],
        },
      ],
    }
    expect(verifyReport(file)).toEqual(verdict)
    expect(verifyReport(text)).toEqual(verdict)
  })

  it('can be read without a program, and gives nobody access to anything', () => {
    expect(text).toContain('"text": "let me in"')
    expect(text).toContain('"sentAt": "2027-01-15T08:00:00.001Z"')
    for (const secret of [mailbox.writeKey, photo.display.key, photo.display.blobId])
      expect(text).not.toContain(toHex(secret))
    expect(text).not.toContain('relay.example')
  })

  it('names a medium by all that the message says of it', () => {
    const other = { ...photo, display: { ...photo.display, key: new Uint8Array(32).fill(99) } }
    const said = signedBy(mallory, anaId, { kind: 'message', media: [other] }).said
    expect(said.media[0]?.hash).not.toEqual(message.said.media[0]?.hash)
  })

  it('is refused when one word, name, time or id is another', () => {
    const changes: readonly (readonly [string, string])[] = [
      ['let me in', 'let me out'],
      ['Nice Person', 'Nasty Person'],
      ['00.001Z', '00.003Z'],
      ['01'.repeat(16), '03'.repeat(16)],
      ['look at this', 'look at that'],
      ['"kind": "photo"', '"kind": "video"'],
      [toHex(anaId), toHex(malloryId)],
    ]
    for (const [before, after] of changes) {
      expect(text, before).toContain(before)
      expect(reasonOf(text.replace(before, after)), before).toBe('signature')
    }
  })

  it('is refused when something that was said is left out, or put in', () => {
    expect(reasonOf(text.replace('      "text": "let me in",\n', ''))).toBe('signature')
    expect(reasonOf(text.replace('      "media": [],', '      "text": "and more",\n      "media": [],'))).toBe(
      'no-report',
    )
    const withoutPhoto = { ...message, said: { ...message.said, media: [] } }
    const cut = encodeReport({ certificate: mallory.certificate, recipient: anaId, messages: [withoutPhoto] })
    expect(reasonOf(cut)).toBe('signature')
  })

  it('is refused when the signature is of another message, another author, or for another person', () => {
    const swapped = { said: message.said, signature: request.signature }
    const bySelf = signedBy(ana, anaId, { kind: 'message', text: 'forged', media: [] })
    const forOther = signedBy(mallory, malloryId, { kind: 'message', text: 'to somebody else', media: [] })
    for (const one of [swapped, bySelf, forOther]) {
      const forged = encodeReport({ certificate: mallory.certificate, recipient: anaId, messages: [request, one] })
      expect(reasonOf(forged)).toBe('signature')
    }
  })

  it('is refused with a certificate of somebody else, or one that is none', () => {
    const { certificate } = ana
    const foreign = fromUtf8(encodeReport({ certificate, recipient: anaId, messages: [request] })) ?? ''
    expect(reasonOf(foreign)).toBe('signature')
    expect(reasonOf(foreign.replace(toHex(anaId), toHex(malloryId)))).toBe('certificate')
    const [line = ''] = /"certificate": ".{20}/.exec(text) ?? []
    expect(reasonOf(text.replace(line, `${line.slice(0, -1)}${line.endsWith('A') ? 'B' : 'A'}`))).toBe('certificate')
  })

  it('is refused in any other form: cut, padded, with a name twice, a field more, another order', () => {
    for (const changed of [
      '',
      '{}',
      '[]',
      'null',
      text.slice(0, -1),
      `${text} `,
      `\u{feff}${text}`,
      text.replaceAll('  ', '\t'),
      text.replace('"text": "let me in"', '"text": "let me out",\n      "text": "let me in"'),
      text.replace('"version": 1,', '"version": 1,\n  "note": "from the police",'),
      text.replace('"format": "safelight report",\n  "version": 1', '"version": 1,\n  "format": "safelight report"'),
      text.replace('"version": 1', '"version": "1"'),
      text.replace('.001Z', '.001+00:00'),
      text.replaceAll(toHex(anaId), toHex(anaId).toUpperCase()),
      text.replace('"text": "let me in"', '"text": ""'),
      text.replace('"text": "let me in"', String.raw`"text": "\ud800"`),
    ])
      expect(reasonOf(changed), changed.slice(0, 60)).toBe('no-report')
    expect(reasonOf(text.replace('"version": 1', '"version": 2'))).toBe('version')
    expect(reasonOf(utf8(text).with(5, 0xff))).toBe('no-report')
  })

  it('is refused without a message, with too many, and above its bound before it is read', () => {
    const none = encodeReport({ certificate: mallory.certificate, recipient: anaId, messages: [] })
    expect(reasonOf(none)).toBe('no-report')
    const messages = Array.from({ length: limits.reportMessages + 1 }, () => request)
    expect(reasonOf(encodeReport({ certificate: mallory.certificate, recipient: anaId, messages }))).toBe('no-report')
    expect(reasonOf(`${text}${' '.repeat(limits.reportBytes)}`)).toBe('too-large')
    expect(reasonOf('['.repeat(limits.reportBytes))).toBe('no-report')
  })
})

describe('a content', () => {
  it('is signed where it is a request or a message, and nowhere else', () => {
    const { signature } = request
    for (const body of [
      { kind: 'request', name: 'Mallory', mailbox },
      { kind: 'message', text: 'hello', media: [] },
    ] as const) {
      const content = { ...contentOf(body), signature }
      expect(decodeContent(encodeContent(content))).toEqual(content)
    }
    expect(() => encodeContent({ ...contentOf({ kind: 'profile', name: 'Mallory' }), signature })).toThrow(
      EncodingError,
    )
    const short = { ...contentOf({ kind: 'message', text: 'hello', media: [] }), signature: signature.slice(1) }
    expect(() => encodeContent(short)).toThrow(EncodingError)
  })
})
