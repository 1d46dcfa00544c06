// Where a setting comes from: flag > environment variable > file > default. All mistakes are found at once.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { SetupError } from '../setup-error.ts'
import { bundledApp } from './bundled-app.ts'
import type { TlsFiles } from './config.ts'
import type { ConfigFile } from './file.ts'
import { parseConfigFile } from './file.ts'
import type { SettingName } from './settings.ts'
import { secretNames, settings, settingNames, variableOf } from './settings.ts'
import type { ConfigOnPaper, TurnSource } from './turn-secret.ts'
import type { Unit } from './units.ts'

const configFileName = 'relay.toml'

export type Environment = Readonly<Record<string, string | undefined>>
export type Flags = Readonly<Record<string, string | boolean | undefined>>

export type SettingSource = 'flag' | 'environment' | 'file' | 'default'

/** As it was written, and where. */
export interface SettingText {
  /** Undefined: not set, without a default. */
  readonly text: string | undefined
  readonly source: SettingSource
}

/** What is in force, and where each part comes from. */
export interface ReadConfig {
  readonly config: ConfigOnPaper
  readonly settings: Readonly<Record<SettingName, SettingText>>
  /** Undefined: there is none. */
  readonly filePath: string | undefined
}

const flagOptions = {
  ...Object.fromEntries(
    settingNames
      .filter((name) => !secretNames.has(name))
      .map((name) => [
        name,
        { type: settings[name].unit === settings['trust-proxy'].unit ? ('boolean' as const) : ('string' as const) },
      ]),
  ),
  config: { type: 'string' as const },
  help: { type: 'boolean' as const, short: 'h' },
}

/** @throws SetupError with a line for each mistake */
export function readConfig(args: readonly string[], environment: Environment): ReadConfig {
  return resolveConfig(parseFlags(args), environment)
}

/** @throws SetupError */
function resolveConfig(flags: Flags, environment: Environment): ReadConfig {
  const mistakes: string[] = []

  const before = (name: SettingName): (SettingText & { readonly from: string }) | undefined => {
    const flag = flags[name]
    if (flag !== undefined) return { text: String(flag), from: `--${name}`, source: 'flag' }
    const text = environment[variableOf(name)]
    return text === undefined || text === '' ? undefined : { text, from: variableOf(name), source: 'environment' }
  }

  const given = flags['config'] ?? environment['SAFELIGHT_CONFIG']
  const asked = typeof given === 'string' && given !== '' ? resolve(given) : undefined
  const filePath = asked ?? join(resolve(before('data')?.text ?? settings.data.initial), configFileName)
  const file = readFile(filePath, asked !== undefined, mistakes)

  function read(name: SettingName): SettingText {
    const { unit, initial } = settings[name]
    const written = file?.settings.get(name)
    const inFile = written && { ...written, from: `${filePath} line ${written.line}: ${name}`, source: 'file' as const }
    const { text, source, from } = before(name) ?? inFile ?? { text: initial, source: 'default' as const, from: name }
    if (text !== undefined && unit.parse(text) === undefined)
      mistakes.push(`${from} must be ${unit.hint}, not "${text}".`)
    return { text, source }
  }

  const found = {
    port: read('port'),
    host: read('host'),
    data: read('data'),
    app: read('app'),
    'tls-cert': read('tls-cert'),
    'tls-key': read('tls-key'),
    'metrics-port': read('metrics-port'),
    'stun-port': read('stun-port'),
    'turn-urls': read('turn-urls'),
    'turn-secret': read('turn-secret'),
    'turn-secret-file': read('turn-secret-file'),
    'max-disk': read('max-disk'),
    membership: read('membership'),
    'public-url': read('public-url'),
    'trust-proxy': read('trust-proxy'),
    'push-hosts': read('push-hosts'),
    'unsafe-push-loopback': read('unsafe-push-loopback'),
    'log-level': read('log-level'),
  }
  const turn = readTurn(found, mistakes)
  const tls = readTls(found, mistakes)
  if (mistakes.length > 0) throw new SetupError(mistakes.join('\n'))
  const config = {
    ...toConfig(found, file),
    ...(turn === undefined ? {} : { turn }),
    ...(tls === undefined ? {} : { tls }),
  }
  return { config, settings: found, filePath: file === undefined ? undefined : filePath }
}

