// What an action does to the message that it is about, whoever did it: I, when it is sent, or somebody else, when it comes.
// The newest of a person's wins, by the time that they gave it, so that actions may come in any order and end alike.
// Spec: docs/protocol.md §6, Threads.

import type { Content } from '../../protocol/content/content.ts'
import { toHex } from '../../protocol/bytes.ts'
import { fold } from './fold.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { removeMessage } from '../conversation/remove-message.ts'
import { postsOf } from '../posts/places.ts'
import { wipeContent } from '../viewing/wipe.ts'

export type ThreadBody = Extract<Content['body'], { kind: 'reaction' | 'edit' | 'unsend' | 'pin' }>

export interface ThreadAction {
  readonly conversationId: string
  /** Undefined: mine. */
  readonly by: string | undefined
  readonly at: number
  readonly body: ThreadBody
}

export interface ApplyParts {
  /** What is being fetched, or looked at, is no more. */
  readonly dropped: (messageId: string) => void
}

/** Ids of the messages that an action is about. */
export function targetsOf(body: ThreadBody): string[] {
  if (body.kind === 'unsend') return body.of.map(toHex)
  return [toHex(body.kind === 'reaction' ? body.to : body.of)]
}

/** Applies it to one of its messages. `early`: that message has not come yet. */
export type ApplyToMessage = (change: Change, messageId: string, action: ThreadAction) => Promise<'done' | 'early'>

export function createApply(context: Context, parts: ApplyParts): ApplyToMessage {
  const { tables, events, clock } = context

  return async (change, messageId, action) => {
    const known = await change.get(tables.messageIndex, messageId)
    if (known === undefined) return 'early'
    const { conversationId } = action
    // One for a message of another conversation, or of one deleted here, has no effect.
    const row =
      known.key?.startsWith(`${conversationId}/`) === true ? await change.get(tables.messages, known.key) : undefined
    if (
      action.body.kind === 'unsend' &&
      action.by !== undefined &&
      known.key?.startsWith(`${postsOf(action.by)}/`) === true
    )
      await removePost(change, known.key)
    if (row === undefined || known.key === undefined) return 'done'
    const next = fold(row, action, clock.now())
    if (next === undefined) return 'done'
    // What is to be viewed has one wording, which goes when it was looked at.
    if (action.body.kind === 'edit' && (await change.get(tables.viewings, messageId)) !== undefined) return 'done'
    if (action.body.kind === 'pin') await pin(change, conversationId, messageId, action.body.isPinned)
    if (next.unsentAt === undefined) change.put(tables.messages, known.key, next)
    else unsend(change, known.key, next)
    change.after(() => {
      events.emit('view', { messageId, conversationId })
      events.emit('change', { what: 'conversations', id: conversationId })
    })
    return 'done'
  }

  async function removePost(change: Change, key: string): Promise<void> {
    const row = await change.get(tables.messages, key)
    if (row === undefined) return
    removeMessage(context, change, key, row)
    change.after(() => {
      parts.dropped(row.id)
      events.emit('change', { what: 'posts' })
    })
  }

  async function pin(change: Change, conversationId: string, messageId: string, isPinned: boolean): Promise<void> {
    const row = await change.get(tables.conversations, conversationId)
    if (row === undefined) return
    const others = (row.pins ?? []).filter((id) => id !== messageId)
    const pins = isPinned ? [...others, messageId].slice(-limits.pins) : others
    change.put(tables.conversations, conversationId, { ...row, pins })
  }

  function unsend(change: Change, key: string, row: MessageRow): void {
    wipeContent(context, change, key, row)
    change.delete(tables.viewings, row.id)
    for (const [entryKey, entry] of tables.outbox.held())
      if (entry.messageId === row.id) change.delete(tables.outbox, entryKey)
    for (const { contactId, state } of row.recipients)
      if (state.kind === 'kept') change.delete(tables.kept, `${row.id}/${contactId}`)
    change.after(() => parts.dropped(row.id))
  }
}
