// All of a blob from one source: as much at a time as the line carries, and not while somebody waits for something else.

import { hasBit } from './bitmap.ts'
import type { Asking } from './asking.ts'
import { nextForAll } from './plan.ts'
import type { SegmentSource } from './segment-source.ts'
import type { StoredBlob } from './stored-blob.ts'
import type { Turns } from './turns.ts'

export interface DrainParts {
  readonly blobId: string
  readonly segmentCount: number
  readonly blob: StoredBlob
  readonly asking: Asking
  readonly turns: Turns
  /** Somebody waits for what is under way. */
  readonly isHeld: () => boolean
}

/** So many in a row that a source does not have: it is not asked for the rest now. */
const awayInRow = 32

/** A blob of so few is asked for without asking first what is there: each answer says it too. */
const fewSegments = 4

export interface Share {
  /** What is to be asked for here, where that is not everything. */
  readonly isMine: (index: number) => boolean
  /** What the source has, where it was asked a moment ago. */
  readonly there?: Uint8Array | undefined
}

/** Asks until nothing is missing that it has, or until it has nothing of what is asked for. Ends with the first error. */
export async function drainSource(
  { blobId, segmentCount, blob, asking, turns, isHeld }: DrainParts,
  source: SegmentSource,
  signal: AbortSignal,
  share: Share = { isMine: () => true },
): Promise<void> {
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  const isLookedAt = source.present !== undefined && segmentCount > fewSegments
  const look = async (): Promise<Uint8Array | undefined> => (isLookedAt ? source.present?.(blobId, both) : undefined)
  const away = new Set<number>()
  let there = share.there ?? (await look())
  let inRow = 0
  let running = 0
  let from = 0
  let failure: { readonly error: unknown } | undefined

  const isToBeHad = (index: number): boolean =>
    share.isMine(index) && !away.has(index) && (!isLookedAt || hasBit(there, index))
  const isMissing = (index: number): boolean => isToBeHad(index) && !blob.has(index)

  async function obtain(index: number): Promise<void> {
    try {
      const isHere = await asking.during(index, () => asking.ask(source, index, both))
      inRow = isHere ? 0 : inRow + 1
      if (!isHere) away.add(index)
    } catch (error) {
      failure ??= { error }
      stop.abort()
    } finally {
      running -= 1
      turns.next()
    }
  }

  for (;;) {
    while (from < segmentCount && blob.has(from)) from += 1
    const mayAsk = !both.aborted && inRow < awayInRow && running < (source.atOnce ?? Infinity)
    // Of this source: another that gives nothing takes no room from it.
    const situation = { ...asking.situation(isToBeHad), underWay: running }
    const next = mayAsk ? nextForAll(situation, from, isHeld()) : undefined
    if (next !== undefined) {
      running += 1
      void obtain(next)
      continue
    }
    if (running === 0 && (both.aborted || inRow >= awayInRow || from === segmentCount)) break
    if (running === 0 && !some(from, segmentCount, isMissing)) {
      // Its sender may have put more there meanwhile.
      const before = there
      there = await look()
      if (!some(from, segmentCount, (index) => isMissing(index) && !hasBit(before, index))) break
      continue
    }
    // Asked for elsewhere, or held back; or the line is full.
    await turns.wait(running === 0 ? both : undefined)
  }
  if (failure !== undefined) throw failure.error
  signal.throwIfAborted()
}

function some(from: number, to: number, is: (index: number) => boolean): boolean {
  for (let index = from; index < to; index += 1) if (is(index)) return true
  return false
}
