// My own messages with a view policy: what recipients' devices say of them, and my copy, which goes once all have theirs.

import type { Receipt } from '../../protocol/content/content.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import { isEverywhere } from '../delivery/everywhere.ts'
import { moveState } from '../delivery/states.ts'
import type { Change } from '../records/ledger.ts'
import { wipeMessage } from './wipe.ts'

export interface SentViews {
  /** A receipt of a contact; ids that are not of such a message to them are ignored. */
  said(change: Change, contactId: string, receipt: Receipt): Promise<void>
  /** Deletes my copy of a message that every recipient has. */
  delivered(messageId: string): Promise<void>
  /** What a crash kept from being deleted. */
  look(): Promise<void>
}

type Said = 'openedAt' | 'replayedAt' | 'capturedAt'

export function createSentViews(context: Context): SentViews {
  const { tables, ledger, clock, events } = context

  async function find(change: Change, messageId: string) {
    const viewing = await change.get(tables.viewings, messageId)
    const key = viewing === undefined ? undefined : (await change.get(tables.messageIndex, messageId))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    if (viewing === undefined || key === undefined || row === undefined || row.senderId !== undefined) return undefined
    return { viewing, key, row, conversationId: key.slice(0, key.indexOf('/')) }
  }

  async function note(change: Change, contactId: string, messageId: string, what: Said): Promise<void> {
    const found = await find(change, messageId)
    if (found === undefined || !found.row.recipients.some((recipient) => recipient.contactId === contactId)) return
    const said = found.viewing.said ?? []
    const before = said.find((entry) => entry.contactId === contactId) ?? { contactId }
    if (before[what] !== undefined) return
    const others = said.filter((entry) => entry !== before)
    change.put(tables.viewings, messageId, {
      ...found.viewing,
      said: [...others, { ...before, [what]: clock.now() }],
    })
    const { conversationId } = found
    change.after(() => {
      events.emit('view', { messageId, conversationId })
      events.emit('change', { what: 'conversations', id: conversationId })
    })
  }

  const delivered = (messageId: string): Promise<void> =>
    ledger.change(async (change) => {
      const found = await find(change, messageId)
      if (found?.viewing.stage !== 'sent' || !(await isEverywhere(context, change, found.key, found.row))) return
      await wipeMessage(context, change, messageId, { ...found.viewing, stage: 'delivered' })
      change.after(() => events.emit('view', { messageId, conversationId: found.conversationId }))
    })

  return {
    async said(change, contactId, { opened = [], replayed = [], captured = [] }) {
      for (const [ids, what] of [
        [opened, 'openedAt'],
        [replayed, 'replayedAt'],
        [captured, 'capturedAt'],
      ] as const)
        for (const id of ids.map(toHex)) await note(change, contactId, id, what)
      for (const id of opened.map(toHex))
        if (tables.viewings.peek(id) !== undefined)
          await moveState(context, change, id, contactId, { kind: 'seen', at: clock.now() })
    },
    delivered,
    async look() {
      for (const [messageId, { stage }] of tables.viewings.held()) if (stage === 'sent') await delivered(messageId)
    },
  }
}
