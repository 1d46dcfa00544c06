// What takes most of the disk, for an operator who looks for it.

import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../store.ts'
import { closedDay, tierOf } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import { bytesOf, integerOf } from './rows.ts'

export function createLargest(database: DatabaseSync, commits: GroupCommit): RelayStore['largest'] {
  const select = database.prepare(
    'SELECT id, tier, envelopes, bytes, blob_bytes FROM mailbox WHERE seen_day > ? ORDER BY bytes + blob_bytes DESC, key LIMIT ?',
  )
  return (limit) =>
    commits.read(() =>
      select.all(closedDay, limit).map((row) => ({
        id: bytesOf(row, 'id'),
        tier: tierOf(integerOf(row, 'tier')),
        envelopes: integerOf(row, 'envelopes'),
        bytes: integerOf(row, 'bytes'),
        blobBytes: integerOf(row, 'blob_bytes'),
      })),
    )
}
