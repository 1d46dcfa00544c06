// Segments in the browser: in files where it gives them (OPFS), else in IndexedDB.

import type { BlobStore } from '../../messenger/ports.ts'
import { domErrorName } from './dom-error.ts'
import { openIdbBlobStore } from './idb-blob-store.ts'
import { openOpfsBlobStore } from './opfs-blob-store.ts'

/**
 * The choice depends only on what the browser is, never on a passing failure: segments stored one way are not found the
 * other way. @throws StorageError
 */
export async function openBrowserBlobStore({ name }: { readonly name: string }): Promise<BlobStore> {
  return (await givesFiles()) ? openOpfsBlobStore(name) : openIdbBlobStore(name)
}

async function givesFiles(): Promise<boolean> {
  if (!('storage' in navigator) || !('getDirectory' in navigator.storage)) return false
  try {
    await navigator.storage.getDirectory()
    return true
  } catch (error) {
    // Firefox in a private window. Anything else will fail again, and with its own reason.
    return domErrorName(error) !== 'SecurityError'
  }
}
