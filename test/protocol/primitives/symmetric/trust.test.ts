// Native symmetric primitives of platforms that are not this one: missing, wrong, careless, failing now and then.

import { describe, expect, it } from 'vitest'
import { baselineSymmetric } from '../../../../src/protocol/primitives/symmetric/baseline.ts'
import { trustedSymmetric } from '../../../../src/protocol/primitives/symmetric/choice.ts'
import type { Symmetric } from '../../../../src/protocol/primitives/symmetric/symmetric.ts'

const { sha256, sealChaCha, openChaCha } = baselineSymmetric

const throwAtOnce = () => {
  throw new Error('Unknown cipher')
}

/** Opens without looking at the tag, as whoever forgets the last step does. */
const openUnseen: Symmetric['openChaCha'] = (key, nonce, sealed) => {
  const ciphertext = sealed.slice(0, -16)
  return sealChaCha(key, nonce, ciphertext, new Uint8Array(0)).slice(0, -16)
}

const wrong: Readonly<Record<string, Symmetric>> = {
  'is missing': { sha256: throwAtOnce, sealChaCha: throwAtOnce, openChaCha: throwAtOnce },
  'hashes the first part only': { ...baselineSymmetric, sha256: ([first]) => sha256(first ? [first] : []) },
  'seals without associated data': {
    ...baselineSymmetric,
    sealChaCha: (key, nonce, plaintext) => sealChaCha(key, nonce, plaintext, new Uint8Array(0)),
    openChaCha: (key, nonce, sealed) => openChaCha(key, nonce, sealed, new Uint8Array(0)),
  },
  'puts the tag in front': {
    ...baselineSymmetric,
    sealChaCha(key, nonce, plaintext, ad) {
      const sealed = sealChaCha(key, nonce, plaintext, ad)
      return Uint8Array.from([...sealed.subarray(-16), ...sealed.subarray(0, -16)])
    },
  },
  'opens whatever comes': { ...baselineSymmetric, openChaCha: openUnseen },
  'looks at half of the tag': {
    ...baselineSymmetric,
    openChaCha(key, nonce, sealed, ad) {
      const opened = openUnseen(key, nonce, sealed, ad) ?? new Uint8Array(0)
      const tag = sealChaCha(key, nonce, opened, ad).subarray(-16)
      return tag.subarray(0, 8).every((byte, index) => byte === sealed.at(index - 16)) ? opened : undefined
    },
  },
  'opens nothing': { ...baselineSymmetric, openChaCha: () => undefined },
  'seals no empty message': {
    ...baselineSymmetric,
    sealChaCha: (key, nonce, plaintext, ad) =>
      plaintext.length === 0 ? new Uint8Array(16) : sealChaCha(key, nonce, plaintext, ad),
  },
  'gives a Buffer, whose slices are views': { ...baselineSymmetric, sha256: (parts) => Buffer.from(sha256(parts)) },
  'gives a part of a larger buffer': {
    ...baselineSymmetric,
    sha256: (parts) => Uint8Array.from([0, ...sha256(parts)]).subarray(1),
  },
}

describe('native symmetric primitives of which one', () => {
  it.each(Object.entries(wrong))('%s are not used', (_, native) => {
    expect(trustedSymmetric(native)).toBe(baselineSymmetric)
  })
})

it('lets JavaScript do what trusted native primitives refuse later, and hash what is short', () => {
  let isWorking = true
  let calls = 0
  const working = <Arguments extends readonly unknown[], Result>(step: (...input: Arguments) => Result) => {
    return (...input: Arguments): Result => {
      calls++
      if (!isWorking) throw new Error('ERR_OSSL_EVP_UNSUPPORTED')
      return step(...input)
    }
  }
  const trusted = trustedSymmetric({
    sha256: working(sha256),
    sealChaCha: working(sealChaCha),
    openChaCha: working(openChaCha),
  })
  expect(trusted).not.toBe(baselineSymmetric)
  const [key, nonce, ad] = [new Uint8Array(32).fill(1), new Uint8Array(12), Uint8Array.of(1)]
  for (isWorking of [true, false]) {
    calls = 0
    const long = [new Uint8Array(100), new Uint8Array(100)]
    expect(trusted.sha256(long)).toEqual(sha256(long))
    const sealed = trusted.sealChaCha(key, nonce, Uint8Array.of(1, 2, 3), ad)
    expect(sealed).toEqual(sealChaCha(key, nonce, Uint8Array.of(1, 2, 3), ad))
    expect(trusted.openChaCha(key, nonce, sealed, ad)).toEqual(Uint8Array.of(1, 2, 3))
    expect(trusted.openChaCha(key, nonce, sealed, new Uint8Array(0))).toBeUndefined()
    expect(calls).toBe(4)
    expect(trusted.sha256([key, nonce])).toEqual(sha256([key, nonce]))
    expect(calls).toBe(4)
  }
})
