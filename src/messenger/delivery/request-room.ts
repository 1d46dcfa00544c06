// How much of what strangers wrote is kept before the person has answered them. The count of requests, and of the messages in each,
// bounds what is shown; this bounds the bytes as well, which are a thousand times as many for who fills each message.
//
// There is as much room for each of three kinds of people, so that none of them takes it from another: whoever has an address that
// anybody may know, whoever has a link that was made for them alone, and whoever is known from a group.

import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'

type RoomContext = Pick<Context, 'tables'>

/** Waits for my word: a stranger's request, or what somebody wrote to me alone whom I know from a group only. */
export function isAsking({ state, peer }: ContactRow): boolean {
  return state === 'request' || (peer === 'asking' && state !== 'blocked')
}

/** @param moreBytes of content of theirs that is not stored yet */
export function hasRoom(
  context: RoomContext,
  contact: Pick<ContactRow, 'peer' | 'inviteId'>,
  moreBytes: number,
): boolean {
  const kind = askerOf(context, contact)
  let usedBytes = 0
  for (const [, row] of context.tables.contacts.held()) if (askerOf(context, row) === kind) usedBytes += bytesOf(row)
  return usedBytes + moreBytes <= limits.requestBytes
}

/** Counts what is about to be stored of somebody who waits; false: there is no room, and it is not. */
export async function takeRoom(
  context: RoomContext,
  change: Change,
  contactId: string,
  { messages, bytes }: { readonly messages: number; readonly bytes: number },
): Promise<boolean> {
  const { tables } = context
  const contact = await change.get(tables.contacts, contactId)
  if (contact === undefined || !hasRoom(context, contact, bytes)) return false
  const { waiting = { messages: 0, bytes: 0 } } = contact
  const next = { messages: waiting.messages + messages, bytes: waiting.bytes + bytes }
  if (next.messages > limits.messagesPerRequest || next.bytes > limits.bytesPerRequest) return false
  change.put(tables.contacts, contactId, { ...contact, waiting: next })
  return true
}

/** Nothing of who was answered: what they write counts no more, and what was signed is theirs to be reported. */
function bytesOf(contact: ContactRow): number {
  if (!isAsking(contact)) return 0
  const { state, waiting, signedRequest } = contact
  return (waiting?.bytes ?? 0) + (state === 'request' ? (signedRequest?.content.length ?? 0) : 0)
}

function askerOf(
  { tables }: RoomContext,
  { peer, inviteId = '' }: Pick<ContactRow, 'peer' | 'inviteId'>,
): 'address' | 'link' | 'group' {
  const invite = tables.invites.peek(inviteId)
  if (peer !== undefined || invite?.group !== undefined) return 'group'
  return invite !== undefined && invite.uses > 1 ? 'address' : 'link'
}
