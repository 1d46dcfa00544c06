// The tables, and how an older file becomes a current one. `PRAGMA user_version` counts the migrations applied.

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SetupError } from '../../setup-error.ts'

// Keys of mailboxes and blobs are never reused (AUTOINCREMENT): a blob may outlive the mailbox it was put with, and a
// folder that is being deleted must not become another blob's.
const migrations: readonly string[] = [
  `
  CREATE TABLE mailbox (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    tier INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    envelopes INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    blob_bytes INTEGER NOT NULL DEFAULT 0,
    bundle BLOB,
    seen_day INTEGER NOT NULL
  );
  CREATE INDEX mailbox_seen ON mailbox (tier, seen_day);
  CREATE TABLE tombstone (id BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX tombstone_until ON tombstone (until);
  CREATE TABLE envelope (
    key INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    until INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (mailbox, sequence),
    UNIQUE (mailbox, id)
  );
  CREATE INDEX envelope_until ON envelope (until);
  CREATE TABLE one_time (
    mailbox INTEGER NOT NULL,
    id BLOB NOT NULL,
    -- NULL once taken; the row then only remembers the id until its time.
    bytes BLOB,
    until INTEGER NOT NULL,
    PRIMARY KEY (mailbox, id)
  ) WITHOUT ROWID;
  CREATE INDEX one_time_until ON one_time (until);
  CREATE TABLE take (
    mailbox INTEGER NOT NULL,
    id BLOB NOT NULL,
    main BLOB NOT NULL,
    one_time BLOB,
    until INTEGER NOT NULL,
    PRIMARY KEY (mailbox, id)
  ) WITHOUT ROWID;
  CREATE INDEX take_until ON take (until);
  CREATE TABLE blob (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    mailbox INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    bitmap BLOB NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    until INTEGER NOT NULL
  );
  CREATE INDEX blob_until ON blob (until, key);
  CREATE TABLE usage (one INTEGER PRIMARY KEY CHECK (one = 1), mailbox_bytes INTEGER NOT NULL, blob_bytes INTEGER NOT NULL);
  INSERT INTO usage VALUES (1, 0, 0);
  `,
  `
  CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL, wait INTEGER NOT NULL);
  `,
  // Counts what was not counted: tombstones, and the folder of each blob, which goes when the blob goes.
  `
  UPDATE usage SET
    mailbox_bytes = max(0, mailbox_bytes
      - (SELECT ifnull(sum(length(bitmap) + 256), 0) FROM blob)
      + (SELECT 256 * count(*) FROM tombstone)),
    blob_bytes = blob_bytes + (SELECT ifnull(sum(length(bitmap) + 8192), 0) FROM blob);
  UPDATE mailbox SET blob_bytes = blob_bytes + owned.bytes
    FROM (SELECT mailbox AS key, sum(length(bitmap) + 8192) AS bytes FROM blob GROUP BY mailbox) AS owned
    WHERE owned.key = mailbox.key;
  `,
  `
  CREATE TABLE join_code (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    uses INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    made_day INTEGER NOT NULL,
    until INTEGER NOT NULL
  );
  CREATE TABLE member (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    code INTEGER NOT NULL,
    day INTEGER NOT NULL,
    banned INTEGER NOT NULL DEFAULT 0
  );
  `,
  // `woken`: the newest envelope that the browser was told of.
  `
  CREATE TABLE push (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox INTEGER NOT NULL,
    device BLOB NOT NULL,
    endpoint TEXT NOT NULL,
    woken INTEGER NOT NULL,
    UNIQUE (mailbox, device)
  );
  CREATE INDEX push_endpoint ON push (endpoint);
  `,
  // Of a clock that was not believed, it was not noted how far ahead it was: nothing expires until it is.
  `
  ALTER TABLE clock ADD COLUMN lag INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE clock ADD COLUMN largest INTEGER NOT NULL DEFAULT 0;
  UPDATE clock SET lag = at, largest = at WHERE wait > 0;
  `,
]

export const schemaVersion = migrations.length

/** Versions whose step to them touches a row or so: not worth a copy, for which there may be no room. */
const smallSteps: ReadonlySet<number> = new Set([6])

/** Makes an empty database of the current version; a start that is cut off leaves none. */
export function createDatabase(path: string): void {
  using empty = new DatabaseSync(':memory:')
  // Has to be chosen before the first table, or the file could never shrink again without being rewritten.
  empty.exec('PRAGMA auto_vacuum = INCREMENTAL')
  migrate(empty, path)
  copyWhole(empty, path)
}

/**
 * A file of an earlier version is first copied to `<path>.v<version>`, whole or not at all, unless what is done to it is small.
 * @throws SetupError for a file of a later version
 */
export function migrate(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA user_version').get()?.['user_version']
  const version = typeof found === 'number' ? found : 0
  if (version > schemaVersion) {
    throw new SetupError('The data folder was written by a newer version of the relay. Install that version again.')
  }
  const steps = Array.from({ length: schemaVersion - version }, (_, index) => version + index + 1)
  if (version > 0 && steps.some((step) => !smallSteps.has(step))) copyWhole(database, `${path}.v${version}`)
  for (let next = version; next < schemaVersion; next++) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[next] ?? ''}; PRAGMA user_version = ${next + 1}; COMMIT`)
  }
}

/** To this name there comes a whole file, or nothing. */
function copyWhole(database: DatabaseSync, path: string): void {
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  try {
    database.prepare('VACUUM INTO ?').run(unfinished)
    syncNow(unfinished)
    renameSync(unfinished, path)
  } catch (error) {
    // On a full disk it would keep what others need.
    rmSync(unfinished, { force: true })
    throw error
  }
  syncNow(dirname(path))
}

function syncNow(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
