// Argon2id in a thread of its own: the program goes on meanwhile, and the memory that held the passphrase goes with it.

import { Worker } from 'node:worker_threads'
import { StorageError } from '../../messenger/ports.ts'
import type { StorageErrorCode } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { StretchCost } from '../../protocol/vault/slot-table.ts'
import type { StretchRequest } from '../stretch-request.ts'

/** @throws StorageError `no-memory`, `unavailable` when the thread does not start */
export async function stretchInThread(secret: Bytes, salt: Bytes, cost: StretchCost): Promise<Bytes> {
  const worker = new Worker(new URL('./stretch-thread.ts', import.meta.url), {
    workerData: { secret, salt, cost } satisfies StretchRequest,
  })
  const { promise, resolve, reject } = Promise.withResolvers<Bytes>()
  worker.once('message', (key: Bytes | undefined) =>
    key === undefined ? reject(new StorageError('no-memory')) : resolve(key),
  )
  worker.once('error', (cause: unknown) => reject(new StorageError(failureOf(cause), { cause })))
  // An end without an answer; after an answer, nothing.
  worker.once('exit', () => reject(new StorageError('unavailable')))
  return promise
}

function failureOf(cause: unknown): StorageErrorCode {
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isMemory ? 'no-memory' : 'unavailable'
}
