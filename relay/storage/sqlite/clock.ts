// The note on the clock in SQLite.

import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../store.ts'
import type { GroupCommit } from './group-commit.ts'
import { integerOf } from './rows.ts'

export function createClockStore(database: DatabaseSync, commits: GroupCommit): RelayStore['clock'] {
  const select = database.prepare('SELECT at, wait FROM clock')
  const replace = database.prepare('INSERT OR REPLACE INTO clock (one, at, wait) VALUES (1, ?, ?)')

  return {
    read: () =>
      commits.read(() => {
        const row = select.get()
        return row === undefined ? undefined : { atMs: integerOf(row, 'at'), waitMs: integerOf(row, 'wait') }
      }),
    write: ({ atMs, waitMs }) =>
      commits.change(() => {
        replace.run(Math.round(atMs), Math.round(waitMs))
      }),
  }
}
