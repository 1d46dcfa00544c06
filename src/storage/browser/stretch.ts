// Argon2id in a worker of its own: the page stays awake, and the memory that held the passphrase goes with the worker.

import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { StretchCost } from '../../protocol/vault/slot-table.ts'
import type { StretchRequest } from '../stretch-request.ts'

/** @throws StorageError `no-memory`, `unavailable` when the worker does not start */
export async function stretchInWorker(secret: Bytes, salt: Bytes, cost: StretchCost): Promise<Bytes> {
  const worker = new Worker(new URL('../stretch-worker/stretch-worker.ts', import.meta.url), { type: 'module' })
  const { promise, resolve, reject } = Promise.withResolvers<Bytes>()
  worker.addEventListener('message', ({ data }: MessageEvent<Bytes | undefined>) =>
    data === undefined ? reject(new StorageError('no-memory')) : resolve(data),
  )
  worker.addEventListener('error', () => reject(new StorageError('unavailable')))
  worker.postMessage({ secret, salt, cost } satisfies StretchRequest)
  try {
    return await promise
  } finally {
    worker.terminate()
  }
}
