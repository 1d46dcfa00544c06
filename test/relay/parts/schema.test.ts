// A database that an earlier version wrote.

import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { migrate } from '../../../relay/storage/sqlite/schema.ts'

it('counts what an earlier version did not, once', () => {
  using database = new DatabaseSync(':memory:')
  migrate(database)
  database.exec(`
    INSERT INTO mailbox (key, id, tier, newest, blob_bytes, seen_day) VALUES (1, x'01', 0, 0, 1500, 0);
    INSERT INTO blob (id, mailbox, segments, bitmap, bytes, until) VALUES (x'01', 1, 8, x'01', 1000, 0);
    INSERT INTO blob (id, mailbox, segments, bitmap, bytes, until) VALUES (x'02', 1, 8, x'01', 500, 0);
    INSERT INTO tombstone VALUES (x'02', 0);
    UPDATE usage SET mailbox_bytes = 256 + 2 * 257, blob_bytes = 1500;
    DROP TABLE clock;
    PRAGMA user_version = 1;
  `)
  migrate(database)
  migrate(database)
  expect(database.prepare('SELECT mailbox_bytes, blob_bytes FROM usage').get()).toEqual({
    mailbox_bytes: 512,
    blob_bytes: 1500 + 2 * 8193,
  })
  expect(database.prepare('SELECT blob_bytes FROM mailbox').get()).toEqual({ blob_bytes: 1500 + 2 * 8193 })
})
