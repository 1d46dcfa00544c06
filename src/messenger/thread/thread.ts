// What I do to messages of a thread: it takes effect here and is on its way to the others in one change.

import { isEmoji } from '../../protocol/content/emoji.ts'
import { hasAtMost } from '../../protocol/content/name.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { MessagesApi } from '../api.ts'
import { UsageError } from '../api.ts'
import { timeAfter } from '../believed-time.ts'
import type { Context } from '../context.ts'
import { recipientsOf } from '../conversation/recipients.ts'
import type { SendAction } from '../delivery/actions.ts'
import { messageIdBytes } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import type { ApplyToMessage, ThreadBody } from './apply.ts'

export type ThreadApi = Pick<MessagesApi, 'react' | 'edit' | 'unsend' | 'pin'>

interface Found {
  readonly conversationId: string
  readonly row: MessageRow
}

export function createThreadApi(context: Context, apply: ApplyToMessage, send: SendAction): ThreadApi {
  const { tables, ledger, clock } = context

  async function find(change: Change, messageId: string): Promise<Found> {
    const key = (await change.get(tables.messageIndex, messageId))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    const conversationId = key?.slice(0, key.indexOf('/'))
    if (row === undefined || conversationId === undefined || tables.conversations.peek(conversationId) === undefined)
      throw new UsageError('unknown-message')
    return { conversationId, row }
  }

  async function act(
    change: Change,
    { conversationId, row }: Found,
    ids: readonly string[],
    body: ThreadBody,
  ): Promise<void> {
    const { contactIds } = recipientsOf(context, conversationId)
    const at = timeAfter(replacedAt(row, body), clock.now())
    for (const id of ids) await apply(change, id, { conversationId, by: undefined, at, body })
    await send(change, { conversationId, contactIds }, body, at)
  }

  return {
    async react(id, emoji) {
      if (emoji !== undefined && !isEmoji(emoji)) throw new UsageError('bad-reaction')
      await ledger.change(async (change) => {
        const found = await find(change, id)
        if (found.row.unsentAt !== undefined) throw new UsageError('unknown-message')
        const mine = found.row.reactions?.find(({ by }) => by === undefined)
        if (mine?.emoji === emoji) return
        await act(change, found, [id], {
          kind: 'reaction',
          to: messageIdBytes(id),
          ...(emoji === undefined ? {} : { emoji }),
        })
      })
    },
    async edit(id, text) {
      const written = text.trim().toWellFormed()
      if (written === '') throw new UsageError('empty-message')
      if (!hasAtMost(written, limits.textLength)) throw new UsageError('text-too-long')
      await ledger.change(async (change) => {
        const found = await find(change, id)
        const { row } = found
        const isOpen = row.senderId === undefined && row.unsentAt === undefined && row.content.length > 0
        if (!isOpen || tables.viewings.peek(id) !== undefined) throw new UsageError('not-yours')
        await act(change, found, [id], { kind: 'edit', of: messageIdBytes(id), text: written })
      })
    },
    async unsend(ids) {
      if (ids.length === 0) return
      if (ids.length > protocolLimits.unsentIds) throw new UsageError('too-many-messages')
      await ledger.change(async (change) => {
        const found = await Promise.all(ids.map((id) => find(change, id)))
        const [first] = found
        if (first === undefined) return
        if (found.some(({ row }) => row.senderId !== undefined)) throw new UsageError('not-yours')
        if (found.some(({ conversationId }) => conversationId !== first.conversationId))
          throw new UsageError('unknown-message')
        const left = found.filter(({ row }) => row.unsentAt === undefined).map(({ row }) => row.id)
        if (left.length > 0) await act(change, first, left, { kind: 'unsend', of: left.map(messageIdBytes) })
      })
    },
    async pin(id, isPinned) {
      await ledger.change(async (change) => {
        const found = await find(change, id)
        if (found.row.unsentAt !== undefined) throw new UsageError('unknown-message')
        if ((found.row.pin?.isPinned ?? false) === isPinned) return
        await act(change, found, [id], { kind: 'pin', of: messageIdBytes(id), isPinned })
      })
    },
  }
}

/** When what an action would replace was done: my latest text, my reaction, or anybody's pin. */
function replacedAt(row: MessageRow, { kind }: ThreadBody): number | undefined {
  switch (kind) {
    case 'reaction':
      return row.reactions?.find(({ by }) => by === undefined)?.at
    case 'edit':
      return row.edits?.at(-1)?.at
    case 'unsend':
      return undefined
    case 'pin':
      return row.pin?.at
  }
}
