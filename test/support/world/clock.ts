// A clock that moves only when a test says so.

import type { Clock } from '../../../src/messenger/ports.ts'
import { isComputing } from './computing.ts'

export interface FakeClock extends Clock {
  /** Lets `ms` pass, firing what is due in order; promises settle in between. */
  advance(ms: number): Promise<void>
}

interface Timer {
  readonly at: number
  readonly callback: () => void
}

export function createFakeClock(startMs: number): FakeClock {
  const timers = new Set<Timer>()
  let now = startMs

  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers.delete(due)
        now = Math.max(now, due.at)
        due.callback()
        await settle()
      }
      now = end
    },
  }
}

/** Lets everything run that needs no time: promises, and the threads of WebCrypto, which need a moment of the real one. */
async function settle(): Promise<void> {
  for (let idle = 0; idle < 3; idle = isComputing() ? 0 : idle + 1)
    await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setTimeout(resolve, 1))
}
