// Links by which people ask to join a group.

import { describe, expect, it } from 'vitest'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { decodeGroupLink, encodeGroupLink } from '../../../src/protocol/group/link.ts'
import { decodeInviteLink, encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { fromBase64Url, toBase64Url } from '../../../src/protocol/bytes.ts'
import { personNamed } from './people.ts'

const decoded = decodeInviteLink(personNamed('Ana').link)
if (!decoded.ok) throw new Error('no link')
const { invite } = decoded
const group = new Uint8Array(32).fill(5)
const link = encodeGroupLink({ group, name: 'The sea', invite })

describe('a link of a group', () => {
  it('has the group, its name and the invite', () => {
    expect(decodeGroupLink(link)).toEqual({
      ok: true,
      link: { group, name: 'The sea', invite },
      invite: encodeInviteLink(invite),
    })
    expect(link.startsWith('https://relay.example/#g/')).toBe(true)
  })

  it('is read with line breaks, and without what stands before', () => {
    const [, bare = ''] = link.split('#g/')
    for (const text of [bare, ` ${link.slice(0, 60)}\n ${link.slice(60)} `, `https://other.example/#g/${bare}`])
      expect(decodeGroupLink(text).ok).toBe(true)
  })

  it('is broken with any character changed, cut or added', () => {
    const [, bare = ''] = link.split('#g/')
    for (let at = 0; at < bare.length; at += 7) {
      const other = bare[at] === 'A' ? 'B' : 'A'
      expect(decodeGroupLink(`${bare.slice(0, at)}${other}${bare.slice(at + 1)}`), String(at)).toMatchObject({
        ok: false,
      })
    }
    for (const text of ['', '#g/', bare.slice(0, -1), `${bare}AAAA`, 'x'.repeat(100_000)])
      expect(decodeGroupLink(text)).toEqual({ ok: false, reason: 'broken' })
  })

  it('is no invite of a person, and an invite of a person is none', () => {
    const [, bare = ''] = link.split('#g/')
    expect(decodeInviteLink(bare)).toMatchObject({ ok: false })
    expect(decodeGroupLink(personNamed('Ana').link)).toMatchObject({ ok: false })
  })

  it('of a later version is told apart', () => {
    const [, bare = ''] = link.split('#g/')
    const bytes = fromBase64Url(bare) ?? new Uint8Array()
    // Its checksum is of this version's bytes.
    expect(decodeGroupLink(toBase64Url(bytes.with(0, 2)))).toEqual({ ok: false, reason: 'broken' })
  })

  it('has a name that can be shown', () => {
    expect(() => encodeGroupLink({ group, name: 'The \u202e sea', invite })).toThrow(EncodingError)
    expect(() => encodeGroupLink({ group, name: '', invite })).toThrow(EncodingError)
  })
})
