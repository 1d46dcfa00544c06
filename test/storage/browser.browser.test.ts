// The browser's storage in a real browser.

import { deleteDB, openDB } from 'idb'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type {} from '@vitest/browser-playwright'
import { cdp } from 'vitest/browser'
import { limits } from '../../src/protocol/limits.ts'
import { openBrowserBlobStore } from '../../src/storage/browser/blob-store.ts'
import { connect } from '../../src/storage/browser/database.ts'
import { openIdbBlobStore } from '../../src/storage/browser/idb-blob-store.ts'
import { openBrowserStore, openIdbRows } from '../../src/storage/browser/idb-rows.ts'
import { openOpfsBlobStore } from '../../src/storage/browser/opfs-blob-store.ts'
import { profileNames } from '../../src/storage/browser/profile-name.ts'
import { openBrowserStorage } from '../../src/storage/browser.ts'
import { blobId, segment } from '../contract/blob-data.ts'
import { blobStoreContract } from '../contract/blob-store.ts'
import { openStorageContract } from '../contract/open-storage.ts'
import { storeContract } from '../contract/store.ts'
import { vaultContract } from '../contract/vault.ts'
import type { Tab } from './tab.ts'
import { openTab } from './tab.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/** Every worker the tests started, so that one can be killed with its files open. */
const workers: Worker[] = []
const RealWorker = globalThis.Worker
beforeAll(() => {
  globalThis.Worker = class extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      workers.push(this)
    }
  }
})
afterAll(() => {
  globalThis.Worker = RealWorker
})

function profileName(): string {
  return crypto.randomUUID()
}

async function blobFile(name: string, id: string): Promise<File> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle(profileNames(name).blobFolder)
  return (await folder.getFileHandle(id)).getFile()
}

storeContract('IndexedDB', async () => {
  const name = profileName()
  const [vaultKey, otherKey] = [random(32), random(32)]
  return {
    open: () => openBrowserStore({ name, random, vaultKey }),
    openWithOtherKey: () => openBrowserStore({ name, random, vaultKey: otherKey }),
    openUnsealed: () => openIdbRows(name),
    close: () => deleteDB(profileNames(name).records),
  }
})

blobStoreContract('OPFS', async () => {
  const name = profileName()
  return {
    open: () => openOpfsBlobStore(name),
    crash() {
      workers.at(-1)?.terminate()
      return openOpfsBlobStore(name)
    },
    async close() {
      const root = await navigator.storage.getDirectory()
      await root.removeEntry(profileNames(name).blobFolder, { recursive: true })
    },
  }
})

blobStoreContract('IndexedDB, where there are no files,', async () => {
  const name = profileName()
  return {
    open: () => openIdbBlobStore(name),
    crash: () => openIdbBlobStore(name),
    close: () => deleteDB(profileNames(name).blobs),
  }
})

openStorageContract('a browser', async () => {
  const name = profileName()
  return {
    open: (options) => openBrowserStorage({ name, random, ...options }),
    openUnsealed: () => openIdbRows(name),
    loseKey: () => deleteDB(profileNames(name).vault),
    loseRecords: () => deleteDB(profileNames(name).records),
    close: async () => {},
  }
})

vaultContract('a browser', async () => {
  const name = profileName()
  return {
    open: (unlock) => openBrowserStorage({ name, random, unlock }),
    async deviceSlot() {
      const database = await openDB(profileNames(name).vault)
      const slot: unknown = await database.get('slots', 'device')
      database.close()
      return slot
    },
    loseDeviceSlot: () => deleteDB(profileNames(name).vault),
    async close() {
      await deleteDB(profileNames(name).vault)
      await deleteDB(profileNames(name).records)
    },
  }
})

describe('a profile whose tab is closed', () => {
  it('goes to the tab that waits, with its records and its synced segments', async () => {
    const name = profileName()
    const tab = await openTab()
    await tab.run('writeAndKeepOpen', name)
    await expect(openBrowserStorage({ name, random })).rejects.toMatchObject({ code: 'locked' })
    const waiting = openBrowserStorage({ name, random, wait: true })
    tab.close()
    const storage = await waiting
    expect(await storage.store.get('s', 'a')).toEqual(Uint8Array.of(1))
    expect(await storage.blobs.read(blobId(1), 1)).toEqual(Uint8Array.of(2))
    await storage.blobs.write(blobId(1), 0, Uint8Array.of(3))
    await storage.release()
  })
})

describe('the vault key', () => {
  it('lies wrapped beside a key that does not come out', async () => {
    const name = profileName()
    const storage = await openBrowserStorage({ name, random })
    await storage.release()
    const connection = await connect<{ slots: { key: string; value: { key: { deviceKey: CryptoKey } } } }>({
      name: profileNames(name).vault,
      version: 1,
      create: () => {},
    })
    const slot = await connection.run((database) => database.get('slots', 'device'))
    connection.close()
    const deviceKey = slot?.key.deviceKey
    if (!deviceKey) throw new Error('no slot')
    expect(deviceKey.extractable).toBe(false)
    for (const format of ['raw', 'jwk'] as const)
      await expect(crypto.subtle.exportKey(format, deviceKey)).rejects.toThrow(DOMException)
  })
})

