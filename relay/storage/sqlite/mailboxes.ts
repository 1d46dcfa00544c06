// Mailboxes and their envelopes in SQLite.

import type { DatabaseSync } from 'node:sqlite'
import type { AnswerBudget, KeptEnvelope, MailboxStore, Missing } from '../store.ts'
import { rowBytes } from '../store.ts'
import type { MailboxRow } from './find-mailbox.ts'
import { createFinder, dayOf, tierNumber } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import { createMailboxRemoval } from './mailbox-removal.ts'
import { createStanding } from './membership.ts'
import type { Row } from './rows.ts'
import { bytesOf, integerOf } from './rows.ts'
import type { Usage } from './usage.ts'

type EnvelopeStore = Omit<MailboxStore, 'putBundle' | 'takeBundle' | 'countBundle'>

/**
 * A mailbox that was abandoned and is opened again must go on above the sequences its owner remembers: each starts at
 * its hour of birth times this, more envelopes than fit into an hour.
 */
const sequencesPerHour = 2 ** 24
const hourMs = 60 * 60 * 1000

export function createMailboxStore(database: DatabaseSync, commits: GroupCommit, usage: Usage): EnvelopeStore {
  const { find, noteOwner } = createFinder(database)
  const standingOf = createStanding(database)
  const removeMailbox = createMailboxRemoval(database, usage)
  const insertMailbox = database.prepare('INSERT INTO mailbox (id, tier, newest, seen_day) VALUES (?, ?, ?, ?)')
  const insertTombstone = database.prepare('INSERT OR REPLACE INTO tombstone (id, until) VALUES (?, ?)')
  const selectKnown = database.prepare('SELECT until FROM envelope WHERE mailbox = ? AND id = ?')
  const insertEnvelope = database.prepare(
    'INSERT INTO envelope (mailbox, sequence, id, until, bytes) VALUES (?, ?, ?, ?, ?)',
  )
  const selectAfter = database.prepare(
    'SELECT sequence, id, bytes FROM envelope WHERE mailbox = ? AND sequence > ? AND until > ? ORDER BY sequence LIMIT ?',
  )
  const selectOne = database.prepare('SELECT key, length(bytes) AS size FROM envelope WHERE mailbox = ? AND id = ?')
  const sumExpired = database.prepare(
    'SELECT count(*) AS envelopes, ifnull(sum(length(bytes)), 0) AS bytes FROM envelope WHERE mailbox = ? AND until <= ?',
  )
  const deleteEnvelope = database.prepare('DELETE FROM envelope WHERE key = ?')
  const updateMailbox = database.prepare(
    'UPDATE mailbox SET newest = newest + ?, envelopes = envelopes + ?, bytes = bytes + ? WHERE key = ?',
  )

  /**
   * Expired ones do not keep a mailbox full, but are left to the sweep: it knows whether the clock is to be believed,
   * and looking at them is only needed when there is no room without.
   */
  function fits(
    row: MailboxRow,
    bound: { readonly envelopes: number; readonly bytes: number },
    added: { readonly envelopes: number; readonly bytes: number; readonly nowMs: number },
  ): boolean {
    const envelopes = row.envelopes + added.envelopes - bound.envelopes
    const bytes = row.bytes + added.bytes - bound.bytes
    if (envelopes <= 0 && bytes <= 0) return true
    const expired = sumExpired.get(row.key, added.nowMs)
    return expired !== undefined && envelopes <= integerOf(expired, 'envelopes') && bytes <= integerOf(expired, 'bytes')
  }

  function remove(mailbox: number, ids: Iterable<Uint8Array>): void {
    let removed = 0
    let bytes = 0
    for (const id of ids) {
      const envelope = selectOne.get(mailbox, id)
      if (envelope === undefined) continue
      deleteEnvelope.run(integerOf(envelope, 'key'))
      removed += 1
      bytes += integerOf(envelope, 'size')
    }
    if (removed === 0) return
    updateMailbox.run(0, -removed, -bytes, mailbox)
    usage.add(-bytes - removed * rowBytes, 0)
  }

  return {
    open: (id, { tier, nowMs, as, admit }) =>
      commits.change(() => {
        const row = find(id)
        if (row === 'gone') return 'gone'
        if (row !== 'unknown-mailbox') {
          noteOwner(row, nowMs)
          return 'exists'
        }
        const standing = as === undefined ? 'member' : standingOf(as.memberId)
        if (standing !== 'member') return standing
        const refusal = admit()
        if (refusal !== undefined) return refusal
        const newest = Math.floor(nowMs / hourMs) * sequencesPerHour
        insertMailbox.run(id, tierNumber(tier), newest, dayOf(nowMs))
        usage.add(rowBytes, 0)
        return 'created'
      }),

    close: (id, { tombstoneUntilMs }) =>
      commits.change(() => {
        const row = find(id)
        if (row === 'gone') return 'ok'
        if (row === 'unknown-mailbox') return row
        removeMailbox.hide(row.key)
        insertTombstone.run(id, tombstoneUntilMs)
        usage.add(rowBytes, 0)
        return 'ok'
      }),

    put: (id, envelopes, { nowMs, untilMs, bounds, admit }) =>
      commits.change(() => {
        const found = find(id)
        if (isMissing(found)) return found
        const bound = bounds[found.tier]
        const until: number[] = []
        const added = new Map<string, (typeof envelopes)[number]>()
        const expired: Uint8Array[] = []
        for (const envelope of envelopes) {
          const known = selectKnown.get(found.key, envelope.id)
          const knownUntil = known === undefined ? 0 : integerOf(known, 'until')
          const isKept = knownUntil > nowMs
          until.push(isKept ? knownUntil : untilMs)
          if (!isKept) added.set(Buffer.from(envelope.id).toString('latin1'), envelope)
          if (!isKept && known !== undefined) expired.push(envelope.id)
        }
        const fresh = [...added.values()]
        const size = fresh.reduce((sum, envelope) => sum + envelope.bytes.length, 0)
        if (fresh.length === 0) return { until, added: 0 }
        const more = { envelopes: fresh.length, bytes: size }
        if (!fits(found, bound, { ...more, nowMs })) return 'full'
        const waitMs = admit(found.tier, more, found.envelopes)
        if (waitMs !== undefined) return { waitMs }
        // It would collide.
        remove(found.key, expired)
        fresh.forEach((envelope, index) => {
          insertEnvelope.run(found.key, found.newest + 1 + index, envelope.id, untilMs, envelope.bytes)
        })
        updateMailbox.run(fresh.length, fresh.length, size, found.key)
        usage.add(size + fresh.length * rowBytes, 0)
        return { until, added: fresh.length }
      }),

    fetch: (id, { after, limit, nowMs, budget }) =>
      commits.read(() => {
        const row = find(id)
        if (isMissing(row)) return row
        if (row.seenDay < dayOf(nowMs)) void commits.change(() => noteOwner(row, nowMs)).catch(() => undefined)
        return take(selectAfter.iterate(row.key, after, nowMs, limit + 1), limit, budget)
      }),

    ack: (id, ids, { nowMs }) =>
      commits.change(() => {
        const row = find(id)
        if (isMissing(row)) return row
        noteOwner(row, nowMs)
        remove(row.key, ids)
        return 'ok'
      }),

    tier: (id) =>
      commits.read(() => {
        const row = find(id)
        return isMissing(row) ? row : row.tier
      }),

    newest: (id, { nowMs }) =>
      commits.read(() => {
        const row = find(id)
        if (isMissing(row)) return row
        if (row.seenDay < dayOf(nowMs)) void commits.change(() => noteOwner(row, nowMs)).catch(() => undefined)
        return row.newest
      }),
  }
}

function take(
  rows: Iterable<Row>,
  limit: number,
  budget: AnswerBudget,
): { readonly items: readonly KeptEnvelope[]; readonly more: boolean } {
  const items: KeptEnvelope[] = []
  for (const row of rows) {
    if (items.length >= limit || budget.bytes <= 0 || budget.envelopes <= 0) return { items, more: true }
    const item = { sequence: integerOf(row, 'sequence'), id: bytesOf(row, 'id'), bytes: bytesOf(row, 'bytes') }
    items.push(item)
    budget.bytes -= item.bytes.length
    budget.envelopes -= 1
  }
  return { items, more: false }
}

function isMissing(row: MailboxRow | Missing): row is Missing {
  return typeof row === 'string'
}
