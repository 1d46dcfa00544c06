// What media take on this device, by conversation.

import type { ConversationUsage } from '../api.ts'
import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import { countBits } from './bitmap.ts'
import { isClearable, sizeOf } from './make-room.ts'

/** As sealed: a little more than the files themselves. */
export async function mediaUsage(context: Context): Promise<readonly ConversationUsage[]> {
  const { tables, blobs } = context
  const found = new Map<string, { sentBytes: number; receivedBytes: number; clearableBytes: number }>()
  for (const { key, row } of await tables.blobs.list()) {
    const bytes = await bytesHere(key, row)
    const place = bytes === 0 ? undefined : (await tables.messageIndex.get(row.messageId))?.key
    if (place === undefined) continue
    const conversationId = place.slice(0, place.indexOf('/'))
    const usage = found.get(conversationId) ?? { sentBytes: 0, receivedBytes: 0, clearableBytes: 0 }
    found.set(conversationId, usage)
    if (row.state === 'mine') usage.sentBytes += bytes
    else usage.receivedBytes += bytes
    if (isClearable(context, { key, row })) usage.clearableBytes += bytes
  }
  return [...found]
    .map(([conversationId, usage]) => ({ conversationId, ...usage }))
    .toSorted((a, b) => b.sentBytes + b.receivedBytes - a.sentBytes - a.receivedBytes)

  async function bytesHere(blobId: string, row: BlobRow): Promise<number> {
    if (row.state === 'mine' || row.state === 'complete') return sizeOf(row)
    if (row.state !== 'wanted' && row.state !== 'paused') return 0
    return sizeOf({ segmentCount: countBits(await blobs.present(blobId), row.segmentCount) })
  }
}
