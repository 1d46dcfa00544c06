// One process per profile. The lock is SQLite's own on a file of its own, which the operating system drops with the
// process, however that ends. A folder on a network drive may not support it.

import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { StorageError } from '../../messenger/ports.ts'
import { nodeStorageError } from './errors.ts'

const fileName = 'profile.lock'
/** Nobody tells us when the other process ends; a person who waits for it does not notice a quarter of a second. */
const retryMs = 250

/** Whoever forgets to release keeps the lock: collected as garbage, the connection would close and let it go. */
const held = new Set<DatabaseSync>()

export interface NodeLockOptions {
  readonly directory: string
  /** Until the other process lets go, instead of throwing `locked`. */
  readonly wait?: boolean
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** The returned function releases. @throws StorageError `locked` */
export async function acquireProfileLock({ directory, wait, signal }: NodeLockOptions): Promise<() => Promise<void>> {
  for (;;) {
    signal?.throwIfAborted()
    const database = tryLock(join(directory, fileName))
    if (database) {
      held.add(database)
      return async () => {
        if (held.delete(database)) database.close()
      }
    }
    if (wait !== true) throw new StorageError('locked')
    await delay(retryMs, undefined, { ref: true, ...(signal ? { signal } : {}) }).catch(() => signal?.throwIfAborted())
  }
}

function tryLock(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    const failure = nodeStorageError(error)
    if (failure.code === 'locked') return undefined
    throw failure
  }
}
