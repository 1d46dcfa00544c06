// What a caller hears when the thread that stretches passphrases fails.

import type * as Threads from 'node:worker_threads'
import { afterEach, expect, it, vi } from 'vitest'
import { stretchInThread } from '../../src/storage/node/stretch.ts'

/** What runs instead of the thread's own file. */
const instead = vi.hoisted(() => ({ file: undefined as URL | undefined }))

vi.mock('node:worker_threads', async (original) => {
  const threads = await original<typeof Threads>()
  class Worker extends threads.Worker {
    constructor(file: URL, options: Threads.WorkerOptions) {
      super(instead.file ?? file, options)
    }
  }
  return { ...threads, Worker }
})

const bytes = new Uint8Array(32)
const cost = { memoryKib: 8, passes: 1, lanes: 1 } as const

afterEach(() => {
  instead.file = undefined
})

it('gives a key', async () => {
  expect(await stretchInThread(bytes, bytes, cost)).toHaveLength(32)
})

it('says that memory is missing when the thread says so, by itself or by running out of it', async () => {
  for (const program of [
    'import { parentPort } from "node:worker_threads"; parentPort.postMessage(undefined)',
    'throw Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" })',
  ]) {
    instead.file = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
    await expect(stretchInThread(bytes, bytes, cost)).rejects.toMatchObject({ code: 'no-memory' })
  }
})

it('does not take a thread that is missing, broken or gone for a lack of memory', async () => {
  for (const file of [
    'file:///nowhere/thread.js',
    'data:text/javascript,throw new Error()',
    'data:text/javascript,0',
  ]) {
    instead.file = new URL(file)
    await expect(stretchInThread(bytes, bytes, cost), file).rejects.toMatchObject({ code: 'unavailable' })
  }
})
