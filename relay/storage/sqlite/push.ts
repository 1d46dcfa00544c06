// Where browsers are woken, in SQLite.

import type { DatabaseSync } from 'node:sqlite'
import type { PushStore } from '../push-store.ts'
import { rowBytes } from '../store.ts'
import { createFinder } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import { bytesOf, integerOf, textOf } from './rows.ts'
import type { Usage } from './usage.ts'

export function createPushStore(database: DatabaseSync, commits: GroupCommit, usage: Usage): PushStore {
  const { find, noteOwner } = createFinder(database)
  const select = database.prepare('SELECT key, endpoint FROM push WHERE mailbox = ? AND device = ?')
  const selectAll = database.prepare('SELECT endpoint FROM push WHERE mailbox = ? ORDER BY key')
  const selectFirst = database.prepare(
    'SELECT key, endpoint FROM push WHERE mailbox = ? ORDER BY key DESC LIMIT -1 OFFSET ?',
  )
  const selectEndpoint = database.prepare('SELECT key FROM push WHERE endpoint = ?')
  const insert = database.prepare('INSERT INTO push (mailbox, device, endpoint, woken) VALUES (?, ?, ?, ?)')
  const deleteOne = database.prepare('DELETE FROM push WHERE key = ?')
  const updateWoken = database.prepare('UPDATE push SET woken = max(woken, ?) WHERE mailbox = ? AND endpoint = ?')
  const selectPage = database.prepare(`
    SELECT page.key, page.endpoint, mailbox.id, mailbox.newest, EXISTS (
      SELECT 1 FROM envelope WHERE mailbox = page.mailbox AND sequence > page.woken AND until > ?
    ) AS unwoken
    FROM (SELECT * FROM push WHERE key > ? ORDER BY key LIMIT ?) AS page
    JOIN mailbox ON mailbox.key = page.mailbox ORDER BY page.key`)

  function remove(key: number, endpoint: string): void {
    deleteOne.run(key)
    usage.add(-endpoint.length - rowBytes, 0)
  }

  return {
    set: (id, device, endpoint, { nowMs, devices }) =>
      commits.change(() => {
        const row = find(id)
        if (typeof row === 'string') return row
        noteOwner(row, nowMs)
        const before = select.get(row.key, device)
        if (before !== undefined) {
          if (textOf(before, 'endpoint') === endpoint) return 'ok'
          remove(integerOf(before, 'key'), textOf(before, 'endpoint'))
        }
        if (endpoint === undefined) return 'ok'
        insert.run(row.key, device, endpoint, row.newest)
        usage.add(endpoint.length + rowBytes, 0)
        for (const first of selectFirst.all(row.key, devices))
          remove(integerOf(first, 'key'), textOf(first, 'endpoint'))
        return 'ok'
      }),

    find: (id) =>
      commits.read(() => {
        const row = find(id)
        if (typeof row === 'string') return []
        return selectAll.all(row.key).map((push) => ({ endpoint: textOf(push, 'endpoint'), newest: row.newest }))
      }),

    woken: (endpoint, mailboxes) =>
      commits.change(() => {
        for (const { id, newest } of mailboxes) {
          const row = find(id)
          if (typeof row !== 'string') updateWoken.run(newest, row.key, endpoint)
        }
      }),

    forget: (endpoint) =>
      commits.change(() => {
        for (const row of selectEndpoint.all(endpoint)) remove(integerOf(row, 'key'), endpoint)
      }),

    unwoken: ({ after, limit, nowMs }) =>
      commits.read(() => {
        const rows = selectPage.all(nowMs, after, limit)
        const last = rows.at(-1)
        return {
          items: rows
            .filter((row) => integerOf(row, 'unwoken') !== 0)
            .map((row) => ({
              endpoint: textOf(row, 'endpoint'),
              id: bytesOf(row, 'id'),
              newest: integerOf(row, 'newest'),
            })),
          after: last === undefined ? after : integerOf(last, 'key'),
          more: rows.length === limit,
        }
      }),
  }
}
