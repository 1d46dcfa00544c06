// The embedded store: one SQLite file in the data folder, WAL, synchronous=FULL.

import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { SetupError } from '../../setup-error.ts'
import type { RelayStore } from '../store.ts'
import { backupDatabase } from './backup.ts'
import { createBlobIndex } from './blobs.ts'
import { createBundleStore } from './bundles.ts'
import { createClockStore } from './clock.ts'
import { createCompaction } from './compact.ts'
import { fileName } from './file-name.ts'
import { closedDay } from './find-mailbox.ts'
import { createGroupCommit } from './group-commit.ts'
import { createLargest } from './largest.ts'
import { createMailboxStore } from './mailboxes.ts'
import { createMembershipStore } from './membership.ts'
import { createPushStore } from './push.ts'
import { integerOf, UnexpectedRow } from './rows.ts'
import { createDatabase, migrate } from './schema.ts'
import { createSweep } from './sweep.ts'
import { createUsage } from './usage.ts'

/** 8 MiB: the journal is carried over from 4 MiB on; a transaction that made it longer is rare. */
const journalBytes = 8 * 1024 * 1024

/** @throws SetupError when the file is damaged, foreign or in use */
export function openSqliteStore(directory: string, options: { readonly jobsPerCommit: number }): RelayStore {
  let database: DatabaseSync | undefined
  try {
    const path = join(directory, fileName)
    database = openDatabase(path)
    return storeIn(database, path, options)
  } catch (error) {
    database?.close()
    throw toSetupError(error)
  }
}

function storeIn(database: DatabaseSync, path: string, options: { readonly jobsPerCommit: number }): RelayStore {
  const usage = createUsage(database, path)
  const commits = createGroupCommit(database, { jobsPerCommit: options.jobsPerCommit, afterCommit: usage.refresh })
  return {
    mailboxes: { ...createMailboxStore(database, commits, usage), ...createBundleStore(database, commits, usage) },
    blobs: createBlobIndex(database, commits, usage),
    membership: createMembershipStore(database, commits, usage),
    push: createPushStore(database, commits, usage),
    usage: usage.read,
    clock: createClockStore(database, commits),
    ...createSweep(database, commits, usage),
    compact: createCompaction(database, commits, usage),
    count: () =>
      commits.read(() => {
        const row = database
          .prepare(
            'SELECT (SELECT count(*) FROM mailbox WHERE seen_day > ?) AS mailboxes, (SELECT count(*) FROM envelope) AS envelopes, (SELECT count(*) FROM blob) AS blobs',
          )
          .get(closedDay)
        if (row === undefined) throw new Error('counting gave no row')
        return {
          mailboxes: integerOf(row, 'mailboxes'),
          envelopes: integerOf(row, 'envelopes'),
          blobs: integerOf(row, 'blobs'),
        }
      }),
    largest: createLargest(database, commits),
    async backup(directory, each) {
      commits.flush()
      await backupDatabase(database, directory, each)
    },
    check: () =>
      commits.change(() => {
        if (commits.isDamaged()) throw new UnexpectedRow('damage was met before')
        database.prepare('UPDATE usage SET one = 1 WHERE one = 1').run()
      }),
    async close() {
      commits.flush()
      database.close()
    },
  }
}

function openDatabase(path: string): DatabaseSync {
  if (!existsSync(path)) {
    // What a database that is gone left behind would be taken for a part of the new one.
    if (existsSync(`${path}-wal`)) throw new SetupError(lost)
    createDatabase(path)
  }
  // SQLite takes an empty file for a new database, but the relay makes none that is.
  if (statSync(path).size === 0) throw new SetupError(damaged)
  const database = new DatabaseSync(path, { timeout: 1000 })
  try {
    // EXCLUSIVE: a second relay on the same folder is told so at once, and no file is needed for what relays would share.
    // The lock ends with the process, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    // Before anything is changed: a database of another program stays as it is.
    const version = database.prepare('PRAGMA user_version').get()
    if (version === undefined || integerOf(version, 'user_version') < 1) throw new SetupError(damaged)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA trusted_schema = OFF;
      PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = ${journalBytes};
    `)
    // Takes the lock.
    database.exec('BEGIN IMMEDIATE; COMMIT')
    migrate(database, path)
    const usage = database.prepare('SELECT mailbox_bytes FROM usage').get()
    if (usage === undefined) throw new SetupError(damaged)
    integerOf(usage, 'mailbox_bytes')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const damaged = `The database ${fileName} in the data folder is damaged. Restore it from a backup, or move it away, and ${fileName}-wal with it, to start empty.`

const lost = `The database ${fileName} in the data folder is missing, but ${fileName}-wal, which belongs to it, is there. Put it back or restore a backup, or move that away too to start empty.`

const unwritable = `The database ${fileName} in the data folder cannot be written. Check its permissions.`
const inUse = 'The data folder is in use by another relay. Stop it first, or choose another with --data.'

/** By SQLite's primary result code: ERROR (other tables than expected), BUSY, LOCKED, PERM, READONLY, CANTOPEN, IOERR, CORRUPT, FULL, NOTADB. */
const sentences = new Map([
  [1, damaged],
  [5, inUse],
  [6, inUse],
  [3, unwritable],
  [8, unwritable],
  [14, unwritable],
  [10, `The database ${fileName} in the data folder cannot be read or written: its disk is full or failing.`],
  [11, damaged],
  [13, 'The disk of the data folder is full.'],
  [26, damaged],
])

function toSetupError(error: unknown): unknown {
  if (error instanceof SetupError || !(error instanceof Error)) return error
  if (error instanceof UnexpectedRow) return new SetupError(damaged, { cause: error })
  const fromSystem = 'code' in error && (error.code === 'EACCES' || error.code === 'EISDIR' || error.code === 'EROFS')
  const resultCode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
  const sentence = fromSystem ? unwritable : resultCode === undefined ? undefined : sentences.get(resultCode)
  return sentence === undefined ? error : new SetupError(sentence, { cause: error })
}
