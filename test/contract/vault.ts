// What every front of the storage layer must do with a profile that more than the device can open.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Unlock, VaultSecret } from '../../src/messenger/ports/vault.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import type { OpenStorage } from '../../src/storage/storage.ts'

export interface VaultWorld {
  open(unlock?: Unlock): Promise<OpenStorage>
  /** While closed: the device's slot as it lies there; undefined when it is gone. */
  deviceSlot(): Promise<unknown>
  /** While closed. */
  loseDeviceSlot(): Promise<void>
  close(): Promise<void>
}

export const first = 'correct horse battery'
export const second = 'staple, and then some'
export const passphrase = (text: string): VaultSecret => ({ kind: 'passphrase', passphrase: text })

export function vaultContract(name: string, createWorld: () => Promise<VaultWorld>): void {
  describe(`${name} as a vault`, () => {
    let world: VaultWorld

    beforeEach(async () => {
      world = await createWorld()
    })
    afterEach(() => world.close())

    async function whileOpen<T>(work: (storage: OpenStorage) => Promise<T>, secret?: VaultSecret): Promise<T> {
      const storage = await world.open(secret && (() => secret))
      try {
        return await work(storage)
      } finally {
        await storage.release()
      }
    }
    const write = ({ store }: OpenStorage) =>
      store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('there') }])
    const read = ({ store }: OpenStorage) => store.get('s', 'a')

    it('opens with its passphrase alone once it has one, and by itself again when that is removed', async () => {
      await whileOpen(async (storage) => {
        await write(storage)
        expect(await storage.vault.slots()).toEqual([{ id: 'device', kind: 'device' }])
        await storage.vault.setPassphrase(first)
        expect((await storage.vault.slots()).map(({ kind }) => kind)).toEqual(['passphrase'])
      })
      expect(await world.deviceSlot()).toBeUndefined()
      await expect(world.open()).rejects.toMatchObject({ name: 'StorageError', code: 'sealed' })
      await expect(world.open(() => undefined)).rejects.toMatchObject({ code: 'sealed' })
      await expect(world.open(() => passphrase('something else'))).rejects.toMatchObject({ code: 'wrong-secret' })

      expect(await whileOpen(read, passphrase(first))).toEqual(utf8('there'))
      await whileOpen(({ vault }) => vault.removePassphrase(), passphrase(first))
      expect(await world.deviceSlot()).toBeDefined()
      expect(await whileOpen(read)).toEqual(utf8('there'))
    })

    it('opens with recovery words beside the passphrase, and instead of a device slot that was lost', async () => {
      const words = await whileOpen(async (storage) => {
        await write(storage)
        const made = (await storage.vault.createRecoveryWords()).join(' ')
        await storage.vault.confirmRecoveryWords(made)
        return made
      })
      expect(words.split(' ')).toHaveLength(12)
      await world.loseDeviceSlot()
      await expect(world.open()).rejects.toMatchObject({ code: 'sealed' })
      const typed = { kind: 'words', words: words.toUpperCase() } as const
      expect(await whileOpen(read, typed)).toEqual(utf8('there'))
      // The device's slot is there again.
      expect(await whileOpen(read)).toEqual(utf8('there'))

      await whileOpen(({ vault }) => vault.setPassphrase(first))
      expect(await whileOpen(read, typed)).toEqual(utf8('there'))
      expect(await world.deviceSlot()).toBeUndefined()
    })
  })
}
