// What a relay kept and nobody fetched in time: said to be failed, so that it can be sent again, and never a tick that
// names a day long gone.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { moveState } from './states.ts'

export interface Expiry {
  /** Looks now, and every hour. */
  start(): void
  stop(): void
}

export function createExpiry(context: Context): Expiry {
  const { tables, ledger, clock } = context
  let cancel: (() => void) | undefined

  const look = async (): Promise<void> => {
    const now = clock.now()
    const over = [...tables.kept.held()].filter(([, { until }]) => until < now)
    if (over.length === 0) return
    await ledger.change(async (change) => {
      for (const [key] of over) {
        const [messageId = '', contactId = ''] = key.split('/')
        change.delete(tables.kept, key)
        await moveState(context, change, messageId, contactId, { kind: 'failed', reason: 'expired' })
      }
    })
  }

  const start = (): void => {
    context.background(look(), 'expiry-failed')
    cancel = clock.after(times.expiryMs, start)
  }

  return { start, stop: () => cancel?.() }
}
