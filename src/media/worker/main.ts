// The media worker: one file at a time, so that one decoded picture at a time is in memory. Looking at a file decodes
// nothing and waits for nothing.

import type { MediaErrorCode, MediaProgress } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { load } from '../shared/load.ts'
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
  const onProgress: MediaProgress = (fraction, stage) =>
    self.postMessage({ kind: 'progress', id, fraction, ...(stage && { stage }) }, [])
  const scratch = scratchFiles(job.scratch, `${id}-`)
  switch (job.kind) {
    case 'prepare': {
      const { blob, quality, voice = false, video = {} } = job
      return await prepareInWorker(blob, { quality, voice, video, scratch, signal, onProgress })
    }
    case 'inspect': {
      const { videoOutlook } = await load(import('./video/outlook.ts'))
      return await videoOutlook(job.blob, job.edits, signal)
    }
    case 'join': {
      const { joinClips } = await load(import('./clips/join-clips.ts'))
      return { kind: 'joined', bytes: await joinClips(job.clips, { signal, onProgress }) }
    }
    case 'look': {
      const { lookOf } = await load(import('./look.ts'))
      return { kind: 'look', picture: await lookOf(job.blob, job.isLarge, signal) }
    }
  }
}

/** Moved instead of copied. */
function bulkOf(result: Answer): Transferable[] {
  const buffers = bytesOf(result).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))
  return [...new Set(buffers)]
}

function bytesOf(result: Answer): readonly Uint8Array[] {
  switch (result.kind) {
    case 'photo':
      return result.original === undefined ? [result.bytes] : [result.bytes, result.original.bytes]
    case 'video': {
      const { rebuilt, poster } = result
      return [...(rebuilt instanceof Uint8Array ? [rebuilt] : []), ...(poster === undefined ? [] : [poster.bytes])]
    }
    case 'voice':
    case 'joined':
      return [result.bytes]
    case 'look':
      return [result.picture.bytes]
    case 'outlook':
      return []
  }
}

/** Decoders and canvases fail in ways of their own; for the person it is a file that cannot be used. */
function codeOf(error: unknown): MediaErrorCode {
  if (error instanceof MediaError) return error.code
  // What the language says of an array that is too large.
  return error instanceof RangeError ? 'no-memory' : 'damaged'
}

self.postMessage({ kind: 'ready' }, [])
