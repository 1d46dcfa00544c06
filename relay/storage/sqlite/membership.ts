// Join codes and members in SQLite. Nothing here names a mailbox, and no mailbox names a member: who opened which would
// tell which mailboxes belong together.

import type { DatabaseSync } from 'node:sqlite'
import type { JoinCode, Member, MembershipStore, Standing } from '../store.ts'
import { rowBytes } from '../store.ts'
import { dayOf } from './find-mailbox.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Row } from './rows.ts'
import { integerOf } from './rows.ts'
import type { Usage } from './usage.ts'

const dayMs = 24 * 60 * 60 * 1000

export function createMembershipStore(database: DatabaseSync, commits: GroupCommit, usage: Usage): MembershipStore {
  const standingOf = createStanding(database)
  const insertCode = database.prepare('INSERT INTO join_code (id, uses, made_day, until) VALUES (?, ?, ?, ?)')
  const selectCode = database.prepare('SELECT number, uses, used, until FROM join_code WHERE id = ?')
  const countUse = database.prepare('UPDATE join_code SET used = used + 1 WHERE number = ?')
  const withdraw = database.prepare('UPDATE join_code SET until = 0 WHERE number = ?')
  const listCodes = database.prepare('SELECT * FROM join_code WHERE number > ? ORDER BY number LIMIT ?')
  const insertMember = database.prepare('INSERT INTO member (id, code, day) VALUES (?, ?, ?)')
  const ban = database.prepare('UPDATE member SET banned = 1 WHERE number = ?')
  const listMembers = database.prepare('SELECT * FROM member WHERE number > ? ORDER BY number LIMIT ?')

  return {
    invite: (codeId, { uses, nowMs, untilMs }) =>
      commits.change(() => {
        const { lastInsertRowid } = insertCode.run(codeId, uses, dayOf(nowMs), untilMs)
        usage.add(rowBytes, 0)
        return Number(lastInsertRowid)
      }),

    join: (codeId, memberId, { nowMs, closed }) =>
      commits.change(() => {
        const standing = standingOf(memberId)
        if (standing === 'member') return 'ok'
        if (standing === 'banned') return 'banned'
        if (closed) return 'joining-closed'
        const code = selectCode.get(codeId)
        if (code === undefined) return 'unknown-code'
        // Before the uses: a code that was withdrawn is over, however much is left of it.
        if (integerOf(code, 'until') <= nowMs) return 'code-expired'
        if (integerOf(code, 'used') >= integerOf(code, 'uses')) return 'code-used'
        countUse.run(integerOf(code, 'number'))
        insertMember.run(memberId, integerOf(code, 'number'), dayOf(nowMs))
        usage.add(rowBytes, 0)
        return 'ok'
      }),

    standing: (memberId) => commits.read(() => standingOf(memberId)),
    withdraw: (number) => commits.change(() => withdraw.run(number).changes !== 0),
    ban: (number) => commits.change(() => ban.run(number).changes !== 0),
    codes: ({ after, limit }) => commits.read(() => listCodes.all(after, limit).map(toCode)),
    members: ({ after, limit }) => commits.read(() => listMembers.all(after, limit).map(toMember)),
  }
}

/** Inside a job. */
export function createStanding(database: DatabaseSync): (memberId: Uint8Array | undefined) => Standing {
  const select = database.prepare('SELECT banned FROM member WHERE id = ?')
  return (memberId) => {
    const row = memberId === undefined ? undefined : select.get(memberId)
    if (row === undefined) return 'not-a-member'
    return integerOf(row, 'banned') === 0 ? 'member' : 'banned'
  }
}

function toCode(row: Row): JoinCode {
  return {
    number: integerOf(row, 'number'),
    uses: integerOf(row, 'uses'),
    used: integerOf(row, 'used'),
    madeAtMs: integerOf(row, 'made_day') * dayMs,
    untilMs: integerOf(row, 'until'),
  }
}

function toMember(row: Row): Member {
  return {
    number: integerOf(row, 'number'),
    code: integerOf(row, 'code'),
    joinedAtMs: integerOf(row, 'day') * dayMs,
    banned: integerOf(row, 'banned') !== 0,
  }
}
