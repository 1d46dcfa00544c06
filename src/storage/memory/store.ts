// Records in memory, as they are given. Values are copied on the way in and out, so nobody shares bytes with the store.

import type { Row, RowRange, Store, Write } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { intervalOf, requireKey } from '../row-range.ts'
import type { MemoryDisk } from './disk.ts'
import { createMemoryDisk } from './disk.ts'

/** Not sealed: `openMemoryStorage` seals what it keeps here. */
export function memoryStore(disk: MemoryDisk = createMemoryDisk()): Store {
  let closed = false

  function rowsOf(store: string): ReadonlyMap<string, Bytes> {
    if (closed) throw new StorageError('closed')
    return disk.rows.get(store) ?? new Map()
  }

  return {
    async get(store: string, key: string): Promise<Bytes | undefined> {
      return rowsOf(store).get(key)?.slice()
    },

    async list(store: string, range: RowRange = {}): Promise<readonly Row[]> {
      const rows = rowsOf(store)
      const interval = intervalOf(range)
      if (interval === undefined) return []
      const { from, to } = interval
      // Strings compare by UTF-16 code unit here too.
      const keys = [...rows.keys()].filter((key) => key >= from && (to === undefined || key < to)).toSorted(byCodeUnit)
      const ordered = range.reverse === true ? keys.toReversed() : keys
      return ordered.slice(0, range.limit).map((key) => ({ key, value: rows.get(key)?.slice() ?? new Uint8Array() }))
    },

    async commit(writes: readonly Write[]): Promise<void> {
      if (closed) throw new StorageError('closed')
      for (const { store, key } of writes) requireKey(store, key)
      // Nothing below can fail or wait, so nobody ever sees half of it.
      for (const write of writes) {
        const rows = disk.rows.get(write.store) ?? new Map<string, Bytes>()
        disk.rows.set(write.store, rows)
        if (write.kind === 'put') rows.set(write.key, write.value.slice())
        else rows.delete(write.key)
      }
    },

    async close(): Promise<void> {
      closed = true
    },
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
