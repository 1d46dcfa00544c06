// Deletes mailboxes with all they hold. Blobs stay until they expire: other mailboxes may have been told of them.

import type { DatabaseSync } from 'node:sqlite'
import { rowBytes } from '../store.ts'
import { closedDay } from './find-mailbox.ts'
import type { Portion } from './portion.ts'
import { integerOf } from './rows.ts'
import type { Usage } from './usage.ts'

export interface MailboxRemoval {
  /** From now on nobody finds it; its rows are left ([Note: Closed mailboxes] in find-mailbox.ts). */
  hide(key: number): void
  /** As much of it as the portion has room for, the mailbox itself last: called again, it goes on. */
  part(key: number, portion: Portion): void
}

export function createMailboxRemoval(database: DatabaseSync, usage: Usage): MailboxRemoval {
  const select = database.prepare(`
    SELECT envelopes, bytes, ifnull(length(bundle), 0)
      + (SELECT ifnull(sum(ifnull(length(bytes), 0)), 0) FROM one_time WHERE mailbox = mailbox.key)
      + (SELECT ifnull(sum(length(main) + ifnull(length(one_time), 0)), 0) FROM take WHERE mailbox = mailbox.key)
      + (SELECT ifnull(sum(length(endpoint)), 0) FROM push WHERE mailbox = mailbox.key) AS others,
      (SELECT count(*) FROM one_time WHERE mailbox = mailbox.key)
      + (SELECT count(*) FROM push WHERE mailbox = mailbox.key)
      + (SELECT count(*) FROM take WHERE mailbox = mailbox.key) AS other_rows
    FROM mailbox WHERE key = ?`)
  const hideMailbox = database.prepare('UPDATE mailbox SET id = ?, seen_day = ? WHERE key = ?')
  const sumDevices = database.prepare(
    'SELECT count(*) AS devices, ifnull(sum(length(endpoint)), 0) AS bytes FROM push WHERE mailbox = ?',
  )
  const deleteDevices = database.prepare('DELETE FROM push WHERE mailbox = ?')
  const deletions = ['envelope', 'one_time', 'take', 'push'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE mailbox = ?`),
  )
  const deleteMailbox = database.prepare('DELETE FROM mailbox WHERE key = ?')
  const selectEnvelopes = database.prepare(
    'SELECT key, length(bytes) AS size FROM envelope WHERE mailbox = ? ORDER BY sequence LIMIT ?',
  )
  const deleteEnvelope = database.prepare('DELETE FROM envelope WHERE key = ?')
  const updateMailbox = database.prepare(
    'UPDATE mailbox SET envelopes = envelopes - ?, bytes = bytes - ? WHERE key = ?',
  )

  function whole(key: number): void {
    const row = select.get(key)
    if (row === undefined) return
    const rows = integerOf(row, 'envelopes') + integerOf(row, 'other_rows') + 1
    for (const deletion of deletions) deletion.run(key)
    deleteMailbox.run(key)
    usage.add(-integerOf(row, 'bytes') - integerOf(row, 'others') - rows * rowBytes, 0)
  }

  return {
    hide(key) {
      // No id has this length.
      hideMailbox.run(Buffer.from(`closed ${key}`), closedDay, key)
      // Few, and nobody is to be woken for it any more.
      const devices = sumDevices.get(key)
      if (devices === undefined || deleteDevices.run(key).changes === 0) return
      usage.add(-integerOf(devices, 'bytes') - integerOf(devices, 'devices') * rowBytes, 0)
    },
    part(key, portion) {
      let removed = 0
      let bytes = 0
      for (const envelope of selectEnvelopes.all(key, portion.rows)) {
        if (!portion.take(integerOf(envelope, 'size'))) break
        deleteEnvelope.run(integerOf(envelope, 'key'))
        removed += 1
        bytes += integerOf(envelope, 'size')
      }
      updateMailbox.run(removed, bytes, key)
      usage.add(-bytes - removed * rowBytes, 0)
      const row = select.get(key)
      if (row === undefined || integerOf(row, 'envelopes') > 0) return
      // Prekeys, takes and devices: their number is bounded, and small beside a full mailbox.
      if (portion.take(integerOf(row, 'others'), integerOf(row, 'other_rows') + 1)) whole(key)
    },
  }
}
