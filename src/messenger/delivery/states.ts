// The per-recipient state of a message: it only moves forward, and it is stored before it is shown.

import type { DeliveryState, RecipientView } from '../api.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import { beginLife } from '../thread/begin-life.ts'
import { isActionKey } from './actions.ts'
import { boundWaiting, isEverywhere } from './everywhere.ts'

const rank = { failed: 0, sending: 1, kept: 2, delivered: 3, seen: 4 } as const

/** Whether a state may follow another. A failure may be tried again, and turns good by any later news. */
function advances(from: DeliveryState, to: DeliveryState): boolean {
  if (to.kind === 'failed') return from.kind === 'sending' || from.kind === 'kept'
  if (from.kind === 'kept' && to.kind === 'kept') return to.until > from.until
  return rank[to.kind] > rank[from.kind]
}

/** What is shown: who says nothing about looking is told nothing about it either. */
export function shownState(context: Context, state: DeliveryState): DeliveryState {
  return state.kind === 'seen' && !context.self.row.seenReceipts ? { kind: 'delivered', at: state.at } : state
}

/** A relay's word for how long it keeps something is shown; it is not believed beyond a year. */
const longestKeptMs = 366 * 24 * 60 * 60 * 1000

export function keptState(context: Context, relay: string, until: number): DeliveryState {
  return { kind: 'kept', relay, until: Math.min(until, context.clock.now() + longestKeptMs) }
}

/** Moves one recipient of one message; a no-op for a message that is gone, and for a step back. */
export async function moveState(
  context: Context,
  change: Change,
  messageId: string,
  contactId: string,
  state: DeliveryState,
): Promise<void> {
  const { tables, events } = context
  const key = (await change.get(tables.messageIndex, messageId))?.key
  const row = key === undefined ? undefined : await change.get(tables.messages, key)
  if (key === undefined || row === undefined) return
  const current = row.recipients.find((recipient) => recipient.contactId === contactId)
  if (current === undefined || !advances(current.state, state)) return
  const recipients = row.recipients.map((entry) => (entry === current ? { contactId, state } : entry))
  if (isActionKey(key) && recipients.every(({ state: { kind } }) => kind === 'delivered' || kind === 'seen')) {
    change.delete(tables.messages, key)
    change.put(tables.messageIndex, messageId, {})
  } else {
    const next = { ...row, recipients }
    change.put(tables.messages, key, next)
    if (await isEverywhere(context, change, key, next)) await beginLife(context, change, next)
    else if (state.kind === 'failed') await boundWaiting(context, change, next)
  }
  const keptKey = `${messageId}/${contactId}`
  if (state.kind === 'kept') change.put(tables.kept, keptKey, { until: state.until })
  else if (current.state.kind === 'kept') change.delete(tables.kept, keptKey)
  if (isActionKey(key)) return
  const conversationId = key.slice(0, key.indexOf('/'))
  const name = tables.contacts.peek(contactId)?.name ?? ''
  const recipient: RecipientView = { contactId, name, state: shownState(context, state) }
  change.after(() => {
    events.emit('state', { messageId, conversationId, recipient })
    events.emit('change', { what: 'conversations', id: conversationId })
  })
}
