// Envelopes that were refused get another chance when the reason is gone.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import { moveState } from './states.ts'

/** All that failed for this contact: they have a new mailbox. */
export async function revive(context: Context, change: Change, contactId: string): Promise<void> {
  const { tables } = context
  for (const [key, row] of tables.outbox.held()) {
    if (!row.failed || !key.startsWith(`${contactId}/`)) continue
    change.put(tables.outbox, key, { ...row, failed: false })
    if (row.messageId !== undefined) await moveState(context, change, row.messageId, contactId, { kind: 'sending' })
  }
}
