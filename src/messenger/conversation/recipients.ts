// Whom something written in a conversation goes to.

import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'

/** Contact ids. @throws UsageError `unknown-conversation`, `blocked` */
export function recipientsOf({ tables }: Pick<Context, 'tables'>, conversationId: string): readonly string[] {
  const contactId = tables.conversations.peek(conversationId)?.contactId
  const contact = contactId === undefined ? undefined : tables.contacts.peek(contactId)
  if (contactId === undefined || contact === undefined || contact.state === 'request')
    throw new UsageError('unknown-conversation')
  if (contact.state === 'blocked') throw new UsageError('blocked')
  return [contactId]
}