/** The addresses and the secret go together. Its file is not read: most commands do not need it, nor may who gives them read it. */
function readTurn(found: ReadConfig['settings'], mistakes: string[]): TurnSource | undefined {
  const urls = valueOf(settings['turn-urls'].unit, found['turn-urls'])
  const secret = valueOf(settings['turn-secret'].unit, found['turn-secret'])
  const path = valueOf(settings['turn-secret-file'].unit, found['turn-secret-file'])
  if (urls !== undefined && secret !== undefined) return { urls, secret }
  if (urls !== undefined && path !== undefined) return { urls, path: resolve(path) }
  if (urls !== undefined)
    mistakes.push('turn-urls needs turn-secret or turn-secret-file: the static-auth-secret of that server.')
  if (found['turn-urls'].text === undefined && (secret !== undefined || path !== undefined))
    mistakes.push(`${secret === undefined ? 'turn-secret-file' : 'turn-secret'} needs turn-urls.`)
  return undefined
}

/**
 * Certificate and key go together. The files are not read: most commands go on in the middle of a renewal, and for who may not
 * read the key.
 */
function readTls(found: ReadConfig['settings'], mistakes: string[]): TlsFiles | undefined {
  const [cert, key] = [found['tls-cert'].text, found['tls-key'].text]
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    mistakes.push(cert === undefined ? 'tls-key needs tls-cert, its certificate.' : 'tls-cert needs tls-key, its key.')
    return undefined
  }
  return { certPath: resolve(cert), keyPath: resolve(key) }
}

function toConfig(found: ReadConfig['settings'], file: ConfigFile | undefined): ConfigOnPaper {
  const host = valueOf(settings.host.unit, found.host)
  const app = valueOf(settings.app.unit, found.app)
  const maxDiskBytes = valueOf(settings['max-disk'].unit, found['max-disk'])
  const publicUrl = valueOf(settings['public-url'].unit, found['public-url'])
  const stunPort = valueOf(settings['stun-port'].unit, found['stun-port'])
  const metricsPort = valueOf(settings['metrics-port'].unit, found['metrics-port'])
  return {
    port: valueOf(settings.port.unit, found.port) ?? 0,
    ...(host === undefined ? {} : { host }),
    dataDirectory: resolve(found.data.text ?? settings.data.initial),
    appDirectory: app === undefined ? bundledApp : resolve(app),
    ...(metricsPort === 'off' || metricsPort === undefined ? {} : { metricsPort }),
    ...(stunPort === 'off' || stunPort === undefined ? {} : { stunPort }),
    ...(maxDiskBytes === undefined ? {} : { maxDiskBytes }),
    membership: valueOf(settings.membership.unit, found.membership) ?? 'open',
    ...(publicUrl === undefined ? {} : { publicUrl }),
    trustProxy: valueOf(settings['trust-proxy'].unit, found['trust-proxy']) ?? false,
    pushHosts: valueOf(settings['push-hosts'].unit, found['push-hosts']) ?? 'off',
    unsafePushLoopback: valueOf(settings['unsafe-push-loopback'].unit, found['unsafe-push-loopback']) ?? false,
    logLevel: valueOf(settings['log-level'].unit, found['log-level']) ?? 'info',
    ...(file === undefined || Object.keys(file.limits).length === 0 ? {} : { limits: file.limits }),
  }
}

function valueOf<T>(unit: Unit<T>, { text }: SettingText): T | undefined {
  return text === undefined ? undefined : unit.parse(text)
}

function readFile(path: string, mustExist: boolean, mistakes: string[]): ConfigFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const absent = code === 'ENOENT' || code === 'ENOTDIR'
    if (!absent || mustExist) mistakes.push(`The configuration file ${path} cannot be read (${code}).`)
    return undefined
  }
  const parsed = parseConfigFile(text)
  mistakes.push(...parsed.mistakes.map((mistake) => `${path} ${mistake}`))
  return parsed.file
}

/** @throws SetupError */
function parseFlags(args: readonly string[]): Flags {
  try {
    return parseArgs({ args: [...args], options: flagOptions, strict: true, allowPositionals: false }).values
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'bad arguments'
    throw new SetupError(`${reason.replace(/\.$/, '')}. See --help.`)
  }
}
