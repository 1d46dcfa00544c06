// The files that communities start a relay with name things that are there, and settings the relay knows.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../relay/config/read.ts'
import { metricNames } from '../../relay/metrics.ts'
import { loopbackTls } from '../support/push-service.ts'
import { nodeFlags } from '../support/relay-process.ts'
import { postCommand } from './support/http-client.ts'
import { bytesOf, createTestRelay } from './support/relay.ts'

const read = (name: string): Promise<string> => readFile(`relay/deploy/${name}`, 'utf8')

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'safelight-deploy-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** A setting that the relay does not know changes nothing, so each is tried with a value that no setting takes. */
function expectKnown(variables: readonly string[]): void {
  for (const name of variables.filter((variable) => !['SAFELIGHT_DATA', 'SAFELIGHT_HOST'].includes(variable)))
    expect(() => readConfig([], { [name]: 'no such value' }), name).toThrow(name)
}

describe('the settings for coturn', () => {
  it('ask who is there, pass nothing on into private networks, and write nothing down', async () => {
    const lines = (await read('turnserver.conf')).split('\n')
    const denied = lines.filter((line) => line.startsWith('denied-peer-ip=')).join(' ')
    for (const line of ['use-auth-secret', 'no-multicast-peers', 'log-file=/dev/null', 'no-stdout-log'])
      expect(lines).toContain(line)
    for (const network of ['10.0.0.0-', '127.0.0.0-', '192.168.0.0-', '169.254.0.0-', '::1', 'fc00::-'])
      expect(denied).toContain(network)
    const suggested = /turn-urls = "(.+)"/.exec(lines.join('\n'))?.[1] ?? ''
    expect(readConfig(['--turn-urls', suggested], { SAFELIGHT_TURN_SECRET: 'x' }).config.turn?.urls).toHaveLength(2)
  })
})

describe('the container file', () => {
  it('copies what there is, starts what the build makes, and sets what the relay knows', async () => {
    const lines = (await read('Containerfile')).split('\n')
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(sources).toContain('package.json')
    for (const source of sources) expect(existsSync(source), source).toBe(true)
    const { bin } = JSON.parse(await readFile('package.json', 'utf8')) as { bin: Record<string, string> }
    const words = ['node', ...nodeFlags, bin['safelight-relay'] ?? ''].map((word) => `"${word}"`)
    expect(lines.find((line) => line.startsWith('ENTRYPOINT'))).toBe(`ENTRYPOINT [${words.join(', ')}]`)
    const { config } = readConfig([], {})
    expect(lines).toContain(`EXPOSE ${config.port}/tcp ${config.port}/udp`)
    expectKnown([...lines.join('\n').matchAll(/SAFELIGHT_[A-Z_]+/g)].map(([name]) => name))
  })
})

describe('the health check of the container', () => {
  /** Its exit code, asked at this port. */
  async function check(port: number): Promise<number | null> {
    const [, command = '[]'] = /^HEALTHCHECK[^]*?\n +CMD (\[.+\])$/m.exec(await read('Containerfile')) ?? []
    const [, ...args] = (JSON.parse(command) as string[]).map((word) => word.replaceAll(':8080/', `:${port}/`))
    expect(args.join(' ')).toContain(`:${port}/`)
    const child = spawn(process.execPath, args, { stdio: 'ignore' })
    return new Promise((resolve) => child.once('close', resolve))
  }

  it('finds a relay that lives, with TLS of its own or without, and none where there is none', async () => {
    await using plain = await createTestRelay()
    await using secure = await createTestRelay({ tls: { certPath: loopbackTls, keyPath: loopbackTls } })
    expect([await check(plain.port), await check(secure.port)]).toEqual([0, 0])
    const { port } = plain
    await plain.stop()
    expect(await check(port)).toBe(1)
  })
})

