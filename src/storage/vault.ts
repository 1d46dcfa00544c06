// Opens a profile's records: finds the vault key in the device's slot, or makes one for a profile that is new.
//
// [Note: Never a silent new profile]
// A key without records, or records without their key, must not pass for a profile that is new: somebody's messages
// would seem to be gone, and new keys would answer for the old ones. Two rows tell these apart. `check` is sealed with
// the vault key and written BEFORE the key goes into its slot; `ready` is written AFTER, and before any other row:
//
//   key in slot   check   ready
//   -             any     -        new, or its creation was interrupted: make a key
//   -             any     yes      the key was lost: damaged
//   yes           opens   any      this is the profile; write `ready` when it is missing
//   yes           else    any      the records were lost, or are another profile's: damaged

import type { Store } from '../messenger/ports.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { openRecord, sealRecord } from '../protocol/record/seal.ts'

const vaultKeyBytes = 32
/** The leading dot keeps it apart from the stores of the messenger. */
const vaultStore = '.vault'

/** Where the device keeps the vault key. */
export interface KeySlot {
  /** @throws StorageError `damaged` when something is there that yields no key */
  load(): Promise<Bytes | undefined>
  /** Durable when it resolves. */
  save(vaultKey: Bytes): Promise<void>
}

/** @param engine the unsealed records @throws StorageError `damaged`; see [Note: Never a silent new profile] */
export async function openVault(engine: Store, slot: KeySlot, random: Random): Promise<Bytes> {
  const stored = await slot.load()
  const ready = (await engine.get(vaultStore, 'ready')) !== undefined
  if (stored === undefined && ready) throw new StorageError('damaged')
  const vaultKey = stored ?? (await createVaultKey(engine, slot, random))
  const check = await engine.get(vaultStore, 'check')
  if (!check || !openRecord({ vaultKey, store: vaultStore, key: 'check', sealed: check }))
    throw new StorageError('damaged')
  if (!ready) await writeRow(engine, vaultKey, 'ready', random)
  return vaultKey
}

async function createVaultKey(engine: Store, slot: KeySlot, random: Random): Promise<Bytes> {
  const vaultKey = random(vaultKeyBytes)
  await writeRow(engine, vaultKey, 'check', random)
  await slot.save(vaultKey)
  return vaultKey
}

function writeRow(engine: Store, vaultKey: Bytes, key: string, random: Random): Promise<void> {
  const value = sealRecord({ vaultKey, store: vaultStore, key, plaintext: new Uint8Array(), random })
  return engine.commit([{ kind: 'put', store: vaultStore, key, value }])
}
