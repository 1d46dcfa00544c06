// What Node's file system and SQLite throw, as StorageError. Paths and values stay in `cause`, which is never shown.

import { StorageError } from '../../messenger/ports.ts'
import type { StorageErrorCode } from '../../messenger/ports.ts'

/** https://www.sqlite.org/rescode.html; the low byte of what Node reports as `errcode`. */
const sqliteCodes = new Map<number, StorageErrorCode>([
  [5, 'locked'], // SQLITE_BUSY
  [6, 'locked'], // SQLITE_LOCKED
  [11, 'damaged'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL
  [26, 'damaged'], // SQLITE_NOTADB
])
/** The file ends in the middle of a page: an error of reading to SQLite, a damaged database to us. */
const sqliteShortRead = 522

const systemCodes = new Map<string, StorageErrorCode>([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EFBIG', 'full'],
])

export function nodeStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const { code, errcode } = codesOf(error)
  if (errcode === sqliteShortRead) return new StorageError('damaged', { cause: error })
  const found = errcode === undefined ? systemCodes.get(code ?? '') : sqliteCodes.get(errcode & 0xff)
  return new StorageError(found ?? 'unavailable', { cause: error })
}

export function isNotFound(error: unknown): boolean {
  return codesOf(error).code === 'ENOENT'
}

function codesOf(error: unknown): { code?: string; errcode?: number } {
  if (!(error instanceof Error)) return {}
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('errcode' in error && typeof error.errcode === 'number' ? { errcode: error.errcode } : {}),
  }
}
