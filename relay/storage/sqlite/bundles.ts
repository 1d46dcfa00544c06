// Sealed prekey bundles in SQLite: a main part, and one-time parts that are handed out once.

import type { DatabaseSync } from 'node:sqlite'
import type { MailboxStore, TakenBundle } from '../store.ts'
import { rowBytes } from '../store.ts'
import { createFinder, dayOf } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import { bytesOf, integerOf, optionalBytesOf } from './rows.ts'
import type { Usage } from './usage.ts'

type BundleStore = Pick<MailboxStore, 'putBundle' | 'takeBundle' | 'countBundle'>

export function createBundleStore(database: DatabaseSync, commits: GroupCommit, usage: Usage): BundleStore {
  const { find, noteOwner } = createFinder(database)
  const selectLeft = database.prepare(
    'SELECT id, length(bytes) AS size FROM one_time WHERE mailbox = ? AND bytes IS NOT NULL',
  )
  const deleteOneTime = database.prepare('DELETE FROM one_time WHERE mailbox = ? AND id = ?')
  const updateBundle = database.prepare('UPDATE mailbox SET bundle = ? WHERE key = ?')
  const insertOneTime = database.prepare(
    'INSERT OR IGNORE INTO one_time (mailbox, id, bytes, until) VALUES (?, ?, ?, ?)',
  )
  const countOneTime = database.prepare(
    'SELECT count(*) AS n FROM one_time WHERE mailbox = ? AND bytes IS NOT NULL AND until > ?',
  )
  const selectOneTime = database.prepare(
    'SELECT id, bytes FROM one_time WHERE mailbox = ? AND bytes IS NOT NULL AND until > ? ORDER BY until LIMIT 1',
  )
  const markTaken = database.prepare('UPDATE one_time SET bytes = NULL, until = ? WHERE mailbox = ? AND id = ?')
  const selectTake = database.prepare('SELECT main, one_time FROM take WHERE mailbox = ? AND id = ?')
  const countTakes = database.prepare('SELECT count(*) AS n FROM take WHERE mailbox = ?')
  const insertTake = database.prepare('INSERT INTO take (mailbox, id, main, one_time, until) VALUES (?, ?, ?, ?, ?)')

  return {
    putBundle: (id, { main, oneTime }, { nowMs, oneTimeUntilMs, poolSize }) =>
      commits
        .change(() => {
          const row = find(id)
          if (typeof row === 'string') return row
          noteOwner(row, nowMs)
          const kept = new Set(oneTime.map(({ id: part }) => Buffer.from(part).toString('latin1')))
          let added = 0
          // Those that were taken stay, without their bytes: they are not offered again.
          for (const left of selectLeft.all(row.key)) {
            const part = bytesOf(left, 'id')
            if (kept.has(Buffer.from(part).toString('latin1'))) continue
            deleteOneTime.run(row.key, part)
            added -= integerOf(left, 'size') + rowBytes
          }
          for (const part of oneTime) {
            const { changes } = insertOneTime.run(row.key, part.id, part.bytes, oneTimeUntilMs)
            if (changes !== 0) added += part.bytes.length + rowBytes
          }
          const pool = countOneTime.get(row.key, nowMs)
          if (pool !== undefined && integerOf(pool, 'n') > poolSize) throw new PoolFull()
          updateBundle.run(main, row.key)
          usage.add(added + main.length - (row.bundle?.length ?? 0), 0)
          return 'ok' as const
        })
        .catch((error: unknown) => {
          // Thrown inside, so that the savepoint takes back the parts that did fit.
          if (error instanceof Error && error.cause instanceof PoolFull) return 'full' as const
          throw error
        }),

    takeBundle: (id, takeId, { nowMs, takeUntilMs, takenUntilMs, takes, hasRoom }) =>
      commits.change(() => {
        const row = find(id)
        if (typeof row === 'string') return row
        const earlier = selectTake.get(row.key, takeId)
        if (earlier !== undefined) return toBundle(bytesOf(earlier, 'main'), optionalBytesOf(earlier, 'one_time'))
        if (row.bundle === undefined) return 'empty'
        const remembered = countTakes.get(row.key)
        // Whoever only wants to use it up leaves the rest to others: they still get the part that lasts.
        if (remembered !== undefined && integerOf(remembered, 'n') >= takes) return toBundle(row.bundle, undefined)
        if (!hasRoom) return 'relay-full'
        const part = selectOneTime.get(row.key, nowMs)
        const oneTime = part === undefined ? undefined : bytesOf(part, 'bytes')
        if (part !== undefined) markTaken.run(takenUntilMs, row.key, bytesOf(part, 'id'))
        insertTake.run(row.key, takeId, row.bundle, oneTime ?? null, takeUntilMs)
        // The one-time part moves from the pool into the remembered answer.
        usage.add(row.bundle.length + rowBytes, 0)
        return toBundle(row.bundle, oneTime)
      }),

    countBundle: (id, { nowMs }) =>
      commits.read(() => {
        const row = find(id)
        if (typeof row === 'string') return row
        if (row.seenDay < dayOf(nowMs)) void commits.change(() => noteOwner(row, nowMs)).catch(() => undefined)
        const pool = countOneTime.get(row.key, nowMs)
        return { main: row.bundle !== undefined, oneTime: pool === undefined ? 0 : integerOf(pool, 'n') }
      }),
  }
}

class PoolFull extends Error {}

function toBundle(main: Uint8Array, oneTime: Uint8Array | undefined): TakenBundle {
  return oneTime === undefined ? { main } : { main, oneTime }
}
