// An envelope of a contact is opened by one of the sessions there are with them.

import { openMessage } from '../../protocol/session/open.ts'
import type { Session } from '../../protocol/session/session.ts'
import type { Position, SessionsRow } from '../records/rows.ts'

/** Tries a contact's sessions. Another failure than `not-mine` is the word of the session that the envelope belongs to. */
export async function openBySessions(
  { sessions }: SessionsRow,
  envelope: Uint8Array,
  nowMs: number,
): Promise<
  | {
      readonly index: number
      readonly session: Session
      readonly content: Uint8Array
      readonly position: Pick<Position, 'epoch' | 'n'>
    }
  | { readonly failure: 'not-mine' | 'duplicate' | 'other' }
> {
  let failure: 'not-mine' | 'duplicate' | 'other' = 'not-mine'
  for (const [index, { session }] of sessions.entries()) {
    const opened = await openMessage(session, envelope, { nowMs })
    if (!('failure' in opened)) return { index, ...opened }
    if (opened.failure === 'not-mine') continue
    failure = opened.failure === 'duplicate' ? 'duplicate' : 'other'
  }
  return { failure }
}

/** Opened with a kept key: written before messages that were opened already. */
export function wasKept(before: Session, after: Session): boolean {
  const [old, now] = [before.ratchet.receiving, after.ratchet.receiving]
  return old !== undefined && old.epoch === now?.epoch && old.next === now.next
}
