// Deletes what owners have fetched, over all of them no more at once than a sweep deletes: large envelopes take time to
// delete, and puts wait behind what is in the store's queue.

import type { RelayLimits } from '../limits.ts'
import type { MailboxStore, Missing } from '../storage/store.ts'

export interface Acknowledgements {
  /** Whether so many go now, in one piece; otherwise what comes behind has to wait until they are gone. */
  isFree(count: number): boolean
  /** Where it ends half way, the rest is still there. */
  ack(id: Uint8Array, ids: readonly Uint8Array[], options: { readonly nowMs: number }): Promise<'ok' | Missing>
}

export function createAcknowledgements(options: {
  readonly mailboxes: Pick<MailboxStore, 'ack'>
  readonly limits: Pick<RelayLimits, 'sweepRows' | 'sweepBytes' | 'envelopeBytes'>
}): Acknowledgements {
  const { mailboxes, limits } = options
  /** Even when all are of the largest. */
  const atOnce = Math.max(1, Math.min(limits.sweepRows, Math.floor(limits.sweepBytes / limits.envelopeBytes)))
  let free = atOnce
  const waiting: { readonly count: number; readonly go: () => void }[] = []

  const isFree = (count: number): boolean => count <= free && waiting.length === 0

  function release(count: number): void {
    free += count
    for (let [first] = waiting; first !== undefined && first.count <= free; [first] = waiting) {
      waiting.shift()
      free -= first.count
      first.go()
    }
  }

  async function remove(...[id, ids, { nowMs }]: Parameters<Acknowledgements['ack']>): Promise<'ok' | Missing> {
    // Not awaited where it is free: calls to the store are made in the order of commands.
    if (isFree(ids.length)) free -= ids.length
    else await new Promise<void>((go) => waiting.push({ count: ids.length, go }))
    try {
      return await mailboxes.ack(id, ids, { nowMs })
    } finally {
      release(ids.length)
    }
  }

  return {
    isFree,
    async ack(id, ids, options) {
      let from = 0
      do {
        const result = await remove(id, ids.slice(from, from + atOnce), options)
        if (result !== 'ok') return result
        from += atOnce
      } while (from < ids.length)
      return 'ok'
    },
  }
}
