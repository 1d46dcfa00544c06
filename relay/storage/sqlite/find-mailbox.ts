// The row behind a mailbox id, or why there is none; and the note that its owner was here.

import type { DatabaseSync } from 'node:sqlite'
import type { Missing, Tier } from '../store.ts'
import { integerOf, optionalBytesOf } from './rows.ts'

/**
 * [Note: Closed mailboxes] Closing one takes its id away, so that nobody finds it, and says that its owner was here before
 * all time: what is left of it is removed in portions, as with one that was abandoned, by whoever comes first, also after a
 * restart.
 */
export const closedDay = -1_000_000

const dayMs = 24 * 60 * 60 * 1000

export interface MailboxRow {
  readonly key: number
  readonly tier: Tier
  readonly newest: number
  readonly envelopes: number
  readonly bytes: number
  readonly blobBytes: number
  readonly seenDay: number
  readonly bundle: Uint8Array | undefined
}

export interface MailboxFinder {
  readonly find: (id: Uint8Array) => MailboxRow | Missing
  readonly noteOwner: (row: MailboxRow, nowMs: number) => void
}

export function createFinder(database: DatabaseSync): MailboxFinder {
  const select = database.prepare('SELECT * FROM mailbox WHERE id = ?')
  const selectTombstone = database.prepare('SELECT until FROM tombstone WHERE id = ?')
  const updateSeen = database.prepare('UPDATE mailbox SET seen_day = ? WHERE key = ?')

  return {
    find(id: Uint8Array): MailboxRow | Missing {
      const row = select.get(id)
      if (row === undefined) return selectTombstone.get(id) === undefined ? 'unknown-mailbox' : 'gone'
      return {
        key: integerOf(row, 'key'),
        tier: tierOf(integerOf(row, 'tier')),
        newest: integerOf(row, 'newest'),
        envelopes: integerOf(row, 'envelopes'),
        bytes: integerOf(row, 'bytes'),
        blobBytes: integerOf(row, 'blob_bytes'),
        seenDay: integerOf(row, 'seen_day'),
        bundle: optionalBytesOf(row, 'bundle'),
      }
    },
    /** Only the day is kept: enough to find abandoned mailboxes, too coarse to tell when somebody is awake. */
    noteOwner(row: MailboxRow, nowMs: number): void {
      if (row.seenDay < dayOf(nowMs)) updateSeen.run(dayOf(nowMs), row.key)
    },
  }
}

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs)
}

export function tierNumber(tier: Tier): number {
  return tier === 'contact' ? 0 : 1
}

export function tierOf(value: number): Tier {
  return value === 0 ? 'contact' : 'invite'
}
