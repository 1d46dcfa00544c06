import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { hmacSha384 } from '../../../src/protocol/primitives/hmac-sha384.ts'

describe('HMAC-SHA-384', () => {
  it('agrees with test cases 1, 2 and 6 of RFC 4231', () => {
    expect(toHex(hmacSha384(new Uint8Array(20).fill(0x0b), utf8('Hi There')))).toBe(
      'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
    )
    expect(toHex(hmacSha384(utf8('Jefe'), utf8('what do ya want '), utf8('for nothing?')))).toBe(
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    )
    const long = utf8('Test Using Larger Than Block-Size Key - Hash Key First')
    expect(toHex(hmacSha384(new Uint8Array(131).fill(0xaa), long))).toBe(
      '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
    )
  })
})
