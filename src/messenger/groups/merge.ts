// New operations take effect: they are stored, told in the conversation, and what they change for messages is changed.
// Whoever is no member any more gets nothing that has not left, and is not waited for; whoever has become one gets what waited for them, and what
// was written before this device heard of them.

import { toHex } from '../../protocol/bytes.ts'
import type { Entry } from '../../protocol/group/log.ts'
import type { GroupOperation } from '../../protocol/group/operation.ts'
import type { GroupState } from '../../protocol/group/state.ts'
import type { Context } from '../context.ts'
import { appendMessage, newConversation } from '../conversation/append.ts'
import { moveState } from '../delivery/states.ts'
import { newId } from '../ids.ts'
import type { Change } from '../records/ledger.ts'
import type { CatchUp } from './catch-up.ts'
import type { GroupDirectory, Taken } from './directory.ts'
import { lineOf } from './lines.ts'
import type { MarkMissed } from './missed.ts'
import { contactOf } from './people.ts'
import type { DropGone } from './waiting.ts'

export interface MergeParts {
  readonly directory: GroupDirectory
  readonly markMissed: MarkMissed
  readonly catchUp: CatchUp
  readonly dropGone: DropGone
  /** After the commit: members that this device has no session with may be among the new ones. */
  readonly changed: (groupId: string) => void
}

/** In a change, once for a group. */
export type Merge = (change: Change, groupId: string, operations: readonly GroupOperation[]) => Promise<Taken>

export function createMerge(
  context: Context,
  { directory, markMissed, catchUp, dropGone, changed }: MergeParts,
): Merge {
  const { tables, clock, random, self, events } = context
  const myId = toHex(self.fingerprint)

  return async (change, groupId, operations) => {
    const taken = directory.take(change, groupId, operations)
    const { before, after, added } = taken
    const row = await change.get(tables.groups, groupId)
    if (row === undefined || after.state === undefined || added.length === 0) return taken
    const isMine = after.state.members.has(myId)
    if (isMine && row.stage !== 'in') {
      const { ask: _, again, ...rest } = row
      change.put(tables.groups, groupId, { ...rest, stage: 'in' })
      if (again === true) change.after(() => events.emit('change', { what: 'requests', id: groupId }))
      // Who comes back finds what was said before.
      if ((await change.get(tables.conversations, row.conversationId)) === undefined)
        change.put(tables.conversations, row.conversationId, newConversation({ group: groupId }, clock.now()))
    }
    if ((await change.get(tables.conversations, row.conversationId)) === undefined) return taken
    await tell(change, row.conversationId, after.state, added)
    const gone = [...(before?.members.keys() ?? [])].filter((person) => after.state?.members.has(person) !== true)
    for (const person of gone) if (person !== myId) await cutOff(change, row.conversationId, person)
    for (const [person, member] of after.state.members) {
      if (before?.members.has(person) === true) continue
      if (before?.members.has(myId) === true) await markMissed(change, row.conversationId, member)
      await catchUp(change, { groupId, person, after })
    }
    // Who was asked and said yes is not asked any more, and is no member where there was no room.
    const { members } = after.state
    const isRefused = added.some(
      ({ operation: { action, memberId = '' } }) => action.kind === 'add' && !members.has(memberId),
    )
    if (gone.length > 0 || isRefused) await dropGone(change, groupId, after.state)
    change.after(() => {
      changed(groupId)
      events.emit('change', { what: 'conversations', id: row.conversationId })
    })
    return taken
  }

  async function tell(
    change: Change,
    conversationId: string,
    state: GroupState,
    added: readonly Entry[],
  ): Promise<void> {
    for (const { operation } of added) {
      const line = lineOf(operation, state)
      if (line === undefined) continue
      const now = clock.now()
      const row = { id: newId(random), sentAt: now, receivedAt: now, content: new Uint8Array(), recipients: [] }
      await appendMessage(context, change, conversationId, { ...row, receipt: 'none', line }, [], [], 'line')
    }
  }

  /** What has not left this device for them never does. */
  async function cutOff(change: Change, conversationId: string, person: string): Promise<void> {
    const contactId = contactOf(context, person)?.[0]
    if (contactId === undefined) return
    for (const [key, entry] of tables.outbox.held()) {
      if (!key.startsWith(`${contactId}/`) || entry.messageId === undefined) continue
      const place = (await change.get(tables.messageIndex, entry.messageId))?.key
      if (place?.startsWith(conversationId) !== true) continue
      change.delete(tables.outbox, key)
      await moveState(context, change, entry.messageId, contactId, { kind: 'failed', reason: 'removed' })
    }
  }
}
