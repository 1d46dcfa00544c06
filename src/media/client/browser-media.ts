// Preparation in a page: hands files to the media worker and gives the messenger what comes back. A video stays where it
// is; its bytes are read while it is sealed.

import type { MediaErrorCode, MediaPreparer, MediaSource } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { throwIfAborted } from '../shared/classify.ts'
import { exactMedia } from '../shared/exact.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import { preparedMedia } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import type { FromWorker, ToWorker } from '../worker/messages.ts'

/** A decoder cannot be stopped from outside; one that does not end by itself is ended with its worker. */
const cancelTimeoutMs = 3000

interface Job {
  readonly message: ToWorker
  readonly onProgress: ((fraction: number) => void) | undefined
  resolve(result: PrepareResult): void
  reject(error: MediaError): void
}

/** Starts its worker with the first file. Paths are not for browsers: `unreadable`. */
export function browserMediaPreparer(): MediaPreparer {
  const jobs = new Map<number, Job>()
  /** What the worker has not answered, also what was cancelled; it works on the first. */
  const unanswered = new Set<number>()
  let worker: Worker | undefined
  let newestId = 0

  const stop = () => {
    worker?.terminate()
    worker = undefined
    unanswered.clear()
  }
  const failAll = (code: MediaErrorCode) => {
    stop()
    for (const job of jobs.values()) job.reject(new MediaError(code))
    jobs.clear()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind !== 'progress') unanswered.delete(data.id)
      settle(jobs, data)
    })
    // Out of memory, or its code could not be loaded: the next file starts a new one.
    started.addEventListener('error', () => failAll('unreadable'))
    started.addEventListener('messageerror', () => failAll('unreadable'))
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
      stop()
      for (const [other, { message }] of jobs) post(other, message)
    }, cancelTimeoutMs)
  }

  return {
    async prepare(from, { quality, video, signal, onProgress }) {
      throwIfAborted(signal)
      // What was cut off must not go out after all.
      if (video !== undefined) throw new MediaError('unsupported')
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
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}

function settle(jobs: Map<number, Job>, message: FromWorker): void {
  const job = jobs.get(message.id)
  if (job === undefined) return
  if (message.kind === 'progress') {
    job.onProgress?.(message.fraction)
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
