// Structured logs on standard error. Callers pass event names, counts and error codes, never ids, keys or addresses.

import { pino } from 'pino'
import type { LogLevel } from './config/config.ts'

export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  /** Means a bug or a broken machine. */
  error(fields: LogFields, message: string): void
}

export type LogFields = Readonly<Record<string, string | number | boolean>>

export function createLog(level: LogLevel): Log {
  // Process id and host name say nothing here and would only travel with pasted logs.
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
}

/** What of an unknown error may be logged: its class and code. Messages may name paths or peers. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: 'unknown' }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  // Where in this program it happened, without the message.
  const place = /\((?:file:\/\/)?[^()]*\/(relay\/[^()]+)\)/.exec(error.stack ?? '')?.[1]
  return { error: error.name, ...code, ...(place === undefined ? {} : { place }) }
}
