// A closer look at a person's disk, while their messenger is closed: what is stored, and changes to it.

import type { BlobStore } from '../../../src/messenger/ports.ts'
import type { Ledger } from '../../../src/messenger/records/ledger.ts'
import { createLedger } from '../../../src/messenger/records/ledger.ts'
import type { Tables } from '../../../src/messenger/records/tables.ts'
import { openTables } from '../../../src/messenger/records/tables.ts'
import type { MemoryDisk } from '../../../src/storage/memory.ts'
import { openMemoryStorage } from '../../../src/storage/memory.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/** Opens a disk that nobody holds, and closes it again. */
export async function inspect<T>(
  disk: MemoryDisk,
  look: (opened: { readonly tables: Tables; readonly ledger: Ledger; readonly blobs: BlobStore }) => Promise<T>,
): Promise<T> {
  const { store, blobs, release } = await openMemoryStorage(disk, random)
  try {
    return await look({ tables: await openTables(store), ledger: createLedger(store), blobs })
  } finally {
    await release()
  }
}

/** Some stores as they were on another copy of the same disk. */
export function putInto(disk: MemoryDisk, from: MemoryDisk, stores: readonly string[]): void {
  for (const name of stores) {
    const rows = from.rows.get(name)
    if (rows === undefined) disk.rows.delete(name)
    else disk.rows.set(name, new Map(rows))
  }
}
