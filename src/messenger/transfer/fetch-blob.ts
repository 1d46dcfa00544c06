// Fetches one blob from whoever has it, segment by segment: all of it, or what somebody waits for. What is asked for next
// is decided in `plan.ts`, how much at a time in `pace.ts`. What is stored stays: the next attempt asks for the rest.

import { segmentAt } from '../../protocol/blob/layout.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { BlobStore } from '../ports.ts'
import { createAsking, Distrusted } from './asking.ts'
import type { DrainParts } from './drain-source.ts'
import { drainSource } from './drain-source.ts'
import { fetchBeside } from './fetch-beside.ts'
import { readHashes } from './hashes.ts'
import type { Pace } from './pace.ts'
import type { Progress } from './progress.ts'
import type { SegmentSource } from './segment-source.ts'
import { serveReaders } from './serve-readers.ts'
import { createStoredBlob } from './stored-blob.ts'
import { createTurns } from './turns.ts'

export { createPaces } from './pace.ts'

export type FetchOutcome = 'done' | 'partly' | 'missing' | 'damaged'

export interface BlobFetch {
  readonly blobId: string
  /**
   * Asks the sources in turn. `done`: complete; `partly`: more of it came, nobody has the rest now; `missing`: nothing came;
   * `damaged`: its hash list is wrong.
   */
  run(sources: readonly SegmentSource[], signal: AbortSignal): Promise<FetchOutcome>
  /**
   * Asks for what somebody waits for, beside what runs, until nobody does. `rested`: they have it, or do not wait any more;
   * `missing`: nobody has it now.
   */
  serve(sources: readonly SegmentSource[], signal: AbortSignal): Promise<FetchOutcome | 'rested'>
  /** Something that somebody waits for is under way. */
  isServing(): boolean
  /** Looks again at what is to be asked for. */
  nudge(): void
}

export interface FetchParts {
  readonly blobs: BlobStore
  readonly progress: Progress
  readonly pace: () => Pace
  /** Resolves after this time, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly stored: (blobId: string, index: number) => void
  /** What somebody waits for, the newest wish first. */
  readonly awaited: (blobId: string) => readonly number[]
  /** All that run on this device: what is waited for in one goes before the rest of the others. */
  readonly all: () => Iterable<Pick<BlobFetch, 'isServing' | 'nudge'>>
}

/** @param distrusted holders that gave something wrong, of whom nothing more is taken */
export function createBlobFetch(manifest: Manifest, parts: FetchParts, distrusted = new Set<string>()): BlobFetch {
  const blobId = toHex(manifest.blobId)
  const { segmentCount } = manifest
  const { blobs, progress } = parts
  // Whoever waits for something of the blob waits for its list first: it is held back by nobody.
  const list =
    manifest.hashes.kind === 'inline'
      ? undefined
      : createBlobFetch(manifest.hashes.manifest, { ...parts, all: () => [] }, distrusted)
  const turns = createTurns()
  const blob = createStoredBlob(blobs, manifest, (index) => {
    progress.step(blobId)
    if (awaited().includes(index)) answered = [index]
    parts.stored(blobId, index)
  })
  /** The last one that came while somebody waited for it. */
  let answered: readonly number[] = []
  let hashes: Uint8Array | undefined
  /** Readers for whom the list is fetched. */
  let preparing = 0
  const asking = createAsking(manifest, {
    blob,
    pace: parts.pace(),
    hashes: () => hashes,
    distrusted,
    changed,
  })
  const drain: DrainParts = { blobId, segmentCount, blob, asking, turns, isHeld }

  const awaited = (): readonly number[] => parts.awaited(blobId)
  const isServing = (): boolean => preparing > 0 || awaited().some((index) => asking.isUnderWay(index))
  function isHeld(): boolean {
    return isServing() || [...parts.all()].some((other) => other.isServing())
  }
  function nudge(): void {
    turns.next()
    list?.nudge()
  }
  function changed(): void {
    nudge()
    for (const other of parts.all()) other.nudge()
  }

  /** Without its hashes nothing of it can be taken. */
  async function ready(
    sources: readonly SegmentSource[],
    signal: AbortSignal,
  ): Promise<'ready' | Exclude<FetchOutcome, 'done'>> {
    await blob.open()
    if (hashes !== undefined) return 'ready'
    const outcome = await list?.run(sources, signal)
    if (outcome !== undefined && outcome !== 'done') return outcome
    hashes = await readHashes(blobs, manifest)
    return hashes === undefined ? 'damaged' : 'ready'
  }

  /** Nobody reads the padding, so nobody waits for it. */
  function isReadable(): boolean {
    const count = manifest.sizeBytes === 0 ? 0 : segmentAt(manifest.sizeBytes - 1).index + 1
    for (let index = 0; index < count; index += 1) if (!blob.has(index)) return false
    return true
  }

  async function run(sources: readonly SegmentSource[], signal: AbortSignal): Promise<FetchOutcome> {
    const outcome = await ready(sources, signal)
    if (outcome !== 'ready') return outcome
    if (blob.isWhole()) {
      await blob.sync()
      return 'done'
    }
    const before = blob.count()
    progress.begin(blobId, segmentCount, before)
    await fetchBeside({ ...drain, pause: parts.pause }, sources, signal)
    let failure: Error | undefined
    for (const source of sources) {
      try {
        await drainSource(drain, source, signal)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (!(error instanceof Distrusted)) failure = error
      }
      if (blob.isWhole()) {
        await blob.sync()
        return 'done'
      }
    }
    await blob.sync()
    if (failure !== undefined) throw failure
    return blob.count() > before ? 'partly' : 'missing'
  }

  return {
    blobId,
    isServing,
    nudge,
    run,
    async serve(sources, signal) {
      preparing += 1
      const outcome = await ready(sources, signal).finally(() => {
        preparing -= 1
        changed()
      })
      if (outcome !== 'ready') return outcome
      const served = await serveReaders({ blob, asking, turns, awaited, answered: () => answered }, sources, signal)
      await blob.sync()
      return isReadable() ? run(sources, signal) : served
    },
  }
}
