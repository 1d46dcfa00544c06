// What was said in a group under operations that are not here yet. It is held in memory until they come, by somebody who may be no
// member: little of each, and not for long.

import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'

type Parts = Pick<Context, 'tables' | 'clock'>

/** So that another one of so many bytes fits: the oldest of this contact go, and of everybody what nothing came for. */
export function makeRoom({ tables, clock }: Parts, change: Change, contactId: string, sizeBytes: number): void {
  const newestFirst = [...tables.earlyContents.held()].toSorted(([, a], [, b]) => b.at - a.at)
  let count = 1
  let bytes = sizeBytes
  for (const [key, entry] of newestFirst) {
    const isOver = clock.now() - entry.at > times.earlyContentMs
    if (entry.contactId === contactId && !isOver) {
      count += 1
      bytes += entry.content.length
    }
    const isTooMuch = count > limits.earlyContents || bytes > limits.earlyContentBytes
    if (isOver || (entry.contactId === contactId && isTooMuch)) change.delete(tables.earlyContents, key)
  }
}

/** At a start: what is too old, and of strangers, and of who is blocked or gone. */
export async function sweepEarly(context: Parts & Pick<Context, 'ledger'>): Promise<void> {
  const { tables, clock, ledger } = context
  const stale = [...tables.earlyContents.held()].filter(([, { contactId, at }]) => {
    const state = tables.contacts.peek(contactId)?.state
    return (state !== 'accepted' && state !== 'asked') || clock.now() - at > times.earlyContentMs
  })
  if (stale.length === 0) return
  await ledger.change(async (change) => {
    for (const [key] of stale) change.delete(tables.earlyContents, key)
    return Promise.resolve()
  })
}
