// When to try again: twice as long after each failure, spread at random so that a relay that comes back is not met by
// everybody at once.

import type { Random } from '../../messenger/ports.ts'
import { limits } from '../limits.ts'

/** Half to one and a half times the doubled delay. `failures` counts from 1. */
export function redialDelayMs(failures: number, random: Random): number {
  const delayMs = Math.min(limits.redialFirstMs * 2 ** Math.min(failures - 1, 16), limits.redialMostMs)
  const [byte = 0] = random.bytes(1)
  return Math.round(delayMs * (0.5 + byte / 255))
}
