// What a contact says about following: that they follow me, or what they say to my following them. Who follows and unfollows
// in turn is answered once in a while: with how it stands then, which is all that counts.

import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { isFollowed } from './followed.ts'

type Said =
  | { readonly kind: 'follow'; readonly isFollowing: boolean }
  | { readonly kind: 'follower'; readonly isApproved: boolean }

export interface FollowAnswers {
  received(change: Change, contactId: string, contact: ContactRow, said: Said): Promise<void>
  /** Takes up what was owed when this device stopped. */
  resume(): void
}

export function createFollowAnswers(context: Context, send: SendAction): FollowAnswers {
  const { tables, ledger, clock, self, events } = context
  const timers = new Map<string, () => void>()

  const restOf = ({ answeredAt }: ContactRow): number => {
    const sinceMs = answeredAt === undefined ? times.followRestMs : Math.abs(clock.now() - answeredAt)
    return Math.max(0, times.followRestMs - sinceMs)
  }

  function schedule(contactId: string): void {
    const row = tables.contacts.peek(contactId)
    if (row?.answerDue !== true || context.closing.aborted) return
    timers.get(contactId)?.()
    timers.set(
      contactId,
      clock.after(restOf(row), () => context.background(give(contactId), 'follow-answer-later')),
    )
  }

  const give = (contactId: string): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.contacts, contactId)
      timers.delete(contactId)
      if (row?.answerDue === true && !context.closing.aborted) await tell(change, contactId, row)
    })

  async function owe(change: Change, contactId: string, row: ContactRow): Promise<void> {
    if (restOf(row) === 0) return tell(change, contactId, row)
    change.put(tables.contacts, contactId, { ...row, answerDue: true })
    change.after(() => schedule(contactId))
  }

  async function tell(change: Change, contactId: string, row: ContactRow): Promise<void> {
    const { answerDue: _, ...rest } = row
    const { followsMe, conversationId } = rest
    const isAnswered = row.state === 'accepted' && (followsMe === 'approved' || followsMe === 'declined')
    change.put(tables.contacts, contactId, { ...rest, ...(isAnswered ? { answeredAt: clock.now() } : {}) })
    if (!isAnswered) return
    const isApproved = followsMe === 'approved'
    await send(change, { conversationId, contactIds: [contactId] }, { kind: 'follower', isApproved })
  }

  return {
    async received(change, contactId, contact, said) {
      if (contact.state !== 'accepted' || contact.peer !== undefined) return
      change.after(() => events.emit('change', { what: 'contacts', id: contactId }))
      if (said.kind === 'follower') {
        // Nobody is approved who did not ask.
        if (isFollowed(context, contact.fingerprint))
          change.put(tables.contacts, contactId, { ...contact, approvesMe: said.isApproved })
        return
      }
      if (!said.isFollowing) {
        const { followsMe: _, ...rest } = contact
        change.put(tables.contacts, contactId, rest)
        return
      }
      // They may have missed what was said to it, or that they had ended it may have been taken back before it came here.
      const known = contact.followsMe
      const followsMe = known ?? (self.row.openFollowers === true ? 'approved' : 'asked')
      if (known !== followsMe) change.put(tables.contacts, contactId, { ...contact, followsMe })
      if (followsMe !== 'asked') await owe(change, contactId, { ...contact, followsMe })
    },
    resume() {
      for (const [contactId] of tables.contacts.held()) schedule(contactId)
    },
  }
}
