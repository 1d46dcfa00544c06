import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, SetupError } from '../../relay/config.ts'

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig([], {})).toEqual({
      port: 8080,
      dataDirectory: resolve('data'),
      appDirectory: resolve('dist/app'),
      metricsPort: 0,
      trustProxy: false,
      logLevel: 'info',
    })
  })

  it('reads every option from flags, from the environment, and from flags first', () => {
    const flags = [
      '--port',
      '1',
      '--host',
      'h',
      '--data',
      '/d',
      '--app',
      '/a',
      '--metrics-port',
      '2',
      '--max-disk',
      '1.5G',
    ]
    const more = ['--public-url', 'https://relay.example', '--trust-proxy', '--log-level', 'debug']
    const all = {
      port: 1,
      host: 'h',
      dataDirectory: '/d',
      appDirectory: '/a',
      metricsPort: 2,
      maxDiskBytes: 1_500_000_000,
      publicUrl: 'https://relay.example',
      trustProxy: true,
      logLevel: 'debug',
    }
    const environment = {
      SAFELIGHT_PORT: '1',
      SAFELIGHT_HOST: 'h',
      SAFELIGHT_DATA: '/d',
      SAFELIGHT_APP: '/a',
      SAFELIGHT_METRICS_PORT: '2',
      SAFELIGHT_MAX_DISK: '1500M',
      SAFELIGHT_PUBLIC_URL: 'https://relay.example/',
      SAFELIGHT_TRUST_PROXY: 'true',
      SAFELIGHT_LOG_LEVEL: 'debug',
    }
    expect(readConfig([...flags, ...more], {})).toEqual(all)
    expect(readConfig([], environment)).toEqual(all)
    expect(readConfig(['--port', '3', '--metrics-port', 'off'], environment)).toEqual({
      ...all,
      port: 3,
      metricsPort: undefined,
    })
  })

  it('takes an empty variable as not set', () => {
    expect(readConfig([], { SAFELIGHT_PORT: '', SAFELIGHT_TRUST_PROXY: '' })).toMatchObject({ port: 8080 })
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
    ['a bad size', ['--max-disk', 'lots'], {}, '--max-disk must be a size such as 500M or 10G, not "lots".'],
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
  ]

  it.each(mistakes)('answers %s with one sentence', (_name, args, environment, sentence) => {
    expect(() => readConfig(args, environment)).toThrow(new SetupError(sentence))
  })
})
