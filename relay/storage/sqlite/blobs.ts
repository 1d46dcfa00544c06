// The index of blobs in SQLite: which segments are stored, in which folder, until when, on whose quota.

import type { DatabaseSync } from 'node:sqlite'
import { hasBit, withBit } from '../../blobs/bitmap.ts'
import type { BlobIndex } from '../store.ts'
import { closedDay, createFinder } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Row } from './rows.ts'
import { bytesOf, integerOf } from './rows.ts'
import type { Usage } from './usage.ts'
import { blobOverhead, fileBytes } from './usage.ts'

export function createBlobIndex(database: DatabaseSync, commits: GroupCommit, usage: Usage): BlobIndex {
  const { find } = createFinder(database)
  const selectBlob = database.prepare('SELECT * FROM blob WHERE id = ?')
  const selectByKey = database.prepare('SELECT * FROM blob WHERE key = ?')
  const selectOwner = database.prepare('SELECT key FROM mailbox WHERE key = ? AND seen_day > ?')
  const insertBlob = database.prepare('INSERT INTO blob (id, mailbox, segments, bitmap, until) VALUES (?, ?, ?, ?, ?)')
  const takeOver = database.prepare('UPDATE blob SET mailbox = ? WHERE key = ?')
  const updateBlob = database.prepare(
    'UPDATE blob SET bitmap = ?, bytes = bytes + ?, until = max(until, ?) WHERE key = ?',
  )
  const addToQuota = database.prepare('UPDATE mailbox SET blob_bytes = max(0, blob_bytes + ?) WHERE key = ?')
  const deleteBlob = database.prepare('DELETE FROM blob WHERE key = ?')
  const selectExpired = database.prepare('SELECT key FROM blob WHERE until <= ? ORDER BY until, key LIMIT ?')
  const selectOldest = database.prepare('SELECT key FROM blob ORDER BY until, key LIMIT ?')

  function remove(row: Row): void {
    deleteBlob.run(integerOf(row, 'key'))
    addToQuota.run(-costOf(row), integerOf(row, 'mailbox'))
    usage.add(0, -costOf(row))
  }

  return {
    reserve: (id, { mailboxId, segments, segment, sizeBytes, untilMs, quota }) =>
      commits.change(() => {
        const mailbox = find(mailboxId)
        if (typeof mailbox === 'string') return mailbox
        const isFull = (bytes: number): boolean => mailbox.blobBytes + bytes > quota[mailbox.tier]
        // One that has expired but waits for the sweep is as good as new: its next commit gives it a new time.
        const row = selectBlob.get(id)
        if (row === undefined) {
          const bitmap = new Uint8Array(Math.ceil(segments / 8))
          const overhead = blobOverhead(bitmap.length)
          if (isFull(overhead + fileBytes(sizeBytes))) return 'full'
          const { lastInsertRowid } = insertBlob.run(id, mailbox.key, segments, bitmap, untilMs)
          addToQuota.run(overhead, mailbox.key)
          usage.add(0, overhead)
          return { folder: Number(lastInsertRowid), stored: false }
        }
        const folder = integerOf(row, 'key')
        const owner = integerOf(row, 'mailbox')
        const isForeign = owner !== mailbox.key
        if (isForeign && selectOwner.get(owner, closedDay) !== undefined) return 'foreign'
        if (integerOf(row, 'segments') !== segments) return 'mismatch'
        if (isForeign) {
          // Whose mailbox was closed can be uploaded again by a sender to others who were told of the blob.
          takeOver.run(mailbox.key, folder)
          addToQuota.run(-costOf(row), owner)
          addToQuota.run(costOf(row), mailbox.key)
        }
        if (hasBit(bytesOf(row, 'bitmap'), segment)) return { folder, stored: true }
        return isFull(fileBytes(sizeBytes)) ? 'full' : { folder, stored: false }
      }),

    commit: (folder, { segment, sizeBytes, untilMs }) =>
      commits.change(() => {
        const row = selectByKey.get(folder)
        if (row === undefined) return false
        const bitmap = bytesOf(row, 'bitmap')
        // Two connections may have written the same segment; it counts once.
        const added = hasBit(bitmap, segment) ? 0 : fileBytes(sizeBytes)
        updateBlob.run(withBit(bitmap, segment), added, untilMs, folder)
        addToQuota.run(added, integerOf(row, 'mailbox'))
        usage.add(0, added)
        return true
      }),

    find: (id, { nowMs }) =>
      commits.read(() => {
        const row = selectBlob.get(id)
        if (row === undefined || integerOf(row, 'until') <= nowMs) return undefined
        return { folder: integerOf(row, 'key'), segments: integerOf(row, 'segments'), bitmap: bytesOf(row, 'bitmap') }
      }),

    candidates: ({ nowMs, limit, oldest }) =>
      commits.read(() =>
        (oldest ? selectOldest.all(limit) : selectExpired.all(nowMs, limit)).map((row) => integerOf(row, 'key')),
      ),

    remove: (folder, options) =>
      commits.change(() => {
        const row = selectByKey.get(folder)
        if (row === undefined) return true
        if (options !== undefined && integerOf(row, 'until') > options.expiredAtMs) return false
        remove(row)
        return true
      }),

    exists: (folder) => commits.read(() => selectByKey.get(folder) !== undefined),
  }
}

/** On the disk and on its mailbox's quota. */
function costOf(row: Row): number {
  return blobOverhead(bytesOf(row, 'bitmap').length) + integerOf(row, 'bytes')
}
