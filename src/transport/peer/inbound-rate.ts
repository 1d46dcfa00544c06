// How many strangers may knock: a token bucket over all inbound connections.

import type { Clock } from '../../messenger/ports.ts'
import { limits } from '../limits.ts'

/** Each call takes one; false when there is none left. */
export function createInboundRate(clock: Clock): () => boolean {
  let tokens: number = limits.inboundBurst
  let lastMs = clock.now()
  return () => {
    const nowMs = clock.now()
    // A clock that was set back gives nothing and takes nothing.
    const gained = (Math.max(0, nowMs - lastMs) / 1000) * limits.inboundPerSecond
    tokens = Math.min(limits.inboundBurst, tokens + gained)
    lastMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}
