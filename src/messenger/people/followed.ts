// Whether somebody is followed, and the first word of it to them. The list itself: follows.ts.

import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Change } from '../records/ledger.ts'

/** Whether a person is followed, by the fingerprint of their account. */
export function isFollowed(context: Context, fingerprint: Uint8Array): boolean {
  return context.tables.follows.peek(toHex(fingerprint))?.following ?? false
}

/** Who was followed before they were a contact hears of it now. */
export async function tellFollow(context: Context, send: SendAction, change: Change, contactId: string): Promise<void> {
  const contact = await change.get(context.tables.contacts, contactId)
  if (contact === undefined || contact.peer !== undefined || !isFollowed(context, contact.fingerprint)) return
  const target = { conversationId: contact.conversationId, contactIds: [contactId] }
  await send(change, target, { kind: 'follow', isFollowing: true })
}
