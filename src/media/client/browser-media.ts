// Preparation in a page: hands files to the media worker and gives the messenger what comes back. A video stays where it
// is; its bytes are read while it is sealed.

import type { MediaErrorCode, MediaPreparer, MediaSource } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { throwIfAborted } from '../shared/classify.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import { preparedMedia } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import type { FromWorker, ToWorker } from '../worker/messages.ts'

interface Job {
  readonly onProgress: ((fraction: number) => void) | undefined
  resolve(result: PrepareResult): void
  reject(error: MediaError): void
}

/** Starts its worker with the first file. Paths are not for browsers: `unreadable`. */
export function browserMediaPreparer(): MediaPreparer {
  const jobs = new Map<number, Job>()
  let worker: Worker | undefined
  let newestId = 0

  const failAll = (code: MediaErrorCode) => {
    worker?.terminate()
    worker = undefined
    for (const job of jobs.values()) job.reject(new MediaError(code))
    jobs.clear()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => settle(jobs, data))
    // Out of memory, or its code could not be loaded: the next file starts a new one.
    started.addEventListener('error', () => failAll('unreadable'))
    started.addEventListener('messageerror', () => failAll('unreadable'))
    return started
  }

  return {
    async prepare(from, { quality, signal, onProgress }) {
      throwIfAborted(signal)
      const blob = asBlob(from)
      const target = (worker ??= start())
      const id = ++newestId
      const { promise, resolve, reject } = Promise.withResolvers<PrepareResult>()
      jobs.set(id, { onProgress, resolve, reject })
      const post = (message: ToWorker) => target.postMessage(message)
      const cancel = () => {
        if (!jobs.delete(id)) return
        post({ kind: 'cancel', id })
        reject(new MediaError('cancelled'))
      }
      signal?.addEventListener('abort', cancel)
      try {
        post({ kind: 'prepare', id, blob, quality })
        return preparedMedia(await promise, blobSource(blob), async () => {})
      } finally {
        signal?.removeEventListener('abort', cancel)
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
