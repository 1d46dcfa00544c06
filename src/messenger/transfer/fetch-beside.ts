// What the sender put at a relay while this device was away is fetched from there, beside what comes over a direct
// connection: they have sent it once already.

import { hasBit } from './bitmap.ts'
import type { DrainParts } from './drain-source.ts'
import { drainSource } from './drain-source.ts'
import type { SegmentSource } from './segment-source.ts'

/** What is smaller is not worth asking a relay about. */
const worthSegments = 32
/** How long a relay may take to say what it has, before the rest is fetched without it. */
const patienceMs = 1000

/** Not for what only begins: then it would tell the relay of every blob. Whatever fails here is left to who comes after. */
export async function fetchBeside(
  parts: DrainParts,
  sources: readonly SegmentSource[],
  signal: AbortSignal,
): Promise<void> {
  const { blobId, segmentCount, blob } = parts
  const [direct] = sources
  const isUnderWay = segmentCount > worthSegments && blob.count() > 0
  if (direct === undefined || direct.present !== undefined || !isUnderWay) return
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const besides = await Promise.all(
    sources.map(async (source) => {
      // One that does not answer is asked again, in its turn.
      const there = await source.present?.(blobId, patience).catch(() => undefined)
      return { source, there }
    }),
  )
  if (besides.every(({ there }) => there === undefined)) return
  // A slow relay keeps nothing back from a connection that has nothing else to do.
  const rest = new AbortController()
  const either = AbortSignal.any([signal, rest.signal])
  const work = besides
    .filter(({ there }) => there !== undefined)
    .map(({ source, there }) =>
      drainSource(parts, source, either, { isMine: (index) => hasBit(there, index), there }).catch(() => undefined),
    )
  const isElsewhere = (index: number): boolean => besides.some(({ there }) => hasBit(there, index))
  await drainSource(parts, direct, signal, { isMine: (index) => !isElsewhere(index) }).catch(() => undefined)
  rest.abort()
  await Promise.all(work)
}
