// When somebody else did something, by their word. Of two things the later one counts, so one from the future would win for
// ever.

import { times } from './limits.ts'

/** `nowMs`: when it came. */
export function believedTime(saidMs: number, nowMs: number): number {
  return Math.min(saidMs, nowMs + times.futureMs)
}
