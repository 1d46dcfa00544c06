// The page's side of the files: a worker owns them, because only a worker gets synchronous access.

import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { requireBlobId } from '../blob-shape.ts'
import type { OpfsCall, OpfsReply, OpfsRequest, OpfsValue } from './opfs-messages.ts'
import { profileNames } from './profile-name.ts'

/** @throws StorageError `unavailable` when the worker does not start */
export async function openOpfsBlobStore(name: string): Promise<BlobStore> {
  const folder = profileNames(name).blobFolder
  const { call, end } = startWorker()
  try {
    await call({ method: 'open', folder })
  } catch (error) {
    end()
    throw error
  }
  return {
    async create(blobId: string, segmentCount: number): Promise<void> {
      requireBlobId(blobId)
      await call({ method: 'create', blobId, segmentCount })
    },
    async write(blobId: string, index: number, bytes: Bytes): Promise<void> {
      requireBlobId(blobId)
      // Handing over takes the whole buffer. Of a larger one only this part is the store's.
      const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()
      await call({ method: 'write', blobId, index, bytes: own }, [own.buffer])
    },
    async sync(blobId: string): Promise<void> {
      requireBlobId(blobId)
      await call({ method: 'sync', blobId })
    },
    async read(blobId: string, index: number): Promise<Bytes | undefined> {
      requireBlobId(blobId)
      return bytesOf(await call({ method: 'read', blobId, index }))
    },
    async present(blobId: string): Promise<Bytes | undefined> {
      requireBlobId(blobId)
      return bytesOf(await call({ method: 'present', blobId }))
    },
    async delete(blobId: string): Promise<void> {
      requireBlobId(blobId)
      await call({ method: 'delete', blobId })
    },
    async list(): Promise<readonly string[]> {
      const value = await call({ method: 'list' })
      return Array.isArray(value) ? value : []
    },
    async usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes?: number }> {
      const value = await call({ method: 'usage' })
      return value && 'usedBytes' in value ? value : { usedBytes: 0 }
    },
    async close(): Promise<void> {
      try {
        await call({ method: 'close' })
      } catch (error) {
        if (!(error instanceof StorageError && error.code === 'closed')) throw error
      } finally {
        end()
      }
    },
  }
}

interface Pending {
  readonly resolve: (value: OpfsValue) => void
  readonly reject: (error: StorageError) => void
}

function startWorker() {
  const worker = new Worker(new URL('../opfs-worker/main.ts', import.meta.url), { type: 'module' })
  const pending = new Map<number, Pending>()
  let nextId = 0
  let ended: StorageError | undefined

  worker.addEventListener('message', ({ data }: MessageEvent<OpfsReply>) => {
    const waiting = pending.get(data.id)
    pending.delete(data.id)
    if (data.ok) waiting?.resolve(data.value)
    else waiting?.reject(new StorageError(data.code))
  })
  // It did not load, or has a defect.
  worker.addEventListener('error', () => stop(new StorageError('unavailable')))
  worker.addEventListener('messageerror', () => stop(new StorageError('unavailable')))

  function stop(reason: StorageError): void {
    ended ??= reason
    worker.terminate()
    for (const { reject } of pending.values()) reject(reason)
    pending.clear()
  }

  async function call(request: OpfsCall, transfer: Transferable[] = []): Promise<OpfsValue> {
    if (ended) throw ended
    const id = nextId++
    const { promise, resolve, reject } = Promise.withResolvers<OpfsValue>()
    pending.set(id, { resolve, reject })
    worker.postMessage({ id, call: request } satisfies OpfsRequest, transfer)
    return promise
  }

  return { call, end: () => stop(new StorageError('closed')) }
}

function bytesOf(value: OpfsValue): Bytes | undefined {
  return value instanceof Uint8Array ? value : undefined
}
