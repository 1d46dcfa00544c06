// Puts sealed segments at a relay. What the relay already has is asked first, so nothing finished is sent again after
// a crash on either side.

import type { FailureReason } from '../api.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import { TransportError } from '../ports.ts'
import { missingBits } from './bitmap.ts'
import type { Progress } from './progress.ts'

export type UploadOutcome =
  | { readonly kind: 'done'; readonly until: number }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'refused'; readonly reason: FailureReason }

export interface Uploads {
  /**
   * Uploads every blob of a message. `stop` is asked before each segment: the recipient may have fetched it directly.
   * @throws TransportError when the relay cannot be reached
   */
  upload(
    blobIds: readonly string[],
    mailbox: { readonly relay: string; readonly writeKey: Uint8Array },
    stop: () => boolean,
  ): Promise<UploadOutcome>
}

const dayMs = 24 * 60 * 60 * 1000

export function createUploads(context: Context, progress: Progress): Uploads {
  const { tables, transport, blobs, clock } = context

  return {
    async upload(blobIds, { relay: url, writeKey }, stop) {
      const relay = transport.relay(url)
      const signal = context.closing
      for (const blobId of blobIds) {
        const row = await tables.blobs.get(blobId)
        if (row === undefined) continue
        const { segmentCount } = row
        const there = await relay.presentSegments(blobId, { signal })
        const missing = missingBits(there, segmentCount)
        progress.begin(blobId, segmentCount, segmentCount - missing.length)
        const outcome = await lanes(missing, async (index): Promise<UploadOutcome | undefined> => {
          if (stop()) return { kind: 'interrupted' }
          const bytes = await blobs.read(blobId, index)
          if (bytes === undefined) return { kind: 'refused', reason: 'damaged' }
          try {
            await relay.putSegment(blobId, index, bytes, { writeKey, segmentCount, signal })
          } catch (error) {
            const reason = refusalOf(error)
            if (reason === undefined) throw error
            return { kind: 'refused', reason }
          }
          progress.step(blobId)
          return undefined
        })
        if (outcome !== undefined) return outcome
        // A relay that ran out of room meanwhile may have let go of what it had: only what is there counts as kept.
        const kept = missing.length === 0 ? there : await relay.presentSegments(blobId, { signal })
        if (missingBits(kept, segmentCount).length > 0) throw new TransportError('relay-refused', { status: 507 })
      }
      const info = await relay.info({ signal })
      return { kind: 'done', until: hourly(clock.now() + info.limits.blobDays * dayMs) }
    },
  }
}

/** Runs a few at a time; the first outcome ends it, as does the first error. */
async function lanes(
  indexes: readonly number[],
  work: (index: number) => Promise<UploadOutcome | undefined>,
): Promise<UploadOutcome | undefined> {
  const queue = indexes.values()
  let outcome: UploadOutcome | undefined
  const lane = async (): Promise<void> => {
    for (const index of queue) {
      if (outcome !== undefined) return
      const result = await work(index)
      outcome ??= result
    }
  }
  await Promise.all(Array.from({ length: limits.relaySegmentsInFlight }, lane))
  return outcome
}

const statusReasons: Readonly<Record<number, FailureReason>> = {
  410: 'blocked',
  413: 'too-large',
  507: 'relay-full',
}

/** A refusal for good; undefined for whatever may pass. */
function refusalOf(error: unknown): FailureReason | undefined {
  if (!(error instanceof TransportError) || error.code !== 'relay-refused') return undefined
  return error.status === undefined ? undefined : statusReasons[error.status]
}

function hourly(ms: number): number {
  const hourMs = 60 * 60 * 1000
  return Math.floor(ms / hourMs) * hourMs
}
