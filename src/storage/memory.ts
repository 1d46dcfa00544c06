// Storage that forgets: for tests, and for embedders who want no trace. The same sealing and the same lock as on a real
// disk, so that what works here works there.

import type { Unlock } from '../messenger/ports/vault.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { memoryBlobStore } from './memory/blob-store.ts'
import type { MemoryDisk } from './memory/disk.ts'
import { createMemoryDisk } from './memory/disk.ts'
import type { MemoryLockOptions } from './memory/profile-lock.ts'
import { acquireProfileLock } from './memory/profile-lock.ts'
import { memoryStore } from './memory/store.ts'
import { sealedStore } from './sealed-store.ts'
import { Opened } from './storage.ts'
import type { OpenStorage } from './storage.ts'
import type { Stretch } from './slot-secret.ts'
import { stretchHere } from './stretch-here.ts'
import type { KeySlot } from './vault.ts'
import { openVault } from './vault.ts'

export { memoryBlobStore } from './memory/blob-store.ts'
export type { MemoryDisk } from './memory/disk.ts'
export { crashedCopy, createMemoryDisk } from './memory/disk.ts'
export { memoryStore } from './memory/store.ts'

export interface MemoryStorageOptions extends MemoryLockOptions {
  /** Asked where the disk alone does not open the profile. */
  readonly unlock?: Unlock | undefined
  readonly stretch?: Stretch
}

/**
 * Opens the profile on this disk; without a disk, a new one that nobody else can open.
 * @throws StorageError `locked` while another holds it, `sealed` and `wrong-secret` when the disk alone does not open it
 */
export async function openMemoryStorage(
  disk: MemoryDisk | undefined,
  random: Random,
  options: MemoryStorageOptions = {},
): Promise<OpenStorage> {
  const profile = disk ?? createMemoryDisk()
  const opened = new Opened()
  opened.add(await acquireProfileLock(profile, options))
  try {
    const engine = memoryStore(profile)
    opened.add(() => engine.close())
    const { unlock, stretch = stretchHere } = options
    const open = await openVault({ engine, device: memorySlot(profile), stretch, random, unlock })
    opened.add(() => open.close())
    const { vault, vaultKey } = open
    const blobs = memoryBlobStore(profile)
    opened.add(() => blobs.close())
    return { store: sealedStore(engine, { vaultKey, random }), blobs, vault, release: () => opened.close() }
  } catch (error) {
    await opened.close().catch(() => {})
    throw error
  }
}

function memorySlot(disk: MemoryDisk): KeySlot {
  return {
    load: async () => disk.vaultKey?.slice(),
    async save(vaultKey: Bytes): Promise<void> {
      disk.vaultKey = vaultKey.slice()
    },
    async remove(): Promise<void> {
      disk.vaultKey = undefined
    },
  }
}