describe('files', () => {
  it('hold each segment at its place, and can be read while they are open', async () => {
    const name = profileName()
    const blobs = await openOpfsBlobStore(name)
    await blobs.create(blobId(1), 3)
    await blobs.write(blobId(1), 2, segment(2, 1000))
    await blobs.sync(blobId(1))
    const file = await blobFile(name, blobId(1))
    const start = 2 * limits.segmentBytes
    expect(new Uint8Array(await file.slice(start, start + 1000).arrayBuffer())).toEqual(segment(2, 1000))
    await blobs.close()
  })

  it('have one owner: a second opener is told that the blob is locked, until the first one closes', async () => {
    const name = profileName()
    const first = await openOpfsBlobStore(name)
    const second = await openOpfsBlobStore(name)
    await first.create(blobId(1), 1)
    await first.write(blobId(1), 0, segment(0, 10))
    await expect(second.read(blobId(1), 0)).rejects.toMatchObject({ code: 'locked' })
    await second.create(blobId(2), 1)
    const patient = second.read(blobId(1), 0)
    await first.close()
    expect(await patient).toEqual(segment(0, 10))
    await second.close()
  })

  it('that were never completely created do not count, and are made anew', async () => {
    const name = profileName()
    const blobs = await openOpfsBlobStore(name)
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle(profileNames(name).blobFolder)
    const writable = await (await folder.getFileHandle(blobId(1), { create: true })).createWritable()
    await writable.write(new Uint8Array(2 * (limits.segmentBytes + 4) + 12))
    await writable.close()
    expect(await blobs.present(blobId(1))).toBeUndefined()
    await blobs.create(blobId(1), 1)
    expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0))
    await blobs.close()
  })
})

describe('a browser that gives no files', () => {
  afterEach(() => vi.restoreAllMocks())

  it('keeps segments in IndexedDB', async () => {
    const name = profileName()
    // What Firefox does in a private window.
    vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(new DOMException('refused', 'SecurityError'))
    const blobs = await openBrowserBlobStore({ name })
    await blobs.create(blobId(1), 1)
    await blobs.write(blobId(1), 0, segment(0))
    await blobs.close()
    const records = await openIdbBlobStore(name)
    expect(await records.read(blobId(1), 0)).toEqual(segment(0))
    await records.close()
  })
})

describe('a connection', () => {
  const create = (): void => {}

  it('makes room when the database is deleted or upgraded elsewhere, and says so', async () => {
    const name = profileName()
    const store = await openIdbRows(name)
    await deleteDB(profileNames(name).records)
    await expect(store.get('s', 'a')).rejects.toMatchObject({ code: 'closed' })
  })

  it('is locked while somebody with an older version does not make room', async () => {
    const name = profileName()
    const older = await openRaw(name, 1)
    await expect(connect({ name, version: 2, create })).rejects.toMatchObject({ code: 'locked' })
    older.close()
    const newer = await connect({ name, version: 2, create })
    newer.close()
    await expect(connect({ name, version: 1, create })).rejects.toMatchObject({ code: 'unavailable' })
  })

  function openRaw(name: string, version: number): Promise<IDBDatabase> {
    const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>()
    const request = indexedDB.open(name, version)
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
    return promise
  }
})

describe('a full disk', () => {
  const quotaBytes = 16 * 1024 * 1024

  /** An origin that nothing else uses, so that its quota is nobody else's: browsers resolve these names themselves. */
  async function openFullTab(): Promise<Tab> {
    const origin = `http://${crypto.randomUUID()}.localhost:${location.port}`
    await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: quotaBytes })
    return openTab(origin)
  }

  it('refuses a commit as a whole', async () => {
    const tab = await openFullTab()
    expect(await tab.run('commitTooMuch', 2 * quotaBytes)).toEqual([
      { code: 'full', rows: [{ key: 'a', value: Uint8Array.of(1) }] },
      { code: 'done', rows: [{ key: 'a', value: Uint8Array.of(3) }] },
    ])
    tab.close()
  })

  it('refuses a file that does not fit, before anything is written to it', async () => {
    const tab = await openFullTab()
    expect(await tab.run('keepTooMuch', 'files', [128, 8])).toEqual([
      { code: 'full', present: undefined },
      { code: 'done', present: Uint8Array.of(0xff) },
    ])
    tab.close()
  })

  it('refuses a segment that does not fit into IndexedDB, and claims only those that did', async () => {
    const tab = await openFullTab()
    expect(await tab.run('keepTooMuch', 'IndexedDB', [128, 8])).toMatchObject([
      { code: 'full' },
      { code: 'done', present: Uint8Array.of(0xff) },
    ])
    tab.close()
  })
})
