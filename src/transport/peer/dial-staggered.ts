// Several attempts at one thing, each begun a moment after the one before, until the first succeeds.
//
//   attempt 1  ──────────────(hangs)─────────✕
//   attempt 2        ├─ head start ─┤──────●  wins; the others are aborted
//
// An attempt to connect directly sometimes hangs for reasons outside our reach (docs/decisions/0003-direct-dials.md):
// libp2p then waits until its time is over.

import type { Clock } from '../../messenger/ports.ts'
import { limits } from '../limits.ts'

export interface StaggerOptions {
  readonly clock: Clock
  /** Ends all attempts. */
  readonly signal: AbortSignal
  /** Whether this error would come again: then no further attempt is made. */
  readonly isFinal: (error: unknown) => boolean
}

/** @throws what the last attempt threw, or the reason of the signal */
export async function dialStaggered<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { clock, signal, isFinal }: StaggerOptions,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const over = new AbortController()
  let begun = 0
  let running = 0
  let stopTimer = (): void => {}

  const begin = async (): Promise<void> => {
    stopTimer()
    if (over.signal.aborted) return
    begun++
    running++
    if (begun < limits.dialAttempts) stopTimer = clock.after(limits.dialHeadStartMs, () => void begin())
    try {
      resolve(await attempt(AbortSignal.any([signal, over.signal])))
    } catch (error) {
      running--
      const mayRepeat = begun < limits.dialAttempts && !signal.aborted && !isFinal(error)
      if (mayRepeat) void begin()
      else if (running === 0) reject(error)
    }
  }

  void begin()
  try {
    return await promise
  } finally {
    stopTimer()
    over.abort()
  }
}
