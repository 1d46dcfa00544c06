// How many bytes are kept, counted in the transaction that changes them: a restart needs no scan. And how large the files
// of the database are, which is told by their headers.

import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { StoreUsage } from '../store.ts'
import type { Row } from './rows.ts'
import { integerOf, UnexpectedRow } from './rows.ts'

/** What a folder costs besides its files: itself, and the entries of both in the tables of the file system. */
const folderBytes = 8192
const blockBytes = 4096
/** An empty database, and a journal that was not carried over yet: what every relay takes, whatever it keeps. */
const ownBytes = 8 * 1024 * 1024

/** What a blob costs before its first segment. */
export function blobOverhead(bitmapBytes: number): number {
  return folderBytes + bitmapBytes
}

/** What a file of this size costs: many tiny ones must not fill the disk unseen either. */
export function fileBytes(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes
}

export interface Usage {
  /** Inside a job. */
  add(mailboxBytes: number, blobBytes: number): void
  readonly read: () => StoreUsage
  readonly refresh: () => void
}

/** `path`: of the database. */
export function createUsage(database: DatabaseSync, path: string): Usage {
  const select = database.prepare('SELECT mailbox_bytes, blob_bytes FROM usage')
  const update = database.prepare('UPDATE usage SET mailbox_bytes = mailbox_bytes + ?, blob_bytes = blob_bytes + ?')
  const pageBytes = integerOf(theRow(database.prepare('PRAGMA page_size').get()), 'page_size')
  const countPages = database.prepare('PRAGMA page_count')
  const countFree = database.prepare('PRAGMA freelist_count')
  let current: StoreUsage = { mailboxBytes: 0, blobBytes: 0, databaseBytes: 0, freeBytes: 0 }

  function refresh(): void {
    const row = select.get()
    if (row === undefined) return
    const journalBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
    const fileBytes = integerOf(theRow(countPages.get()), 'page_count') * pageBytes
    current = {
      mailboxBytes: integerOf(row, 'mailbox_bytes'),
      blobBytes: integerOf(row, 'blob_bytes'),
      databaseBytes: Math.max(0, fileBytes + journalBytes - ownBytes),
      freeBytes: integerOf(theRow(countFree.get()), 'freelist_count') * pageBytes,
    }
  }

  refresh()
  return {
    add: (mailboxBytes, blobBytes) => {
      update.run(mailboxBytes, blobBytes)
    },
    read: () => current,
    refresh,
  }
}

function theRow(row: Row | undefined): Row {
  if (row === undefined) throw new UnexpectedRow('a pragma gave no row')
  return row
}
