// Somebody answers an open call: a place while there are any, else a word that it is over. Inside the change that took their
// request, so that a place is taken, and they are told, once. Who is told that it is over is nobody's contact by it: what they
// write then waits as a request does.

import type { Context } from '../context.ts'
import type { Sealer } from '../delivery/seal.ts'
import { isFollowed } from '../people/followed.ts'
import type { Change } from '../records/ledger.ts'
import { say } from './say.ts'

export interface AnswerParts {
  readonly sealer: Sealer
  readonly accept: (change: Change, contactId: string) => Promise<void>
}

export async function answerCall(
  context: Context,
  change: Change,
  { sealer, accept }: AnswerParts,
  contactId: string,
  callId: string,
): Promise<void> {
  const { tables, clock, events } = context
  const call = await change.get(tables.calls, callId)
  if (call === undefined) return
  // The link ends with the call: who comes after that asked in time, while this device was away.
  const hasPlace = !call.over && call.respondents.length < call.places
  change.put(
    tables.calls,
    callId,
    hasPlace
      ? { ...call, respondents: [...call.respondents, { contactId, at: clock.now() }] }
      : { ...call, late: call.late + 1 },
  )
  const contact = await change.get(tables.contacts, contactId)
  if (!hasPlace && contact?.state === 'request' && !isFollowed(context, contact.fingerprint))
    change.put(tables.contacts, contactId, { ...contact, peer: 'member' })
  await accept(change, contactId)
  await say(context, sealer, change, contactId, hasPlace ? call.text : call.overText)
  change.after(() => events.emit('change', { what: 'calls', id: callId }))
}
