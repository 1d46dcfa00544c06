// What an operator can set, and where from: flag > environment variable > default. Every mistake becomes one sentence.

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { RelayLimits } from './limits.ts'

const gigabyte = 1_000_000_000

export interface RelayConfig {
  /** 0: a free port. */
  readonly port: number
  /** Undefined: all interfaces. */
  readonly host?: string
  /** Folder of everything that has to survive a restart. */
  readonly dataDirectory: string
  /** The built web app; undefined: none is served. */
  readonly appDirectory?: string
  /** Loopback port of `/metrics`; 0: a free port; undefined: off. */
  readonly metricsPort?: number | undefined
  /** Undefined: 10 GB or 80 % of the free space, the smaller. */
  readonly maxDiskBytes?: number
  /** Origin under which people reach the relay, when a proxy stands before it. */
  readonly publicUrl?: string
  /** The last `X-Forwarded-For` entry is the client's address. Only behind a proxy that sets it. */
  readonly trustProxy?: boolean
  readonly logLevel?: LogLevel
  /** Overrides of single limits. */
  readonly limits?: Partial<RelayLimits>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Milliseconds since some moment, of a clock that nobody sets. Default: as `now` if that is given. */
  readonly monotonicNow?: () => number
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** A configuration or start-up problem whose message is a sentence for the operator. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  app: { type: 'string' },
  'metrics-port': { type: 'string' },
  'max-disk': { type: 'string' },
  'public-url': { type: 'string' },
  'trust-proxy': { type: 'boolean' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export const usage = `Usage: node relay/main.ts [options]

  --port <number>          port of everything (8080; 0: a free one)
  --host <address>         address to listen on (all)
  --data <folder>          what has to survive a restart (./data)
  --app <folder>           the built web app (dist/app)
  --metrics-port <number>  Prometheus metrics on 127.0.0.1 (0: a free port; off: none)
  --max-disk <size>        such as 500M, 10G (10G or 80 % of the free space, the smaller)
  --public-url <origin>    such as https://relay.example, when a proxy stands before the relay
  --trust-proxy            take client addresses for rate limits from X-Forwarded-For
  --log-level <level>      silent, error, warn, info or debug (info)
  -h, --help

Each option is also an environment variable: --max-disk is SAFELIGHT_MAX_DISK. Flags win.
`

/** @throws SetupError */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RelayConfig | 'help' {
  const flags = parseFlags(args)
  if (flags.help === true) return 'help'
  const setting = (name: Exclude<keyof typeof options, 'help' | 'trust-proxy'>): Setting | undefined => {
    const flag = flags[name]
    if (flag !== undefined) return { name: `--${name}`, text: flag }
    const variable = variableOf(name)
    const text = environment[variable]
    return text === undefined || text === '' ? undefined : { name: variable, text }
  }
  const host = setting('host')?.text
  const maxDisk = setting('max-disk')
  const publicUrl = setting('public-url')
  const metricsPort = readMetricsPort(setting('metrics-port'))
  return {
    port: readPort(setting('port')) ?? 8080,
    ...(host === undefined ? {} : { host }),
    dataDirectory: resolve(setting('data')?.text ?? 'data'),
    appDirectory: resolve(setting('app')?.text ?? 'dist/app'),
    ...(metricsPort === undefined ? {} : { metricsPort }),
    ...(maxDisk === undefined ? {} : { maxDiskBytes: readSize(maxDisk) }),
    ...(publicUrl === undefined ? {} : { publicUrl: readOrigin(publicUrl) }),
    trustProxy: flags['trust-proxy'] ?? readBoolean(environment, 'trust-proxy'),
    logLevel: readLogLevel(setting('log-level')),
  }
}

interface Setting {
  /** As the operator wrote it. */
  readonly name: string
  readonly text: string
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'bad arguments'
    throw new SetupError(`${reason.replace(/\.$/, '')}. See --help.`)
  }
}

function variableOf(name: string): string {
  return `SAFELIGHT_${name.toUpperCase().replaceAll('-', '_')}`
}

function readPort(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined
  const port = /^\d{1,5}$/.test(setting.text) ? Number(setting.text) : Number.NaN
  if (!(port <= 65_535)) throw new SetupError(`${setting.name} must be a port from 0 to 65535, not "${setting.text}".`)
  return port
}

function readMetricsPort(setting: Setting | undefined): number | undefined {
  if (setting?.text === 'off') return undefined
  return readPort(setting) ?? 0
}

function readSize(setting: Setting): number {
  const match = /^(\d+(?:\.\d+)?)\s*([MGT])B?$/i.exec(setting.text)
  const [, amount, unit] = match ?? []
  if (amount === undefined || unit === undefined) {
    throw new SetupError(`${setting.name} must be a size such as 500M or 10G, not "${setting.text}".`)
  }
  const factor = { M: gigabyte / 1000, G: gigabyte, T: gigabyte * 1000 }[unit.toUpperCase()] ?? gigabyte
  return Math.floor(Number(amount) * factor)
}

function readOrigin(setting: Setting): string {
  const url = URL.canParse(setting.text) ? new URL(setting.text) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new SetupError(`${setting.name} must be an origin such as https://relay.example, not "${setting.text}".`)
  }
  return url.origin
}

function readBoolean(environment: Readonly<Record<string, string | undefined>>, name: string): boolean {
  const variable = variableOf(name)
  const text = environment[variable] ?? ''
  if (text === '' || text === '0' || text === 'false') return false
  if (text === '1' || text === 'true') return true
  throw new SetupError(`${variable} must be true or false, not "${text}".`)
}

function readLogLevel(setting: Setting | undefined): LogLevel {
  const levels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug']
  if (setting === undefined) return 'info'
  const level = levels.find((name) => name === setting.text)
  if (level === undefined)
    throw new SetupError(`${setting.name} must be one of ${levels.join(', ')}, not "${setting.text}".`)
  return level
}
