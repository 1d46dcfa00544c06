// Runs over vectors and accounts for each: it holds, or it is for something that the door does not offer, which then has
// to refuse it. Nothing is passed over in silence: the test states how many of which kind there are.

import { expect } from 'vitest'
import { CryptoError } from '../../../../src/protocol/primitives/error.ts'

export const holds = 'holds'

/** `check` answers `holds` or says what is not offered, and throws where an answer is wrong. */
export async function count<V>(
  vectors: readonly V[],
  check: (vector: V) => Promise<string> | string,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const vector of vectors) {
    const kind = await check(vector)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** What it gives, or `refused` where it throws. */
export async function outcome<T>(call: () => Promise<T>): Promise<T | 'refused'> {
  try {
    return await call()
  } catch {
    return 'refused'
  }
}

/** The door takes this for a bug of its caller. */
export async function refuses(call: () => unknown, what: string): Promise<string> {
  await expect((async () => call())()).rejects.toThrow(CryptoError)
  return what
}
