import { describe, expect, it } from 'vitest'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { openRecord, sealRecord, unwrapVaultKey, wrapVaultKey } from '../../../src/protocol/record/seal.ts'
import { bitFlips } from '../hostile-bytes.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('record')
const vaultKey = random(32)
const plaintext = Uint8Array.of(1, 2, 3, 4)
const place = { store: 'messages', key: 'a/1' }

describe('a sealed record', () => {
  const sealed = sealRecord({ vaultKey, ...place, plaintext, random })

  it('opens at its place', () => {
    expect(openRecord({ vaultKey, ...place, sealed })).toEqual(plaintext)
    const empty = sealRecord({ vaultKey, ...place, plaintext: new Uint8Array(0), random })
    expect(openRecord({ vaultKey, ...place, sealed: empty })).toEqual(new Uint8Array(0))
  })

  it('opens nowhere else, also where store and key read the same when joined', () => {
    for (const other of [
      { store: 'messages', key: 'a/2' },
      { store: 'contacts', key: 'a/1' },
      { store: 'messagesa', key: '/1' },
      { store: 'message', key: 'sa/1' },
      { store: '', key: 'messagesa/1' },
    ])
      expect(openRecord({ vaultKey, ...other, sealed })).toBeUndefined()
  })

  it('does not open under another key, changed in any bit, or cut', () => {
    expect(openRecord({ vaultKey: random(32), ...place, sealed })).toBeUndefined()
    for (const changed of bitFlips(sealed)) expect(openRecord({ vaultKey, ...place, sealed: changed })).toBeUndefined()
    for (let length = 0; length < sealed.length; length++)
      expect(openRecord({ vaultKey, ...place, sealed: sealed.slice(0, length) })).toBeUndefined()
  })

  it('looks different each time', () => {
    expect(sealRecord({ vaultKey, ...place, plaintext, random })).not.toEqual(sealed)
  })

  it('is not made under a key of wrong length or a name that two texts share', () => {
    expect(() => sealRecord({ vaultKey: new Uint8Array(31), ...place, plaintext, random })).toThrow(CryptoError)
    expect(() => openRecord({ vaultKey: new Uint8Array(31), ...place, sealed })).toThrow(CryptoError)
    expect(() => sealRecord({ vaultKey, store: 's', key: '\u{d800}', plaintext, random })).toThrow(CryptoError)
  })
})

describe('a wrapped vault key', () => {
  const slotKey = random(32)
  const wrapped = wrapVaultKey({ slotKey, vaultKey, random })

  it('unwraps with its slot key', () => {
    expect(wrapped).toHaveLength(105)
    expect(unwrapVaultKey({ slotKey, wrapped })).toEqual(vaultKey)
  })

  it('does not unwrap with another slot key, changed in any bit, cut or extended', () => {
    expect(unwrapVaultKey({ slotKey: random(32), wrapped })).toBeUndefined()
    for (const changed of bitFlips(wrapped)) expect(unwrapVaultKey({ slotKey, wrapped: changed })).toBeUndefined()
    for (let length = 0; length < wrapped.length; length++)
      expect(unwrapVaultKey({ slotKey, wrapped: wrapped.slice(0, length) })).toBeUndefined()
    expect(unwrapVaultKey({ slotKey, wrapped: Uint8Array.of(...wrapped, 0) })).toBeUndefined()
  })

  it('is bound to one slot key: the commitment of another does not fit', () => {
    const other = wrapVaultKey({ slotKey: random(32), vaultKey, random })
    const mixed = wrapped.slice()
    mixed.set(other.subarray(25, 57), 25)
    expect(unwrapVaultKey({ slotKey, wrapped: mixed })).toBeUndefined()
  })

  it('takes keys of 32 bytes only', () => {
    expect(() => wrapVaultKey({ slotKey, vaultKey: new Uint8Array(16), random })).toThrow(CryptoError)
    expect(() => wrapVaultKey({ slotKey: new Uint8Array(16), vaultKey, random })).toThrow(CryptoError)
    expect(() => unwrapVaultKey({ slotKey: new Uint8Array(16), wrapped })).toThrow(CryptoError)
  })
})
