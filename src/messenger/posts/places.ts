// Where posts are kept: those of each person beside each other, as messages of no conversation.

import type { Context } from '../context.ts'
import { newConversation } from '../conversation/append.ts'
import type { Change } from '../records/ledger.ts'

export const postsOfMine = 'posts'

export function postsOf(contactId: string): string {
  return `posts-${contactId}`
}

/** Somebody's posts have a place of their own; made with the first. */
export async function placeFor(
  { tables, clock }: Context,
  change: Change,
  contactId: string | undefined,
): Promise<string> {
  const place = contactId === undefined ? postsOfMine : postsOf(contactId)
  if ((await change.get(tables.conversations, place)) !== undefined) return place
  const row = contactId === undefined ? newConversation({}, clock.now()) : newConversation({ contactId }, clock.now())
  change.put(tables.conversations, place, { ...row, posts: true })
  return place
}
