// Rate limits: each key has `burst` tokens and gets `perSecond` more every second. Keys live in memory only.

import type { Rate } from '../limits.ts'

export interface TokenBuckets {
  /** Undefined: allowed, the tokens are taken. Otherwise how long to wait until they would be there. */
  take(key: string, amount: number): number | undefined
  /** The same, and nothing is taken. */
  wait(key: string, amount: number): number | undefined
  /** What was taken for something that was not done. */
  giveBack(key: string, amount: number): void
}

export function createTokenBuckets(
  rate: Rate,
  options: { readonly keys: number; readonly now: () => number },
): TokenBuckets {
  // Insertion order is the order of last use.
  const buckets = new Map<string, { tokens: number; atMs: number }>()

  function filled(key: string): { tokens: number; atMs: number } {
    const nowMs = options.now()
    const bucket = buckets.get(key) ?? { tokens: rate.burst, atMs: nowMs }
    buckets.delete(key)
    // A clock that was set back gives nothing and takes nothing.
    const passedMs = Math.max(0, nowMs - bucket.atMs)
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (passedMs / 1000) * rate.perSecond)
    bucket.atMs = nowMs
    buckets.set(key, bucket)
    if (buckets.size > options.keys) {
      const idlest = buckets.keys().next().value
      if (idlest !== undefined) buckets.delete(idlest)
    }
    return bucket
  }

  function waitFor(tokens: number, amount: number): number | undefined {
    // Asking for more than can ever be there is allowed once the bucket is full, and leaves a debt.
    const needed = Math.min(amount, rate.burst)
    return tokens >= needed ? undefined : Math.ceil(((needed - tokens) / rate.perSecond) * 1000)
  }

  return {
    wait: (key, amount) => waitFor(filled(key).tokens, amount),
    take(key, amount) {
      const bucket = filled(key)
      const waitMs = waitFor(bucket.tokens, amount)
      if (waitMs === undefined) bucket.tokens -= amount
      return waitMs
    },
    giveBack(key, amount) {
      const bucket = filled(key)
      bucket.tokens = Math.min(rate.burst, bucket.tokens + amount)
    },
  }
}
