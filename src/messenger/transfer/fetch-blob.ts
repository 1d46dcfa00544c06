// Fetches one blob, segment by segment, from whoever has it, and stores only what matches its hash. What is stored
// stays: the next attempt asks for the rest.

import { verifySegment } from '../../protocol/blob/hash-list.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { BlobStore } from '../ports.ts'
import { readHashes } from './hashes.ts'
import { countBits, hasBit, missingBits } from './bitmap.ts'
import type { Progress } from './progress.ts'

/** Somewhere segments may be had: a direct link or a relay. */
export interface SegmentSource {
  /**
   * Somebody who got the same message, and has no other reason to have its segments: of the first wrong one on nothing of
   * this blob is taken from them. What its sender or a relay has wrong is only as good as missing.
   */
  readonly holderId?: string
  /** Of a relay: which segments it has, as a bitmap. @throws TransportError */
  present?(blobId: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** Calls `sink` for each segment it can give; leaves out the others. @throws TransportError */
  fetch(
    blobId: string,
    indexes: readonly number[],
    sink: (index: number, bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

export interface BlobFetch {
  readonly blobId: string
  /** Asks the sources in turn. `done`: complete; `missing`: nobody has the rest now; `damaged`: its hash list is wrong. */
  run(sources: readonly SegmentSource[], signal: AbortSignal): Promise<'done' | 'missing' | 'damaged'>
  /** Asks for these first, beside what runs. */
  urgent(indexes: readonly number[], sources: readonly SegmentSource[], signal: AbortSignal): Promise<void>
}

/** Segments asked for at once: small enough that a new wish is not stuck behind the old plan. */
const batch = 32
/** What a crash may cost, besides what is under way: 1 MiB to fetch again. */
const syncEvery = 4
/** How long a relay may take to say what it has, before the rest is fetched without it. */
const patienceMs = 1000

/** @param distrusted holders that gave something wrong, of whom nothing more is taken */
export function createBlobFetch(
  blobs: BlobStore,
  manifest: Manifest,
  progress: Progress,
  stored: (blobId: string, index: number) => void,
  distrusted = new Set<string>(),
): BlobFetch {
  const blobId = toHex(manifest.blobId)
  const { segmentCount } = manifest
  const asked = new Set<number>()
  let hashes: Uint8Array | undefined
  let unsynced = 0
  let created: Promise<void> | undefined

  /** Gives whether it is what the manifest says. */
  const sink = async (index: number, bytes: Uint8Array): Promise<boolean> => {
    if (hashes === undefined || !(await verifySegment(hashes, index, bytes))) return false
    // Room is taken only once something real came: a manifest alone costs its sender nothing.
    created ??= blobs.create(blobId, segmentCount)
    await created
    await blobs.write(blobId, index, bytes)
    unsynced += 1
    if (unsynced >= syncEvery) {
      unsynced = 0
      await blobs.sync(blobId)
    }
    progress.step(blobId)
    stored(blobId, index)
    return true
  }

  const missing = async (): Promise<number[]> => missingBits(await blobs.present(blobId), segmentCount)

  async function ask(source: SegmentSource, indexes: readonly number[], signal: AbortSignal): Promise<void> {
    const fresh = indexes.filter((index) => !asked.has(index))
    if (fresh.length === 0) return
    const { holderId } = source
    if (holderId !== undefined && distrusted.has(holderId)) throw new Distrusted()
    for (const index of fresh) asked.add(index)
    const take = async (index: number, bytes: Uint8Array): Promise<void> => {
      if (holderId !== undefined && distrusted.has(holderId)) throw new Distrusted()
      if ((await sink(index, bytes)) || holderId === undefined) return
      distrusted.add(holderId)
      throw new Distrusted()
    }
    try {
      await source.fetch(blobId, fresh, take, signal)
    } finally {
      for (const index of fresh) asked.delete(index)
    }
  }

  /** Asks until nothing is missing, or until everything asked for in one go stayed away. */
  async function exhaust(source: SegmentSource, signal: AbortSignal): Promise<void> {
    for (;;) {
      const open = (await missing()).filter((index) => !asked.has(index)).slice(0, batch)
      if (open.length === 0) return
      await ask(source, open, signal)
      const left = new Set(await missing())
      if (open.every((index) => left.has(index))) return
    }
  }

  /** Two plans at a time: while one waits for its last segments the other keeps the line busy. Both end with the first error. */
  async function drain(source: SegmentSource, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const both = AbortSignal.any([signal, stop.signal])
    let failure: { readonly error: unknown } | undefined
    const plan = async (): Promise<void> => {
      try {
        await exhaust(source, both)
      } catch (error) {
        failure ??= { error }
        stop.abort()
      }
    }
    await Promise.all([plan(), plan()])
    if (failure !== undefined) throw failure.error
  }

  /**
   * What the sender put at a relay while this device was away is fetched from there, beside what comes over direct
   * connections: they have sent it once already. Not asked for what only begins: then it would tell the relay of every blob.
   */
  async function fetchBeside(sources: readonly SegmentSource[], signal: AbortSignal): Promise<void> {
    const [direct] = sources
    const here = await blobs.present(blobId)
    const isUnderWay = segmentCount > batch && countBits(here, segmentCount) > 0
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
    const open = await missing()
    // A slow relay keeps nothing back from a connection that has nothing else to do.
    const rest = new AbortController()
    const either = AbortSignal.any([signal, rest.signal])
    const work = besides.map(({ source, there }) => {
      const indexes = open.filter((index) => hasBit(there, index))
      return ask(source, indexes, either).catch(() => undefined)
    })
    await drain(direct, signal).catch(() => undefined)
    rest.abort()
    await Promise.all(work)
  }

  async function fetchList(
    sources: readonly SegmentSource[],
    signal: AbortSignal,
  ): Promise<'done' | 'missing' | 'damaged'> {
    if (manifest.hashes.kind === 'inline') return 'done'
    return createBlobFetch(blobs, manifest.hashes.manifest, progress, stored, distrusted).run(sources, signal)
  }

  return {
    blobId,
    async run(sources, signal) {
      const list = await fetchList(sources, signal)
      if (list !== 'done') return list
      hashes ??= await readHashes(blobs, manifest)
      if (hashes === undefined) return 'damaged'
      progress.begin(blobId, segmentCount, countBits(await blobs.present(blobId), segmentCount))
      await fetchBeside(sources, signal)
      let failure: Error | undefined
      for (const source of sources) {
        try {
          await drain(source, signal)
        } catch (error) {
          if (!(error instanceof Error)) throw error
          if (!(error instanceof Distrusted)) failure = error
        }
        if ((await missing()).length === 0) {
          await blobs.sync(blobId)
          return 'done'
        }
      }
      if (created !== undefined) await blobs.sync(blobId)
      if (failure !== undefined) throw failure
      return 'missing'
    },
    async urgent(indexes, sources, signal) {
      if (hashes === undefined) return
      for (const source of sources) {
        const left = new Set(await missing())
        const open = indexes.filter((index) => left.has(index))
        if (open.length === 0) return
        await ask(source, open, signal)
      }
    },
  }
}

/** A holder gave something wrong: there are other sources. */
class Distrusted extends Error {}
