// The relay as a process of its own: its command line, its signals, and what is left when it is killed.

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredEnvelope } from '../../src/protocol/mailbox/command.ts'
import { blobUrl, postCommand, putSegment } from './support/http-client.ts'
import { bytesOf, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

interface Run {
  readonly child: ChildProcess
  readonly url: string
  readonly metricsUrl: string | undefined
  readonly exit: Promise<{ readonly code: number | null; readonly stderr: string; readonly stdout: string }>
}

let dataDirectory: string
const started: Run[] = []

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'safelight-relay-'))
})

afterEach(async () => {
  for (const run of started.splice(0)) {
    run.child.kill('SIGKILL')
    await run.exit
  }
  await chmod(dataDirectory, 0o700)
  await rm(dataDirectory, { recursive: true, force: true })
})

/** Resolves when the relay has printed its address or has ended. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(process.execPath, ['relay/main.ts', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const ready = Promise.withResolvers<void>()
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (stdout.includes('http://')) ready.resolve()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const exit = new Promise<{ code: number | null; stderr: string; stdout: string }>((resolve) => {
    child.once('close', (code) => {
      ready.resolve()
      resolve({ code, stderr, stdout })
    })
  })
  await ready.promise
  const running = {
    child,
    exit,
    url: /Safelight relay: (\S+)/.exec(stdout)?.[1] ?? '',
    metricsUrl: /Metrics: (\S+)/.exec(stdout)?.[1],
  }
  started.push(running)
  return running
}

const freshRelay = (...args: readonly string[]) =>
  run(['--port', '0', '--host', '127.0.0.1', '--data', dataDirectory, ...args])

describe('a relay that is killed', () => {
  it('keeps every envelope it answered stored, and every segment it answered 204', async () => {
    const first = await freshRelay()
    const { readKey, writeKey } = mailboxKeys(1)
    await postCommand(first.url, { kind: 'open', readKey, tier: 'contact' })
    const stored: number[] = []
    // Many at once, killed while they are being answered.
    const puts = Array.from({ length: 200 }, async (_, index) => {
      const envelopes = [Uint8Array.of(index, ...bytesOf(5000, 1))]
      const reply = await postCommand(first.url, { kind: 'put', writeKey, envelopes }).catch(() => undefined)
      if (reply?.kind !== 'stored') return
      stored.push(index)
      if (stored.length === 50) first.child.kill('SIGKILL')
    })
    const blobId = bytesOf(32, 1)
    const segments: number[] = []
    const segmentPuts = Array.from({ length: 20 }, async (_, segment) => {
      const put = { blobId, segment, segments: 20, writeKey, bytes: bytesOf(100_000, segment) }
      const response = await putSegment(first.url, put).catch(() => undefined)
      if (response?.status === 204) segments.push(segment)
    })
    await Promise.all([...puts, ...segmentPuts])
    await first.exit
    expect(stored.length).toBeGreaterThanOrEqual(50)

    const second = await freshRelay()
    const items: StoredEnvelope[] = []
    for (let more = true; more;) {
      const after = items.at(-1)?.sequence ?? 0
      const fetched = await postCommand(second.url, { kind: 'fetch', readKey, after, limit: 1000 })
      if (fetched.kind !== 'envelopes') throw new Error(fetched.kind)
      items.push(...fetched.items)
      more = fetched.more
    }
    const kept = items.map((item) => item.bytes[0])
    expect(kept).toEqual(expect.arrayContaining(stored))
    for (const item of items) expect(item.bytes).toHaveLength(5001)
    for (const segment of segments) {
      const response = await fetch(blobUrl(second.url, blobId, segment))
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytesOf(100_000, segment))
    }
    const bitmap = await fetch(blobUrl(second.url, blobId))
    if (!bitmap.ok) return
    const bits = new Uint8Array(await bitmap.arrayBuffer())
    for (let segment = 0; segment < 20; segment++) {
      if ((((bits[segment >> 3] ?? 0) >> (segment & 7)) & 1) === 0) continue
      expect((await fetch(blobUrl(second.url, blobId, segment))).status).toBe(200)
    }
  })
})

describe('a relay that is told to stop', () => {
  it('goes on at SIGHUP, also where there is no certificate to read anew', async () => {
    const relay = await freshRelay()
    relay.child.kill('SIGHUP')
    expect(await (await fetch(`${relay.url}/readyz`)).text()).toBe('ready\n')
    relay.child.kill('SIGTERM')
    expect(await relay.exit).toMatchObject({ code: 0 })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s with connections open', async (signal) => {
    const relay = await freshRelay()
    const port = Number(new URL(relay.url).port)
    const info: unknown = await (await fetch(`${relay.url}/.well-known/safelight`)).json()
    const peerId = typeof info === 'object' && info !== null && 'peerId' in info ? String(info.peerId) : ''
    const peer = await connectPeer({ port, peerId })
    const stream = await peer.open()
    const { readKey } = mailboxKeys(1)
    await stream.send({ kind: 'open', readKey, tier: 'contact' }, { kind: 'subscribe', readKeys: [readKey] })
    relay.child.kill(signal)
    expect((await relay.exit).code).toBe(0)
    await stream.closed
    await peer[Symbol.asyncDispose]()
  })
})

describe('the command line', () => {
  it('takes flags over environment variables, and prints where everything is', async () => {
    const relay = await run(['--port', '0', '--metrics-port', 'off', '--data', dataDirectory], {
      SAFELIGHT_PORT: '1',
      SAFELIGHT_HOST: '127.0.0.1',
      SAFELIGHT_METRICS_PORT: '2',
      SAFELIGHT_LOG_LEVEL: 'silent',
    })
    expect(relay.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(relay.metricsUrl).toBeUndefined()
    relay.child.kill('SIGTERM')
    expect((await relay.exit).stderr).toBe('')
  })

  it('logs as JSON, without ids, keys or addresses', async () => {
    const relay = await freshRelay('--log-level', 'debug')
    const { readKey, writeKey } = mailboxKeys(1)
    await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] })
    await fetch(blobUrl(relay.url, bytesOf(32, 1), 0))
    relay.child.kill('SIGTERM')
    const { stderr } = await relay.exit
    expect(stderr).not.toBe('')
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
    expect(stderr).not.toMatch(/[0-9a-f]{16}|127\.0\.0\.1|::1|12D3Koo/)
  })

  it('prints its options', async () => {
    const { code, stdout } = await (await run(['--help'])).exit
    expect(code).toBe(0)
    expect(stdout).toContain('--max-disk <value>')
  })

  it('prints and checks its configuration without starting', async () => {
    const check = await (await run(['config', 'check', '--port', '1'])).exit
    expect(check).toEqual({ code: 0, stderr: '', stdout: 'The configuration is good.\n' })
    const print = await (await run(['config', 'print'], { SAFELIGHT_PORT: '12' })).exit
    expect(print.stdout).toContain('port = 12 # environment')
    const neither = await (await run(['config', 'show'])).exit
    expect(neither).toEqual({ code: 1, stderr: 'config needs print or check. See --help.\n', stdout: '' })
    const other = await (await run(['strat'])).exit
    expect(other).toEqual({ code: 1, stderr: "Unknown command 'strat'. See --help.\n", stdout: '' })
  })

  it('answers a mistake with one sentence and exit code 1', async () => {
    const wrongFlag = await (await run(['--prot', '1'])).exit
    expect(wrongFlag).toEqual({ code: 1, stderr: "Unknown option '--prot'. See --help.\n", stdout: '' })
    const wrongHost = await (await freshRelay('--host', '203.0.113.1')).exit
    const sentence = 'The address 203.0.113.1 is not one of this machine. Choose another with --host.\n'
    expect(wrongHost).toEqual({ code: 1, stderr: sentence, stdout: '' })
  })

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const args = ['--port', String(port), '--host', '127.0.0.1', '--data', dataDirectory]
    const { code, stderr } = await (await run(args)).exit
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`Port ${port} is already in use. Stop the other program, or choose another port with --port.\n`)
  })

  it('says that the data folder cannot be used', async () => {
    const file = join(dataDirectory, 'a-file')
    await writeFile(file, '')
    const { code, stderr } = await (await run(['--port', '0', '--data', file])).exit
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The data folder \S+ cannot be written\. [^\n]+\n$/)
  })

  it('says that another relay uses the data folder', async () => {
    const first = await freshRelay()
    const { code, stderr } = await (await freshRelay()).exit
    expect(code).toBe(1)
    expect(stderr).toBe(
      'The data folder is in use by another relay, backup or restore. Stop it first, or choose another with --data.\n',
    )
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  })

  it.each([
    ['relay.sqlite', 'is no database, really'.repeat(100)],
    ['peer.key', 'is no key'],
  ])('says that %s is damaged, and leaves it as it is', async (name, content) => {
    const path = join(dataDirectory, name)
    await writeFile(path, content)
    const { code, stderr } = await (await freshRelay()).exit
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^[^\\n]*${name}[^\\n]* is damaged\\. [^\\n]+\\n$`))
    expect(await readFile(path, 'utf8')).toBe(content)
  })
})
