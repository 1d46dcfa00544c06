// Runs numbered pieces of work, a few at a time, so that reading, sealing and writing overlap within bounded memory.

/** Segments in work at a time: enough to keep two cores busy, and 2 MiB of buffers at most. */
const lanes = 4

/**
 * Calls `work` for each index of [0, count) in rising order, at most `lanes` at a time. Rejects with the first failure,
 * after everything that had begun has ended: nothing runs on behind the caller's back.
 */
export async function inLanes(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    try {
      while (next < count) await work(next++)
    } catch (error) {
      next = count
      throw error
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, count) }, lane))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}
