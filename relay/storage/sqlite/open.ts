// The embedded store: one SQLite file in the data folder, WAL, synchronous=FULL.

import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { SetupError } from '../../setup-error.ts'
import type { RelayStore } from '../store.ts'
import { backupDatabase } from './backup.ts'
import { createBlobIndex } from './blobs.ts'
import { createBundleStore } from './bundles.ts'
import { createClockStore } from './clock.ts'
import { fileName } from './file-name.ts'
import { createGroupCommit } from './group-commit.ts'
import { createLargest } from './largest.ts'
import { createMailboxStore } from './mailboxes.ts'
import { createMembershipStore } from './membership.ts'
import { integerOf } from './rows.ts'
import { migrate } from './schema.ts'
import { createSweep } from './sweep.ts'
import { createUsage } from './usage.ts'

/** @throws SetupError when the file is damaged, foreign or in use */
export function openSqliteStore(directory: string, options: { readonly jobsPerCommit: number }): RelayStore {
  const database = openDatabase(join(directory, fileName))
  const usage = createUsage(database)
  const commits = createGroupCommit(database, { jobsPerCommit: options.jobsPerCommit, afterCommit: usage.refresh })
  return {
    mailboxes: { ...createMailboxStore(database, commits, usage), ...createBundleStore(database, commits, usage) },
    blobs: createBlobIndex(database, commits, usage),
    membership: createMembershipStore(database, commits, usage),
    usage: usage.read,
    clock: createClockStore(database, commits),
    sweep: createSweep(database, commits, usage),
    count: () =>
      commits.read(() => {
        const row = database
          .prepare(
            'SELECT (SELECT count(*) FROM mailbox) AS mailboxes, (SELECT count(*) FROM envelope) AS envelopes, (SELECT count(*) FROM blob) AS blobs',
          )
          .get()
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
        database.prepare('UPDATE usage SET one = 1 WHERE one = 1').run()
      }),
    async close() {
      commits.flush()
      database.close()
    },
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    // Readable by nobody else, whatever the folder is; SQLite gives its side files the same mode.
    closeSync(openSync(path, 'a', 0o600))
    database = new DatabaseSync(path, { timeout: 1000 })
    // EXCLUSIVE: a second relay on the same folder is told so at once. The lock ends with the process, however it ends.
    // auto_vacuum has to be chosen before the first table, or the file could never shrink again without being rewritten.
    database.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA trusted_schema = OFF;
      PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = 67108864;
    `)
    // Takes the lock.
    database.exec('BEGIN IMMEDIATE; COMMIT')
    migrate(database, path)
    const usage = database.prepare('SELECT mailbox_bytes FROM usage').get()
    if (usage === undefined) throw new SetupError(damaged)
    integerOf(usage, 'mailbox_bytes')
    return database
  } catch (error) {
    database?.close()
    throw toSetupError(error)
  }
}

const damaged = `The database ${fileName} in the data folder is damaged. Restore it from a backup, or move it away to start empty.`

const unwritable = `The database ${fileName} in the data folder cannot be written. Check its permissions.`
const inUse = 'The data folder is in use by another relay. Stop it first, or choose another with --data.'

/** By SQLite's primary result code: BUSY, LOCKED, PERM, READONLY, CANTOPEN, CORRUPT, FULL, NOTADB. */
const sentences = new Map([
  [5, inUse],
  [6, inUse],
  [3, unwritable],
  [8, unwritable],
  [14, unwritable],
  [11, damaged],
  [13, 'The disk of the data folder is full.'],
  [26, damaged],
])

function toSetupError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const fromSystem = 'code' in error && (error.code === 'EACCES' || error.code === 'EISDIR' || error.code === 'EROFS')
  const resultCode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
  const sentence = fromSystem ? unwritable : resultCode === undefined ? undefined : sentences.get(resultCode)
  return sentence === undefined ? error : new SetupError(sentence, { cause: error })
}
