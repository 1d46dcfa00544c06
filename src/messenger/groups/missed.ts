// What I wrote to a group after somebody had joined it and before this device heard of that: it was sealed for the members
// that it knew. It is marked as theirs too, and goes to them like what waits for people who cannot be reached yet.
//
// The time of an addition is the word of who made it, who could give a newcomer what is older by a wrong one: only what has
// not left this device, or has not been gone for long, is given.

import type { Member } from '../../protocol/group/state.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import { boundWaiting } from '../delivery/everywhere.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { newestRows } from './catch-up.ts'
import { contactOf } from './people.ts'

/** In the change in which a newcomer is heard of. */
export type MarkMissed = (change: Change, conversationId: string, newcomer: Member) => Promise<void>

export function createMarkMissed(context: Context): MarkMissed {
  const { tables, clock } = context
  return async (change, conversationId, { fingerprint, sinceMs }) => {
    const person = toHex(fingerprint)
    const [contactId, contact] = contactOf(context, person) ?? []
    if (contact?.state === 'blocked') return
    const newest = await tables.messages.list({ prefix: `${conversationId}/`, reverse: true, limit: newestRows })
    for (const { key } of newest) {
      const row = await change.get(tables.messages, key)
      if (row === undefined || !isMissed(row, sinceMs)) continue
      // Who left and came back has what went to them before.
      if (row.recipients.some((recipient) => recipient.contactId === contactId)) continue
      const unreached = new Set(row.unreached).add(person)
      if (unreached.size > limits.unreached) continue
      const next = { ...row, unreached: [...unreached] }
      change.put(tables.messages, key, next)
      await boundWaiting(context, change, next)
    }
  }

  /** Of one that was to be viewed, and is with everybody else, there is nothing left to give. */
  function isMissed({ senderId, content, line, sentAt, recipients }: MessageRow, sinceMs: number): boolean {
    if (senderId !== undefined || line !== undefined || content.length === 0 || sentAt < sinceMs) return false
    return recipients.every(({ state }) => state.kind === 'sending') || sentAt >= clock.now() - times.groupMissedMs
  }
}
