// The media worker: one file at a time, so that one decoded picture at a time is in memory.

import type { MediaErrorCode, MediaProgress } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { prepareInWorker } from './prepare.ts'

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
  queue = queue.then(async () => {
    const message = await answer(data, controller.signal)
    self.postMessage(message, message.kind === 'done' ? bulkOf(message.result) : [])
    running.delete(data.id)
  })
})

async function answer(job: ToWorker & { readonly kind: 'prepare' }, signal: AbortSignal): Promise<FromWorker> {
  const { id, blob, quality } = job
  try {
    const onProgress: MediaProgress = (fraction, stage) =>
      self.postMessage({ kind: 'progress', id, fraction, ...(stage && { stage }) }, [])
    return { kind: 'done', id, result: await prepareInWorker(blob, { quality, signal, onProgress }) }
  } catch (error) {
    return { kind: 'failed', id, code: codeOf(error) }
  }
}

/** Moved instead of copied. */
function bulkOf(result: PrepareResult): Transferable[] {
  const parts = result.kind === 'photo' ? [result.bytes, result.original?.bytes] : [result.rebuilt]
  return parts.flatMap((bytes) => (bytes?.buffer instanceof ArrayBuffer ? [bytes.buffer] : []))
}

/** Decoders and canvases fail in ways of their own; for the person it is a file that cannot be used. */
function codeOf(error: unknown): MediaErrorCode {
  if (error instanceof MediaError) return error.code
  // What the language says of an array that is too large.
  return error instanceof RangeError ? 'no-memory' : 'damaged'
}

self.postMessage({ kind: 'ready' }, [])
