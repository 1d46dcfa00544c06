// Rows in one IndexedDB object store under [store, key]. IndexedDB compares strings by UTF-16 code unit, as the port
// demands. Transactions are strict: a commit that resolved survives a power failure.

import type { DBSchema } from 'idb'
import type { Row, RowRange, Store, Write } from '../../messenger/ports.ts'
import type { Bytes, Random } from '../../protocol/bytes.ts'
import { intervalOf, requireKey } from '../row-range.ts'
import { sealedStore } from '../sealed-store.ts'
import type { Connection, DatabasePlan } from './database.ts'
import { connect, transact } from './database.ts'
import { profileNames } from './profile-name.ts'

interface Schema extends DBSchema {
  rows: { key: [store: string, key: string]; value: Bytes }
}

/** Behind every [store, key]: arrays sort behind strings. */
const behindAllKeys: IDBValidKey = []

/** The records alone, for a caller that has the vault key and the profile's lock. @throws StorageError */
export async function openBrowserStore(options: {
  readonly name: string
  readonly random: Random
  readonly vaultKey: Bytes
}): Promise<Store> {
  return sealedStore(await openIdbRows(options.name), options)
}

/** Unsealed: `sealedStore` goes over it. @throws StorageError */
export async function openIdbRows(name: string): Promise<Store> {
  const plan: DatabasePlan<Schema> = {
    name: profileNames(name).records,
    version: 1,
    create: (database) => void database.createObjectStore('rows'),
  }
  const connection = await connect(plan)
  return {
    async get(store: string, key: string): Promise<Bytes | undefined> {
      return connection.run((database) => database.get('rows', [store, key]))
    },
    list: (store, range = {}) => list(connection, store, range),
    commit: (writes) => commit(connection, writes),
    close: async () => connection.close(),
  }
}

async function list(connection: Connection<Schema>, store: string, range: RowRange): Promise<readonly Row[]> {
  return connection.run(async (database) => {
    const interval = intervalOf(range)
    if (interval === undefined) return []
    const bounds = IDBKeyRange.bound([store, interval.from], [store, interval.to ?? behindAllKeys], false, true)
    const rows: Row[] = []
    const transaction = database.transaction('rows')
    if (range.reverse === true && range.limit !== undefined) {
      // Only a cursor starts at the end.
      let cursor = await transaction.store.openCursor(bounds, 'prev')
      while (cursor) {
        rows.push({ key: cursor.key[1], value: cursor.value })
        cursor = rows.length < range.limit ? await cursor.continue() : null
      }
      return rows
    }
    const [keys, values] = await Promise.all([
      transaction.store.getAllKeys(bounds, range.limit),
      transaction.store.getAll(bounds, range.limit),
    ])
    for (const [index, value] of values.entries()) rows.push({ key: keys[index]?.[1] ?? '', value })
    return range.reverse === true ? rows.toReversed() : rows
  })
}

async function commit(connection: Connection<Schema>, writes: readonly Write[]): Promise<void> {
  for (const { store, key } of writes) requireKey(store, key)
  await connection.run(async (database) => {
    const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
    const rows = transaction.store
    await transact(transaction, (track) => {
      for (const write of writes) {
        const key: [string, string] = [write.store, write.key]
        track(write.kind === 'put' ? rows.put(own(write.value), key) : rows.delete(key))
      }
    })
  })
}

/** A view is stored with everything behind it, so a part of a larger buffer is copied. */
function own(bytes: Bytes): Bytes {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
}
