// Fetches the media of messages that were accepted, and whatever somebody is looking at first.

import { createBlobReader } from '../../protocol/blob/read.ts'
import type { BlobReader } from '../../protocol/blob/read.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { Context } from '../context.ts'
import type { Links } from '../direct/links.ts'
import { late } from '../late.ts'
import { limits, times } from '../limits.ts'
import { StorageError, TransportError } from '../ports.ts'
import type { MessageRow } from '../records/rows.ts'
import { createSlots } from '../slots.ts'
import { pause } from '../wait.ts'
import type { PassOutcome, Worker } from '../worker.ts'
import { createWorker } from '../worker.ts'
import { createAwaitedSegments } from './awaited-segments.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf, withHashList } from './blob-refs.ts'
import { discardBlobs } from './discard-blobs.ts'
import type { BlobFetch, FetchOutcome, FetchParts } from './fetch-blob.ts'
import type { Progress } from './progress.ts'
import type { MessageComplete } from './settle-download.ts'
import { createSettling } from './settle-download.ts'
import { createSources, sourcesOf } from './sources.ts'
import { createVisits } from './visits.ts'

export interface Downloads {
  /** Begins to fetch what a message speaks of; call it after the message is stored. */
  add(messageKey: string): void
  /** Everything that was being fetched when this device stopped. */
  resume(): Promise<void>
  /** A source appeared: a link to this contact, or a relay. */
  kick(contactId?: string): void
  /** Decrypted bytes, waiting for segments that are not here yet. */
  reader(ref: BlobRef, signal: AbortSignal): BlobReader
  /** Stops fetching one blob, whose row says so already; resolves when nothing more of it is written. */
  stop(blobId: string): Promise<void>
  /** Stops fetching for a message that is deleted. */
  drop(messageId: string): void
}

export interface DownloadHandlers {
  /** All media of a received message are here; in the same commit. */
  complete: MessageComplete
  changed(blobId: string): void
  /** Something more is here. */
  arrived(): void
}

interface Running {
  readonly stop: AbortController
  readonly ended: Promise<unknown>
}

interface Job {
  /** Who may have it, the sender first. */
  readonly from: readonly string[]
  readonly worker: Worker
  readonly stop: AbortController
}

/** Media that somebody has looked into and left: so many are gone on with where they were, and liars remembered. */
const rememberedVisits = 8

