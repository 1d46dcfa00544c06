// The media worker: one file at a time, so that one decoded picture at a time is in memory. Looking at a file decodes
// nothing and waits for nothing.

import type { MediaErrorCode, MediaStage } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import type { Answer, FromWorker, ToWorker } from './messages.ts'
import { prepareInWorker } from './prepare.ts'
import { scratchFiles } from './scratch-files.ts'

type JobMessage = Exclude<ToWorker, { readonly kind: 'cancel' }>

// The scope of a dedicated worker; the DOM library knows only that of a page.
declare const self: {
  postMessage(message: FromWorker, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (message: MessageEvent<ToWorker>) => void): void
}

const running = new Map<number, AbortController>()
let queue: Promise<void> = Promise.resolve()

self.addEventListener('message', ({ data }) => {
  if (data.kind === 'cancel') {
    running.get(data.id)?.abort()
    return
  }
  const controller = new AbortController()
  running.set(data.id, controller)
  const work = async () => {
    const message = await answer(data, controller.signal)
    self.postMessage(message, message.kind === 'done' ? bulkOf(message.result) : [])
    running.delete(data.id)
  }
  if (data.kind === 'inspect') void work()
  else queue = queue.then(work)
})

async function answer(job: JobMessage, signal: AbortSignal): Promise<FromWorker> {
  const { id } = job
  try {
    return { kind: 'done', id, result: await run(job, signal) }
  } catch (error) {
    return { kind: 'failed', id, code: codeOf(error) }
  }
}

async function run(job: JobMessage, signal: AbortSignal): Promise<Answer> {
  const { id } = job
  const onProgress = (fraction: number, stage?: MediaStage) =>
    self.postMessage({ kind: 'progress', id, fraction, ...(stage && { stage }) }, [])
  const scratch = scratchFiles(job.scratch, `${id}-`)
  switch (job.kind) {
    case 'prepare': {
      const { blob, quality, voice = false, video = {} } = job
      return await prepareInWorker(blob, { quality, voice, video, scratch, signal, onProgress })
    }
    case 'inspect': {
      const { videoOutlook } = await import('./video/outlook.ts')
      return await videoOutlook(job.blob, job.edits, scratch, signal)
    }
    case 'join': {
      const { joinClips } = await import('./clips/join-clips.ts')
      return { kind: 'joined', bytes: await joinClips(job.clips, { signal, onProgress }) }
    }
  }
}

/** Moved instead of copied. */
function bulkOf(result: Answer): Transferable[] {
  const bytes = result.kind === 'video' ? result.rebuilt : result.kind === 'outlook' ? undefined : result.bytes
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []
}

/** Decoders and canvases fail in ways of their own; for the person it is a file that cannot be used. */
function codeOf(error: unknown): MediaErrorCode {
  return error instanceof MediaError ? error.code : 'damaged'
}
