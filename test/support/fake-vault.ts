// The slots of a fake messenger: what views show of them, without keys.

import type { VaultApi, VaultSlot } from '../../src/index.ts'
import { UsageError } from '../../src/messenger/api.ts'
import { StorageError } from '../../src/messenger/ports.ts'

const words = 'abandon ability able about above absent absorb abstract absurd abuse access accident'

export function createFakeVault(changed: () => void): VaultApi {
  const device: VaultSlot = { id: 'device', kind: 'device' }
  let slots: readonly VaultSlot[] = [device]
  let number = 0
  const set = (next: readonly VaultSlot[]) => {
    slots = next
    changed()
  }
  const add = (kind: VaultSlot['kind'], before: readonly VaultSlot[]) =>
    set([...before, { id: String((number += 1)), kind, createdAt: 1_700_000_000_000 + number }])
  const without = (...kinds: readonly VaultSlot['kind'][]) => slots.filter(({ kind }) => !kinds.includes(kind))
  return {
    repaired: false,
    slots: async () => slots,
    async setPassphrase(passphrase) {
      if (passphrase.length < 8) throw new UsageError('bad-passphrase')
      add('passphrase', without('device', 'passphrase'))
    },
    removePassphrase: async () => set([device, ...without('device', 'passphrase', 'passkey')]),
    createRecoveryWords: async () => words.split(' '),
    async confirmRecoveryWords(given) {
      if (given !== words) throw new StorageError('mistyped-words')
      add('words', without('words'))
    },
    addPasskey: async () => add('passkey', slots),
    removeSlot: async (id) => set(slots.filter((slot) => slot.id !== id)),
    lock: async () => {},
  }
}
