import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfigFile } from '../../../relay/config/file.ts'
import type { Range, RateRange } from '../../../relay/config/ranges.ts'
import { ranges } from '../../../relay/config/ranges.ts'
import { readConfig } from '../../../relay/config/read.ts'
import { limitKeys, limitUnit } from '../../../relay/config/settings.ts'
import { withTurnSecret } from '../../../relay/config/turn-secret.ts'
import { printConfig } from '../../../relay/config/print.ts'
import { knownPushHosts } from '../../../relay/push/endpoint-rule.ts'
import { SetupError } from '../../../relay/setup-error.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(text: string): Promise<string> {
  const path = join(folder, 'relay.toml')
  await writeFile(path, text)
  return path
}

const read = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  readConfig(args, environment).config

const flags = {
  '--port': '1',
  '--host': 'h',
  '--data': '/d',
  '--app': '/a',
  '--metrics-port': '2',
  '--stun-port': '3',
  '--max-disk': '1.5G',
  '--membership': 'invite',
  '--public-url': 'https://relay.example',
  '--push-hosts': 'push.example, *.push.example',
  '--log-level': 'debug',
}
const all = {
  port: 1,
  host: 'h',
  dataDirectory: '/d',
  appDirectory: '/a',
  metricsPort: 2,
  stunPort: 3,
  maxDiskBytes: 1_500_000_000,
  membership: 'invite',
  publicUrl: 'https://relay.example',
  trustProxy: true,
  pushHosts: ['push.example', '*.push.example'],
  unsafePushLoopback: false,
  logLevel: 'debug',
}
const environment = {
  SAFELIGHT_PORT: '1',
  SAFELIGHT_HOST: 'h',
  SAFELIGHT_DATA: '/d',
  SAFELIGHT_APP: '/a',
  SAFELIGHT_METRICS_PORT: '2',
  SAFELIGHT_STUN_PORT: '3',
  SAFELIGHT_MAX_DISK: '1500M',
  SAFELIGHT_MEMBERSHIP: 'invite',
  SAFELIGHT_PUBLIC_URL: 'https://relay.example/',
  SAFELIGHT_TRUST_PROXY: 'true',
  SAFELIGHT_PUSH_HOSTS: 'push.example,*.push.example',
  SAFELIGHT_LOG_LEVEL: 'debug',
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(read([])).toEqual({
      port: 8080,
      dataDirectory: resolve('data'),
      appDirectory: resolve('dist/app'),
      metricsPort: 0,
      stunPort: 'same',
      membership: 'open',
      trustProxy: false,
      pushHosts: knownPushHosts,
      unsafePushLoopback: false,
      logLevel: 'info',
    })
  })

  it('reads every option from flags, from the environment, and from a file', async () => {
    expect(read([...Object.entries(flags).flat(), '--trust-proxy'])).toEqual(all)
    expect(read([], environment)).toEqual(all)
    const toml = Object.entries(flags).map(([name, value]) => `${name.slice(2)} = ${JSON.stringify(value)}`)
    expect(read(['--config', await file([...toml, 'trust-proxy = true'].join('\n'))])).toEqual(all)
  })

  it('lets a flag win over the environment, and the environment over the file', async () => {
    const path = await file('port = 5\nhost = "file"\nlog-level = "warn"')
    expect(
      read(['--port', '3'], { SAFELIGHT_CONFIG: path, SAFELIGHT_PORT: '4', SAFELIGHT_HOST: 'environment' }),
    ).toMatchObject({ port: 3, host: 'environment', logLevel: 'warn' })
    expect(read(['--metrics-port', 'off'], environment)).not.toHaveProperty('metricsPort')
  })

  it('finds the file in the data folder by itself', async () => {
    await file('port = 6')
    expect(read(['--data', folder]).port).toBe(6)
  })

  it('takes an empty variable as not set', () => {
    expect(read([], { SAFELIGHT_PORT: '', SAFELIGHT_TRUST_PROXY: '', SAFELIGHT_CONFIG: '' })).toMatchObject({
      port: 8080,
    })
  })

  it('reads single limits, each in its unit, and leaves the others as they are', async () => {
    const path = await file(
      '[limits]\nenvelope-time = "10d"\nmailbox-bytes = "1Mi"\nmailbox-envelopes = 7\nputs = { burst = 2, per-second = 0.5 }',
    )
    expect(read(['--config', path]).limits).toEqual({
      envelopeMs: 10 * 24 * 60 * 60 * 1000,
      mailboxBytes: 1024 * 1024,
      mailboxEnvelopes: 7,
      puts: { burst: 2, perSecond: 0.5 },
    })
  })

  it('is printed as a file that gives the same again', async () => {
    const path = await file('max-disk = "7Gi"\n[limits]\nenvelope-time = "36h"\nputs = { burst = 2, per-second = 0.5 }')
    const first = readConfig(['--config', path, '--data', folder], {})
    const printed = printConfig(first)
    expect(printed).toContain('data = ')
    expect(printed).toContain('# flag')
    expect(printed).toContain('max-disk = "7Gi" # file')
    expect(printed).toContain('envelope-time = "36h" # file')
    const again = readConfig(['--config', await file(printed)], {}).config
    expect(again).toMatchObject({ ...first.config, limits: first.config.limits ?? {} })
    // All limits, those that were defaults too.
    expect(Object.keys(again.limits ?? {}).length).toBeGreaterThan(55)
  })

  const urls = ['turn:relay.example:3478', 'turns:relay.example?transport=tcp']
  const turnUrls = urls.join(', ')

  it('takes the secret of a TURN server from a variable, from the file, or from a file of its own', async () => {
    const turn = { urls, secret: 'hidden' }
    expect(read(['--turn-urls', turnUrls], { SAFELIGHT_TURN_SECRET: 'hidden' })).toMatchObject({ turn })
    const toml = await file(`turn-urls = "${turnUrls}"\nturn-secret = "hidden"`)
    expect(read(['--config', toml])).toMatchObject({ turn })
    const path = join(folder, 'secret')
    await writeFile(path, 'hidden\n')
    const inFile = read(['--turn-urls', turnUrls, '--turn-secret-file', path])
    expect(inFile).toMatchObject({ turn: { urls, path } })
    expect(withTurnSecret(inFile)).toMatchObject({ turn })
  })

  it('reads its file for what needs the secret, and says why it cannot', async () => {
    const config = read(['--turn-urls', turnUrls, '--turn-secret-file', '/nowhere/secret'])
    expect(() => withTurnSecret(config)).toThrow(
      new SetupError('turn-secret-file: /nowhere/secret cannot be read (ENOENT).'),
    )
    const path = join(folder, 'empty')
    await writeFile(path, '\n')
    const empty = read(['--turn-urls', turnUrls, '--turn-secret-file', path])
    expect(() => withTurnSecret(empty)).toThrow(new SetupError(`turn-secret-file: ${path} is empty.`))
  })

  it('never prints it, nor names it in a mistake, nor takes it as a flag', async () => {
    const secret = 'hidden'
    const variables = { SAFELIGHT_TURN_SECRET: secret, SAFELIGHT_TURN_URLS: turnUrls }
    const printed = printConfig(readConfig([], variables))
    expect(printed).toContain('# turn-secret is set, in environment')
    expect(printed).not.toContain(secret)
    expect(printConfig(readConfig([], {}))).toContain('# turn-secret is not set')
    const failures = [
      () => readConfig([], { SAFELIGHT_TURN_SECRET: secret }),
      () => readConfig([], { ...variables, SAFELIGHT_PORT: 'x' }),
      () => readConfig(['--turn-secret', secret], {}),
    ]
    for (const failing of failures) {
      expect(failing).toThrow(SetupError)
      expect(failing).not.toThrow(secret)
    }
    const bad = await file('turn-secret = ["hidden"]')
    expect(() => readConfig(['--config', bad], {})).not.toThrow(secret)
  })

  const mistakes: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, string])[] = [
    ['an unknown flag', ['--prot', '1'], {}, "Unknown option '--prot'. See --help."],
    ['a word too many', ['serve'], {}, "Unexpected argument 'serve'. See --help."],
    ['a flag without its value', ['--port'], {}, "Option '--port <value>' argument missing. See --help."],
    ['a bad port', ['--port', '70000'], {}, '--port must be a port from 0 to 65535, not "70000".'],
    [
      'a bad port in the environment',
      [],
      { SAFELIGHT_PORT: 'http' },
      'SAFELIGHT_PORT must be a port from 0 to 65535, not "http".',
    ],
    [
      'a TURN server without its secret',
      ['--turn-urls', 'turn:relay.example'],
      {},
      'turn-urls needs turn-secret or turn-secret-file: the static-auth-secret of that server.',
    ],
    ['a secret without its TURN server', [], { SAFELIGHT_TURN_SECRET: 'hidden' }, 'turn-secret needs turn-urls.'],
    [
      'a secret file without its TURN server',
      ['--turn-secret-file', '/nowhere/secret'],
      {},
      'turn-secret-file needs turn-urls.',
    ],
    [
      'an address of no TURN server',
      ['--turn-urls', 'stun:relay.example'],
      { SAFELIGHT_TURN_SECRET: 'hidden' },
      '--turn-urls must be up to 4 addresses such as turn:relay.example:3478, with commas between, not "stun:relay.example".',
    ],
    [
      'a bad size',
      ['--max-disk', 'lots'],
      {},
      '--max-disk must be a size such as 500M or 10G, from 1M to 1000T, not "lots".',
    ],
    [
      'a bad origin',
      ['--public-url', 'relay.example'],
      {},
      '--public-url must be an origin such as https://relay.example, not "relay.example".',
    ],
    [
      'a bad log level',
      ['--log-level', 'loud'],
      {},
      '--log-level must be one of silent, error, warn, info, debug, not "loud".',
    ],
    [
      'a bad switch',
      [],
      { SAFELIGHT_TRUST_PROXY: 'maybe' },
      'SAFELIGHT_TRUST_PROXY must be true or false, not "maybe".',
    ],
    [
      'several at once',
      ['--port', 'x', '--max-disk', 'y'],
      {},
      '--port must be a port from 0 to 65535, not "x".\n--max-disk must be a size such as 500M or 10G, from 1M to 1000T, not "y".',
    ],
    [
      'a file that is not there',
      ['--config', '/nowhere/relay.toml'],
      {},
      'The configuration file /nowhere/relay.toml cannot be read (ENOENT).',
    ],
  ]

  it.each(mistakes)('answers %s with one sentence each', (_name, args, variables, sentence) => {
    expect(() => readConfig(args, variables)).toThrow(new SetupError(sentence))
  })

  const sizeHint = 'a size such as 500M or 10G'
  const timeHint = 'a time such as 90s, 12h or 30d'
  const rateHint =
    'a rate such as { burst = 60, per-second = 0.2 }, with burst from 1 to 1000000000 and per-second from 0.000001 to 1000000000'

  const inFile: readonly (readonly [string, string, string])[] = [
    ['a slip in a key', '# mine\nprot = 80', 'line 2: unknown key "prot"; did you mean "port"?'],
    ['a key like no other', 'colour = "red"', 'line 1: unknown key "colour".'],
    ['a bad value', '\n\nport = "http"', 'line 3: port must be a port from 0 to 65535, not "http".'],
    ['a value of another shape', 'port = [1]', 'line 1: port must be a port from 0 to 65535.'],
    [
      'a slip in a limit',
      '[limits]\nenvelope-tine = "3d"',
      'line 2: unknown key "envelope-tine"; did you mean "envelope-time"?',
    ],
    [
      'a limit without its unit',
      '[limits]\nenvelope-time = 3',
      'line 2: envelope-time must be a time such as 90s, 12h or 30d, from 1h to 3650d.',
    ],
    ['half a rate', '[limits]\nputs = { burst = 3 }', `line 2: puts must be ${rateHint}.`],
    ['a disk for nothing', 'max-disk = 0', `line 1: max-disk must be ${sizeHint}, from 1M to 1000T, not "0".`],
    [
      'no jobs at all',
      '[limits]\njobs-per-commit = 0',
      'line 2: jobs-per-commit must be a whole number, from 1 to 100000.',
    ],
    ['no rows at all', '[limits]\nsweep-rows = 0', 'line 2: sweep-rows must be a whole number, from 1 to 100000.'],
    [
      'a timer that would fire at once',
      '[limits]\nputs = { burst = 1, per-second = 1 }\nsweep-time = "30d"',
      `line 3: sweep-time must be ${timeHint}, from 10ms to 1d.`,
    ],
    ['no time at all', '[limits]\nsweep-time = "0s"', `line 2: sweep-time must be ${timeHint}, from 10ms to 1d.`],
    [
      'more than the protocol allows',
      '[limits]\nenvelope-bytes = "1M"',
      `line 2: envelope-bytes must be ${sizeHint}, from 4Ki to 64Ki.`,
    ],
    [
      'a rate that gives nothing',
      '[limits]\nputs = { burst = 1, per-second = 0 }',
      `line 2: puts must be ${rateHint}.`,
    ],
    [
      'a rate that no request fits into',
      '[limits]\nput-bytes-per-address = { burst = 1000, per-second = 1 }',
      'line 2: put-bytes-per-address must be a rate such as { burst = 60, per-second = 0.2 }, with burst from 2097152 to 1000000000000000 and per-second from 1 to 1000000000000000.',
    ],
    ['a limit outside its table', 'envelope-time = "3d"', 'line 1: unknown key "envelope-time".'],
  ]

  it.each(inFile)('names the line of %s', async (_name, toml, sentence) => {
    const path = await file(toml)
    expect(() => readConfig(['--config', path], {})).toThrow(new SetupError(`${path} ${sentence}`))
  })

  it('takes the least and the most of every limit, and nothing beyond', () => {
    const beyond = (range: Range, step: number): readonly number[] => [range[0] - step, range[1] + step]
    for (const [key, name] of limitKeys) {
      const range: Range | RateRange = ranges[name]
      const unit = limitUnit(name)
      const isRate = 'burst' in range
      const good: string[] = []
      const bad: string[] = []
      if (isRate) {
        const written = (burst: number, perSecond: number) =>
          `{ burst = ${burst.toFixed(7)}, per-second = ${perSecond.toFixed(7)} }`
        good.push(written(range.burst[0], range.perSecond[0]), written(range.burst[1], range.perSecond[1]))
        bad.push(...beyond(range.burst, 1).map((burst) => written(burst, range.perSecond[0])))
        const [slowest, fastest] = range.perSecond
        bad.push(written(range.burst[0], slowest / 2), written(range.burst[0], fastest * 2))
      } else if (!('burst' in unit)) {
        good.push(...range.map((value) => JSON.stringify(unit.format(value))))
        bad.push(...beyond(range, 1).map((value) => JSON.stringify(`${value}${name.endsWith('Ms') ? 'ms' : ''}`)))
      }
      const parse = (value: string) => parseConfigFile(`[limits]\n${key} = ${value}`)
      for (const value of good)
        expect(parse(value)).toMatchObject({ mistakes: [], file: { limits: { [name]: expect.anything() } } })
      for (const value of bad)
        expect(parse(value).mistakes, value).toEqual([expect.stringContaining(`line 2: ${key} must be `)])
    }
  })

  it('names the line where a file is no TOML', async () => {
    const path = await file('port = 1\nhost = "open')
    expect(() => readConfig(['--config', path], {})).toThrow(new RegExp(`^${path} line 2: .+\\.$`))
  })
})
