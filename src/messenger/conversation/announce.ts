// Tells of messages that came, one after another, in the order in which they were stored.

import type { Context } from '../context.ts'
import type { Views } from './views.ts'

/** `told` is called with the key of each one that is still there. */
export function createAnnounce(context: Context, views: Views, told: (key: string) => void): (key: string) => void {
  const { tables, events } = context
  let last: Promise<unknown> = Promise.resolve()

  async function announce(key: string): Promise<void> {
    const row = await tables.messages.get(key)
    // Taken back before anybody saw it, or deleted.
    if (row === undefined || row.unsentAt !== undefined) return
    const view = await views.message(key, row)
    events.emit('message', view)
    events.emit('change', { what: 'conversations', id: view.conversationId })
    told(key)
  }

  return (key) => {
    const next = last.then(() => announce(key))
    last = next.catch(() => undefined)
    context.background(next, 'announce-failed')
  }
}
