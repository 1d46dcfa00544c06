// How long properties are looked for: a little where people wait for it, thousands of runs with SAFELIGHT_TEST_LONG=1.

import { isLong } from '../support/long.ts'

/** Parameters of fast-check. The short run is the same every time; the long one is another each time, and says its seed. */
export function runs(short: number, long: number): { readonly numRuns: number; readonly seed?: number } {
  return isLong ? { numRuns: long } : { numRuns: short, seed: 20_260_101 }
}

/** For the test runner. */
export const timeoutMs = isLong ? 60 * 60_000 : 60_000
