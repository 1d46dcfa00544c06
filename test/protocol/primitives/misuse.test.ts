// Hostile keys and wrong lengths at the doors of the primitives.

import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../src/protocol/bytes.ts'
import { openChaCha, sealChaCha } from '../../../src/protocol/primitives/chacha.ts'
import { createSigningKey, sign, verify } from '../../../src/protocol/primitives/ed25519.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { deriveKey, expandKey } from '../../../src/protocol/primitives/hkdf.ts'
import { createDhKey, dh, isDhPublicKey } from '../../../src/protocol/primitives/x25519.ts'
import { openXChaCha, sealXChaCha } from '../../../src/protocol/primitives/xchacha.ts'
import { createKemKey, decapsulate, encapsulate } from '../../../src/protocol/primitives/xwing.ts'
import { bitFlips } from '../hostile-bytes.ts'
import { seededRandom } from '../seeded-random.ts'
import { smallOrder } from './small-order.ts'

const none = new Uint8Array(0)

describe('X25519', () => {
  const { secretKey, publicKey } = createDhKey(seededRandom('dh'))

  it('refuses every point of small order', async () => {
    for (const encoding of smallOrder) {
      expect(await dh(secretKey, encoding)).toBeUndefined()
      expect(isDhPublicKey(encoding)).toBe(false)
    }
  })

  it('refuses encodings that are not the only one of their point', async () => {
    const topBit = publicKey.slice()
    topBit[31] = (topBit[31] ?? 0) | 0x80
    // p + 9 is the base point again.
    const unreduced = hex('f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
    for (const encoding of [topBit, unreduced, new Uint8Array(32).fill(0xff)]) {
      expect(await dh(secretKey, encoding)).toBeUndefined()
      expect(isDhPublicKey(encoding)).toBe(false)
    }
  })

  it('takes the largest canonical encoding that is no point of small order', () => {
    const largest = hex('ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
    expect(isDhPublicKey(largest)).toBe(true)
    expect(isDhPublicKey(publicKey)).toBe(true)
  })
})

describe('Ed25519', () => {
  const key = createSigningKey(seededRandom('sign'))
  const message = Uint8Array.of(1, 2, 3)
  const signature = sign(key.secretKey, message)

  it('refuses another message, another key and every changed bit of a signature', () => {
    expect(verify(key.publicKey, message, signature)).toBe(true)
    expect(verify(key.publicKey, Uint8Array.of(1, 2), signature)).toBe(false)
    expect(verify(createSigningKey(seededRandom('other')).publicKey, message, signature)).toBe(false)
    for (const changed of bitFlips(signature)) expect(verify(key.publicKey, message, changed)).toBe(false)
  })

  it('refuses the other encoding of the same signature (S + L)', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    let scalar = 0n
    for (let index = 63; index >= 32; index--) scalar = (scalar << 8n) | BigInt(signature[index] ?? 0)
    scalar += order
    const malleated = signature.slice()
    for (let index = 32; index < 64; index++) {
      malleated[index] = Number(scalar & 0xffn)
      scalar >>= 8n
    }
    expect(verify(key.publicKey, message, malleated)).toBe(false)
  })

  it('refuses keys of small order, under which one signature fits many messages', () => {
    const identity = hex('0100000000000000000000000000000000000000000000000000000000000000')
    const forged = new Uint8Array(64)
    forged.set(identity)
    expect(verify(identity, message, forged)).toBe(false)
    expect(verify(new Uint8Array(32).fill(0xff), message, signature)).toBe(false)
  })
})

describe('X-Wing', () => {
  it('gives another secret for a changed ciphertext, and none for an X25519 point of small order', async () => {
    const random = seededRandom('kem')
    const key = await createKemKey(random)
    const sent = await encapsulate(key.publicKey, random)
    if (sent === undefined) throw new Error('no ciphertext')
    const changed = sent.ciphertext.slice()
    changed[0] = (changed[0] ?? 0) ^ 1
    const other = await decapsulate(key.secretKey, changed)
    expect(other).toHaveLength(32)
    expect(other).not.toEqual(sent.sharedSecret)
    const zeroPoint = sent.ciphertext.slice()
    zeroPoint.fill(0, 1088)
    expect(await decapsulate(key.secretKey, zeroPoint)).toBeUndefined()
  })

  it('refuses a public key whose ML-KEM half is out of range or whose X25519 half is of small order', async () => {
    const random = seededRandom('kem')
    const { publicKey } = await createKemKey(random)
    expect(await encapsulate(publicKey.slice().fill(0xff, 0, 3), random)).toBeUndefined()
    expect(await encapsulate(publicKey.slice().fill(0, 1184), random)).toBeUndefined()
  })
})

describe('AEADs', () => {
  const key = new Uint8Array(32).fill(7)
  const ad = Uint8Array.of(9)
  const cases = [
    { name: 'ChaCha20-Poly1305', nonce: new Uint8Array(12), seal: sealChaCha, open: openChaCha },
    { name: 'XChaCha20-Poly1305', nonce: new Uint8Array(24), seal: sealXChaCha, open: openXChaCha },
  ]
  for (const { name, nonce, seal, open } of cases) {
    it(`${name} refuses every changed bit, cut and foreign associated data`, () => {
      const sealed = seal(key, nonce, Uint8Array.of(1, 2, 3, 4), ad)
      expect(open(key, nonce, sealed, ad)).toEqual(Uint8Array.of(1, 2, 3, 4))
      for (const changed of bitFlips(sealed)) expect(open(key, nonce, changed, ad)).toBeUndefined()
      for (let length = 0; length < sealed.length; length++)
        expect(open(key, nonce, sealed.slice(0, length), ad)).toBeUndefined()
      expect(open(key, nonce, sealed, none)).toBeUndefined()
      expect(open(new Uint8Array(32), nonce, sealed, ad)).toBeUndefined()
    })

    it(`${name} seals nothing at all, but authenticated`, () => {
      const sealed = seal(key, nonce, none, ad)
      expect(sealed).toHaveLength(16)
      expect(open(key, nonce, sealed, ad)).toEqual(none)
    })
  }
})

it('treats a wrong length anywhere as a bug on this side', async () => {
  const short = new Uint8Array(31)
  const full = new Uint8Array(32)
  const calls = [
    () => sign(short, none),
    () => verify(short, none, new Uint8Array(64)),
    () => verify(full, none, new Uint8Array(63)),
    () => isDhPublicKey(short),
    () => createSigningKey(() => short),
    () => createDhKey(() => short),
    () => sealChaCha(short, new Uint8Array(12), none, none),
    () => sealChaCha(full, new Uint8Array(24), none, none),
    () => openChaCha(full, new Uint8Array(11), none, none),
    () => sealXChaCha(full, new Uint8Array(12), none, none),
    () => openXChaCha(short, new Uint8Array(24), none, none),
    () => expandKey(short, none, 32),
    () => deriveKey({ ikm: none, info: none, length: 0 }),
    () => deriveKey({ ikm: none, info: none, length: 255 * 32 + 1 }),
  ]
  for (const call of calls) expect(call).toThrow(CryptoError)
  await expect(dh(short, full)).rejects.toThrow(CryptoError)
  await expect(dh(full, short)).rejects.toThrow(CryptoError)
  await expect(encapsulate(full, () => full)).rejects.toThrow(CryptoError)
  await expect(encapsulate(new Uint8Array(1216), () => full)).rejects.toThrow(CryptoError)
  await expect(decapsulate(full, full)).rejects.toThrow(CryptoError)
  await expect(decapsulate(short, new Uint8Array(1120))).rejects.toThrow(CryptoError)
})

it('says nothing in an error that could help an attacker', () => {
  expect(new CryptoError('damaged').message).toBe('crypto: damaged')
})

function hex(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}
