// What this origin has stored, records included: the browser does not count by kind.

import { domStorageError } from './dom-error.ts'

/** @throws StorageError */
export async function originUsage(): Promise<{ readonly usedBytes: number; readonly quotaBytes?: number }> {
  try {
    const { usage = 0, quota } = await navigator.storage.estimate()
    return quota === undefined ? { usedBytes: usage } : { usedBytes: usage, quotaBytes: quota }
  } catch (error) {
    throw domStorageError(error)
  }
}
