// Gives pages that became free back to the file system, a bounded number at a time, so that puts are never kept waiting
// for long. SQLite never does so by itself (`auto_vacuum = INCREMENTAL`).

import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../store.ts'
import type { GroupCommit } from './group-commit.ts'
import { integerOf, UnexpectedRow } from './rows.ts'
import type { Usage } from './usage.ts'

/** 1 MiB: pages from the end of the file are moved to the free places, some microseconds each. */
const pagesPerPortion = 256
/** 16 MiB: what comes before the next sweep finds places, instead of making the file longer again. */
const pagesKept = 4096

export function createCompaction(database: DatabaseSync, commits: GroupCommit, usage: Usage): RelayStore['compact'] {
  const countFree = database.prepare('PRAGMA freelist_count')
  let isSmaller = false

  function giveBack(): boolean {
    const row = countFree.get()
    if (row === undefined) throw new UnexpectedRow('no number of free pages')
    const surplus = integerOf(row, 'freelist_count') - pagesKept
    if (surplus <= 0) return false
    // Not a prepared statement: each step of it gives back one page, and `exec` takes all steps.
    database.exec(`PRAGMA incremental_vacuum(${Math.min(surplus, pagesPerPortion)})`)
    isSmaller = true
    return surplus > pagesPerPortion
  }

  return async () => {
    const isMore = await commits.change(giveBack)
    if (isMore || !isSmaller) return isMore
    isSmaller = false
    // The file ends where its last page does only once the journal has been carried over, which cannot be in a transaction.
    commits.flush()
    database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    usage.refresh()
    return false
  }
}
