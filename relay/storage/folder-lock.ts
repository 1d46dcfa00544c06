// One program at a time on a data folder: a relay, a backup of one that is stopped, or a restore.

import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SetupError } from '../setup-error.ts'

/** Empty, and never removed: who waits for a file that was removed would lock another one than who comes next. */
export const lockName = 'relay.lock'

/** The program before may be on its way out. */
const waitMs = 1000

/** Held until it is disposed, or the process ends, however it ends. @throws SetupError */
export function lockFolder(dataDirectory: string): Disposable {
  const path = join(dataDirectory, lockName)
  let database: DatabaseSync | undefined
  try {
    makeOnce(path)
    database = new DatabaseSync(path, { timeout: waitMs })
    // SQLite locks where Node has no call for it. Nothing is ever written.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    const held = database
    return {
      [Symbol.dispose]() {
        held.close()
      },
    }
  } catch (error) {
    database?.close()
    const isBusy = error instanceof Error && 'errcode' in error && error.errcode === 5
    throw new SetupError(
      isBusy
        ? 'The data folder is in use by another relay, backup or restore. Stop it first, or choose another with --data.'
        : `The file ${lockName} in the data folder cannot be used. Check its permissions, or delete it when no relay runs there.`,
      { cause: error },
    )
  }
}

/**
 * For its owner only, which SQLite would not make it. One that is there is not even opened: a process that closes a file
 * gives up all locks it has on it, also those of another relay in it.
 */
function makeOnce(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600))
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  }
}
