// Waiting on the injected clock, so that stories run under a fake one.

import type { Clock } from './ports.ts'

/** Resolves after `delayMs`, or as soon as the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(delayMs, done)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The promise's value, or undefined when it takes longer; the promise goes on. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(undefined))
    promise.then(resolve, reject).finally(cancel)
  })
}

/** Doubling with jitter: 1, 2, 4 … up to the maximum, each ± 25 %. */
export function backoffMs(attempt: number, minMs: number, maxMs: number, unit: number): number {
  const base = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 16))
  return Math.round(base * (0.75 + unit / 2))
}

/** So long after a moment; one in the future is of a clock that was wrong. */
export function isOver(sinceMs: number, lengthMs: number, nowMs: number): boolean {
  return sinceMs > nowMs || sinceMs + lengthMs <= nowMs
}
