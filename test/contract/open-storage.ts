// What every front of the storage layer must do: one profile, opened by one at a time, and never silently a new one.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/messenger/ports.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import type { OpenStorage } from '../../src/storage/storage.ts'
import { blobId, segment } from './blob-data.ts'

export interface StorageWorld {
  open(options?: { readonly wait?: boolean; readonly signal?: AbortSignal }): Promise<OpenStorage>
  /** While closed: the records as they lie on the disk. */
  openUnsealed(): Promise<Store>
  /** While closed: the device's slot is emptied. */
  loseKey(): Promise<void>
  /** While closed: the records are gone, the slot stays. */
  loseRecords(): Promise<void>
  close(): Promise<void>
}

export function openStorageContract(name: string, createWorld: () => Promise<StorageWorld>): void {
  describe(`${name} as a profile`, () => {
    let world: StorageWorld

    beforeEach(async () => {
      world = await createWorld()
    })
    afterEach(() => world.close())

    async function openedOnce(): Promise<void> {
      const storage = await world.open()
      await storage.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('1') }])
      await storage.release()
    }

    it('has its records and segments when opened again', async () => {
      const first = await world.open()
      await first.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('1') }])
      await first.blobs.create(blobId(1), 1)
      await first.blobs.write(blobId(1), 0, segment(1))
      await first.release()
      const second = await world.open()
      expect(await second.store.get('s', 'a')).toEqual(utf8('1'))
      expect(await second.blobs.read(blobId(1), 0)).toEqual(segment(1))
      await second.release()
    })

    it('is open once at a time', async () => {
      const first = await world.open()
      await expect(world.open()).rejects.toMatchObject({ name: 'StorageError', code: 'locked' })
      await first.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('1') }])
      await first.release()
      const second = await world.open()
      await second.release()
    })

    it('is closed for good after release, which may be called twice', async () => {
      const first = await world.open()
      await first.release()
      const second = await world.open()
      await first.release()
      await expect(first.store.get('s', 'a')).rejects.toMatchObject({ code: 'closed' })
      await expect(first.blobs.list()).rejects.toMatchObject({ code: 'closed' })
      await expect(world.open()).rejects.toMatchObject({ code: 'locked' })
      await second.release()
    })

    it('goes to whoever waits for it when it is released', async () => {
      const first = await world.open()
      const waiting = world.open({ wait: true })
      await first.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('1') }])
      await first.release()
      const second = await waiting
      expect(await second.store.get('s', 'a')).toEqual(utf8('1'))
      await second.release()
    })

    it('is not waited for any longer once the signal says so', async () => {
      const first = await world.open()
      const reason = new Error('enough')
      const controller = new AbortController()
      const waiting = world.open({ wait: true, signal: controller.signal })
      controller.abort(reason)
      await expect(waiting).rejects.toBe(reason)
      await expect(world.open({ wait: true, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      await first.release()
      const second = await world.open()
      await second.release()
    })

    it('is damaged, and not new, when its key was lost', async () => {
      await openedOnce()
      await world.loseKey()
      // And stays so: the failed opening itself makes nothing that looks like a profile.
      for (let attempt = 0; attempt < 2; attempt++)
        await expect(world.open()).rejects.toMatchObject({ name: 'StorageError', code: 'damaged' })
    })

    it('is damaged, and not new, when its records were lost', async () => {
      await openedOnce()
      await world.loseRecords()
      for (let attempt = 0; attempt < 2; attempt++)
        await expect(world.open()).rejects.toMatchObject({ name: 'StorageError', code: 'damaged' })
    })

    it('is damaged when its check row belongs to another key', async () => {
      await openedOnce()
      const unsealed = await world.openUnsealed()
      const check = (await unsealed.get('.vault', 'check'))?.map((byte, at) => (at === 30 ? byte ^ 1 : byte))
      await unsealed.commit([{ kind: 'put', store: '.vault', key: 'check', value: check ?? new Uint8Array() }])
      await unsealed.close()
      await expect(world.open()).rejects.toMatchObject({ code: 'damaged' })
    })

    it('is new when its creation was interrupted before there was a key', async () => {
      await openedOnce()
      await world.loseKey()
      const unsealed = await world.openUnsealed()
      await unsealed.commit([
        { kind: 'delete', store: '.vault', key: 'ready' },
        { kind: 'delete', store: 's', key: 'a' },
      ])
      await unsealed.close()
      await openedOnce()
      const storage = await world.open()
      expect(await storage.store.get('s', 'a')).toEqual(utf8('1'))
      await storage.release()
    })

    it('opens when its creation was interrupted after there was a key', async () => {
      await openedOnce()
      const unsealed = await world.openUnsealed()
      await unsealed.commit([{ kind: 'delete', store: '.vault', key: 'ready' }])
      await unsealed.close()
      await openedOnce()
      await world.loseKey()
      await expect(world.open()).rejects.toMatchObject({ code: 'damaged' })
    })
  })
}
