import { describe, expect, it } from 'vitest'
import {
  createMembership,
  decodeJoinLink,
  encodeJoinLink,
  isMembership,
  joinCodeId,
  membershipId,
} from '../../../src/protocol/mailbox/membership.ts'
import { utf8 } from '../../../src/protocol/bytes.ts'

const code = Uint8Array.from({ length: 16 }, (_, index) => index)
const link = encodeJoinLink({ relay: 'https://relay.example', code })

describe('a join link', () => {
  it('names the relay and the code, the latter behind the #', () => {
    expect(link).toBe('https://relay.example/#join/AAECAwQFBgcICQoLDA0ODw')
    expect(decodeJoinLink(link)).toEqual({ relay: 'https://relay.example', code })
    expect(decodeJoinLink(` ${link.slice(0, 9)}\r\n${link.slice(9)}\n`)).toEqual({
      relay: 'https://relay.example',
      code,
    })
  })

  it('keeps the longest host name there is', () => {
    const label = 'a'.repeat(60)
    const relay = `https://${[label, label, label, label].join('.')}.example:65535`
    expect(decodeJoinLink(encodeJoinLink({ relay, code }))).toEqual({ relay, code })
  })

  it.each([
    '',
    'https://relay.example',
    'https://relay.example/#join/',
    'https://relay.example/#join/AAAA',
    'https://user@relay.example/#join/AAECAwQFBgcICQoLDA0ODw',
    'ftp://relay.example/#join/AAECAwQFBgcICQoLDA0ODw',
    'HTTPS://relay.example/#join/AAECAwQFBgcICQoLDA0ODw',
    'https://relay.example:443/#join/AAECAwQFBgcICQoLDA0ODw',
    'https://relay.example/#join/AAECAwQFBgcICQoLDA0OD=',
    'https://relay.example/#join/AAECAwQFBgcICQoLDA0ODx',
    `${link}/#join/AAECAwQFBgcICQoLDA0ODw`,
    `${' '.repeat(1000)}${link}`,
  ])('is not %j', (text) => {
    expect(decodeJoinLink(text)).toBeUndefined()
  })
})

describe('a membership', () => {
  const membership = createMembership((length) => new Uint8Array(length).fill(5))

  it('is 32 random bytes as text', () => {
    expect(membership).toHaveLength(43)
    expect(isMembership(membership)).toBe(true)
    for (const text of ['', membership.slice(1), `${membership}A`, `${membership.slice(1)}.`, `${'A'.repeat(42)}B`])
      expect(isMembership(text)).toBe(false)
  })

  it('is stored as a hash that no code can have', () => {
    expect(membershipId(membership)).toHaveLength(32)
    expect(membershipId(membership)).not.toEqual(joinCodeId(utf8(membership)))
  })
})
