// What IndexedDB, OPFS and Web Locks throw, as StorageError.

import { StorageError } from '../../messenger/ports.ts'
import type { StorageErrorCode } from '../../messenger/ports.ts'

const codes = new Map<string, StorageErrorCode>([
  ['QuotaExceededError', 'full'],
  // The connection is closing: by us, for another version, or by the browser.
  ['InvalidStateError', 'closed'],
  // Another context holds the file.
  ['NoModificationAllowedError', 'locked'],
  // Chromium, when the file that holds a large value is gone.
  ['NotReadableError', 'damaged'],
])

export function domStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(codes.get(domErrorName(error) ?? '') ?? 'unavailable', { cause: error })
}

export function domErrorName(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined
}
