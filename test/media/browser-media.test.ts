// The page's side of preparation, on a stand-in for the worker: no real decoder can be made to hang.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { browserMediaPreparer } from '../../src/media/client/browser-media.ts'
import type { FromWorker, ToWorker } from '../../src/media/worker/messages.ts'

const workers: StandIn[] = []

/** Works on nothing by itself: the test answers. */
class StandIn extends EventTarget {
  readonly heard: ToWorker[] = []
  terminated = false
  constructor() {
    super()
    workers.push(this)
  }
  postMessage(message: ToWorker): void {
    this.heard.push(message)
  }
  terminate(): void {
    this.terminated = true
  }
  answer(data: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

const blob = new Blob(['a film'])
const result = { kind: 'photo', mime: 'image/webp', width: 4, height: 3, bytes: new Uint8Array(5) } as const

/** Two files: the worker is at the first, which hangs; the second waits. */
function begin() {
  const preparer = browserMediaPreparer()
  const [first, second] = [new AbortController(), new AbortController()]
  const prepared = [first, second].map(({ signal }) => preparer.prepare(blob, { quality: 'standard', signal }))
  const [hanging, waiting] = prepared.map((promise) => promise.catch((error: unknown) => error))
  return { first, second, hanging, waiting }
}

beforeEach(() => {
  workers.length = 0
  vi.stubGlobal('Worker', StandIn)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('ends a worker that does not answer a cancel, and gives what waited to a new one', async () => {
  const { first, hanging, waiting } = begin()
  first.abort()
  expect(await hanging).toMatchObject({ code: 'cancelled' })
  await vi.advanceTimersByTimeAsync(2999)
  expect(workers.map(({ terminated }) => terminated)).toEqual([false])
  await vi.advanceTimersByTimeAsync(1)
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, false])
  expect(workers[1]?.heard).toEqual([{ kind: 'prepare', id: 2, blob, quality: 'standard' }])
  workers[1]?.answer({ kind: 'done', id: 2, result })
  expect(await waiting).toMatchObject({ mime: 'image/webp', sizeBytes: 5 })
})

it('gives up only the file that the worker broke over, and goes on with what waited', async () => {
  const { hanging, waiting } = begin()
  workers[0]?.answer({ kind: 'ready' })
  workers[0]?.dispatchEvent(new Event('error'))
  expect(await hanging).toMatchObject({ code: 'no-memory', asFile: true })
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, false])
  workers[1]?.answer({ kind: 'ready' })
  workers[1]?.answer({ kind: 'done', id: 2, result })
  expect(await waiting).toMatchObject({ sizeBytes: 5 })
})

it('ends its worker when nothing has been asked for a while, and starts another one for the next file', async () => {
  const preparer = browserMediaPreparer()
  const first = preparer.prepare(blob, { quality: 'standard' })
  workers[0]?.answer({ kind: 'ready' })
  workers[0]?.answer({ kind: 'done', id: 1, result })
  await first
  await vi.advanceTimersByTimeAsync(9_000)
  const second = preparer.prepare(blob, { quality: 'standard' })
  // At work for longer than that.
  await vi.advanceTimersByTimeAsync(60_000)
  expect(workers.map(({ terminated }) => terminated)).toEqual([false])
  workers[0]?.answer({ kind: 'done', id: 2, result })
  await second
  await vi.advanceTimersByTimeAsync(10_000)
  expect(workers.map(({ terminated }) => terminated)).toEqual([true])
  const third = preparer.prepare(blob, { quality: 'standard' })
  workers[1]?.answer({ kind: 'done', id: 3, result })
  expect(await third).toMatchObject({ sizeBytes: 5 })
})

it('says so when the code of the worker cannot be loaded, and tries again with the next file', async () => {
  const preparer = browserMediaPreparer()
  const first = preparer.prepare(blob, { quality: 'standard' })
  workers[0]?.dispatchEvent(new Event('error'))
  await expect(first).rejects.toMatchObject({ code: 'not-loaded' })
  const second = preparer.prepare(blob, { quality: 'standard' })
  workers.at(-1)?.answer({ kind: 'done', id: 2, result })
  expect(await second).toMatchObject({ sizeBytes: 5 })
  expect(workers).toHaveLength(2)
})

it('takes no word from a worker that was ended', async () => {
  const { first, waiting } = begin()
  first.abort()
  await vi.advanceTimersByTimeAsync(3000)
  workers[0]?.answer({ kind: 'failed', id: 2, code: 'damaged' })
  workers[0]?.dispatchEvent(new Event('error'))
  workers[1]?.answer({ kind: 'done', id: 2, result })
  expect(await waiting).toMatchObject({ sizeBytes: 5 })
  expect(workers).toHaveLength(2)
})

it('tells what is being done, in bytes', async () => {
  const told: unknown[] = []
  const prepared = browserMediaPreparer().prepare(blob, {
    quality: 'standard',
    onProgress: (...progress) => told.push(progress),
  })
  const stage = { kind: 'read', doneBytes: 3, totalBytes: 6 } as const
  workers[0]?.answer({ kind: 'progress', id: 1, fraction: 0.1, stage })
  workers[0]?.answer({ kind: 'done', id: 1, result })
  await prepared
  expect(told).toEqual([[0.1, stage]])
})

it('keeps a worker that answers in time', async () => {
  const { first, waiting } = begin()
  first.abort()
  workers[0]?.answer({ kind: 'failed', id: 1, code: 'cancelled' })
  await vi.advanceTimersByTimeAsync(10_000)
  workers[0]?.answer({ kind: 'done', id: 2, result })
  expect(await waiting).toMatchObject({ mime: 'image/webp' })
  expect(workers).toHaveLength(1)
})

it('lets the file before a cancelled one take its time', async () => {
  const { second, hanging, waiting } = begin()
  second.abort()
  expect(await waiting).toMatchObject({ code: 'cancelled' })
  await vi.advanceTimersByTimeAsync(60_000)
  workers[0]?.answer({ kind: 'done', id: 1, result })
  expect(await hanging).toMatchObject({ mime: 'image/webp' })
  expect(workers).toHaveLength(1)
})
