// Fetches the media of messages that were accepted, and whatever somebody is looking at first.

import { createBlobReader } from '../../protocol/blob/read.ts'
import type { BlobReader } from '../../protocol/blob/read.ts'
import type { Context } from '../context.ts'
import type { Links } from '../direct/links.ts'
import { limits, times } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { createSlots } from '../slots.ts'
import type { Worker } from '../worker.ts'
import { createWorker } from '../worker.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf, withHashList } from './blob-refs.ts'
import type { BlobFetch, SegmentSource } from './fetch-blob.ts'
import { createBlobFetch } from './fetch-blob.ts'
import type { Progress } from './progress.ts'
import { linkSource, relaySource } from './sources.ts'

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
  complete(change: Change, contactId: string, key: string, row: MessageRow): Promise<void>
  changed(blobId: string): void
  /** Something more is here. */
  arrived(): void
}

interface Running {
  readonly stop: AbortController
  readonly ended: Promise<unknown>
}

interface Job {
  readonly contactId: string
  readonly worker: Worker
  readonly stop: AbortController
}

/** Segments around a wish that are asked for with it: 1 MiB of playing. */
const readAhead = 4

export function createDownloads(
  context: Context,
  links: Links,
  progress: Progress,
  handlers: DownloadHandlers,
): Downloads {
  const { tables, ledger, blobs, transport, clock, random, events, log, self } = context
  const jobs = new Map<string, Job>()
  const fetches = new Map<string, BlobFetch>()
  const running = new Map<string, Running>()
  const waiters = new Map<string, Set<() => void>>()
  const slots = createSlots(limits.concurrentDownloads, limits.downloadsPerContact)

  const stored = (blobId: string, index: number): void => {
    for (const wake of waiters.get(`${blobId}/${index}`) ?? []) wake()
    handlers.changed(blobId)
  }

  /** Whoever waits for a segment looks again: it may never come. */
  function wakeAll(blobId: string): void {
    for (const [wish, wakes] of waiters) if (wish.startsWith(`${blobId}/`)) for (const wake of wakes) wake()
  }

  async function sources(contactId: string): Promise<SegmentSource[]> {
    const current = tables.mailboxes.peek(tables.contacts.peek(contactId)?.mailboxId ?? '')
    const others = [...tables.mailboxes.held()]
      .map(([, row]) => row)
      .filter(({ purpose }) => purpose.kind === 'contact' && purpose.contactId === contactId)
    const link = links.current(contactId)
    // Where they write to, where they wrote before, then wherever else I am: a request's media lies where its invite was.
    const theirs = [...(current === undefined ? [] : [current]), ...others].map(({ relay }) => relay)
    const urls = new Set([...theirs, ...self.row.relays])
    const atRelay = [...urls].map((url) => relaySource(transport.relay(url)))
    return link === undefined ? atRelay : [linkSource(link), ...atRelay]
  }

  async function pass(key: string, row: MessageRow, signal: AbortSignal): Promise<'again' | 'later' | 'idle'> {
    const contactId = row.senderId
    if (contactId === undefined) return 'idle'
    await slots.take(contactId)
    try {
      let waiting = false
      for (const ref of blobRefs(mediaOf(row))) {
        const state = (await tables.blobs.get(ref.blobId))?.state
        if (state !== 'wanted') continue
        const outcome = await stoppable(ref, contactId, signal)
        if (outcome === 'stopped') continue
        if (outcome === 'missing') {
          progress.end(ref.blobId)
          handlers.changed(ref.blobId)
          // Nobody has it now. The sender may be there without a link.
          context.background(links.reach(contactId, times.directPatienceMs), 'reach-failed')
          waiting = true
          continue
        }
        await settle(key, ref, outcome)
      }
      if (waiting) return 'later'
      jobs.delete(row.id)
      return 'idle'
    } catch (error) {
      if (error instanceof StorageError && error.code === 'full') events.emit('error', { code: 'storage-full' })
      throw error
    } finally {
      slots.give(contactId)
    }
  }

  /** Until the person stops it: what they want stands in its row. */
  async function stoppable(
    ref: BlobRef,
    contactId: string,
    signal: AbortSignal,
  ): Promise<'done' | 'missing' | 'damaged' | 'stopped'> {
    const stop = new AbortController()
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    running.set(ref.blobId, { stop, ended })
    try {
      // It may have been stopped before this could be found.
      if ((await tables.blobs.get(ref.blobId))?.state !== 'wanted') return 'stopped'
      return await fetchBlob(ref, contactId, AbortSignal.any([signal, stop.signal]))
    } catch (error) {
      if (stop.signal.aborted && !signal.aborted) return 'stopped'
      throw error
    } finally {
      if (stop.signal.aborted) fetches.delete(ref.blobId)
      running.delete(ref.blobId)
      resolve()
    }
  }

  async function fetchBlob(
    ref: BlobRef,
    contactId: string,
    signal: AbortSignal,
  ): Promise<'done' | 'missing' | 'damaged'> {
    const fetch = fetches.get(ref.blobId) ?? createBlobFetch(blobs, ref.manifest, progress, stored)
    fetches.set(ref.blobId, fetch)
    const outcome = await fetch.run(await sources(contactId), signal)
    if (outcome !== 'missing') fetches.delete(ref.blobId)
    return outcome
  }

  const settle = (key: string, ref: BlobRef, outcome: 'done' | 'damaged'): Promise<void> =>
    ledger.change(async (change) => {
      for (const { blobId } of withHashList(ref)) {
        const blob = await change.get(tables.blobs, blobId)
        // One that was given up meanwhile is not here, whatever came of it.
        if (blob?.state !== 'wanted' && blob?.state !== 'paused') continue
        change.put(
          tables.blobs,
          blobId,
          outcome === 'done' ? { ...blob, state: 'complete', usedAt: clock.now() } : { ...blob, state: 'damaged' },
        )
      }
      change.after(() => {
        wakeAll(ref.blobId)
        progress.end(ref.blobId)
        handlers.changed(ref.blobId)
        handlers.arrived()
      })
      const row = await change.get(tables.messages, key)
      if (row?.senderId === undefined || row.receipt !== 'waiting') return
      // Nobody waits for an original.
      for (const other of blobRefs(mediaOf(row)))
        if (other.role !== 'original' && (await change.get(tables.blobs, other.blobId))?.state !== 'complete') return
      change.put(tables.messages, key, { ...row, receipt: 'done' })
      await handlers.complete(change, row.senderId, key, row)
    })

  async function begin(key: string): Promise<void> {
    const row = await tables.messages.get(key)
    if (row?.senderId === undefined) return
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
        return pass(key, row, signal)
      },
    })
    const job: Job = { contactId: row.senderId, worker, stop }
    jobs.set(row.id, job)
    worker.kick()
  }

  /** Waits until a segment is here, and asks for it ahead of the others. */
  async function waitFor(
    blobId: string,
    index: number,
    segmentCount: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const wish = `${blobId}/${index}`
    for (;;) {
      signal.throwIfAborted()
      const bytes = await blobs.read(blobId, index)
      if (bytes !== undefined) return bytes
      const row = await tables.blobs.get(blobId)
      if (row === undefined || row.state === 'complete' || row.state === 'mine' || row.state === 'damaged')
        throw new StorageError('damaged')
      await new Promise<void>((resolve, reject) => {
        const wakes = waiters.get(wish) ?? new Set()
        waiters.set(wish, wakes)
        const end = (): void => {
          wakes.delete(wake)
          if (wakes.size === 0) waiters.delete(wish)
          signal.removeEventListener('abort', aborted)
        }
        const wake = (): void => {
          end()
          resolve()
        }
        const aborted = (): void => {
          end()
          reject(signal.reason)
        }
        wakes.add(wake)
        signal.addEventListener('abort', aborted)
        // It may have come between the read and here.
        const again = blobs.read(blobId, index).then((there) => there !== undefined && wake())
        const ahead = range(index, Math.min(segmentCount, index + readAhead))
        context.background(Promise.all([again, hurry(blobId, row.messageId, ahead, signal)]), 'hurry-failed')
      })
    }
  }

  async function hurry(
    blobId: string,
    messageId: string,
    indexes: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    const job = jobs.get(messageId)
    job?.worker.kick()
    const fetch = fetches.get(blobId)
    if (job === undefined || fetch === undefined) return
    // A failure is the running pass's to report.
    await fetch.urgent(indexes, await sources(job.contactId), signal).catch(() => undefined)
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
      for (const job of jobs.values()) if (contactId === undefined || job.contactId === contactId) job.worker.kick()
    },
    reader: (ref, signal) =>
      createBlobReader({
        manifest: ref.manifest,
        rendition: ref.role,
        segment: (index) => waitFor(ref.blobId, index, ref.manifest.segmentCount, signal),
      }),
    async stop(blobId) {
      const found = running.get(blobId)
      found?.stop.abort()
      await found?.ended
      fetches.delete(blobId)
      progress.end(blobId)
      handlers.changed(blobId)
    },
    drop(messageId) {
      jobs.get(messageId)?.stop.abort()
      jobs.delete(messageId)
      for (const blobId of fetches.keys()) wakeAll(blobId)
    },
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
