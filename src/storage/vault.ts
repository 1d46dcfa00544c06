// Opens a profile's records: finds the vault key in the device's slot, or asks for what opens another slot, or makes a key
// for a profile that is new.
//
// [Note: Never a silent new profile]
// A key without records, or records without their key, must not pass for a profile that is new: somebody's messages
// would seem to be gone, and new keys would answer for the old ones. Two rows tell these apart. `check` is sealed with
// the vault key and written BEFORE the key goes into its slot; `ready` is written AFTER, and before any other row:
//
//   key in slot   check   ready
//   -             any     -        new, or its creation was interrupted: make a key
//   -             any     yes      the key was lost: damaged, unless another slot has it
//   yes           opens   any      this is the profile; write `ready` when it is missing
//   yes           else    any      the records were lost, or are another profile's: damaged
//
// [Note: Locked]
// A passphrase in the table of slots means that the device alone must not open the vault, whether its slot is still there
// or not. The table changes in one commit, so there is never a moment without a way in:
//
//   set      table with the passphrase ──► device's slot removed
//   remove   device's slot written ──────► table without the passphrase
//
// Interrupted between the two, both are there, and the passphrase counts. The device's slot is then removed after the
// next opening with one of the others, and not before: a table that somebody damaged must not cost the last key.
//
// [Note: A changed table]
// The table lies open on the disk. `check` holds a copy of it, sealed, and is written in the same commit: where the two
// differ, somebody else wrote. The copy is then put back, except over a table with a passphrase when it has none: of two
// states, one of which may be old, the locked one counts. The device's slot is made anew only after this.

import type { Store } from '../messenger/ports.ts'
import type { Unlock, Vault } from '../messenger/ports/vault.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { equalBytes } from '../protocol/bytes.ts'
import { openRecord } from '../protocol/record/seal.ts'
import type { SlotTable } from '../protocol/vault/slot-table.ts'
import { decodeSlotTable, encodeSlotTable, isLocked } from '../protocol/vault/slot-table.ts'
import type { Stretch } from './slot-secret.ts'
import { unlockWith } from './slot-secret.ts'
import { putSealed, putTable, vaultRows, vaultSlots, vaultStore } from './vault-slots.ts'

const vaultKeyBytes = 32

/** Where the device keeps the vault key. */
export interface KeySlot {
  /** @throws StorageError `damaged` when something is there that yields no key */
  load(): Promise<Bytes | undefined>
  /** Durable when it resolves. */
  save(vaultKey: Bytes): Promise<void>
  /** Durable when it resolves; nothing to do when nothing is there. */
  remove(): Promise<void>
}

export interface VaultOptions {
  /** The unsealed records. */
  readonly engine: Store
  readonly device: KeySlot
  readonly stretch: Stretch
  readonly random: Random
  readonly unlock?: Unlock | undefined
}

export interface OpenVault {
  /** Owned by the vault, which overwrites it when it closes. */
  readonly vaultKey: Bytes
  readonly vault: Vault
  /** Closes the engine too. */
  close(): Promise<void>
}

/**
 * @throws StorageError `damaged`, see [Note: Never a silent new profile]; `sealed` and `wrong-secret` where only another
 * slot than the device's opens it
 */
export async function openVault(options: VaultOptions): Promise<OpenVault> {
  const { engine, device, random } = options
  const found = await readTable(engine)
  const ready = (await engine.get(vaultStore, vaultRows.ready)) !== undefined
  const { vaultKey, hasDeviceSlot } = await findKey(options, found, ready)
  const copy = await readCopy(engine, vaultKey)
  const repaired = !equalBytes(encodeSlotTable(found), encodeSlotTable(copy))
  const table = isLocked(found) && !isLocked(copy) ? found : copy
  if (repaired) await engine.commit(putTable(table, { vaultKey, random }))
  if (!ready) await engine.commit([putSealed(vaultRows.ready, new Uint8Array(), { vaultKey, random })])
  if (isLocked(table)) {
    await device.remove()
    // Nobody was asked: a table without the passphrase was put in its place.
    if (!isLocked(found) && hasDeviceSlot) (await unlockWith(options, table)).fill(0)
  } else if (!hasDeviceSlot) {
    await device.save(vaultKey)
  }
  const { vault, settled } = vaultSlots({ ...options, table, vaultKey, repaired })
  return {
    vaultKey,
    vault,
    async close() {
      await settled()
      // First: nothing may ever be sealed with a key that was overwritten.
      await engine.close()
      vaultKey.fill(0)
    },
  }
}

async function readTable(engine: Store): Promise<SlotTable> {
  const bytes = await engine.get(vaultStore, vaultRows.slots)
  const table = bytes === undefined ? { slots: [] } : decodeSlotTable(bytes)
  if (table === undefined) throw new StorageError('damaged')
  return table
}

/** @throws StorageError `damaged`: the key is not the one that this profile was made with */
async function readCopy(engine: Store, vaultKey: Bytes): Promise<SlotTable> {
  const key = vaultRows.check
  const sealed = await engine.get(vaultStore, key)
  const bytes = sealed && openRecord({ vaultKey, store: vaultStore, key, sealed })
  const table = bytes && decodeSlotTable(bytes)
  if (table === undefined) throw new StorageError('damaged')
  return table
}

interface FoundKey {
  readonly vaultKey: Bytes
  /** As far as was looked: a locked table is not asked of the device. */
  readonly hasDeviceSlot: boolean
}

async function findKey(options: VaultOptions, table: SlotTable, ready: boolean): Promise<FoundKey> {
  const { engine, device, random } = options
  if (isLocked(table)) return { vaultKey: await unlockWith(options, table), hasDeviceSlot: false }
  // A device's slot that is lost or damaged is made anew by whoever has the recovery words.
  const stored = await device.load().catch((error: unknown) => {
    if (table.slots.length > 0 && error instanceof StorageError && error.code === 'damaged') return undefined
    throw error
  })
  if (stored !== undefined) return { vaultKey: stored, hasDeviceSlot: true }
  if (table.slots.length > 0) return { vaultKey: await unlockWith(options, table), hasDeviceSlot: false }
  if (ready) throw new StorageError('damaged')
  return { vaultKey: await createVaultKey(engine, device, random), hasDeviceSlot: true }
}

async function createVaultKey(engine: Store, device: KeySlot, random: Random): Promise<Bytes> {
  const vaultKey = random(vaultKeyBytes)
  await engine.commit([putSealed(vaultRows.check, encodeSlotTable({ slots: [] }), { vaultKey, random })])
  await device.save(vaultKey)
  return vaultKey
}
