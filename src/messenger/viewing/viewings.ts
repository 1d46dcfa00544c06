// Views of received messages that are not to be kept: at most one, and one replay where it is allowed (docs/protocol.md §6).
// That a view begins is stored before anything is given out, so a process that dies in it has used it up.
//
//   sealed ──open──▶ open ──close, time, crash──▶ over                        (no replay)
//     │               └───close, time, crash──▶ replayable ──replay──▶ replaying ──close, time, crash──▶ over
//     └─ 30 days ─▶ expired                        └─ a day ─▶ over

import { toHex } from '../../protocol/bytes.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { OpenedView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Views } from '../conversation/views.ts'
import type { Receipts } from '../delivery/receipts.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow, ViewingRow } from '../records/rows.ts'
import { sureNow } from '../sure-time.ts'
import { blobRefs, withHashList } from '../transfer/blob-refs.ts'
import { longestViewMs } from './policy.ts'
import { wipeMessage } from './wipe.ts'

export interface Viewings {
  open(messageId: string, which: 'first' | 'replay'): Promise<OpenedView>
  /** Ends it and resolves when that is stored. */
  close(viewId: string): Promise<void>
  captured(messageId: string): Promise<void>
  /** Aborted when the view ends; undefined when it is not open. */
  signalOf(messageId: string, viewId: string | undefined): AbortSignal | undefined
  /** Ends what a crash left open, deletes what nobody opened in time. */
  look(): Promise<void>
  /** Of a message that is deleted. */
  forget(messageId: string): void
  closeAll(): Promise<void>
}

export interface ViewingParts {
  readonly views: Views
  readonly receipts: Receipts
  /** Nothing more of it has to be fetched. */
  readonly dropped: (messageId: string) => void
}

interface OpenView {
  readonly messageId: string
  readonly ending: AbortController
  readonly cancelTimer: () => void
}

const viewIdBytes = 16

