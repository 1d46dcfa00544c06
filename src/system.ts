// Clock, randomness and log of the machine the library runs on.

import type { Clock, Log, Random } from './messenger/ports.ts'
import { systemRandom as systemBytes } from './protocol/primitives/system-random.ts'

/** setTimeout fires at once for longer delays than this (24.8 days). */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(longestTimerMs, Math.max(0, delayMs)))
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = { bytes: systemBytes }

/** Says nothing: what a messenger does is nobody's business unless the embedder asks for a log. */
export const quietLog: Log = { debug() {}, warn() {}, error() {} }
