// Removes what has expired, in portions of some rows and bytes, so that puts are never kept waiting for long.

import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore, Tier } from '../store.ts'
import { rowBytes } from '../store.ts'
import { closedDay, dayOf, tierNumber } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import { createMailboxRemoval } from './mailbox-removal.ts'
import type { Portion } from './portion.ts'
import { createPortion } from './portion.ts'
import { integerOf } from './rows.ts'
import type { Usage } from './usage.ts'

const tiers: readonly Tier[] = ['contact', 'invite']

export function createSweep(
  database: DatabaseSync,
  commits: GroupCommit,
  usage: Usage,
): Pick<RelayStore, 'sweep' | 'removeClosed'> {
  const removeMailbox = createMailboxRemoval(database, usage)
  const selectEnvelopes = database.prepare(
    'SELECT key, mailbox, length(bytes) AS size FROM envelope WHERE until <= ? LIMIT ?',
  )
  const deleteEnvelope = database.prepare('DELETE FROM envelope WHERE key = ?')
  const updateMailbox = database.prepare(
    'UPDATE mailbox SET envelopes = envelopes - 1, bytes = bytes - ? WHERE key = ?',
  )
  const selectTakes = database.prepare(
    'SELECT mailbox, id, length(main) + ifnull(length(one_time), 0) AS size FROM take WHERE until <= ? LIMIT ?',
  )
  const deleteTake = database.prepare('DELETE FROM take WHERE mailbox = ? AND id = ?')
  const selectOneTime = database.prepare(
    'SELECT mailbox, id, ifnull(length(bytes), 0) AS size FROM one_time WHERE until <= ? LIMIT ?',
  )
  const deleteOneTime = database.prepare('DELETE FROM one_time WHERE mailbox = ? AND id = ?')
  const deleteTombstones = database.prepare(
    'DELETE FROM tombstone WHERE id IN (SELECT id FROM tombstone WHERE until <= ? LIMIT ?)',
  )
  const selectIdle = database.prepare('SELECT key FROM mailbox WHERE tier = ? AND seen_day < ? LIMIT ?')

  /** Whose owners were here before the day. */
  function removeIdle(tier: Tier, day: number, portion: Portion): void {
    for (const row of selectIdle.all(tierNumber(tier), day, portion.rows)) {
      if (!portion.isUsedUp) removeMailbox.part(integerOf(row, 'key'), portion)
    }
  }

  const sweep: RelayStore['sweep'] = ({ nowMs, limit, idleSinceMs }) =>
    commits.change(() => {
      const portion = createPortion(limit)
      let freed = 0
      for (const row of selectEnvelopes.all(nowMs, portion.rows)) {
        const size = integerOf(row, 'size')
        if (!portion.take(size)) break
        deleteEnvelope.run(integerOf(row, 'key'))
        updateMailbox.run(size, integerOf(row, 'mailbox'))
        freed += size + rowBytes
      }
      for (const row of selectTakes.all(nowMs, portion.rows)) {
        if (!portion.take(integerOf(row, 'size'))) break
        deleteTake.run(integerOf(row, 'mailbox'), row['id'] ?? null)
        freed += integerOf(row, 'size') + rowBytes
      }
      for (const row of selectOneTime.all(nowMs, portion.rows)) {
        if (!portion.take(integerOf(row, 'size'))) break
        deleteOneTime.run(integerOf(row, 'mailbox'), row['id'] ?? null)
        freed += integerOf(row, 'size') + rowBytes
      }
      const tombstones = portion.isUsedUp ? 0 : Number(deleteTombstones.run(nowMs, portion.rows).changes)
      if (tombstones > 0) portion.take(0, tombstones)
      freed += tombstones * rowBytes
      usage.add(-freed, 0)
      for (const tier of tiers) removeIdle(tier, dayOf(idleSinceMs[tier]), portion)
      return portion.isUsedUp
    })

  const removeClosed: RelayStore['removeClosed'] = (limit) =>
    commits.change(() => {
      const portion = createPortion(limit)
      for (const tier of tiers) removeIdle(tier, closedDay + 1, portion)
      return portion.isUsedUp
    })

  return { sweep, removeClosed }
}
