// The system's source of randomness. The protocol draws none of its own: every step is given a source, and one that is
// given this one may as well let the system draw inside a native operation, which takes no bytes from outside.

import type { Bytes, Random } from '../bytes.ts'

declare const crypto: { getRandomValues(bytes: Bytes): Bytes }

/** `crypto.getRandomValues` fills at most this much at once. */
const chunkBytes = 65_536

export const systemRandom: Random = (length) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += chunkBytes) crypto.getRandomValues(bytes.subarray(at, at + chunkBytes))
  return bytes
}

export function isSystemRandom(random: Random): boolean {
  return random === systemRandom
}
