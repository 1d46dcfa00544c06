// Rows in one SQLite file. WAL with synchronous=FULL: a commit that resolved survives a power failure. Keys are stored
// as big-endian UTF-16, because only then do bytes sort as the port demands, by code unit.

import { DatabaseSync } from 'node:sqlite'
import type { SQLOutputValue } from 'node:sqlite'
import type { Row, RowRange, Store, Write } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { intervalOf, requireKey } from '../row-range.ts'
import { nodeStorageError } from './errors.ts'

/** Counted up when the schema changes; a file of a later version is left alone. */
const schemaVersion = 1

const schema = `
  CREATE TABLE rows (store TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key)) STRICT;
  PRAGMA user_version = ${schemaVersion};
`

/** @throws StorageError `damaged` when the file is no intact database, `unavailable` when it is of a later version */
export function openSqliteRows(path: string): Store {
  const database = openDatabase(path)
  const select = database.prepare('SELECT value FROM rows WHERE store = ? AND key = ?')
  const put = database.prepare(
    'INSERT INTO rows (store, key, value) VALUES (?, ?, ?) ON CONFLICT (store, key) DO UPDATE SET value = excluded.value',
  )
  const remove = database.prepare('DELETE FROM rows WHERE store = ? AND key = ?')

  function attempt<T>(work: () => T): T {
    if (!database.isOpen) throw new StorageError('closed')
    try {
      return work()
    } catch (error) {
      throw nodeStorageError(error)
    }
  }

  function selectRange({ reverse }: RowRange, open: boolean) {
    const upper = open ? '' : 'AND key < ?'
    const order = reverse === true ? 'DESC' : 'ASC'
    return database.prepare(
      `SELECT key, value FROM rows WHERE store = ? AND key >= ? ${upper} ORDER BY key ${order} LIMIT ?`,
    )
  }

  return {
    async get(store: string, key: string): Promise<Bytes | undefined> {
      return attempt(() => {
        const row = select.get(store, encodeKey(key))
        return row && bytesOf(row['value'])
      })
    },

    async list(store: string, range: RowRange = {}): Promise<readonly Row[]> {
      return attempt(() => {
        const interval = intervalOf(range)
        if (interval === undefined) return []
        const { from, to } = interval
        const limit = range.limit ?? -1
        const upper = to === undefined ? [] : [encodeKey(to)]
        const rows = selectRange(range, to === undefined).all(store, encodeKey(from), ...upper, limit)
        return rows.map((row) => ({ key: decodeKey(bytesOf(row['key'])), value: bytesOf(row['value']) }))
      })
    },

    async commit(writes: readonly Write[]): Promise<void> {
      for (const { store, key } of writes) requireKey(store, key)
      attempt(() => {
        database.exec('BEGIN IMMEDIATE')
        try {
          for (const write of writes) {
            if (write.kind === 'put') put.run(write.store, encodeKey(write.key), write.value)
            else remove.run(write.store, encodeKey(write.key))
          }
          database.exec('COMMIT')
        } catch (error) {
          // Some failures, a full disk among them, have rolled back already.
          if (database.isTransaction) database.exec('ROLLBACK')
          throw error
        }
      })
    },

    async close(): Promise<void> {
      if (database.isOpen) database.close()
    },
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const version = database.prepare('PRAGMA user_version').get()?.['user_version']
    if (version === 0) database.exec(`BEGIN; ${schema} COMMIT;`)
    else if (version !== schemaVersion) throw new StorageError('unavailable')
    return database
  } catch (error) {
    database?.close()
    throw nodeStorageError(error)
  }
}

function encodeKey(key: string): Bytes {
  return Buffer.from(key, 'utf16le').swap16()
}

function decodeKey(bytes: Bytes): string {
  if (bytes.length % 2 !== 0) throw new StorageError('damaged')
  return Buffer.from(bytes).swap16().toString('utf16le')
}

function bytesOf(value: SQLOutputValue | undefined): Bytes {
  if (!(value instanceof Uint8Array)) throw new StorageError('damaged')
  return value
}
