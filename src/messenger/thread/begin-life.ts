// The time of a message that disappears: from when it was seen here, or from when everybody has it of mine.

import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'

/** Its time begins, where it has one. */
export async function beginLife({ tables, clock, events }: Context, change: Change, row: MessageRow): Promise<void> {
  const before = await change.get(tables.expiring, row.id)
  if (row.lifeMs === undefined || (before !== undefined && before.isWaiting !== true)) return
  change.put(tables.expiring, row.id, { at: clock.now() + row.lifeMs })
  const key = (await change.get(tables.messageIndex, row.id))?.key
  if (key === undefined) return
  change.after(() => events.emit('view', { messageId: row.id, conversationId: key.slice(0, key.indexOf('/')) }))
}
