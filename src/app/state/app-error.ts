// Errors as views see them: where it failed and why, as two words that survive the way between tabs. The sentences
// for people are in ../error-text.ts.

import type { InviteErrorCode, UsageErrorCode } from '../../messenger/api.ts'
import type { MediaErrorCode, StorageErrorCode, TransportErrorCode } from '../../messenger/ports.ts'
import type { PasskeyErrorCode } from '../../messenger/ports/vault.ts'

export type ErrorKey =
  | `invite/${InviteErrorCode}`
  | `usage/${UsageErrorCode}`
  | `media/${MediaErrorCode}`
  | `storage/${StorageErrorCode}`
  | `transport/${TransportErrorCode}`
  | `passkey/${PasskeyErrorCode}`
  | `app/${'asleep' | 'cancelled' | 'insecure' | 'not-met' | 'unexpected'}`

/** What travels between tabs in place of an Error. */
export interface WireError {
  readonly key: string
  readonly status?: number
  readonly asFile?: true
}

export class AppError extends Error {
  override readonly name = 'AppError'
  /** An `ErrorKey`, or a key that a newer tab of the app sent. */
  readonly key: string
  /** HTTP status of a relay's refusal. */
  readonly status: number | undefined
  /** What could not be prepared as a photo or video can go out as a file. */
  readonly asFile: boolean
  constructor(wire: WireError, options?: ErrorOptions) {
    super(wire.key, options)
    this.key = wire.key
    this.status = wire.status
    this.asFile = wire.asFile === true
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
    const { key, status, asFile } = error
    return { key, ...(status === undefined ? {} : { status }), ...(asFile ? { asFile } : {}) }
  }
  if (!(error instanceof Error)) return { key: 'app/unexpected' }
  if (error.name === 'AbortError') return { key: 'app/cancelled' }
  const boundary = boundaries[error.name]
  if (boundary === undefined || !('code' in error) || typeof error.code !== 'string') return { key: 'app/unexpected' }
  const key = `${boundary}/${error.code}`
  return {
    key,
    ...('status' in error && typeof error.status === 'number' ? { status: error.status } : {}),
    ...('asFile' in error && error.asFile === true ? { asFile: true } : {}),
  }
}

export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError(toWireError(error), { cause: error })
}
