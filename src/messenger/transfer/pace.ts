// How many segments of a medium may be under way: about a quarter of a second of what comes. More would not be faster, and what a
// player asks for next would come behind all of it.

import { limits } from '../../protocol/limits.ts'

export interface Pace {
  /** In segments. */
  window(): number
  /** One more is asked for. */
  asked(): void
  arrived(sizeBytes: number): void
  /** One is not under way any more, whether it arrived or not. */
  ended(): void
}

/** What is under way, in time: longer than most round trips. It is also what a killed tab costs, and what a seek waits for. */
const underWayMs = 250
/** One comes while the next is asked for: else the line stands still for each round trip. */
const fewest = 2
/**
 * 2 MiB, whatever the line gives: ten killed tabs cost less than 5 % of 500 MB then, and 160 ms of round trip are covered at
 * 100 Mb/s.
 */
const most = 8
/** So much of the past counts as much as what comes now. */
const memoryMs = 1000

/** Each begins with what the last one found, because most lie on the same line. */
export function createPaces(now: () => number): () => Pace {
  let lastBytesPerMs = 0
  return () => {
    let bytes = lastBytesPerMs * memoryMs
    let busyMs = bytes === 0 ? 0 : memoryMs
    let underWay = 0
    let markMs = 0
    return {
      window() {
        const inTime = (bytes / Math.max(1, busyMs)) * (underWayMs / limits.segmentBytes)
        return Math.min(most, Math.max(fewest, Math.ceil(inTime)))
      },
      asked() {
        // While nothing is asked for, nothing can come.
        if (underWay === 0) markMs = now()
        underWay += 1
      },
      arrived(sizeBytes) {
        const nowMs = now()
        busyMs += Math.max(0, nowMs - markMs)
        markMs = nowMs
        bytes += sizeBytes
        if (busyMs > 2 * memoryMs) {
          bytes /= 2
          busyMs /= 2
        }
        lastBytesPerMs = bytes / Math.max(1, busyMs)
      },
      ended: () => void (underWay -= 1),
    }
  }
}
