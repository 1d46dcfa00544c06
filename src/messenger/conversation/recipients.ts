// Whom something written in a conversation goes to.

import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { ConversationMark } from '../delivery/seal.ts'

export interface Target {
  readonly contactIds: readonly string[]
  /** Fingerprints of people of a group who cannot be reached yet. */
  readonly unreached: readonly string[]
  /** Of a group. */
  readonly conversation?: ConversationMark
}

/** Without a look at whether I may write there. */
export function targetOf({ tables, groups }: Pick<Context, 'tables' | 'groups'>, conversationId: string): Target {
  const row = tables.conversations.peek(conversationId)
  if (row?.group !== undefined) return groups.target(row.group)
  return { contactIds: row?.contactId === undefined ? [] : [row.contactId], unreached: [] }
}

/** Contact ids. @throws UsageError `unknown-conversation`, `blocked`, `not-a-member` */
export function recipientsOf(
  context: Pick<Context, 'tables' | 'groups'>,
  conversationId: string,
): Target & { readonly isGroup: boolean } {
  const { tables } = context
  const row = tables.conversations.peek(conversationId)
  const target = targetOf(context, conversationId)
  if (row?.group !== undefined) {
    if (!context.groups.isMember(row.group)) throw new UsageError('not-a-member')
    return { ...target, isGroup: true }
  }
  const contact = row?.contactId === undefined ? undefined : tables.contacts.peek(row.contactId)
  if (contact === undefined || contact.state === 'request') throw new UsageError('unknown-conversation')
  if (contact.state === 'blocked') throw new UsageError('blocked')
  return { ...target, isGroup: false }
}

/** Whether what is in this place of the messages still goes to them: who left a group gets nothing more of it. */
export function isStillTold(context: Pick<Context, 'tables' | 'groups'>, key: string, contactId: string): boolean {
  const conversationId = key.slice(0, key.indexOf('/')).replace('!', '')
  const group = context.tables.conversations.peek(conversationId)?.group
  return group === undefined || targetOf(context, conversationId).contactIds.includes(contactId)
}

/** After how long what is written there goes; 0: never. */
export function timerOf({ tables, groups }: Pick<Context, 'tables' | 'groups'>, conversationId: string): number {
  const row = tables.conversations.peek(conversationId)
  return row?.group === undefined ? (row?.timer?.lifeMs ?? 0) : groups.timerOf(row.group)
}
