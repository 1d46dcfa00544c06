// Tells how transfers go, thinned out: a ring on the screen needs some steps a second, not every segment.

import type { Context } from '../context.ts'
import type { Views } from '../conversation/views.ts'
import { times } from '../limits.ts'
import { blobRefs, mediaOf } from './blob-refs.ts'
import type { Progress } from './progress.ts'

export interface TransferEvents {
  changed(blobId: string): void
  /** A contact took a segment of mine over a direct link. */
  served(blobId: string, segmentCount: number, index: number): void
}

export function createTransferEvents(context: Context, views: Views, progress: Progress): TransferEvents {
  const { tables, clock, events, closing, log } = context
  const pending = new Set<string>()
  const served = new Map<string, Set<number>>()

  async function tell(blobId: string): Promise<void> {
    const blob = await tables.blobs.get(blobId)
    const key = blob === undefined ? undefined : (await tables.messageIndex.get(blob.messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    if (key === undefined || row === undefined) return
    const index = blobRefs(mediaOf(row)).find((ref) => ref.blobId === blobId)?.index
    if (index === undefined) return
    const conversationId = key.slice(0, key.indexOf('/'))
    events.emit('transfer', {
      attachmentId: `${row.id}.${index}`,
      conversationId,
      transfer: await views.transfer(row, index),
    })
  }

  function changed(blobId: string): void {
    if (pending.has(blobId) || closing.aborted) return
    pending.add(blobId)
    clock.after(times.progressMs, () => {
      pending.delete(blobId)
      if (!closing.aborted) tell(blobId).catch(() => log.debug('transfer-event-failed'))
    })
  }

  return {
    changed,
    served(blobId, segmentCount, index) {
      const seen = served.get(blobId) ?? new Set<number>()
      served.set(blobId, seen.add(index))
      progress.begin(blobId, segmentCount, seen.size)
      if (seen.size === segmentCount) served.delete(blobId)
    },
  }
}
