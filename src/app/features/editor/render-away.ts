// Asks a worker for an edited photo. One worker for one photo: its memory goes with it.

import type { PhotoEdit } from './edit.ts'
import type { RenderRequest } from './render-worker.ts'

/** Undefined when it could not be made, or nobody waits any more. */
export function renderAway(file: Blob, edit: PhotoEdit, signal: AbortSignal): Promise<Blob | undefined> {
  const { promise, resolve } = Promise.withResolvers<Blob | undefined>()
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<Blob | undefined>) => resolve(data))
  worker.addEventListener('error', () => resolve(undefined))
  signal.addEventListener('abort', () => resolve(undefined), { once: true })
  worker.postMessage({ file, edit } satisfies RenderRequest)
  return promise.finally(() => worker.terminate())
}
