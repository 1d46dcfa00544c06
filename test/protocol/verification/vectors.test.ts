// Frozen vectors of protocol version 1: two people whose apps were made at different times compare these digits.

import { expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { decodeVerificationCode, encodeVerificationCode } from '../../../src/protocol/verification/code.ts'
import { safetyNumber } from '../../../src/protocol/verification/safety-number.ts'
import vectors from '../../vectors/v1/safety-number.json' with { type: 'json' }

it('gives the frozen safety numbers', async () => {
  for (const { fingerprint, other, number } of vectors.numbers)
    expect(await safetyNumber(hex(fingerprint), hex(other))).toBe(number)
})

it('writes and reads the frozen codes', () => {
  for (const { shownBy, shownTo, text } of vectors.codes) {
    expect(encodeVerificationCode({ shownBy: hex(shownBy), shownTo: hex(shownTo) })).toBe(text)
    const decoded = decodeVerificationCode(text)
    expect(decoded.ok && [toHex(decoded.code.shownBy), toHex(decoded.code.shownTo)]).toEqual([shownBy, shownTo])
  }
})

it('refuses the frozen codes that should be, for the right reason', () => {
  for (const { why, text, reason } of vectors.refusedCodes)
    expect(decodeVerificationCode(text), why).toEqual({ ok: false, reason })
})

function hex(text: string): Bytes {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('expected hex')
  return bytes
}
