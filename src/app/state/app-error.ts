// Errors as views see them: where it failed and why, as two words that survive the way between tabs. The sentences
// for people are in ../error-text.ts.

import type { InviteErrorCode, UsageErrorCode } from '../../messenger/api.ts'
import type { MediaErrorCode, PasskeyErrorCode, StorageErrorCode, TransportErrorCode } from '../../messenger/ports.ts'

export type ErrorKey =
  | `invite/${InviteErrorCode}`
  | `usage/${UsageErrorCode}`
  | `media/${MediaErrorCode}`
  | `storage/${StorageErrorCode}`
  | `transport/${TransportErrorCode}`
  | `passkey/${PasskeyErrorCode}`
  | `app/${'asleep' | 'cancelled' | 'insecure' | 'unexpected'}`

/** What travels between tabs in place of an Error. */
export interface WireError {
  readonly key: string
  readonly status?: number
}

export class AppError extends Error {
  override readonly name = 'AppError'
  /** An `ErrorKey`, or a key that a newer tab of the app sent. */
  readonly key: string
  /** HTTP status of a relay's refusal. */
  readonly status: number | undefined
  constructor(wire: WireError, options?: ErrorOptions) {
    super(wire.key, options)
    this.key = wire.key
    this.status = wire.status
  }
}

// By name and not by class: the classes load with the messenger, after the first paint.
const boundaries: Readonly<Record<string, string>> = {
  InviteError: 'invite',
  UsageError: 'usage',
  MediaError: 'media',
  StorageError: 'storage',
  TransportError: 'transport',
  PasskeyError: 'passkey',
  JoinError: 'join',
}

export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    return error.status === undefined ? { key: error.key } : { key: error.key, status: error.status }
  }
  if (!(error instanceof Error)) return { key: 'app/unexpected' }
  if (error.name === 'AbortError') return { key: 'app/cancelled' }
  const boundary = boundaries[error.name]
  if (boundary === undefined || !('code' in error) || typeof error.code !== 'string') return { key: 'app/unexpected' }
  const key = `${boundary}/${error.code}`
  return 'status' in error && typeof error.status === 'number' ? { key, status: error.status } : { key }
}

export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError(toWireError(error), { cause: error })
}
