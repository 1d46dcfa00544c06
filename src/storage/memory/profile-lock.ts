// One holder per disk, as with the locks of browser tabs and processes.

import { StorageError } from '../../messenger/ports.ts'
import type { MemoryDisk } from './disk.ts'

export interface MemoryLockOptions {
  /** Until the holder lets go, instead of throwing `locked`. */
  readonly wait?: boolean
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** The returned function releases. @throws StorageError `locked` */
export async function acquireProfileLock(
  disk: MemoryDisk,
  { wait, signal }: MemoryLockOptions,
): Promise<() => Promise<void>> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', abort)
  try {
    while (disk.held) {
      if (wait !== true) throw new StorageError('locked')
      await Promise.race([disk.held, aborted.promise])
    }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.held = promise
  return async () => {
    disk.held = undefined
    resolve()
  }
}
