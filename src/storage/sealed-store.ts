// Seals every value on its way into an engine and opens it on its way out (§8). A row is bound to its store and key, so
// one that was moved, or changed at all, does not open. What it cannot tell: that a row was deleted, or that it was put
// back to a value it had before. Store names, keys, the number of rows and the sizes of values stay visible at rest.

import type { Row, RowRange, Store, Write } from '../messenger/ports.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { openRecord, sealRecord } from '../protocol/record/seal.ts'
import { requireKey } from './row-range.ts'

/** Reading throws StorageError `damaged` for a row that does not open. Closing closes the engine. */
export function sealedStore(engine: Store, { vaultKey, random }: { vaultKey: Bytes; random: Random }): Store {
  function seal(write: Write): Write {
    requireKey(write.store, write.key)
    if (write.kind === 'delete') return write
    const { store, key, value } = write
    return { kind: 'put', store, key, value: sealRecord({ vaultKey, store, key, plaintext: value, random }) }
  }

  function open(store: string, key: string, sealed: Bytes): Bytes {
    const value = openRecord({ vaultKey, store, key, sealed })
    if (value === undefined) throw new StorageError('damaged')
    return value
  }

  return {
    async get(store: string, key: string): Promise<Bytes | undefined> {
      requireKey(store, key)
      const sealed = await engine.get(store, key)
      return sealed === undefined ? undefined : open(store, key, sealed)
    },
    async list(store: string, range?: RowRange): Promise<readonly Row[]> {
      const rows = await engine.list(store, range)
      return rows.map(({ key, value }) => ({ key, value: open(store, key, value) }))
    },
    // Everything is sealed before the engine begins its transaction, in which nothing may be awaited.
    commit: async (writes: readonly Write[]) => engine.commit(writes.map(seal)),
    close: () => engine.close(),
  }
}
