// A database that an earlier version wrote.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from '../../../relay/storage/sqlite/schema.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-schema-'))
  path = join(folder, 'relay.sqlite')
})
afterEach(() => rm(folder, { recursive: true }))

it('counts what an earlier version did not, once', () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec(`
    INSERT INTO mailbox (key, id, tier, newest, blob_bytes, seen_day) VALUES (1, x'01', 0, 0, 1500, 0);
    INSERT INTO blob (id, mailbox, segments, bitmap, bytes, until) VALUES (x'01', 1, 8, x'01', 1000, 0);
    INSERT INTO blob (id, mailbox, segments, bitmap, bytes, until) VALUES (x'02', 1, 8, x'01', 500, 0);
    INSERT INTO tombstone VALUES (x'02', 0);
    UPDATE usage SET mailbox_bytes = 256 + 2 * 257, blob_bytes = 1500;
    DROP TABLE clock;
    DROP TABLE join_code;
    DROP TABLE member;
    DROP TABLE push;
    PRAGMA user_version = 1;
  `)
  migrate(database, path)
  migrate(database, path)
  expect(database.prepare('SELECT mailbox_bytes, blob_bytes FROM usage').get()).toEqual({
    mailbox_bytes: 512,
    blob_bytes: 1500 + 2 * 8193,
  })
  expect(database.prepare('SELECT blob_bytes FROM mailbox').get()).toEqual({ blob_bytes: 1500 + 2 * 8193 })
})

it('keeps a copy of what it changes, with everything in it, in place of an older one', async () => {
  await writeFile(`${path}.v1`, 'from long ago')
  await writeFile(`${path}.v1.new`, 'cut off')
  {
    using database = new DatabaseSync(path)
    migrate(database, path)
    expect(await readdir(folder)).not.toContain('relay.sqlite.v0')
    database.exec(
      `INSERT INTO tombstone VALUES (x'02', 7); DROP TABLE clock; DROP TABLE join_code; DROP TABLE member; DROP TABLE push; PRAGMA user_version = 1`,
    )
    migrate(database, path)
  }
  using copy = new DatabaseSync(`${path}.v1`, { readOnly: true })
  expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 })
  expect(copy.prepare('SELECT until FROM tombstone').get()).toEqual({ until: 7 })
  expect((await readdir(folder)).toSorted()).toEqual(['relay.sqlite', 'relay.sqlite.v1'])
})

it('adds membership to what an earlier version kept, and loses nothing of it', () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec(`
    INSERT INTO mailbox (id, tier, newest, seen_day) VALUES (x'01', 0, 0, 0);
    DROP TABLE join_code;
    DROP TABLE member;
    DROP TABLE push;
    ALTER TABLE clock DROP COLUMN lag;
    ALTER TABLE clock DROP COLUMN largest;
    PRAGMA user_version = 3;
  `)
  migrate(database, path)
  expect(database.prepare('SELECT count(*) AS n FROM mailbox').get()).toEqual({ n: 1 })
  expect(database.prepare('SELECT count(*) AS n FROM member').get()).toEqual({ n: 0 })
  expect(database.prepare('SELECT count(*) AS n FROM join_code').get()).toEqual({ n: 0 })
})

it('adds wake-ups to what an earlier version kept, and loses nothing of it', () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec(`
    INSERT INTO mailbox (id, tier, newest, seen_day) VALUES (x'01', 0, 0, 0);
    DROP TABLE push;
    ALTER TABLE clock DROP COLUMN lag;
    ALTER TABLE clock DROP COLUMN largest;
    PRAGMA user_version = 4;
  `)
  migrate(database, path)
  expect(database.prepare('SELECT count(*) AS n FROM mailbox').get()).toEqual({ n: 1 })
  expect(database.prepare('SELECT count(*) AS n FROM push').get()).toEqual({ n: 0 })
})

it('does not believe a clock that an earlier version did not believe, before its wait is over', () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec(`
    ALTER TABLE clock DROP COLUMN lag;
    ALTER TABLE clock DROP COLUMN largest;
    INSERT INTO clock VALUES (1, 5000, 300);
    PRAGMA user_version = 5;
  `)
  migrate(database, path)
  expect(database.prepare('SELECT * FROM clock').get()).toEqual({
    one: 1,
    at: 5000,
    wait: 300,
    lag: 5000,
    largest: 5000,
  })
})

it('makes no copy where next to nothing changes', async () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec(`
    ALTER TABLE clock DROP COLUMN lag;
    ALTER TABLE clock DROP COLUMN largest;
    PRAGMA user_version = 5;
  `)
  migrate(database, path)
  expect(await readdir(folder)).toEqual(['relay.sqlite'])
})

it('leaves nothing of a copy that failed', async () => {
  using database = new DatabaseSync(path)
  migrate(database, path)
  database.exec('PRAGMA user_version = 1')
  // Nothing can take its name.
  await mkdir(join(`${path}.v1`, 'taken'), { recursive: true })
  expect(() => migrate(database, path)).toThrow(', rename ')
  expect((await readdir(folder)).toSorted()).toEqual(['relay.sqlite', 'relay.sqlite.v1'])
})
