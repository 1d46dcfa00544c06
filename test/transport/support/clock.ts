import type { Clock } from '../../../src/messenger/ports.ts'

export interface TestClock extends Clock {
  /** Lets this much time pass, calling what falls due in order. */
  advance(byMs: number): void
}

export function createTestClock(startMs = 0): TestClock {
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>()
  let nowMs = startMs
  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + delayMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(byMs) {
      const endMs = nowMs + byMs
      for (;;) {
        const [next] = [...timers].filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)
        if (next === undefined) break
        timers.delete(next)
        nowMs = next.dueMs
        next.callback()
      }
      nowMs = endMs
    },
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}
