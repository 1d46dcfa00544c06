// Native halves of platforms that are not this one: missing, wrong, of another draft, failing now and then.

import { describe, expect, it } from 'vitest'
import { baselineMlKem, baselineX25519 } from '../../../../src/protocol/primitives/agreement/baseline.ts'
import { chooseHalves } from '../../../../src/protocol/primitives/agreement/best.ts'
import type { MlKem, X25519 } from '../../../../src/protocol/primitives/agreement/halves.ts'
import { sha256 } from '../../../../src/protocol/primitives/hash.ts'
import { createKemKey, decapsulate, encapsulate } from '../../../../src/protocol/primitives/xwing.ts'
import { seededRandom } from '../../seeded-random.ts'

const refuse = () => Promise.reject(new Error('NotSupportedError'))
const throwAtOnce = () => {
  throw new TypeError('subtle.encapsulateBits is not a function')
}

const wrongX25519: Readonly<Record<string, X25519>> = {
  'is missing': { publicKey: refuse, agree: refuse },
  'throws at once': { publicKey: throwAtOnce, agree: throwAtOnce },
  'makes other public keys': { ...baselineX25519, publicKey: async (key) => sha256(key) },
  'agrees on other secrets': {
    ...baselineX25519,
    agree: async (key, other) => sha256(await baselineX25519.agree(key, other)),
  },
  'takes points of small order': {
    ...baselineX25519,
    agree: (key, other) => baselineX25519.agree(key, other).catch(() => new Uint8Array(32)),
  },
}

const wrongMlKem: Readonly<Record<string, MlKem>> = {
  'is missing': { publicKey: refuse, encapsulate: refuse, decapsulate: refuse },
  'throws at once': { publicKey: throwAtOnce, encapsulate: throwAtOnce, decapsulate: throwAtOnce },
  'makes other keys of the seed': {
    ...baselineMlKem,
    publicKey: (seed) => baselineMlKem.publicKey(seed.toReversed()),
    decapsulate: (seed, ciphertext) => baselineMlKem.decapsulate(seed.toReversed(), ciphertext),
  },
  'hashes the secret once more, as a draft did': {
    ...baselineMlKem,
    async encapsulate(publicKey, coins) {
      const { ciphertext, sharedSecret } = await baselineMlKem.encapsulate(publicKey, coins)
      return { ciphertext, sharedSecret: sha256(sharedSecret, sha256(ciphertext)) }
    },
    decapsulate: async (seed, ciphertext) =>
      sha256(await baselineMlKem.decapsulate(seed, ciphertext), sha256(ciphertext)),
  },
  'rejects in another way': {
    ...baselineMlKem,
    decapsulate: async (seed, ciphertext) =>
      ciphertext.every((byte) => byte === 0) ? sha256(seed) : baselineMlKem.decapsulate(seed, ciphertext),
  },
  'encapsulates wrongly': {
    ...baselineMlKem,
    async encapsulate(publicKey, coins) {
      const { ciphertext, sharedSecret } = await baselineMlKem.encapsulate(publicKey, coins)
      return { ciphertext, sharedSecret: sha256(sharedSecret) }
    },
  },
  'opens nothing': { ...baselineMlKem, decapsulate: refuse },
}

describe('a native X25519 that', () => {
  it.each(Object.entries(wrongX25519))('%s is not used', async (_, x25519) => {
    const chosen = await chooseHalves(x25519, baselineMlKem)
    expect(chosen.x25519).toBe(baselineX25519)
  })
})

describe('a native ML-KEM that', () => {
  it.each(Object.entries(wrongMlKem))('%s is not used', async (_, mlKem) => {
    const chosen = await chooseHalves(baselineX25519, mlKem)
    expect(chosen.mlKem).toBe(baselineMlKem)
  })
})

it('trusts one half without the other', async () => {
  const chosen = await chooseHalves({ ...baselineX25519 }, { ...baselineMlKem, decapsulate: refuse })
  expect(chosen.x25519).not.toBe(baselineX25519)
  expect(chosen.mlKem).toBe(baselineMlKem)
})

it('lets JavaScript do what a trusted native half refuses later', async () => {
  let isWorking = true
  const working = <Arguments extends readonly unknown[], Result>(step: (...input: Arguments) => Promise<Result>) => {
    return (...input: Arguments): Promise<Result> => (isWorking ? step(...input) : refuse())
  }
  const halves = await chooseHalves(
    { publicKey: working(baselineX25519.publicKey), agree: working(baselineX25519.agree) },
    {
      publicKey: working(baselineMlKem.publicKey),
      encapsulate: working(baselineMlKem.encapsulate),
      decapsulate: working(baselineMlKem.decapsulate),
    },
  )
  isWorking = false
  const key = await createKemKey(seededRandom('key'), halves)
  expect(key).toEqual(await createKemKey(seededRandom('key')))
  const sent = await encapsulate(key.publicKey, seededRandom('coins'), halves)
  expect(sent).toEqual(await encapsulate(key.publicKey, seededRandom('coins')))
  expect(await decapsulate(key.secretKey, sent?.ciphertext ?? new Uint8Array(1120), halves)).toEqual(sent?.sharedSecret)
})
