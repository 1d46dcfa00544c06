// Quick runs over a simulated IndexedDB. The real one is tested in the browser.

import 'fake-indexeddb/auto'
import { deleteDB } from 'idb'
import { vi } from 'vitest'
import { openBrowserStorage } from '../../src/storage/browser.ts'
import { openIdbBlobStore } from '../../src/storage/browser/idb-blob-store.ts'
import { profileNames } from '../../src/storage/browser/profile-name.ts'
import { openBrowserStore, openIdbRows } from '../../src/storage/browser/idb-rows.ts'
import { blobStoreContract } from '../contract/blob-store.ts'
import { openStorageContract } from '../contract/open-storage.ts'
import { storeContract } from '../contract/store.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

// Node has Web Locks of its own. There is no OPFS, so segments go to IndexedDB.
vi.stubGlobal('navigator', {
  locks: navigator.locks,
  storage: { estimate: async () => ({ usage: 0, quota: 2 ** 40 }) },
})

let profiles = 0

storeContract('the simulated IndexedDB store', async () => {
  const name = `store-${profiles++}`
  const random = seededRandom(name)
  const [vaultKey, otherKey] = [random(32), random(32)]
  return {
    open: () => openBrowserStore({ name, random, vaultKey }),
    openWithOtherKey: () => openBrowserStore({ name, random, vaultKey: otherKey }),
    openUnsealed: () => openIdbRows(name),
    close: async () => {},
  }
})

blobStoreContract('the simulated IndexedDB blob store', async () => {
  const name = `blobs-${profiles++}`
  return {
    open: () => openIdbBlobStore(name),
    async crash(blobs) {
      const reopened = await openIdbBlobStore(name)
      await blobs.close()
      return reopened
    },
    close: async () => {},
  }
})

openStorageContract('a simulated browser', async () => {
  const name = `profile-${profiles++}`
  const random = seededRandom(name)
  return {
    open: (options) => openBrowserStorage({ name, random, ...options }),
    openUnsealed: () => openIdbRows(name),
    loseKey: () => deleteDB(profileNames(name).vault),
    loseRecords: () => deleteDB(profileNames(name).records),
    close: async () => {},
  }
})
