// The note on the clock in SQLite.

import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../store.ts'
import type { GroupCommit } from './group-commit.ts'
import { integerOf } from './rows.ts'

export function createClockStore(database: DatabaseSync, commits: GroupCommit): RelayStore['clock'] {
  const select = database.prepare('SELECT at, wait, lag, largest FROM clock')
  const replace = database.prepare('INSERT OR REPLACE INTO clock (one, at, wait, lag, largest) VALUES (1, ?, ?, ?, ?)')

  return {
    read: () =>
      commits.read(() => {
        const row = select.get()
        if (row === undefined) return undefined
        return {
          atMs: integerOf(row, 'at'),
          waitMs: integerOf(row, 'wait'),
          lagMs: integerOf(row, 'lag'),
          largestMs: integerOf(row, 'largest'),
        }
      }),
    write: ({ atMs, waitMs, lagMs, largestMs }) =>
      commits.change(() => {
        replace.run(...[atMs, waitMs, lagMs, largestMs].map(Math.round))
      }),
  }
}
