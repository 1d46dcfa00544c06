// Changes the ways to open a profile that is open. See [Note: Locked] in vault.ts for the order of writes. The table is not
// sealed, because it is what has to be read before there is a key; a copy of it is, see [Note: A changed table] there.

import type { Passkey, Vault, VaultSlot } from '../messenger/ports/vault.ts'
import type { Store, Write } from '../messenger/ports.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { toHex } from '../protocol/bytes.ts'
import { limits } from '../protocol/limits.ts'
import { sealRecord } from '../protocol/record/seal.ts'
import { encodePassphrase, passphraseCost } from '../protocol/vault/passphrase.ts'
import { sealSlot } from '../protocol/vault/slot.ts'
import type { Slot, SlotKind, SlotParameters, SlotTable } from '../protocol/vault/slot-table.ts'
import { encodeSlotTable, isLocked, slotIdBytes, slotSaltBytes } from '../protocol/vault/slot-table.ts'
import type { Stretch } from './slot-secret.ts'
import { recoveryWords } from './slot-secret.ts'
import type { KeySlot } from './vault.ts'

/** The leading dot keeps it apart from the stores of the messenger. */
export const vaultStore = '.vault'
export const vaultRows = { slots: 'slots', check: 'check', ready: 'ready' } as const

const deviceSlot: VaultSlot = { id: 'device', kind: 'device' }

interface Sealing {
  readonly vaultKey: Bytes
  readonly random: Random
}

export function putSealed(key: string, plaintext: Bytes, { vaultKey, random }: Sealing): Write {
  const value = sealRecord({ vaultKey, store: vaultStore, key, plaintext, random })
  return { kind: 'put', store: vaultStore, key, value }
}

/** For one commit: a copy that does not fit its table would pass for somebody else's doing. */
export function putTable(table: SlotTable, sealing: Sealing): readonly Write[] {
  const value = encodeSlotTable(table)
  return [{ kind: 'put', store: vaultStore, key: vaultRows.slots, value }, putSealed(vaultRows.check, value, sealing)]
}

/** `vaultKey` is borrowed. `settled` resolves when no change is under way. */
export function vaultSlots(open: {
  readonly engine: Store
  readonly device: KeySlot
  readonly stretch: Stretch
  readonly random: Random
  readonly table: SlotTable
  readonly vaultKey: Bytes
  readonly repaired: boolean
}): { readonly vault: Vault; readonly settled: () => Promise<void> } {
  const { engine, device, stretch, random, vaultKey, repaired } = open
  let { slots } = open.table
  let last: Promise<void> = Promise.resolve()

  /** One change after the other: each begins from the table that the one before has stored. */
  function change(work: () => Promise<void>): Promise<void> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  async function store(next: readonly Slot[]): Promise<void> {
    await engine.commit(putTable({ slots: next }, { vaultKey, random }))
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
    repaired,

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
