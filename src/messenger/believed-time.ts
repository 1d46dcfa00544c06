// When somebody did something, by their word. Of two things the later one counts, so one from the future would win for
// ever, and what is done in place of it has to say a time after it.

import { times } from './limits.ts'

/** `nowMs`: when it came. */
export function believedTime(saidMs: number, nowMs: number): number {
  return Math.min(saidMs, nowMs + times.futureMs)
}

/**
 * What I say of when I do something in place of what I know of: after that, also where its time is still to come. Nobody
 * drives it further than a millisecond past what is believed. `beforeMs`: undefined: in place of nothing.
 */
export function timeAfter(beforeMs: number | undefined, nowMs: number): number {
  return beforeMs === undefined ? nowMs : Math.max(nowMs, believedTime(beforeMs, nowMs) + 1)
}
