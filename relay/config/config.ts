// What a relay runs with, however it was set.

import type { RelayLimits } from '../limits.ts'
import type { TurnConfig } from '../turn/credentials.ts'

export interface TlsFiles {
  readonly certPath: string
  readonly keyPath: string
}

export interface RelayConfig {
  /** 0: a free port. */
  readonly port: number
  /** Undefined: all interfaces. */
  readonly host?: string
  /** The public port speaks TLS with these; undefined: HTTP, as behind a proxy. */
  readonly tls?: TlsFiles
  /** Folder of everything that has to survive a restart. */
  readonly dataDirectory: string
  /** The built web app; undefined: none is served. */
  readonly appDirectory?: string
  /** Loopback port of `/metrics`; 0: a free port; undefined: off. */
  readonly metricsPort?: number | undefined
  /** UDP port that answers STUN; undefined: none. `same`: the number of `port`. */
  readonly stunPort?: number | 'same' | undefined
  /** A TURN server whose credentials this relay gives to those who have a mailbox here. */
  readonly turn?: TurnConfig
  /** Undefined: 10 GB or 80 % of the free space, the smaller. */
  readonly maxDiskBytes?: number
  /** Who may open mailboxes. Default: everybody. */
  readonly membership?: Membership
  /** Origin under which people reach the relay, when a proxy stands before it. */
  readonly publicUrl?: string
  /** The last `X-Forwarded-For` entry is the client's address. Only behind a proxy that sets it. */
  readonly trustProxy?: boolean
  /** Names of push services (push/endpoint-rule.ts). Default: those of the makers of browsers. `off`: nobody is woken. */
  readonly pushHosts?: readonly string[] | 'any' | 'off'
  /** For tests only: pushes go to this machine, too. */
  readonly unsafePushLoopback?: boolean
  readonly logLevel?: LogLevel
  /** Overrides of single limits. */
  readonly limits?: Partial<RelayLimits>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Milliseconds since some moment, of a clock that nobody sets. Default: as `now` if that is given. */
  readonly monotonicNow?: () => number
}

/** `closed`: members only, and no code makes a new one. */
export const memberships = ['open', 'invite', 'closed'] as const
export type Membership = (typeof memberships)[number]

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]
