import { describe, expect, it } from 'vitest'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { openSlot, sealSlot } from '../../../src/protocol/vault/slot.ts'
import type { Slot, SlotParameters } from '../../../src/protocol/vault/slot-table.ts'
import { decodeSlotTable, encodeSlotTable } from '../../../src/protocol/vault/slot-table.ts'
import { bitFlips } from '../hostile-bytes.ts'
import { moreWords, otherPasskey, passkey, passphrase, random, vaultKey, words } from './slots.ts'

const all = [passphrase, words, moreWords, passkey, otherPasskey]

describe('a slot', () => {
  it('opens with its secret, and with no other', () => {
    for (const { slot, secret } of all) {
      expect(openSlot(slot, secret)).toEqual(vaultKey)
      expect(openSlot(slot, random(secret.length))).toBeUndefined()
    }
  })

  it('does not open with a secret that differs in one bit', () => {
    for (const secret of bitFlips(passphrase.secret)) expect(openSlot(passphrase.slot, secret)).toBeUndefined()
  })

  it('does not open once anything that it says of itself was changed', () => {
    const { slot, secret } = passphrase
    const { parameters } = slot
    if (parameters.kind !== 'passphrase') throw new Error('not a passphrase')
    const changes: readonly SlotParameters[] = [
      { ...parameters, createdAtMs: parameters.createdAtMs + 1 },
      { ...parameters, id: random(8) },
      { ...parameters, salt: random(32) },
      { ...parameters, cost: { ...parameters.cost, memoryKib: 8 } },
      { ...parameters, cost: { ...parameters.cost, passes: 1 } },
      {
        kind: 'passkey',
        id: parameters.id,
        createdAtMs: parameters.createdAtMs,
        salt: parameters.salt,
        credentialId: random(4),
      },
      {
        kind: 'words',
        id: parameters.id,
        createdAtMs: parameters.createdAtMs,
        salt: parameters.salt,
        entropyBytes: 32,
      },
    ]
    for (const changed of changes) expect(openSlot({ ...slot, parameters: changed }, secret)).toBeUndefined()
  })

  it('does not open with the wrap of another slot, also where both have the same secret', () => {
    const secret = random(32)
    const seal = (parameters: SlotParameters): Slot => sealSlot({ parameters, secret, vaultKey, random })
    const [first, second] = [seal(passkey.slot.parameters), seal(otherPasskey.slot.parameters)]
    expect(openSlot(first, secret)).toEqual(vaultKey)
    expect(openSlot({ ...first, wrapped: second.wrapped }, secret)).toBeUndefined()
  })

  it('opens under one secret only: no wrap serves two passphrases', () => {
    // Poly1305 alone would let somebody make a ciphertext for two keys; the commitment in front of it names one.
    const other = sealSlot({ parameters: passphrase.slot.parameters, secret: random(32), vaultKey, random })
    for (let at = 0; at <= other.wrapped.length; at++) {
      const spliced = Uint8Array.of(...passphrase.slot.wrapped.slice(0, at), ...other.wrapped.slice(at))
      const opened = openSlot({ ...passphrase.slot, wrapped: spliced }, passphrase.secret)
      expect(opened === undefined).toBe(at < other.wrapped.length)
    }
  })

  it('takes a secret of its own length only', () => {
    for (const { slot, secret } of all)
      for (const length of [0, 15, 17, 31, 33, secret.length === 16 ? 32 : 16])
        expect(() => openSlot(slot, new Uint8Array(length))).toThrow(CryptoError)
  })

  it('still opens after the way through the bytes of a table', () => {
    const table = decodeSlotTable(
      encodeSlotTable({ slots: all.filter((one) => one !== moreWords).map(({ slot }) => slot) }),
    )
    expect(table?.slots.map((slot) => slot.parameters.kind)).toEqual(['passphrase', 'words', 'passkey', 'passkey'])
    const [first] = table?.slots ?? []
    expect(first && openSlot(first, passphrase.secret)).toEqual(vaultKey)
  })
})
