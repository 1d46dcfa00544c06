import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, fromBase64Url, toBase64Url } from '../../../src/protocol/bytes.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import type { InviteLink } from '../../../src/protocol/invite/link.ts'
import { decodeInviteLink, encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { labels } from '../../../src/protocol/labels.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('invite')
const invite: InviteLink = {
  fingerprint: random(32),
  relays: ['https://relay.example', 'http://localhost:8080'],
  writeKey: random(32),
  psk: random(32),
  uses: 1,
  expiresAtMs: 1_800_000_000_000,
  name: 'Ana 👋',
}
const link = encodeInviteLink(invite)
const payload = link.slice(link.indexOf('#i/') + 3)
const bytes = fromBase64Url(payload) ?? new Uint8Array(0)

describe('an invite link', () => {
  it('is an address at the first relay whose fragment says everything', () => {
    expect(link.startsWith('https://relay.example/#i/')).toBe(true)
    expect(new URL(link).pathname).toBe('/')
    expect(decodeInviteLink(link)).toEqual({ ok: true, invite })
    expect(link.length).toBeLessThan(300)
  })

  it('is read with white space around it, broken over lines, or without its beginning', () => {
    for (const text of [
      `  ${link}\n`,
      payload,
      `#i/${payload}`,
      `${link.slice(0, 60)}\r\n ${link.slice(60)}`,
      `https://other.example/app#i/${payload}`,
    ])
      expect(decodeInviteLink(text)).toEqual({ ok: true, invite })
  })

  it('is found broken with any bit of any byte changed, also in the version', () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeInviteLink(toBase64Url(changed))).toEqual({ ok: false, reason: 'broken' })
    }
  })

  it('is found broken with any character changed, missing or doubled', () => {
    for (let index = 0; index < payload.length; index++) {
      const other = payload[index] === 'A' ? 'B' : 'A'
      expect(decodeInviteLink(payload.slice(0, index) + other + payload.slice(index + 1)).ok).toBe(false)
      expect(decodeInviteLink(payload.slice(0, index) + payload.slice(index + 1)).ok).toBe(false)
      expect(decodeInviteLink(payload.slice(0, index)).ok).toBe(false)
      expect(decodeInviteLink(payload.slice(0, index) + payload.charAt(index) + payload.slice(index)).ok).toBe(false)
    }
  })

  it('is found broken when it is no invite at all, or far too long', () => {
    for (const text of [
      '',
      ' ',
      '#i/',
      'https://relay.example',
      'https://relay.example/#i/',
      'hello',
      link.repeat(2),
      'A'.repeat(1e6),
    ])
      expect(decodeInviteLink(text)).toEqual({ ok: false, reason: 'broken' })
  })

  it('of a later version is told apart from a broken one', () => {
    const later = bytes.slice(0, -4)
    later[0] = 2
    expect(decodeInviteLink(toBase64Url(concatBytes(later, checksum(later))))).toEqual({ ok: false, reason: 'version' })
  })

  it('with a right checksum but wrong content is broken', () => {
    const content = concatBytes(Uint8Array.of(1), Uint8Array.of(0xa0))
    expect(decodeInviteLink(toBase64Url(concatBytes(content, checksum(content))))).toEqual({
      ok: false,
      reason: 'broken',
    })
    const trailing = concatBytes(bytes.slice(0, -4), Uint8Array.of(0))
    expect(decodeInviteLink(toBase64Url(concatBytes(trailing, checksum(trailing))))).toEqual({
      ok: false,
      reason: 'broken',
    })
  })

  it('is not made with anything that would not be read', () => {
    for (const bad of [
      { ...invite, psk: new Uint8Array(32) },
      { ...invite, psk: new Uint8Array(31).fill(1) },
      { ...invite, fingerprint: new Uint8Array(31) },
      { ...invite, writeKey: new Uint8Array(0) },
      { ...invite, relays: [] },
      { ...invite, relays: ['https://a.example', 'https://b.example', 'https://c.example', 'https://d.example'] },
      { ...invite, relays: ['https://a.example', 'https://a.example'] },
      { ...invite, relays: ['https://a.example/'] },
      { ...invite, relays: ['javascript:alert(1)'] },
      { ...invite, uses: 0 },
      { ...invite, uses: 1001 },
      { ...invite, expiresAtMs: -1 },
      { ...invite, name: '' },
      { ...invite, name: 'A\u{202e}na' },
    ])
      expect(() => encodeInviteLink(bad)).toThrow(EncodingError)
  })

  it('with an all-zero psk is refused, checksum or not', () => {
    const position = Buffer.from(bytes).indexOf(Buffer.from(invite.psk))
    const content = bytes.slice(0, -4).fill(0, position, position + 32)
    expect(decodeInviteLink(toBase64Url(concatBytes(content, checksum(content))))).toEqual({
      ok: false,
      reason: 'broken',
    })
  })

  it('never throws, and what it reads is what it would have written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const whole = concatBytes(Uint8Array.of(1), content)
        const text = toBase64Url(concatBytes(whole, checksum(whole)))
        const decoded = decodeInviteLink(text)
        return !decoded.ok || encodeInviteLink(decoded.invite).endsWith(text)
      }),
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !decodeInviteLink(text).ok))
  })
})

function checksum(content: Uint8Array): Uint8Array {
  return sha256(labels.inviteChecksum, content).slice(0, 4)
}
