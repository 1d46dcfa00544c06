// Who asked by a link of a group waits there for a word, and not among my requests.

import type { Context } from '../context.ts'
import type { ContactRow } from '../records/rows.ts'

/** The group that a stranger asks to join. */
export function joinedBy(
  { tables }: Pick<Context, 'tables'>,
  { state, inviteId = '' }: ContactRow,
): string | undefined {
  return state === 'request' ? tables.invites.peek(inviteId)?.joins : undefined
}
