// A connection to one IndexedDB database, whose failures are StorageErrors.

import { openDB } from 'idb'
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { StorageError } from '../../messenger/ports.ts'
import { domStorageError } from './dom-error.ts'

export interface DatabasePlan<Schema extends DBSchema> {
  readonly name: string
  /** Counted up when `create` changes. */
  readonly version: number
  create(database: IDBPDatabase<Schema>, oldVersion: number): void
}

export interface Connection<Schema extends DBSchema> {
  /** @throws StorageError `closed` after `close`, and after another tab or the browser ended the connection */
  run<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T>
  close(): void
}

/**
 * @throws StorageError `locked` while a tab with an older version keeps the database, `unavailable` when it is of a later
 * version or the browser gives none
 */
export async function connect<Schema extends DBSchema>(plan: DatabasePlan<Schema>): Promise<Connection<Schema>> {
  const blocked = Promise.withResolvers<never>()
  let closed = false
  const opening = openDB<Schema>(plan.name, plan.version, {
    upgrade: (database, oldVersion) => plan.create(database, oldVersion),
    blocked: () => blocked.reject(new StorageError('locked')),
    // A tab with a newer version waits for us: the records are safe, so we make room.
    blocking: () => close(),
    terminated: () => {
      closed = true
    },
  })

  function close(): void {
    closed = true
    opening.then(
      (database) => database.close(),
      () => {},
    )
  }

  try {
    const database = await Promise.race([opening, blocked.promise])
    return {
      async run<T>(work: (open: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
        if (closed) throw new StorageError('closed')
        try {
          return await work(database)
        } catch (error) {
          throw domStorageError(error)
        }
      },
      close,
    }
  } catch (error) {
    close()
    throw domStorageError(error)
  }
}

/**
 * Makes requests in one transaction and resolves when it is complete; when one of them fails or `work` throws, none
 * counts. `work` hands each request to `track`, and awaits nothing: the transaction ends as soon as none is pending.
 */
export async function transact<Schema extends DBSchema, Names extends readonly StoreNames<Schema>[]>(
  transaction: IDBPTransaction<Schema, Names, 'readwrite'>,
  work: (track: (request: Promise<unknown>) => void) => void,
): Promise<void> {
  const requests: Promise<unknown>[] = []
  let thrown: StorageError | undefined
  try {
    work((request) => requests.push(request))
  } catch (error) {
    thrown = domStorageError(error)
    transaction.abort()
  }
  try {
    // Otherwise it begins to commit only when the last answer has come back here.
    transaction.commit()
  } catch {
    // It has ended already; the requests and `done` say why.
  }
  // Which of them tells the reason depends on the browser: Firefox fails the request, Chromium the transaction, and the
  // rest says "aborted".
  const results = await Promise.allSettled([...requests, transaction.done])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [domStorageError(result.reason)] : []))
  const reason = thrown ?? failures.find(({ code }) => code !== 'unavailable') ?? failures[0]
  if (reason) throw reason
}
