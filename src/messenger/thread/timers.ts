// Messages that disappear. The time of one that came begins when it was seen, of one of mine when everybody has it; it is
// stored then, so that a closed tab stops nothing. Spec: docs/protocol.md §6, Timers.

import { removeMessage } from '../conversation/remove-message.ts'
import type { Context } from '../context.ts'
import { stopWaiting } from '../delivery/everywhere.ts'
import { times } from '../limits.ts'
import { sureNow } from '../sure-time.ts'

export interface Timers {
  /** Resolves when what was over before is gone. */
  start(): Promise<void>
  /** Something may be over sooner than what is waited for. */
  kick(): void
  stop(): void
}

/** `removed`: what is being fetched or looked at is no more. */
export function createTimers(context: Context, removed: (messageId: string) => void): Timers {
  const { tables, ledger, clock, events } = context
  let next: { readonly at: number; readonly cancel: () => void } | undefined

  async function look(): Promise<void> {
    // A clock that is wrong for a while must not take anything away.
    const now = sureNow(context)
    for (const [messageId, { at }] of tables.expiring.held()) {
      if (at > now) continue
      await ledger.change(async (change) => {
        const key = (await change.get(tables.messageIndex, messageId))?.key
        const row = key === undefined ? undefined : await change.get(tables.messages, key)
        const due = await change.get(tables.expiring, messageId)
        // Its time began meanwhile.
        if (due === undefined || due.at > now) return
        change.delete(tables.expiring, messageId)
        if (key === undefined || row === undefined) return
        if (due.isWaiting === true)
          return stopWaiting(context, change, { key, row, isAwaited: () => false, isOver: true })
        removeMessage(context, change, key, row)
        change.after(() => {
          removed(messageId)
          events.emit('deleted', { messageId, conversationId: key.slice(0, key.indexOf('/')) })
        })
      })
    }
  }

  function schedule(): void {
    if (context.closing.aborted) return
    let at = clock.now() + times.timerLookMs
    for (const [, row] of tables.expiring.held()) at = Math.min(at, row.at)
    if (next !== undefined && next.at <= at) return
    next?.cancel()
    const delayMs = Math.max(times.timerStepMs, at - clock.now())
    next = { at, cancel: clock.after(delayMs, run) }
  }

  function run(): void {
    next = undefined
    context.background(
      look().finally(() => schedule()),
      'timer-look-later',
    )
  }

  return {
    async start() {
      await look().catch(() => undefined)
      schedule()
    },
    kick: schedule,
    stop: () => next?.cancel(),
  }
}
