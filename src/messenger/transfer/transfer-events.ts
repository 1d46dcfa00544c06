// Tells how transfers go, thinned out: a ring on the screen needs some steps a second, not every segment.

import type { Context } from '../context.ts'
import type { Views } from '../conversation/views.ts'
import { times } from '../limits.ts'
import type { TransferRendition } from '../api.ts'
import { blobRefs, mediaOf } from './blob-refs.ts'
import type { Progress } from './progress.ts'

export interface TransferEvents {
  changed(blobId: string): void
  /** A message's state moved on: it may not be on its way any more, though no segment came after that. */
  moved(messageId: string): Promise<void>
  /** A contact took a segment of mine over a direct link. */
  served(blobId: string, segmentCount: number, index: number): void
}

/** What a blob is shown as, found once: its rows are not read again while segments come and go. */
interface Shown {
  readonly attachmentId: string
  readonly conversationId: string
  readonly rendition: TransferRendition
  readonly kind: 'upload' | 'download'
  readonly totalBytes: number
}

export function createTransferEvents(
  context: Pick<Context, 'tables' | 'clock' | 'events' | 'closing' | 'log'>,
  views: Pick<Views, 'transfer'>,
  progress: Progress,
): TransferEvents {
  const { tables, clock, events, closing, log } = context
  const pending = new Set<string>()
  const served = new Map<string, Set<number>>()
  const shown = new Map<string, Shown>()

  async function tell(blobId: string): Promise<void> {
    const step = progress.of(blobId)
    const isUnderWay = step !== undefined && step.done < step.total
    const known = shown.get(blobId)
    // The first and the last word come from what is stored.
    if (isUnderWay && known !== undefined && (known.kind === 'download' || isSending(blobId))) {
      const { kind, totalBytes, ...place } = known
      const doneBytes = Math.round((totalBytes * step.done) / step.total)
      events.emit('transfer', { ...place, transfer: { kind, doneBytes, totalBytes } })
      return
    }
    shown.delete(blobId)
    const blob = await tables.blobs.get(blobId)
    const key = blob === undefined ? undefined : (await tables.messageIndex.get(blob.messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    if (key === undefined || row === undefined) return
    const ref = blobRefs(mediaOf(row)).find((other) => other.blobId === blobId)
    if (ref === undefined) return
    const attachmentId = `${row.id}.${ref.index}`
    const conversationId = key.slice(0, key.indexOf('/'))
    const rendition = ref.role === 'original' ? 'original' : 'display'
    const transfer = await views.transfer(row, ref.index, rendition)
    if (isUnderWay && ref.role !== 'poster' && (transfer.kind === 'upload' || transfer.kind === 'download'))
      shown.set(blobId, {
        attachmentId,
        conversationId,
        rendition,
        kind: transfer.kind,
        totalBytes: transfer.totalBytes,
      })
    events.emit('transfer', { attachmentId, conversationId, rendition, transfer })
  }

  function isSending(blobId: string): boolean {
    for (const [, { blobs, failed }] of tables.outbox.held()) if (!failed && blobs.includes(blobId)) return true
    return false
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
    async moved(messageId) {
      const key = (await tables.messageIndex.get(messageId))?.key
      const row = key === undefined ? undefined : await tables.messages.get(key)
      if (row === undefined) return
      for (const { blobId } of blobRefs(mediaOf(row))) if (progress.of(blobId) !== undefined) changed(blobId)
    },
    served(blobId, segmentCount, index) {
      const seen = served.get(blobId) ?? new Set<number>()
      served.set(blobId, seen.add(index))
      progress.begin(blobId, segmentCount, seen.size)
      if (seen.size === segmentCount) served.delete(blobId)
    },
  }
}
