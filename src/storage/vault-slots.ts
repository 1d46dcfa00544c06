// Changes the ways to open a profile that is open. See [Note: Locked] in vault.ts for the order of writes. The table is not
// sealed: it is what has to be read before there is a key.

import type { Passkey, Store, Vault, VaultSlot } from '../messenger/ports.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { toHex } from '../protocol/bytes.ts'
import { limits } from '../protocol/limits.ts'
import { encodePassphrase, passphraseCost } from '../protocol/vault/passphrase.ts'
import { sealSlot } from '../protocol/vault/slot.ts'
import type { Slot, SlotKind, SlotParameters, SlotTable } from '../protocol/vault/slot-table.ts'
import { encodeSlotTable, isLocked, slotIdBytes, slotSaltBytes } from '../protocol/vault/slot-table.ts'
import type { Stretch } from './slot-secret.ts'
import { recoveryWords } from './slot-secret.ts'
import type { KeySlot } from './vault.ts'

/** The leading dot keeps it apart from the stores of the messenger. */
export const vaultStore = '.vault'
export const slotsRow = 'slots'

const deviceSlot: VaultSlot = { id: 'device', kind: 'device' }

/** `vaultKey` is borrowed. `settled` resolves when no change is under way. */
export function vaultSlots(open: {
  readonly engine: Store
  readonly device: KeySlot
  readonly stretch: Stretch
  readonly random: Random
  readonly table: SlotTable
  readonly vaultKey: Bytes
}): { readonly vault: Vault; readonly settled: () => Promise<void> } {
  const { engine, device, stretch, random, vaultKey } = open
  let { slots } = open.table
  let last: Promise<void> = Promise.resolve()

  /** One change after the other: each begins from the table that the one before has stored. */
  function change(work: () => Promise<void>): Promise<void> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  async function store(next: readonly Slot[]): Promise<void> {
    const value = encodeSlotTable({ slots: next })
    await engine.commit([{ kind: 'put', store: vaultStore, key: slotsRow, value }])
    slots = next
  }

  const without = (kind: SlotKind): readonly Slot[] => slots.filter(({ parameters }) => parameters.kind !== kind)
  const fresh = () => ({ id: random(slotIdBytes), createdAtMs: Date.now(), salt: random(slotSaltBytes) })
  const seal = (parameters: SlotParameters, secret: Bytes): Slot => {
    const slot = sealSlot({ parameters, secret, vaultKey, random })
    secret.fill(0)
    return slot
  }

  const vault: Vault = {
    async slots() {
      const others = slots.map(({ parameters: { id, kind, createdAtMs } }) => ({
        id: toHex(id),
        kind,
        createdAt: createdAtMs,
      }))
      return isLocked({ slots }) ? others : [deviceSlot, ...others]
    },

    setPassphrase: (text) =>
      change(async () => {
        const passphrase = encodePassphrase(text)
        if (passphrase === undefined) throw new StorageError('conflict')
        const parameters = { ...fresh(), kind: 'passphrase', cost: passphraseCost } as const
        const slot = seal(parameters, await stretch(passphrase, parameters.salt, parameters.cost))
        await store([...without('passphrase'), slot])
        await device.remove()
      }),

    removePassphrase: () =>
      change(async () => {
        if (!isLocked({ slots })) return
        await device.save(vaultKey)
        await store(slots.filter(({ parameters: { kind } }) => kind === 'words'))
      }),

    async createRecoveryWords({ count = 12 } = {}) {
      return (await recoveryWords()).wordsOfEntropy(random(count === 24 ? 32 : 16))
    },

    confirmRecoveryWords: (words) =>
      change(async () => {
        const entropy = (await recoveryWords()).entropyOfWords(words)
        if (entropy === undefined) throw new StorageError('mistyped-words')
        const entropyBytes = entropy.length === 32 ? 32 : 16
        await store([...without('words'), seal({ ...fresh(), kind: 'words', entropyBytes }, entropy)])
      }),

    addPasskey: ({ credentialId, salt, secret }: Passkey) =>
      change(async () => {
        const passkeys = slots.filter(({ parameters: { kind } }) => kind === 'passkey')
        if (!isLocked({ slots }) || passkeys.length >= limits.passkeys) throw new StorageError('conflict')
        const parameters = {
          ...fresh(),
          kind: 'passkey',
          credentialId: credentialId.slice(),
          salt: salt.slice(),
        } as const
        await store([...slots, seal(parameters, secret.slice())])
      }),

    removeSlot: (id) =>
      change(async () => {
        const kept = slots.filter(({ parameters }) => toHex(parameters.id) !== id)
        if (kept.length === slots.length || isLocked({ slots: kept }) !== isLocked({ slots }))
          throw new StorageError('conflict')
        await store(kept)
      }),
  }
  return { vault, settled: () => last }
}
