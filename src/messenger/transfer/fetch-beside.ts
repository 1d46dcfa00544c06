// What the sender put at a relay while this device was away is fetched from there, beside what comes over a direct
// connection: they have sent it once already.

import { hasBit } from './bitmap.ts'
import type { DrainParts } from './drain-source.ts'
import { drainSource } from './drain-source.ts'
import type { SegmentSource } from './segment-source.ts'

/** What is smaller is not worth asking a relay about. */
const worthSegments = 32
/** A relay that gives nothing for so long is not waited for by a connection that has nothing else to do; nor longer than that. */
const patienceMs = 1000
const patiences = 10

/**
 * Not for what only begins: then it would tell the relay of every blob. The connection does not wait for what a relay has to
 * say: it begins at the other end of the blob. Whatever fails here is left to who comes after.
 */
export async function fetchBeside(
  parts: DrainParts & { readonly pause: (ms: number, signal: AbortSignal) => Promise<void> },
  sources: readonly SegmentSource[],
  signal: AbortSignal,
): Promise<void> {
  const { blobId, segmentCount, blob } = parts
  const [direct] = sources
  const isUnderWay = segmentCount > worthSegments && blob.count() > 0
  if (direct === undefined || direct.present !== undefined || !isUnderWay) return
  const rest = new AbortController()
  const either = AbortSignal.any([signal, rest.signal])
  /** What relays have, of those that have answered. */
  const elsewhere: Uint8Array[] = []
  const take = async (source: SegmentSource): Promise<void> => {
    const there = await source.present?.(blobId, either)
    if (there === undefined) return
    elsewhere.push(there)
    await drainSource(parts, source, either, { isMine: (index) => hasBit(there, index), there })
  }
  const done = new AbortController()
  const work = Promise.allSettled(sources.map(take)).then(() => done.abort())
  const isElsewhere = (index: number): boolean => elsewhere.some((there) => hasBit(there, index))
  await drainSource(parts, direct, signal, { isMine: (index) => !isElsewhere(index) }).catch(() => undefined)
  const over = AbortSignal.any([signal, done.signal])
  for (let turn = 0, before = -1; turn < patiences && blob.count() > before && !blob.isWhole(); turn += 1) {
    if (over.aborted) break
    before = blob.count()
    await parts.pause(patienceMs, over)
  }
  rest.abort()
  await work
}
