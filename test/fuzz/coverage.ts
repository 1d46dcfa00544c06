// Which parts of our source have run, from V8 itself (Node's inspector): what shows that an input did something new.
// The fuzzers for Node that bring coverage are native add-ons, which do not load on every system that this has to run on.

import { Session } from 'node:inspector'

export interface Coverage extends Disposable {
  /** How many ranges of the source ran, or were left out, for the first time. What ran is forgotten, the marks stay unset. */
  countNew(): number
  /** The same, and they count as seen from now on. */
  takeNew(): number
  readonly total: number
}

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** Of the files whose address contains one of these parts. */
export function startCoverage(parts: readonly string[]): Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const seen = new Map<string, Set<number>>()
  let total = 0

  function countIn(url: string, ranges: readonly Range[], marks: boolean): number {
    let fresh = 0
    let known = seen.get(url)
    if (known === undefined) seen.set(url, (known = new Set()))
    for (const { startOffset, endOffset, count } of ranges) {
      const key = (startOffset * 1_000_003 + endOffset) * 2 + (count > 0 ? 1 : 0)
      if (known.has(key)) continue
      if (marks) known.add(key)
      fresh += 1
    }
    return fresh
  }

  function read(marks: boolean): number {
    let fresh = 0
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error
      for (const { url, functions } of coverage.result) {
        if (!parts.some((part) => url.includes(part))) continue
        for (const { ranges } of functions) if ((ranges[0]?.count ?? 0) > 0) fresh += countIn(url, ranges, marks)
      }
    })
    return fresh
  }

  return {
    countNew: () => read(false),
    takeNew() {
      const fresh = read(true)
      total += fresh
      return fresh
    },
    get total() {
      return total
    },
    [Symbol.dispose]() {
      session.disconnect()
    },
  }
}
