// The symmetric primitives of node:crypto against noble's, behind the doors that both stand behind.

import { beforeAll, describe, expect, it } from 'vitest'
import { nodeSymmetric } from '../../../../src/node-symmetric.ts'
import { openChaCha, sealChaCha } from '../../../../src/protocol/primitives/chacha.ts'
import { CryptoError } from '../../../../src/protocol/primitives/error.ts'
import { sha256 } from '../../../../src/protocol/primitives/hash.ts'
import { baselineSymmetric } from '../../../../src/protocol/primitives/symmetric/baseline.ts'
import { offerSymmetric, symmetric, trustedSymmetric } from '../../../../src/protocol/primitives/symmetric/choice.ts'
import { openXChaCha, sealXChaCha } from '../../../../src/protocol/primitives/xchacha.ts'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { bitFlips } from '../../hostile-bytes.ts'
import { seededRandom } from '../../seeded-random.ts'

const random = seededRandom('symmetric')
const lengths = [0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1654, 2353, 65_535, 65_536]
for (let index = 0; index < 40; index++) lengths.push(new DataView(random(4).buffer).getUint32(0) % 5000)

it('are trusted', () => {
  expect(trustedSymmetric(nodeSymmetric)).not.toBe(baselineSymmetric)
})

describe.each(lengths)('for %i bytes', (length) => {
  const [key, nonce, message] = [random(32), random(12), random(length)]

  it.each([0, 1, 16, 65, 300])('seals and opens as noble does, with %i bytes of associated data', (adLength) => {
    const ad = random(adLength)
    const sealed = nodeSymmetric.sealChaCha(key, nonce, message, ad)
    expect(sealed).toEqual(baselineSymmetric.sealChaCha(key, nonce, message, ad))
    expect(nodeSymmetric.openChaCha(key, nonce, sealed, ad)).toEqual(message)
    // In the middle, which is the tag where there is no message, and in the last byte of the tag.
    for (const at of [sealed.length >> 1, sealed.length - 1]) {
      const damaged = sealed.with(at, (sealed[at] ?? 0) ^ 128)
      expect(nodeSymmetric.openChaCha(key, nonce, damaged, ad)).toBeUndefined()
    }
    for (const other of [random(adLength + 1), random(adLength + 16)])
      expect(nodeSymmetric.openChaCha(key, nonce, sealed, other)).toBeUndefined()
    expect(nodeSymmetric.openChaCha(random(32), nonce, sealed, ad)).toBeUndefined()
    expect(nodeSymmetric.openChaCha(key, random(12), sealed, ad)).toBeUndefined()
  })

  it('hashes as noble does, however the bytes are cut', () => {
    const expected = baselineSymmetric.sha256([message])
    for (const at of [0, 1, 64, length]) {
      expect(nodeSymmetric.sha256([message.subarray(0, at), message.subarray(at)])).toEqual(expected)
    }
  })

  it('gives arrays over buffers of their own', () => {
    const sealed = nodeSymmetric.sealChaCha(key, nonce, message, key)
    for (const result of [sealed, nodeSymmetric.openChaCha(key, nonce, sealed, key), nodeSymmetric.sha256([message])]) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype)
      expect(result?.buffer.byteLength).toBe(result?.length)
    }
  })
})

describe('behind the doors', () => {
  beforeAll(() => offerSymmetric(nodeSymmetric))
  const ad = random(65)

  it('they are used once they are offered', () => {
    expect(symmetric()).not.toBe(baselineSymmetric)
    const message = random(1000)
    expect(sha256(message, ad)).toEqual(baselineSymmetric.sha256([message, ad]))
  })

  it('XChaCha20-Poly1305 is that of noble, for views at any place of a buffer, which stay as they are', () => {
    for (const offset of [0, 1, 2, 3]) {
      const [keyAt, nonceAt] = [random(32 + offset), random(24 + offset)]
      const [key, nonce] = [keyAt.subarray(offset), nonceAt.subarray(offset)]
      const before = [keyAt.slice(), nonceAt.slice()]
      const message = random(777)
      const sealed = sealXChaCha(key, nonce, message, ad)
      expect(sealed).toEqual(xchacha20poly1305(key, nonce, ad).encrypt(message))
      expect(openXChaCha(key, nonce, sealed, ad)).toEqual(message)
      expect(openXChaCha(key, nonce, sealed, random(64))).toBeUndefined()
      expect([keyAt, nonceAt]).toEqual(before)
    }
  })

  it('every changed bit is refused', () => {
    const [key, nonce] = [random(32), random(24)]
    const sealed = sealXChaCha(key, nonce, random(20), ad)
    for (const changed of bitFlips(sealed)) expect(openXChaCha(key, nonce, changed, ad)).toBeUndefined()
    for (const changed of bitFlips(ad)) expect(openXChaCha(key, nonce, sealed, changed)).toBeUndefined()
  })

  it('wrong lengths and damage are what they are with noble', () => {
    const [key, nonce] = [random(32), random(12)]
    const usage = [
      () => sealChaCha(random(31), nonce, ad, ad),
      () => sealChaCha(key, random(24), ad, ad),
      () => openChaCha(random(33), nonce, ad, ad),
      () => openChaCha(key, random(11), ad, ad),
      () => sealXChaCha(key, nonce, ad, ad),
      () => openXChaCha(random(16), random(24), ad, ad),
    ]
    for (const call of usage) expect(call).toThrow(new CryptoError('usage'))
    for (let length = 0; length < 40; length++) {
      expect(openChaCha(key, nonce, random(length), ad)).toBeUndefined()
      expect(openXChaCha(key, random(24), random(length), ad)).toBeUndefined()
    }
  })
})
