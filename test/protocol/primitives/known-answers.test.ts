// The primitives against published vectors, so that neither a library nor the way it is called can be wrong unnoticed.

import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { openChaCha, sealChaCha } from '../../../src/protocol/primitives/chacha.ts'
import { sign, signingKeyOf, verify } from '../../../src/protocol/primitives/ed25519.ts'
import { hmacSha256, sha256, sha512 } from '../../../src/protocol/primitives/hash.ts'
import { deriveKey, expandKey } from '../../../src/protocol/primitives/hkdf.ts'
import { nativeSha512 } from '../../../src/protocol/primitives/sha512.ts'
import { dh, dhKeyOf } from '../../../src/protocol/primitives/x25519.ts'
import { openXChaCha, sealXChaCha } from '../../../src/protocol/primitives/xchacha.ts'
import { decapsulate, encapsulate, kemKeyOf } from '../../../src/protocol/primitives/xwing.ts'

const sunscreen =
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."

describe('known answers', () => {
  it('hashes as FIPS 180-4 says, in parts or at once', async () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(toHex(sha256(utf8('abc')))).toBe(abc)
    expect(toHex(sha256(utf8('a'), utf8(''), utf8('bc')))).toBe(abc)
    const abc512 =
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f'
    expect(toHex(sha512(utf8('abc')))).toBe(abc512)
    expect(toHex(await nativeSha512(utf8('abc')))).toBe(abc512)
  })

  it('authenticates as RFC 4231 says (case 2)', () => {
    expect(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want '), utf8('for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  it('derives keys as RFC 5869 says (cases 1 and 3)', () => {
    const ikm = new Uint8Array(22).fill(0x0b)
    expect(
      toHex(deriveKey({ ikm, salt: hex('000102030405060708090a0b0c'), info: hex('f0f1f2f3f4f5f6f7f8f9'), length: 42 })),
    ).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865')
    expect(toHex(deriveKey({ ikm, info: new Uint8Array(0), length: 42 }))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    )
    const prk = hex('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
    expect(toHex(expandKey(prk, hex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
  })

  it('signs as RFC 8032 says (test 2)', () => {
    const key = signingKeyOf(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))
    const signature = sign(key.secretKey, Uint8Array.of(0x72))
    expect(toHex(key.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    expect(toHex(signature)).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
    expect(verify(key.publicKey, Uint8Array.of(0x72), signature)).toBe(true)
  })

  it('agrees on keys as RFC 7748 says (§6.1)', async () => {
    const ana = dhKeyOf(hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
    const bo = dhKeyOf(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    expect(toHex(ana.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    expect(toHex(bo.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect(toHex((await dh(ana.secretKey, bo.publicKey)) ?? new Uint8Array(0))).toBe(shared)
    expect(toHex((await dh(bo.secretKey, ana.publicKey)) ?? new Uint8Array(0))).toBe(shared)
  })

  it('seals as RFC 8439 says (§2.8.2)', () => {
    const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const nonce = hex('070000004041424344454647')
    const ad = hex('50515253c0c1c2c3c4c5c6c7')
    const sealed = sealChaCha(key, nonce, utf8(sunscreen), ad)
    expect(toHex(sealed)).toMatch(/^d31a8d34648e60db7b86afbc53ef7ec2.*1ae10b594f09e26a7e902ecbd0600691$/)
    expect(openChaCha(key, nonce, sealed, ad)).toEqual(utf8(sunscreen))
  })

  it('seals as draft-irtf-cfrg-xchacha says (A.3.1)', () => {
    const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const nonce = hex('404142434445464748494a4b4c4d4e4f5051525354555657')
    const ad = hex('50515253c0c1c2c3c4c5c6c7')
    const sealed = sealXChaCha(key, nonce, utf8(sunscreen), ad)
    expect(toHex(sealed)).toMatch(/^bd6d179d3e83d43b9576579493c0e939.*c0875924c1c7987947deafd8780acf49$/)
    expect(openXChaCha(key, nonce, sealed, ad)).toEqual(utf8(sunscreen))
  })

  // Seed, encapsulation seed and shared secret; the secret depends on every byte of the public key and the ciphertext.
  const xwing = [
    [
      '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
      '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
      'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
    ],
    [
      'badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea',
      '17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d',
      'f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150',
    ],
    [
      'ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9',
      '22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b',
      '953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f',
    ],
  ] as const
  for (const [index, [seed, encapsulationSeed, sharedSecret]] of xwing.entries()) {
    it(`encapsulates as draft-connolly-cfrg-xwing-kem-06 says (vector ${index + 1})`, async () => {
      const key = await kemKeyOf(hex(seed))
      const sent = await encapsulate(key.publicKey, () => hex(encapsulationSeed))
      expect(toHex(sent?.sharedSecret ?? new Uint8Array(0))).toBe(sharedSecret)
      const received = await decapsulate(key.secretKey, sent?.ciphertext ?? new Uint8Array(1120))
      expect(toHex(received ?? new Uint8Array(0))).toBe(sharedSecret)
    })
  }
})

function hex(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}
