// The "disk" of the memory platform: what stays when a store is closed and opened again in the same process. Nothing is
// written anywhere. Copying it at any moment gives what would be left after a crash then, which is how scenario tests
// kill a messenger at every step.

import type { Bytes } from '../../protocol/bytes.ts'

export interface MemoryDisk {
  /** Rows by store and key, as the engine got them. */
  readonly rows: Map<string, Map<string, Bytes>>
  /** Segments by blob id and index. */
  readonly blobs: Map<string, MemoryBlob>
  vaultKey: Bytes | undefined
  /** The profile's lock: resolves when its holder releases it; undefined when nobody holds it. */
  held: Promise<void> | undefined
  readonly quotaBytes: number | undefined
}

export interface MemoryBlob {
  readonly segmentCount: number
  /** What a crash leaves. */
  readonly synced: Map<number, Bytes>
  /** Written and readable, but lost in a crash. */
  readonly unsynced: Map<number, Bytes>
}

/** @param quotaBytes what all blobs together may reserve; without it there is no limit */
export function createMemoryDisk({ quotaBytes }: { quotaBytes?: number } = {}): MemoryDisk {
  return { rows: new Map(), blobs: new Map(), vaultKey: undefined, held: undefined, quotaBytes }
}

/** The disk as a crash at this moment would leave it: without unsynced segments, and with nobody holding it. */
export function crashedCopy(disk: MemoryDisk): MemoryDisk {
  const copy = createMemoryDisk(disk.quotaBytes === undefined ? {} : { quotaBytes: disk.quotaBytes })
  for (const [store, rows] of disk.rows) copy.rows.set(store, new Map(rows))
  copy.vaultKey = disk.vaultKey
  for (const [blobId, { segmentCount, synced }] of disk.blobs)
    copy.blobs.set(blobId, { segmentCount, synced: new Map(synced), unsynced: new Map() })
  return copy
}
