// Wycheproof's vectors of X25519 and ML-KEM-768, NIST's of ML-KEM-768, and those of X-Wing's draft and of its successor,
// over both implementations of each half and every combination of them.

import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../src/protocol/bytes.ts'
import { baselineMlKem, baselineX25519 } from '../../../../src/protocol/primitives/agreement/baseline.ts'
import { nativeMlKem, nativeX25519 } from '../../../../src/protocol/primitives/agreement/native.ts'
import { dh } from '../../../../src/protocol/primitives/x25519.ts'
import { decapsulate, encapsulate, kemKeyOf } from '../../../../src/protocol/primitives/xwing.ts'
import { count, holds, outcome, refuses } from './count.ts'
import { load, testsOf } from './load.ts'

// Native ones as they are, without the baseline behind them.
const x25519s = { 'in JavaScript': baselineX25519, native: nativeX25519 }
const mlKems = { 'in JavaScript': baselineMlKem, native: nativeMlKem }

export function agreementVectors(): void {
  describe.each(Object.entries(x25519s))('X25519 %s', (_, x25519) => {
    it('agrees as Wycheproof says, and on nothing where the secret would be zero', async () => {
      const counts = await count(testsOf(load('wycheproof-x25519.json')), async (test) => {
        const agreed = await outcome(() => x25519.agree(test.bytes('private'), test.bytes('public')))
        expect(agreed).toEqual(test.flags().includes('ZeroSharedSecret') ? 'refused' : test.bytes('shared'))
        return holds
      })
      expect(counts).toEqual({ holds: 518 })
    })

    it('refuses at its door whatever is not canonical or of small order', async () => {
      const counts = await count(testsOf(load('wycheproof-x25519.json')), async (test) => {
        const agreed = await dh(test.bytes('private'), test.bytes('public'), { x25519, mlKem: baselineMlKem })
        const why = test.flags().find((flag) => flag === 'NonCanonicalPublic' || flag === 'LowOrderPublic')
        expect(agreed).toEqual(why === undefined ? test.bytes('shared') : undefined)
        return why ?? holds
      })
      expect(counts).toEqual({ holds: 474, LowOrderPublic: 31, NonCanonicalPublic: 13 })
    })
  })

  describe.each(Object.entries(mlKems))('ML-KEM-768 %s', (_, mlKem) => {
    it('makes the keys of Wycheproof and NIST', async () => {
      const known = await count(testsOf(load('wycheproof-mlkem_768_keygen_seed.json')), async (test) => {
        expect(await mlKem.publicKey(test.bytes('seed'))).toEqual(test.bytes('ek'))
        return holds
      })
      expect(known).toEqual({ holds: 100 })
      const nist = await count(testsOf(load('acvp-ML-KEM-keyGen.json.gz')), async (test) => {
        if (!test.group.has('parameterSet', 'ML-KEM-768')) return 'another parameter set'
        expect(await mlKem.publicKey(concatBytes(test.bytes('d'), test.bytes('z')))).toEqual(test.bytes('ek'))
        return holds
      })
      expect(nist).toEqual({ holds: 25, 'another parameter set': 50 })
    })

    it('opens as Wycheproof says', async () => {
      const counts = await count(testsOf(load('wycheproof-mlkem_768.json')), async (test) => {
        const [seed, ciphertext] = [test.bytes('seed'), test.bytes('c')]
        // X-Wing makes the seed itself.
        if (seed.length !== 64) return 'another length of the seed'
        if (ciphertext.length !== 1088) {
          const call = () => decapsulate(new Uint8Array(32), concatBytes(ciphertext, new Uint8Array(32)))
          return refuses(call, 'another length of the ciphertext')
        }
        expect(await mlKem.publicKey(seed)).toEqual(test.bytes('ek'))
        expect(await mlKem.decapsulate(seed, ciphertext)).toEqual(test.bytes('K'))
        return holds
      })
      expect(counts).toEqual({
        holds: 153,
        'another length of the seed': 20,
        'another length of the ciphertext': 20,
      })
    })

    it('encapsulates as Wycheproof says, and to no key that is not reduced', async () => {
      const counts = await count(testsOf(load('wycheproof-mlkem_768_encaps.json')), async (test) => {
        const [publicKey, coins] = [test.bytes('ek'), test.bytes('m')]
        if (publicKey.length !== 1184) {
          const call = () =>
            encapsulate(concatBytes(publicKey, new Uint8Array(32).fill(9)), (length) => new Uint8Array(length))
          return refuses(call, 'another length of the key')
        }
        const isValid = test.has('result', 'valid')
        const expected = isValid ? { ciphertext: test.bytes('c'), sharedSecret: test.bytes('K') } : 'refused'
        expect(await outcome(() => mlKem.encapsulate(publicKey, coins))).toEqual(expected)
        expect((await outcome(() => mlKem.encapsulate(publicKey, 'system'))) !== 'refused').toBe(isValid)
        return holds
      })
      expect(counts).toEqual({ holds: 245, 'another length of the key': 20 })
    })

    it('encapsulates and judges keys as NIST says', async () => {
      const counts = await count(testsOf(load('acvp-ML-KEM-encapDecap.json.gz')), async (test) => {
        if (!test.group.has('parameterSet', 'ML-KEM-768')) return 'another parameter set'
        const [isAnswer, isJudgement] = ['encapsulation', 'encapsulationKeyCheck'].map((name) =>
          test.group.has('function', name),
        )
        if (!isAnswer && !isJudgement) return 'a secret key that is no seed'
        const coins = isAnswer ? test.bytes('m') : ('system' as const)
        const encapsulated = await outcome(() => mlKem.encapsulate(test.bytes('ek'), coins))
        const answer = isAnswer ? { ciphertext: test.bytes('c'), sharedSecret: test.bytes('k') } : encapsulated
        expect(encapsulated).toEqual(test.has('testPassed', false) ? 'refused' : answer)
        expect(encapsulated === 'refused').toBe(test.has('testPassed', false))
        return holds
      })
      expect(counts).toEqual({ holds: 35, 'another parameter set': 110, 'a secret key that is no seed': 20 })
    })
  })

  const combinations = Object.entries(x25519s).flatMap(([one, x25519]) =>
    Object.entries(mlKems).map(([other, mlKem]) => ({ name: `X25519 ${one}, ML-KEM ${other}`, x25519, mlKem })),
  )
  describe.each(combinations)('X-Wing, $name', (halves) => {
    it.each([
      { file: 'x-wing.json', coins: 'eseed', total: 3 },
      { file: 'mlkem768-x25519.json', coins: 'randomness', total: 10 },
    ])('holds for $file', async ({ file, coins, total }) => {
      const counts = await count(load(file).list('all'), async (test) => {
        const key = await kemKeyOf(test.bytes('seed'), halves)
        expect(key.publicKey).toEqual(test.bytes('pk'))
        const expected = { ciphertext: test.bytes('ct'), sharedSecret: test.bytes('ss') }
        expect(await encapsulate(key.publicKey, () => test.bytes(coins), halves)).toEqual(expected)
        expect(await decapsulate(key.secretKey, expected.ciphertext, halves)).toEqual(expected.sharedSecret)
        return holds
      })
      expect(counts).toEqual({ holds: total })
    })
  })
}