export function createViewings(context: Context, { views, receipts, dropped }: ViewingParts): Viewings {
  const { tables, ledger, clock, random, events, self } = context
  const running = new Map<string, OpenView>()

  /** All that opening needs, or why it cannot be. */
  async function openable(change: Change, messageId: string, which: 'first' | 'replay') {
    const key = (await change.get(tables.messageIndex, messageId))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    const viewing = await change.get(tables.viewings, messageId)
    const sender = tables.contacts.peek(row?.senderId ?? '')
    if (key === undefined || row === undefined || sender?.state === 'request') throw new UsageError('unknown-message')
    if (viewing === undefined || row.senderId === undefined) throw new UsageError('no-view')
    if (viewing.stage === 'open' || viewing.stage === 'replaying') throw new UsageError('view-open')
    const isReady = viewing.stage === (which === 'first' ? 'sealed' : 'replayable')
    if (!isReady || (viewing.until ?? 0) < sureNow(context)) throw new UsageError('view-over')
    const body = decodeContent(row.content)?.body
    const media = body?.kind === 'message' ? body.media : []
    if (media.length === 0 || !(await isHere(change, media))) throw new UsageError('view-waiting')
    return { key, row, viewing, media, senderId: row.senderId }
  }

  async function isHere(change: Change, media: readonly MediaItem[]): Promise<boolean> {
    for (const { blobId } of blobRefs(media).flatMap(withHashList))
      if ((await change.get(tables.blobs, blobId))?.state !== 'complete') return false
    return true
  }

  async function begin(change: Change, messageId: string, which: 'first' | 'replay') {
    const found = await openable(change, messageId, which)
    const { until: _, ...viewing } = found.viewing
    const now = clock.now()
    change.put(
      tables.viewings,
      messageId,
      which === 'first'
        ? { ...viewing, stage: 'open', openedAt: now }
        : { ...viewing, stage: 'replaying', replayedAt: now },
    )
    if (self.row.seenReceipts)
      await receipts.owe(change, found.senderId, which === 'first' ? 'opened' : 'replayed', [messageId])
    // With the commit and before anything else runs: nobody finds it open without its view.
    const viewId = toHex(random.bytes(viewIdBytes))
    const endsAt = now + longestViewMs(viewing, found.media)
    change.after(() => {
      const cancelTimer = clock.after(endsAt - now, () => context.background(end(viewId), 'view-end-later'))
      running.set(viewId, { messageId, ending: new AbortController(), cancelTimer })
      tell(found.key, messageId)
    })
    return { ...found, viewId, endsAt }
  }

  async function opened({ row, viewing, viewId, endsAt }: Awaited<ReturnType<typeof begin>>, isReplay: boolean) {
    const view: OpenedView = {
      viewId,
      messageId: row.id,
      isReplay,
      endsAt,
      ...(viewing.seconds === undefined ? {} : { seconds: viewing.seconds }),
      ...(await views.opened(row, viewId)),
    }
    return view
  }

  async function end(viewId: string): Promise<void> {
    const view = running.get(viewId)
    if (view === undefined) return
    running.delete(viewId)
    view.cancelTimer()
    view.ending.abort(new UsageError('view-over'))
    await ledger.change((change) => ended(change, view.messageId))
  }

  /** The view is used up, whoever ended it. */
  async function ended(change: Change, messageId: string): Promise<void> {
    const viewing = await change.get(tables.viewings, messageId)
    if (viewing?.stage === 'open' && viewing.replays > 0)
      change.put(tables.viewings, messageId, {
        ...viewing,
        stage: 'replayable',
        until: clock.now() + times.replayableMs,
      })
    else if (viewing?.stage === 'open' || viewing?.stage === 'replaying')
      await wipeMessage(context, change, messageId, { ...viewing, stage: 'over' })
    else return
    const key = (await change.get(tables.messageIndex, messageId))?.key
    if (key !== undefined) change.after(() => tell(key, messageId))
  }

  const isRunning = (messageId: string): boolean => [...running.values()].some((view) => view.messageId === messageId)

  /** One row whose time may be over. */
  async function settle(change: Change, messageId: string): Promise<void> {
    const viewing = await change.get(tables.viewings, messageId)
    if (viewing === undefined || isRunning(messageId)) return
    if (viewing.stage === 'open' || viewing.stage === 'replaying') return ended(change, messageId)
    if (viewing.until === undefined || viewing.until >= sureNow(context)) return
    const stage = viewing.stage === 'sealed' ? 'expired' : 'over'
    await wipeMessage(context, change, messageId, { ...viewing, stage })
    const key = (await change.get(tables.messageIndex, messageId))?.key
    change.after(() => {
      dropped(messageId)
      if (key !== undefined) tell(key, messageId)
    })
  }

  const isDue = ([, { stage, until }]: readonly [string, ViewingRow]): boolean =>
    stage === 'open' || stage === 'replaying' || (until !== undefined && until < sureNow(context))

  function tell(key: string, messageId: string): void {
    const conversationId = key.slice(0, key.indexOf('/'))
    events.emit('view', { messageId, conversationId })
    events.emit('change', { what: 'conversations', id: conversationId })
  }

  return {
    async open(messageId, which) {
      const begun = await ledger.change((change) => begin(change, messageId, which))
      return opened(begun, which === 'replay')
    },
    close: end,
    captured: (messageId) =>
      ledger.change(async (change) => {
        const viewing = await change.get(tables.viewings, messageId)
        const key = (await change.get(tables.messageIndex, messageId))?.key
        const row: MessageRow | undefined = key === undefined ? undefined : await change.get(tables.messages, key)
        if (viewing === undefined || key === undefined || row?.senderId === undefined) return
        if (viewing.capturedAt !== undefined || !isRunning(messageId)) return
        change.put(tables.viewings, messageId, { ...viewing, capturedAt: clock.now() })
        await receipts.owe(change, row.senderId, 'captured', [messageId])
        change.after(() => tell(key, messageId))
      }),
    signalOf(messageId, viewId) {
      const view = viewId === undefined ? undefined : running.get(viewId)
      return view?.messageId === messageId ? view.ending.signal : undefined
    },
    async look() {
      const due = [...tables.viewings.held()].filter(isDue)
      for (const [messageId] of due) await ledger.change((change) => settle(change, messageId))
    },
    forget(messageId) {
      for (const [viewId, view] of running) {
        if (view.messageId !== messageId) continue
        running.delete(viewId)
        view.cancelTimer()
        view.ending.abort(new UsageError('view-over'))
      }
    },
    async closeAll() {
      for (const viewId of running.keys()) await end(viewId)
    },
  }
}
