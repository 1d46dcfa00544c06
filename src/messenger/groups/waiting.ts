// Who is waited for with what I wrote to a group: members who cannot be reached yet, and those who are asked. Whoever is
// neither any more is taken out of it.

import { toHex } from '../../protocol/bytes.ts'
import type { GroupState } from '../../protocol/group/state.ts'
import type { Context } from '../context.ts'
import { stopWaiting } from '../delivery/everywhere.ts'
import type { Change } from '../records/ledger.ts'
import { newestRows } from './catch-up.ts'

/** In the change in which somebody left, was removed, or is not asked any more. `state`: of the group, as it is then. */
export type DropGone = (change: Change, groupId: string, state: GroupState) => Promise<void>

export function createDropGone(context: Context): DropGone {
  const { tables, self } = context
  const myId = toHex(self.fingerprint)

  return async (change, groupId, { members }) => {
    const group = await change.get(tables.groups, groupId)
    if (group === undefined) return
    const asked = new Set(group.asked.map(({ fingerprint }) => toHex(fingerprint)))
    const isMember = (person: string): boolean => members.has(person)
    // Without me nobody gets anything of it later.
    const isAwaited = (person: string): boolean => members.has(myId) && (isMember(person) || asked.has(person))
    for (const key of await keys(`${group.conversationId}/`)) {
      const row = await change.get(tables.messages, key)
      if (row === undefined || row.senderId !== undefined || row.line !== undefined) continue
      await stopWaiting(context, change, { key, row, isAwaited, isMember })
    }
  }

  /** The newest, as far as they are given later, and whatever is to go. */
  async function keys(prefix: string): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    for (const [messageId, { isWaiting }] of tables.expiring.held()) {
      const key = isWaiting === true ? (await tables.messageIndex.get(messageId))?.key : undefined
      if (key?.startsWith(prefix) === true) found.add(key)
    }
    for (const { key } of await tables.messages.list({ prefix, reverse: true, limit: newestRows })) found.add(key)
    return found
  }
}
