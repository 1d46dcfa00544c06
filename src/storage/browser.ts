// Storage of a browser tab.
//
//   IndexedDB safelight/<name>/records   rows, sealed
//   IndexedDB safelight/<name>/vault     the key the rows are sealed with, wrapped with a key WebCrypto keeps to itself;
//                                        empty while a passphrase is set
//   OPFS      safelight-<name>/<id>      media segments, as the ciphertext they travel as
//   IndexedDB safelight/<name>/blobs     the same, where the browser gives no files
//   Web Lock  safelight/<name>           held by the one tab that has the profile open

import type { Unlock } from '../messenger/ports/vault.ts'
import type { Random } from '../protocol/bytes.ts'
import { openBrowserBlobStore } from './browser/blob-store.ts'
import { openDeviceSlot } from './browser/device-slot.ts'
import { openIdbRows } from './browser/idb-rows.ts'
import { acquireProfileLock } from './browser/profile-lock.ts'
import { sealedStore } from './sealed-store.ts'
import { Opened } from './storage.ts'
import type { OpenStorage } from './storage.ts'
import type { Stretch } from './slot-secret.ts'
import { openVault } from './vault.ts'

export interface BrowserStorageOptions {
  /** Letters, digits, `-` and `_`. */
  readonly name: string
  readonly random: Random
  /** Asked where the device alone does not open the profile. */
  readonly unlock?: Unlock | undefined
  /** Until another tab lets go of the profile, instead of throwing `locked`. */
  readonly wait?: boolean
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Opens the profile of this origin, or creates it.
 * @throws StorageError `locked` while another tab has it, `sealed` and `wrong-secret` when the device alone does not open
 * it, `damaged` rather than ever starting anew over old data
 */
export async function openBrowserStorage(options: BrowserStorageOptions): Promise<OpenStorage> {
  const { name, random, unlock } = options
  const opened = new Opened()
  try {
    opened.add(await acquireProfileLock(options))
    const engine = await openIdbRows(name)
    opened.add(() => engine.close())
    const device = await openDeviceSlot(name, random)
    opened.add(async () => device.close())
    const stretch: Stretch = async (...given) => (await import('./browser/stretch.ts')).stretchInWorker(...given)
    const open = await openVault({ engine, device, stretch, random, unlock })
    opened.add(() => open.close())
    const { vault, vaultKey } = open
    const blobs = await openBrowserBlobStore({ name })
    opened.add(() => blobs.close())
    return { store: sealedStore(engine, { vaultKey, random }), blobs, vault, release: () => opened.close() }
  } catch (error) {
    await opened.close().catch(() => {})
    throw error
  }
}
