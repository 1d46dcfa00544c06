// The device's slot in the browser: the vault key, wrapped with a key that WebCrypto keeps to itself. See the README of
// this layer for what that does not protect against.

import type { DBSchema } from 'idb'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes, Random } from '../../protocol/bytes.ts'
import type { DeviceKey } from '../../protocol/primitives/device-key.ts'
import { createDeviceKey, deriveSlotKey, deviceSaltBytes } from '../../protocol/primitives/device-key.ts'
import { unwrapVaultKey, wrapVaultKey } from '../../protocol/record/seal.ts'
import type { KeySlot } from '../vault.ts'
import { connect, transact } from './database.ts'
import { profileNames } from './profile-name.ts'

interface DeviceSlot {
  readonly key: DeviceKey
  readonly salt: Bytes
  readonly wrapped: Bytes
}

interface Schema extends DBSchema {
  slots: { key: 'device'; value: DeviceSlot }
}

/** @throws StorageError */
export async function openDeviceSlot(name: string, random: Random): Promise<KeySlot & { close(): void }> {
  const connection = await connect<Schema>({
    name: profileNames(name).vault,
    version: 1,
    create: (database) => void database.createObjectStore('slots'),
  })
  return {
    async load(): Promise<Bytes | undefined> {
      const slot = await connection.run((database) => database.get('slots', 'device'))
      if (slot === undefined) return undefined
      const slotKey = await deriveSlotKey(slot.key, slot.salt)
      const vaultKey = unwrapVaultKey({ slotKey, wrapped: slot.wrapped })
      if (vaultKey === undefined) throw new StorageError('damaged')
      return vaultKey
    },

    async save(vaultKey: Bytes): Promise<void> {
      const key = await createDeviceKey()
      const salt = random(deviceSaltBytes)
      const wrapped = wrapVaultKey({ slotKey: await deriveSlotKey(key, salt), vaultKey, random })
      await connection.run(async (database) => {
        const transaction = database.transaction('slots', 'readwrite', { durability: 'strict' })
        await transact(transaction, (track) => track(transaction.store.put({ key, salt, wrapped }, 'device')))
      })
    },

    async remove(): Promise<void> {
      await connection.run(async (database) => {
        if ((await database.count('slots', 'device')) === 0) return
        const transaction = database.transaction('slots', 'readwrite', { durability: 'strict' })
        await transact(transaction, (track) => track(transaction.store.delete('device')))
      })
    },

    close: () => connection.close(),
  }
}
