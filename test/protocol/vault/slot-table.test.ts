// The table of slots is read before there is any key: whoever can write to the disk chooses every byte of it.

import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { decodeSlotTable, encodeSlotTable, isLocked } from '../../../src/protocol/vault/slot-table.ts'
import type { Slot } from '../../../src/protocol/vault/slot-table.ts'
import { expectOnlyCanonical } from '../hostile-bytes.ts'
import { moreWords, otherPasskey, passkey, passphrase, random, words } from './slots.ts'

const encode = (slots: readonly Slot[]) => encodeSlotTable({ slots })
const decoded = (...slots: readonly Slot[]) => decodeSlotTable(encode(slots))
const wrapped = new Uint8Array(105)

/** A table with one slot of these fields, whatever they are. */
function tableOf(kind: number, fields: readonly (readonly [number, Value])[]): Uint8Array {
  const parameters: Value = [kind, new Map(fields)]
  return encodeCbor(
    new Map<number, Value>([
      [
        1,
        [
          new Map<number, Value>([
            [1, parameters],
            [2, wrapped],
          ]),
        ],
      ],
    ]),
  )
}
function passphraseTable(memoryKib: number, passes: number, lanes: number): Uint8Array {
  const cost = new Map([
    [1, memoryKib],
    [2, passes],
    [3, lanes],
  ])
  return tableOf(1, [
    [1, new Uint8Array(8)],
    [2, 0],
    [3, new Uint8Array(32)],
    [4, cost],
  ])
}

describe('a slot table', () => {
  it('decodes to what was encoded, without slots too', () => {
    expect(decoded()).toEqual({ slots: [] })
    const slots = [words.slot, passphrase.slot, otherPasskey.slot, passkey.slot]
    expect(decoded(...slots)).toEqual({ slots })
  })

  it('survives hostile bytes', () => {
    expectOnlyCanonical(decodeSlotTable, encodeSlotTable, [
      encode([]),
      encode([passphrase.slot]),
      encode([words.slot, passphrase.slot, passkey.slot]),
    ])
  })

  it('is locked while there is a passphrase', () => {
    expect(isLocked({ slots: [moreWords.slot] })).toBe(false)
    expect(isLocked({ slots: [words.slot, passphrase.slot] })).toBe(true)
  })

  it('cannot ask for more memory or time than a device can give', () => {
    expect(decodeSlotTable(passphraseTable(65_536, 3, 1))).toBeDefined()
    expect(decodeSlotTable(passphraseTable(limits.stretchMemoryKib, limits.stretchPasses, 1))).toBeDefined()
    for (const [memoryKib, passes, lanes] of [
      [10 * 1024 * 1024, 3, 1],
      [limits.stretchMemoryKib + 1, 3, 1],
      [0, 3, 1],
      [7, 3, 1],
      [-65_536, 3, 1],
      [Number.MAX_SAFE_INTEGER, 3, 1],
      [65_536, 0, 1],
      [65_536, limits.stretchPasses + 1, 1],
      [65_536, 3, 0],
      [65_536, 3, 2],
    ] as const)
      expect(
        decodeSlotTable(passphraseTable(memoryKib, passes, lanes)),
        `${memoryKib} ${passes} ${lanes}`,
      ).toBeUndefined()
  })

  it('has one passphrase and one set of recovery words at most, and ids that differ', () => {
    const again = (slot: Slot): Slot => ({ ...slot, parameters: { ...slot.parameters, id: random(8) } })
    expect(decoded(passphrase.slot, again(passphrase.slot))).toBeUndefined()
    expect(decoded(words.slot, moreWords.slot)).toBeUndefined()
    expect(decoded(passphrase.slot, passkey.slot, passkey.slot)).toBeUndefined()
    expect(decoded(passphrase.slot, passkey.slot, again(passkey.slot))).toBeDefined()
  })

  it('has passkeys only beside a passphrase, and no more than fit', () => {
    expect(decoded(passkey.slot, words.slot)).toBeUndefined()
    const passkeys = Array.from({ length: limits.passkeys }, () => ({
      ...otherPasskey.slot,
      parameters: { ...otherPasskey.slot.parameters, id: random(8) },
    }))
    const full = [passphrase.slot, words.slot, ...passkeys]
    expect(decoded(...full)?.slots).toHaveLength(limits.vaultSlots)
    expect(encode(full).length).toBeLessThanOrEqual(limits.vaultTableBytes)
    expect(() => encode([...full, passkey.slot])).toThrow(EncodingError)
    expect(decoded(passphrase.slot, ...passkeys)).toBeDefined()
    expect(decoded(passphrase.slot, ...passkeys, passkey.slot)).toBeUndefined()
  })

  it('has no kind, word count or credential id of another version', () => {
    const common: readonly (readonly [number, Value])[] = [
      [1, new Uint8Array(8)],
      [2, 0],
      [3, new Uint8Array(32)],
    ]
    expect(decodeSlotTable(tableOf(2, [...common, [4, 16]]))).toBeDefined()
    for (const entropyBytes of [0, 15, 20, 24, 33, 48]) {
      expect(decodeSlotTable(tableOf(2, [...common, [4, entropyBytes]]))).toBeUndefined()
    }
    expect(decodeSlotTable(tableOf(4, [...common, [4, 16]]))).toBeUndefined()
    expect(decodeSlotTable(tableOf(2, [...common, [4, 16], [5, 0]]))).toBeUndefined()
  })
})
