// The follow list: a set whose entries merge one by one, so that two devices edited offline never wipe each other's list.

import { toHex } from '../../protocol/bytes.ts'
import type { FollowsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { FollowRow } from '../records/rows.ts'

/** The entry that both sides of a merge end with, whichever they start from. */
export function mergeFollow(a: FollowRow | undefined, b: FollowRow): FollowRow {
  if (a === undefined || b.clock > a.clock) return b
  if (a.clock > b.clock) return a
  // The same count on both sides: not following is the careful reading; then the later mark, which is only shown.
  if (a.following !== b.following) return a.following ? b : a
  return a.at >= b.at ? a : b
}

export function createFollows(context: Context): FollowsApi {
  const { tables, ledger, clock, events } = context

  const set = async (contactId: string, following: boolean): Promise<void> => {
    const fingerprint = tables.contacts.peek(contactId)?.fingerprint
    if (fingerprint === undefined) throw new UsageError('unknown-contact')
    const key = toHex(fingerprint)
    await ledger.change(async (change) => {
      const row = await change.get(tables.follows, key)
      if ((row?.following ?? false) === following) return
      change.put(tables.follows, key, { following, clock: (row?.clock ?? 0) + 1, at: clock.now() })
      change.after(() => events.emit('change', { what: 'contacts', id: contactId }))
    })
  }

  return {
    add: (contactId) => set(contactId, true),
    remove: (contactId) => set(contactId, false),
    list() {
      const followed = new Set([...tables.follows.held()].filter(([, row]) => row.following).map(([key]) => key))
      const ids = [...tables.contacts.held()]
        .filter(([, row]) => followed.has(toHex(row.fingerprint)))
        .map(([id]) => id)
      return Promise.resolve(ids)
    },
  }
}

/** Whether a person is followed, by the fingerprint of their account. */
export function isFollowed(context: Context, fingerprint: Uint8Array): boolean {
  return context.tables.follows.peek(toHex(fingerprint))?.following ?? false
}
