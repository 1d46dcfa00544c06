// Tells the person that something of a contact cannot be read here.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'

/** A contact whose messages do not open is told of once an hour, however many come. */
const noticeEveryMs = 60 * 60 * 1000

/** Told when the change is stored. */
export type Notify = (change: Change, contact: ContactRow) => void

export function createNotify({ clock, events }: Context): Notify {
  const noticed = new Map<string, number>()
  return (change, { conversationId }) => {
    const now = clock.now()
    if ((noticed.get(conversationId) ?? -Infinity) > now - noticeEveryMs) return
    change.after(() => {
      noticed.set(conversationId, now)
      events.emit('error', { code: 'undecryptable-message', conversationId })
    })
  }
}
