// Clock, randomness and log of the machine the library runs on.

import type { Clock, Log, Random } from './messenger/ports.ts'

/** setTimeout fires at once for longer delays than this (24.8 days). */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(longestTimerMs, Math.max(0, delayMs)))
    return () => clearTimeout(timer)
  },
}

/** `crypto.getRandomValues` fills at most this much at once. */
const randomChunk = 65_536

export const systemRandom: Random = {
  bytes(length) {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += randomChunk) crypto.getRandomValues(bytes.subarray(at, at + randomChunk))
    return bytes
  },
}

/** Says nothing: what a messenger does is nobody's business unless the embedder asks for a log. */
export const quietLog: Log = { debug() {}, warn() {}, error() {} }
