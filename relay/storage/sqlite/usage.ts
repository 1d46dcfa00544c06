// How many bytes are kept, counted in the transaction that changes them: a restart needs no scan.

import type { DatabaseSync } from 'node:sqlite'
import { integerOf } from './rows.ts'

/** What a folder costs besides its files: itself, and the entries of both in the tables of the file system. */
const folderBytes = 8192
const blockBytes = 4096

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
  readonly read: () => { readonly mailboxBytes: number; readonly blobBytes: number }
  readonly refresh: () => void
}

export function createUsage(database: DatabaseSync): Usage {
  const select = database.prepare('SELECT mailbox_bytes, blob_bytes FROM usage')
  const update = database.prepare('UPDATE usage SET mailbox_bytes = mailbox_bytes + ?, blob_bytes = blob_bytes + ?')
  let current = { mailboxBytes: 0, blobBytes: 0 }

  function refresh(): void {
    const row = select.get()
    if (row === undefined) return
    current = { mailboxBytes: integerOf(row, 'mailbox_bytes'), blobBytes: integerOf(row, 'blob_bytes') }
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