export function createDownloads(
  context: Context,
  links: Links,
  progress: Progress,
  handlers: DownloadHandlers,
): Downloads {
  const { tables, blobs, clock, random, events, log } = context
  const jobs = new Map<string, Job>()
  const fetches = new Map<string, BlobFetch>()
  const running = new Map<string, Running>()
  const awaited = createAwaitedSegments(context)
  const sources = createSources(context, links)
  const settle = createSettling(context, (...done) => handlers.complete(...done))
  const slots = createSlots(limits.concurrentDownloads, limits.downloadsPerContact)
  /** Not before there is something to fetch. */
  const fetching = late(async () => {
    const { createBlobFetch, createPaces } = await import('./fetch-blob.ts')
    const parts: FetchParts = {
      blobs,
      progress,
      pace: createPaces(() => clock.now()),
      pause: (ms, signal) => pause(clock, ms, signal),
      awaited: (blobId) => awaited.of(blobId),
      all: () => fetches.values(),
      stored(blobId, index) {
        awaited.stored(blobId, index)
        handlers.changed(blobId)
      },
    }
    return (manifest: Manifest) => createBlobFetch(manifest, parts)
  })
  const fetchOf = async ({ blobId, manifest }: BlobRef): Promise<BlobFetch> => {
    const create = await fetching()
    const fetch = fetches.get(blobId) ?? create(manifest)
    fetches.set(blobId, fetch)
    return fetch
  }
  const visited = new Set<string>()
  const visits = createVisits(context, {
    awaited,
    sources,
    fetchOf,
    nudge: (blobId) => fetches.get(blobId)?.nudge(),
    left(blobId) {
      handlers.arrived()
      visited.delete(blobId)
      visited.add(blobId)
      const [oldest] = visited
      if (visited.size <= rememberedVisits || oldest === undefined) return
      visited.delete(oldest)
      if (!running.has(oldest)) fetches.delete(oldest)
    },
    async finished(messageId, ref, outcome) {
      const key = (await tables.messageIndex.get(messageId))?.key
      if (key !== undefined) await finish(key, ref, outcome)
    },
    discardRemoved,
  })

  /** All of it is here, or never will be. */
  async function finish(key: string, ref: BlobRef, outcome: 'done' | 'damaged'): Promise<void> {
    await settle(key, ref, outcome)
    fetches.delete(ref.blobId)
    awaited.wakeAll(ref.blobId)
    progress.end(ref.blobId)
    handlers.changed(ref.blobId)
    handlers.arrived()
  }

  async function pass(
    key: string,
    row: MessageRow,
    from: readonly string[],
    signal: AbortSignal,
  ): Promise<PassOutcome> {
    const [contactId = ''] = from
    await slots.take(contactId)
    try {
      let next: PassOutcome = 'idle'
      for (const ref of blobRefs(mediaOf(row))) {
        const state = (await tables.blobs.get(ref.blobId))?.state
        if (state !== 'wanted') continue
        const outcome = await stoppable(ref, from, signal)
        if (outcome === 'stopped') continue
        if (outcome === 'missing' || outcome === 'partly') {
          progress.end(ref.blobId)
          handlers.changed(ref.blobId)
          // Nobody has it now. Who has it may be there without a link.
          sources.reach(from)
          // Its sender is still putting it there.
          if (next !== 'soon') next = outcome === 'partly' ? 'soon' : 'later'
          continue
        }
        await finish(key, ref, outcome)
      }
      if (next === 'idle') jobs.delete(row.id)
      return next
    } catch (error) {
      // Somebody else may have it, or the same one over a new connection.
      if (error instanceof TransportError) sources.reach(from)
      if (error instanceof StorageError && error.code === 'full') events.emit('error', { code: 'storage-full' })
      throw error
    } finally {
      slots.give(contactId)
    }
  }

  /** Until the person stops it: what they want stands in its row. */
  async function stoppable(
    ref: BlobRef,
    from: readonly string[],
    signal: AbortSignal,
  ): Promise<FetchOutcome | 'stopped'> {
    const stop = new AbortController()
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    running.set(ref.blobId, { stop, ended })
    try {
      // It may have been stopped before this could be found.
      if ((await tables.blobs.get(ref.blobId))?.state !== 'wanted') return 'stopped'
      const fetch = await fetchOf(ref)
      return await fetch.run(sources.open(from), AbortSignal.any([signal, stop.signal]))
    } catch (error) {
      if (stop.signal.aborted && !signal.aborted) return 'stopped'
      throw error
    } finally {
      if (stop.signal.aborted) fetches.delete(ref.blobId)
      if (!context.closing.aborted) await discardRemoved(ref)
      running.delete(ref.blobId)
      resolve()
    }
  }

  /** Of a message that was removed while this was fetched: what was written after that. */
  async function discardRemoved(ref: BlobRef): Promise<void> {
    if ((await tables.blobs.get(ref.blobId)) !== undefined) return
    fetches.delete(ref.blobId)
    await discardBlobs(context, withHashList(ref))
  }

  async function begin(key: string): Promise<void> {
    const row = await tables.messages.get(key)
    const [first] = row === undefined ? [] : blobRefs(mediaOf(row))
    const from = first === undefined ? [] : await sourcesOf(tables, first.blobId)
    if (row?.senderId === undefined || from.length === 0) return
    const known = jobs.get(row.id)
    if (known !== undefined) return known.worker.kick()
    const stop = new AbortController()
    const signal = AbortSignal.any([context.closing, stop.signal])
    const worker = createWorker({
      clock,
      random,
      log,
      signal,
      retryMinMs: times.retryMinMs,
      retryMaxMs: times.retryMaxMs / 2,
      pass() {
        // Something more was wanted when the last pass had ended.
        if (!signal.aborted) jobs.set(row.id, job)
        return pass(key, row, from, signal)
      },
    })
    const job: Job = { from, worker, stop }
    jobs.set(row.id, job)
    worker.kick()
  }

  return {
    add: (messageKey) => context.background(begin(messageKey), 'download-begin-failed'),
    async resume() {
      const keys = new Set<string>()
      for (const { row } of await tables.blobs.list()) {
        if (row.state !== 'wanted') continue
        const key = (await tables.messageIndex.get(row.messageId))?.key
        if (key !== undefined) keys.add(key)
      }
      for (const key of keys) await begin(key)
    },
    kick(contactId) {
      for (const job of jobs.values()) if (contactId === undefined || job.from.includes(contactId)) job.worker.kick()
      visits.kick(contactId)
    },
    reader: (ref, signal) =>
      createBlobReader({
        manifest: ref.manifest,
        rendition: ref.role,
        segment: (index) => awaited.wait(ref.blobId, index, signal, (messageId) => visits.hurry(ref, messageId)),
      }),
    async stop(blobId) {
      const found = running.get(blobId)
      found?.stop.abort()
      await Promise.all([found?.ended, visits.stop(blobId)])
      fetches.delete(blobId)
      progress.end(blobId)
      handlers.changed(blobId)
      // Whoever still reads it is served apart from that.
      awaited.wakeAll(blobId)
    },
    drop(messageId) {
      jobs.get(messageId)?.stop.abort()
      jobs.delete(messageId)
      visits.drop(messageId)
      for (const blobId of fetches.keys()) awaited.wakeAll(blobId)
    },
  }
}
