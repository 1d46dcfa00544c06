// How much of a log a member is told for asking. A question of a hundred bytes has an answer of megabytes, and each is sealed anew.

import type { Entry } from '../../protocol/group/log.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { Group } from './directory.ts'

/** Gives what may be told to a contact of a group now: all of it, or nothing. What is not told is asked for again when something else names it. */
export type Allowance = (contactId: string, group: Group, entries: readonly Entry[]) => readonly Entry[]

export function createAllowance(context: Pick<Context, 'tables' | 'clock'>): Allowance {
  const { clock } = context
  /** By contact and group: operations told since then. */
  const told = new Map<string, { readonly since: number; readonly count: number }>()

  return (contactId, group, entries) => {
    const key = `${contactId}/${group.id}`
    const now = clock.now()
    const before = told.get(key)
    const isRecent = before !== undefined && Math.abs(now - before.since) < times.compareRestMs
    const { since, count } = isRecent ? before : { since: now, count: 0 }
    // All of it once, and a little as often as it is news.
    const room = Math.max(group.log.entries.size, limits.compareOperations)
    if (count + entries.length > room || !mayAnswer(context, contactId)) return []
    told.set(key, { since, count: count + entries.length })
    return entries
  }
}

/** Whether what somebody said is answered now. While much waits for their relay, which they chose, an answer only fills this device. */
export function mayAnswer({ tables }: Pick<Context, 'tables'>, contactId: string): boolean {
  let waiting = 0
  for (const [key, { isAction, envelopeAt }] of tables.outbox.held())
    if (isAction === true && envelopeAt === 'here' && key.startsWith(`${contactId}/`)) waiting += 1
  return waiting < limits.waitingAnswers
}
