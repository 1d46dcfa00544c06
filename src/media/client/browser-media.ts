// Preparation in a page: hands files to the media worker and gives the messenger what comes back. A video stays where it
// is, or in a scratch file; its bytes are read while it is sealed.

import type { MediaErrorCode, MediaPreparer, MediaProgress, MediaSource, VideoEdits } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { throwIfAborted } from '../shared/classify.ts'
import { checkExact, exactMedia, offeringFile } from '../shared/exact.ts'
import { load } from '../shared/load.ts'
import { blobSource } from '../shared/source.ts'
import type { VideoOutlook } from '../shared/video/outlook.ts'
import type { Answer, FromWorker, Job, ToWorker } from '../worker/messages.ts'
import { openScratchFolder } from './scratch-folder.ts'

export type { QualityOutlook, VideoOutlook } from '../shared/video/outlook.ts'

export interface BrowserMedia extends MediaPreparer {
  /** What would become of a video at each quality, and how large it will be. Decodes nothing. @throws MediaError */
  inspectVideo(
    source: MediaSource,
    options?: { readonly video?: VideoEdits; readonly signal?: AbortSignal },
  ): Promise<VideoOutlook>
  /** Clips of one recording as one video, to be prepared like any other. @throws MediaError */
  joinClips(
    clips: readonly Blob[],
    options?: { readonly signal?: AbortSignal; readonly onProgress?: MediaProgress },
  ): Promise<Blob>
  /**
   * A picture of a photo that the browser cannot show by itself, HEIC and AVIF: small, or with `isLarge` of up to 16.7
   * megapixels, to be edited. @throws MediaError
   */
  look(source: MediaSource, options?: { readonly isLarge?: boolean; readonly signal?: AbortSignal }): Promise<Blob>
}

/** What decoders have grown to, up to hundreds of megabytes, is given back only with the worker. */
const idleMs = 10_000
/** A decoder cannot be stopped from outside; one that does not end by itself is ended with its worker. */
const cancelTimeoutMs = 3000

interface Waiting {
  readonly message: Exclude<ToWorker, { kind: 'cancel' }>
  readonly onProgress: MediaProgress | undefined
  resolve(result: Answer): void
  reject(error: MediaError): void
}

/** Removes scratch files of tabs that ended. Starts its worker with the first file. Paths are not for browsers: `unreadable`. */
export function browserMediaPreparer(): BrowserMedia {
  const jobs = new Map<number, Waiting>()
  /** What the worker has not answered, also what was cancelled; it works on the first. */
  const unanswered = new Set<number>()
  const scratch = openScratchFolder()
  /** Scratch files that are read from. */
  const inUse = new Set<string>()
  let worker: Worker | undefined
  let isReady = false
  let newestId = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    clearTimeout(idle)
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
      clearTimeout(idle)
      if (unanswered.size === 0) idle = setTimeout(stop, idleMs)
    })
    const onLost = () => {
      if (worker === started) lost()
    }
    started.addEventListener('error', onLost)
    started.addEventListener('messageerror', onLost)
    return started
  }
  const post = (id: number, message: ToWorker) => {
    clearTimeout(idle)
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
  /** Also what a worker left that was ended, or wrote for nothing. */
  const tidy = () => {
    const isUsed = (name: string) => inUse.has(name) || unanswered.has(Number.parseInt(name))
    void scratch?.tidy(isUsed).catch(() => {})
  }

  async function ask(job: Job, signal: AbortSignal | undefined, onProgress?: MediaProgress): Promise<Answer> {
    throwIfAborted(signal)
    const id = ++newestId
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const message = { ...job, id, ...(scratch && { scratch: scratch.path }) }
    jobs.set(id, { message, onProgress, resolve, reject })
    const onAbort = () => {
      if (!jobs.delete(id)) return
      cancel(id)
      reject(new MediaError('cancelled'))
    }
    signal?.addEventListener('abort', onAbort)
    try {
      post(id, message)
      const answer = await promise
      const name = scratchName(answer)
      if (name !== undefined) inUse.add(name)
      return answer
    } finally {
      signal?.removeEventListener('abort', onAbort)
      tidy()
    }
  }

  return {
    async prepare(from, { quality, voice, video, signal, onProgress }) {
      throwIfAborted(signal)
      const blob = asBlob(from)
      checkExact(quality, video)
      if (quality === 'file') return exactMedia(from, blobSource(blob), async () => {})
      const job = { kind: 'prepare', blob, quality, ...(voice && { voice }), ...(video && { video }) } as const
      // Comes while the worker works: no page needs it before.
      const reading = load(import('../shared/prepared.ts'))
      reading.catch(() => {})
      const result = await ask(job, signal, onProgress).catch((error: unknown) => {
        throw offeringFile(error, blob.size)
      })
      if (result.kind === 'outlook' || result.kind === 'joined' || result.kind === 'look')
        throw new MediaError('unreadable')
      const { preparedMedia } = await reading
      return preparedMedia(result, blobSource(blob), async () => {
        const name = scratchName(result)
        if (name !== undefined && inUse.delete(name)) tidy()
      })
    },
    async inspectVideo(from, { video = {}, signal } = {}) {
      const result = await ask({ kind: 'inspect', blob: asBlob(from), edits: video }, signal)
      if (result.kind !== 'outlook') throw new MediaError('unreadable')
      return result
    },
    async joinClips(clips, { signal, onProgress } = {}) {
      const result = await ask({ kind: 'join', clips }, signal, onProgress)
      if (result.kind !== 'joined') throw new MediaError('unreadable')
      return new Blob([result.bytes.slice()], { type: 'video/mp4' })
    },
    async look(from, { isLarge = false, signal } = {}) {
      const result = await ask({ kind: 'look', blob: asBlob(from), isLarge }, signal)
      if (result.kind !== 'look') throw new MediaError('unreadable')
      return new Blob([result.picture.bytes.slice()], { type: result.picture.mime })
    },
  }
}

function settle(
  jobs: Map<number, Waiting>,
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

function scratchName(answer: Answer): string | undefined {
  if (answer.kind !== 'video' || answer.rebuilt === undefined || answer.rebuilt instanceof Uint8Array) return undefined
  return answer.rebuilt.name
}

function asBlob(from: MediaSource): Blob {
  if (from instanceof Blob) return from
  if (from instanceof Uint8Array) return new Blob([from.slice()])
  throw new MediaError('unreadable')
}