describe('the compose file', () => {
  it('is YAML whose paths exist and whose settings the relay takes', async () => {
    const compose = parse(await read('compose.yaml')) as {
      services: {
        relay: { build: { dockerfile: string }; environment: Record<string, string> }
        caddy: { volumes: string[] }
      }
    }
    const { relay, caddy } = compose.services
    expect(existsSync(relay.build.dockerfile)).toBe(true)
    expect(caddy.volumes).toContain('./Caddyfile:/etc/caddy/Caddyfile:ro')
    expectKnown(Object.keys(relay.environment))
    const environment = Object.fromEntries(
      Object.entries(relay.environment).map(([name, value]) => [name, value.replace(/\$\{.*\}/, 'relay.example')]),
    )
    expect(readConfig([], environment).config).toMatchObject({ publicUrl: 'https://relay.example', trustProxy: true })
  })
})

describe('the systemd unit', () => {
  it('starts a command that works', async () => {
    const unit = await read('safelight-relay.service')
    const command = /^ExecStart=(.+)$/m.exec(unit)?.[1] ?? ''
    const start = ['/usr/bin/env', 'node', ...nodeFlags, '/opt/safelight/dist/relay/main.js']
    const words = command.split(' ')
    expect(words.slice(0, start.length)).toEqual(start)
    const args = words.slice(start.length)
    const flags = args.map((arg) => (arg.startsWith('/') ? scratch : arg))
    const checked = spawnSync(process.execPath, ['relay/main.ts', 'config', 'check', ...flags], { encoding: 'utf8' })
    expect(checked).toMatchObject({ status: 0, stdout: 'The configuration is good.\n' })
    // systemd gives the process exactly this folder to write to.
    expect(unit).toContain(`StateDirectory=${args.at(-1)?.replace('/var/lib/', '') ?? ''}\n`)
    expect(unit).toContain('Documentation=file:///opt/safelight/docs/self-hosting.md')
    expect(existsSync('docs/self-hosting.md')).toBe(true)
    // Where systemd is, it judges by itself.
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return
    const verify = async (text: string) => {
      const path = join(scratch, 'safelight-relay.service')
      await writeFile(path, text)
      const options = ['verify', '--man=no', '--generators=no', '--recursive-errors=no', path]
      return spawnSync('systemd-analyze', options, { encoding: 'utf8' })
    }
    expect(await verify(unit)).toMatchObject({ status: 0, stderr: '' })
    expect(await verify(unit.replace('DynamicUser=', 'DynamicUsr='))).toMatchObject({
      stderr: expect.stringContaining("Unknown key 'DynamicUsr'") as string,
    })
  })
})

describe('npm', () => {
  it('starts a relay with the same flags of Node', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> }
    expect(scripts['relay']).toBe(`node ${nodeFlags.join(' ')} relay/main.ts`)
    expect(await readFile('.scripts/run.js', 'utf8')).toContain(`'${nodeFlags.join(' ')}'`)
  })
})

describe('the dashboard', () => {
  it('shows every metric that a relay has from its start, and asks for no other', async () => {
    const dashboard = JSON.parse(await read('grafana-dashboard.json')) as {
      panels: { id: number; gridPos: { x: number; y: number }; targets: { expr: string }[] }[]
    }
    const asked = dashboard.panels
      .flatMap(({ targets }) => targets)
      .flatMap(({ expr }) => [...expr.matchAll(/safelight_[a-z_]+/g)].map(([name]) => name))
    await using relay = await createTestRelay()
    // Counted by command and by code: there once there is one.
    await postCommand(relay.url, { kind: 'fetch', readKey: bytesOf(32, 1), after: 0, limit: 1 })
    const text = await (await fetch(relay.metricsUrl ?? '')).text()
    const told = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
    expect(told.toSorted()).toEqual(metricNames.toSorted())
    expect([...new Set(asked)].toSorted()).toEqual(told.toSorted())
    const names = dashboard.panels.map(({ id }) => `${id}`)
    const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`)
    for (const each of [names, places]) expect(new Set(each).size).toBe(each.length)
  })
})
