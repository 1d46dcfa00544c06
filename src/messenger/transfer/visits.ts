// Somebody reads what is not here: as much of it is fetched as they wait for, whether it is to be fetched whole or not. A
// visit waits for no place among the downloads, and ends when nobody waits any more.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { PassOutcome, Worker } from '../worker.ts'
import { createWorker } from '../worker.ts'
import type { AwaitedSegments } from './awaited-segments.ts'
import type { BlobRef } from './blob-refs.ts'
import type { BlobFetch } from './fetch-blob.ts'
import type { Sources } from './sources.ts'
import { sourcesOf } from './sources.ts'

export interface Visits {
  /** Somebody waits for something of it. */
  hurry(ref: BlobRef, messageId: string): void
  /** A source appeared. */
  kick(contactId?: string): void
  /** Resolves when nothing more of it is written. */
  stop(blobId: string): Promise<void>
  /** Of a message that is deleted. */
  drop(messageId: string): void
}

export interface VisitParts {
  readonly awaited: Pick<AwaitedSegments, 'of'>
  readonly sources: Sources
  /** The one that runs, or a new one. */
  readonly fetchOf: (ref: BlobRef) => Promise<BlobFetch>
  /** The one that runs has more to ask for. */
  readonly nudge: (blobId: string) => void
  /** Nobody reads it now. */
  readonly left: (blobId: string) => void
  readonly finished: (messageId: string, ref: BlobRef, outcome: 'done' | 'damaged') => Promise<void>
  /** Of a message that was removed meanwhile nothing stays. */
  readonly discardRemoved: (ref: BlobRef) => Promise<void>
}

interface Visit {
  readonly messageId: string
  /** Who may have it. */
  from: readonly string[]
  readonly worker: Worker
  readonly stop: AbortController
}

export function createVisits(context: Context, parts: VisitParts): Visits {
  const { tables, clock, random, log, events } = context
  const { awaited, sources, fetchOf, finished } = parts
  const visits = new Map<string, Visit>()

  async function pass(ref: BlobRef, visit: Visit, signal: AbortSignal): Promise<PassOutcome> {
    const { blobId } = ref
    // Somebody came back as the last one left.
    if (!visits.has(blobId)) visits.set(blobId, visit)
    const leave = (): 'idle' => {
      if (visits.get(blobId) === visit) visits.delete(blobId)
      parts.left(blobId)
      return 'idle'
    }
    const state = (await tables.blobs.get(blobId))?.state
    // Of a request nothing is fetched, whoever waits for it.
    const mayFetch = state === 'wanted' || state === 'paused'
    if (!mayFetch || awaited.of(blobId).length === 0) return leave()
    visit.from = await sourcesOf(tables, blobId)
    const outcome = await serve(ref, visit, signal)
    if (outcome === 'missing' || outcome === 'partly') {
      sources.reach(visit.from)
      return outcome === 'partly' ? 'soon' : 'later'
    }
    if (outcome !== 'rested') await finished(visit.messageId, ref, outcome)
    return leave()
  }

  async function serve(ref: BlobRef, { from }: Visit, signal: AbortSignal) {
    const fetch = await fetchOf(ref)
    try {
      return await fetch.serve(sources.open(from), signal)
    } finally {
      if (!context.closing.aborted) await parts.discardRemoved(ref)
    }
  }

  function begin(ref: BlobRef, messageId: string): Visit {
    const stop = new AbortController()
    const signal = AbortSignal.any([context.closing, stop.signal])
    const worker = createWorker({
      clock,
      random,
      log,
      signal,
      retryMinMs: times.retryMinMs,
      // Somebody looks at it.
      retryMaxMs: times.retryMinMs * 4,
      async pass() {
        try {
          return signal.aborted ? 'idle' : await pass(ref, visit, signal)
        } catch (error) {
          if (error instanceof StorageError && error.code === 'full') events.emit('error', { code: 'storage-full' })
          throw error
        }
      },
    })
    const visit: Visit = { messageId, from: [], worker, stop }
    return visit
  }

  return {
    hurry(ref, messageId) {
      const visit = visits.get(ref.blobId) ?? begin(ref, messageId)
      visits.set(ref.blobId, visit)
      visit.worker.kick()
      parts.nudge(ref.blobId)
    },
    kick(contactId) {
      for (const { from, worker } of visits.values())
        if (contactId === undefined || from.includes(contactId)) worker.kick()
    },
    async stop(blobId) {
      const visit = visits.get(blobId)
      visits.delete(blobId)
      visit?.stop.abort()
      await visit?.worker.idle()
    },
    drop(messageId) {
      for (const [blobId, visit] of visits) {
        if (visit.messageId !== messageId) continue
        visits.delete(blobId)
        visit.stop.abort()
      }
    },
  }
}
