import { describe, expect, it } from 'vitest'
import {
  compareVerificationCode,
  decodeVerificationCode,
  encodeVerificationCode,
} from '../../../src/protocol/verification/code.ts'
import type { VerificationCode } from '../../../src/protocol/verification/code.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('verification code')
const [ana, bo, eve] = [random(32), random(32), random(32)]
/** Ana has Bo's screen in front of her. */
const known = { own: ana, theirs: bo }

describe('a verification code', () => {
  it('comes through a scan unchanged', () => {
    const code: VerificationCode = { shownBy: bo, shownTo: ana }
    expect(decodeVerificationCode(encodeVerificationCode(code))).toEqual({ ok: true, code })
  })

  it('matches when both know each other under the right key', () => {
    expect(compareVerificationCode({ shownBy: bo, shownTo: ana }, known)).toBe('match')
  })

  it('does not match when somebody sits between them, on either side', () => {
    // Ana writes with Eve under Bo's name: the true Bo shows his key.
    expect(compareVerificationCode({ shownBy: bo, shownTo: ana }, { own: ana, theirs: eve })).toBe('not-them')
    // Bo writes with Eve under Ana's name.
    expect(compareVerificationCode({ shownBy: bo, shownTo: eve }, known)).toBe('not-me')
    expect(compareVerificationCode({ shownBy: eve, shownTo: ana }, known)).toBe('not-them')
  })

  it('is told from my own, which proves nothing', () => {
    expect(compareVerificationCode({ shownBy: ana, shownTo: bo }, known)).toBe('own')
    expect(compareVerificationCode({ shownBy: ana, shownTo: ana }, known)).toBe('own')
  })

  it('is not made of anything but whole fingerprints', () => {
    expect(() => encodeVerificationCode({ shownBy: ana.subarray(1), shownTo: bo })).toThrow('usage')
    expect(() => encodeVerificationCode({ shownBy: ana, shownTo: new Uint8Array(0) })).toThrow('usage')
  })

  it('is told from any other text by a decoder that never throws', () => {
    for (const text of ['', 'https://relay.example/#i/AAAA', 'safelight-verify', '\ud800', 'safelight-verify:\ud800'])
      expect(decodeVerificationCode(text)).toEqual({ ok: false, reason: 'broken' })
  })
})
