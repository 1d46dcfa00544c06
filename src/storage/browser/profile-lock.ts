// One tab per profile. The browser drops a Web Lock with its tab, however that ends.

import { StorageError } from '../../messenger/ports.ts'
import { domStorageError } from './dom-error.ts'
import { profileNames } from './profile-name.ts'

export interface BrowserLockOptions {
  readonly name: string
  /** Until the other tab lets go, instead of throwing `locked`. */
  readonly wait?: boolean
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** The returned function releases. @throws StorageError `locked`; `unavailable` where there are no Web Locks */
export async function acquireProfileLock({ name, wait, signal }: BrowserLockOptions): Promise<() => Promise<void>> {
  const lockName = profileNames(name).lock
  signal?.throwIfAborted()
  if (!('locks' in navigator)) throw new StorageError('unavailable')
  const acquired = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  // The two cannot be combined, and only waiting takes long enough to be ended.
  const options: LockOptions = wait === true ? (signal ? { signal } : {}) : { ifAvailable: true }
  const held = navigator.locks.request(lockName, options, async (lock) => {
    if (lock === null) throw new StorageError('locked')
    acquired.resolve()
    await released.promise
  })
  held.catch((error: unknown) => acquired.reject(signal?.aborted === true ? signal.reason : domStorageError(error)))
  await acquired.promise
  return async () => {
    released.resolve()
    await held
  }
}
