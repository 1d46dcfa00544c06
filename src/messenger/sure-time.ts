// The time, for what cannot be taken back: keys and links are not given up because a clock was wrong for a while. A clock
// that leapt far ahead since this device was last seen running is believed when it still shows so an hour later, in this
// run or a later one.

import type { Context } from './context.ts'
import { times } from './limits.ts'

export interface ClockWatch {
  /** Looks at the clock, and again every hour. */
  start(): void
  stop(): void
}

const key = 'seen'

/** Now; as long as a leap is not believed, when this device was last seen running. */
export function sureNow({ tables, clock }: Pick<Context, 'tables' | 'clock'>): number {
  const nowMs = clock.now()
  const seen = tables.clock.peek(key)
  if (seen === undefined || nowMs <= seen.at + times.clockLeapMs) return nowMs
  const isBelieved = seen.leaptTo !== undefined && nowMs >= seen.leaptTo + times.clockSureMs
  return isBelieved ? nowMs : seen.at
}

export function createClockWatch(context: Context): ClockWatch {
  const { tables, ledger, clock } = context
  let cancel: (() => void) | undefined

  const look = (): Promise<void> =>
    ledger.change(async (change) => {
      const nowMs = clock.now()
      const seen = await change.get(tables.clock, key)
      if (seen === undefined || sureNow(context) === nowMs) return change.put(tables.clock, key, { at: nowMs })
      // The least that it showed: it may be set right in steps.
      change.put(tables.clock, key, { at: seen.at, leaptTo: Math.min(seen.leaptTo ?? nowMs, nowMs) })
    })

  function start(): void {
    context.background(look(), 'clock-look-failed')
    cancel = clock.after(times.clockLookMs, start)
  }

  return { start, stop: () => cancel?.() }
}
