// What tests run in other tabs.

import type { BlobStore, Row } from '../../src/messenger/ports.ts'
import { StorageError } from '../../src/messenger/ports.ts'
import { limits } from '../../src/protocol/limits.ts'
import { openIdbBlobStore } from '../../src/storage/browser/idb-blob-store.ts'
import { openIdbRows } from '../../src/storage/browser/idb-rows.ts'
import { openOpfsBlobStore } from '../../src/storage/browser/opfs-blob-store.ts'
import { openBrowserStorage } from '../../src/storage/browser.ts'
import type { OpenStorage } from '../../src/storage/storage.ts'
import { blobId } from '../contract/blob-data.ts'

/** Keeps the profile open until the tab is closed. */
let open: OpenStorage | undefined

export async function writeAndKeepOpen(name: string): Promise<void> {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  open = await openBrowserStorage({ name, random })
  await open.store.commit([{ kind: 'put', store: 's', key: 'a', value: Uint8Array.of(1) }])
  await open.blobs.create(blobId(1), 2)
  await open.blobs.write(blobId(1), 1, Uint8Array.of(2))
  await open.blobs.sync(blobId(1))
}

/** Tries to commit more than fits, and then something that does. The codes of both, and the rows after each. */
export async function commitTooMuch(sizeBytes: number): Promise<{ code: string; rows: readonly Row[] }[]> {
  const store = await openIdbRows('full')
  const put = { kind: 'put', store: 's', key: 'a' } as const
  await store.commit([{ ...put, value: Uint8Array.of(1) }])
  const large = { kind: 'put', store: 's', key: 'large', value: new Uint8Array(sizeBytes) } as const
  const results = []
  for (const writes of [[{ ...put, value: Uint8Array.of(2) }, large], [{ ...put, value: Uint8Array.of(3) }]])
    results.push({ code: await codeOf(store.commit(writes)), rows: await store.list('s') })
  await store.close()
  return results
}

/** Tries to keep a blob that does not fit, and then one that does. The codes of both, and the present bits of each. */
export async function keepTooMuch(
  kind: 'files' | 'IndexedDB',
  counts: readonly number[],
): Promise<{ code: string; present: Uint8Array | undefined }[]> {
  const blobs = kind === 'files' ? await openOpfsBlobStore('full') : await openIdbBlobStore('full')
  const results = []
  for (const [blob, count] of counts.entries()) {
    const code = await codeOf(fill(blobs, blobId(blob), count))
    results.push({ code, present: await blobs.present(blobId(blob)) })
    await blobs.delete(blobId(blob))
  }
  await blobs.close()
  return results
}

async function fill(blobs: BlobStore, id: string, segmentCount: number): Promise<void> {
  await blobs.create(id, segmentCount)
  for (let index = 0; index < segmentCount; index++) await blobs.write(id, index, incompressible())
  await blobs.sync(id)
}

/** As ciphertext is: the browser would store repeating bytes in less space than they take. */
function incompressible(): Uint8Array {
  const bytes = new Uint8Array(limits.segmentBytes)
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}

async function codeOf(work: Promise<void>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof StorageError ? error.code : String(error)
  }
}
