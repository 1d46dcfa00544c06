// Preparation in a page: hands files to the media worker and gives the messenger what comes back. A video stays where it
// is; its bytes are read while it is sealed.

import type { MediaErrorCode, MediaPreparer, MediaProgress, MediaSource } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { throwIfAborted } from '../shared/classify.ts'
import { exactMedia, offeringFile } from '../shared/exact.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import { preparedMedia } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import type { FromWorker, ToWorker } from '../worker/messages.ts'

/** A decoder cannot be stopped from outside; one that does not end by itself is ended with its worker. */
const cancelTimeoutMs = 3000

interface Job {
  readonly message: ToWorker
  readonly onProgress: MediaProgress | undefined
  resolve(result: PrepareResult): void
  reject(error: MediaError): void
}

/** Starts its worker with the first file. Paths are not for browsers: `unreadable`. */
export function browserMediaPreparer(): MediaPreparer {
  const jobs = new Map<number, Job>()
  /** What the worker has not answered, also what was cancelled; it works on the first. */
  const unanswered = new Set<number>()
  let worker: Worker | undefined
  let isReady = false
  let newestId = 0

  const stop = () => {
    worker?.terminate()
    worker = undefined
    isReady = false
    unanswered.clear()
  }
  const restart = () => {
    stop()
    for (const [id, { message }] of jobs) post(id, message)
  }
  /** The worker is gone: with the file it worked on when that was too much for it, else its code could not be loaded. */
  const lost = () => {
    const [first] = unanswered
    const failing = isReady && first !== undefined ? [first] : [...jobs.keys()]
    const code: MediaErrorCode = isReady ? 'no-memory' : 'not-loaded'
    for (const id of failing) {
      jobs.get(id)?.reject(new MediaError(code))
      jobs.delete(id)
    }
    restart()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker !== started) return
      if (data.kind === 'ready') isReady = true
      else settle(jobs, unanswered, data)
    })
    const onLost = () => {
      if (worker === started) lost()
    }
    started.addEventListener('error', onLost)
    started.addEventListener('messageerror', onLost)
    return started
  }
  const post = (id: number, message: ToWorker) => {
    worker ??= start()
    unanswered.add(id)
    worker.postMessage(message)
  }
  const cancel = (id: number) => {
    const asked = worker
    asked?.postMessage({ kind: 'cancel', id } satisfies ToWorker)
    const [first] = unanswered
    if (first !== id) return
    setTimeout(() => {
      if (worker !== asked || !unanswered.has(id)) return
      restart()
    }, cancelTimeoutMs)
  }

  return {
    async prepare(from, { quality, signal, onProgress }) {
      throwIfAborted(signal)
      const blob = asBlob(from)
      if (quality === 'file') return exactMedia(from, blobSource(blob), async () => {})
      const id = ++newestId
      const { promise, resolve, reject } = Promise.withResolvers<PrepareResult>()
      const message: ToWorker = { kind: 'prepare', id, blob, quality }
      jobs.set(id, { message, onProgress, resolve, reject })
      const onAbort = () => {
        if (!jobs.delete(id)) return
        cancel(id)
        reject(new MediaError('cancelled'))
      }
      signal?.addEventListener('abort', onAbort)
      try {
        post(id, message)
        return preparedMedia(await promise, blobSource(blob), async () => {})
      } catch (error) {
        throw offeringFile(error, blob.size)
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}

function settle(
  jobs: Map<number, Job>,
  unanswered: Set<number>,
  message: Exclude<FromWorker, { readonly kind: 'ready' }>,
): void {
  if (message.kind !== 'progress') unanswered.delete(message.id)
  const job = jobs.get(message.id)
  if (job === undefined) return
  if (message.kind === 'progress') {
    job.onProgress?.(message.fraction, message.stage)
    return
  }
  jobs.delete(message.id)
  if (message.kind === 'done') job.resolve(message.result)
  else job.reject(new MediaError(message.code))
}

function asBlob(from: MediaSource): Blob {
  if (from instanceof Blob) return from
  if (from instanceof Uint8Array) return new Blob([from.slice()])
  throw new MediaError('unreadable')
}
