// A real relay in a process of its own, as `npm start` runs it, that a test can stop, kill and start again.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../relay/main.ts', import.meta.url))
/** With which Node runs a relay wherever it is started: unit, container, npm. */
export const nodeFlags = ['--max-semi-space-size=4']
const readyTimeoutMs = 30_000

export interface RelayProcess extends AsyncDisposable {
  /** Origin of everything the relay serves. The same after a restart. */
  readonly url: string
  /** `host:port`, as the states of messages name it. */
  readonly name: string
  readonly dataFolder: string
  /** All counters and gauges by name; series of one name that differ in labels are added up. */
  metrics(): Promise<ReadonlyMap<string, number>>
  /** What `/metrics` says of one name; 0 when it says nothing. */
  metric(name: string): Promise<number>
  /** Ends the process and waits for it. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Of the running process. */
  processId(): number
  /** Starts it again on the same port and data, after `kill`. */
  restart(): Promise<void>
  /** Every file of the data folder, read whole. */
  storedFiles(): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]>
  /** What the process wrote, for the message of a failed test. */
  output(): string
}

/** The data folder is deleted with the relay, unless it was given. */
export async function startRelayProcess(
  options: { readonly port?: number; readonly data?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RelayProcess> {
  const port = options.port ?? (await freePort())
  const metricsPort = await freePort()
  const dataFolder = options.data ?? (await mkdtemp(join(tmpdir(), 'safelight-relay-')))
  const url = `http://localhost:${port}`
  let output = ''
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [...nodeFlags, main], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...options.env,
        SAFELIGHT_PORT: String(port),
        SAFELIGHT_DATA: dataFolder,
        SAFELIGHT_METRICS_PORT: String(metricsPort),
      },
    })
    child = started
    const keep = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    started.stdout.on('data', keep)
    started.stderr.on('data', keep)
    const deadline = Date.now() + readyTimeoutMs
    while (!(await isReady(url))) {
      if (started.exitCode !== null) throw new Error(`the relay ended with code ${started.exitCode}:\n${output}`)
      if (Date.now() > deadline) throw new Error(`the relay is not ready:\n${output}`)
      await delay(50)
    }
  }

  async function kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async function metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
    return parseMetrics(await response.text())
  }

  await start()
  return {
    url,
    name: new URL(url).host,
    dataFolder,
    metrics,
    kill,
    metric: async (name) => (await metrics()).get(name) ?? 0,
    processId: () => child?.pid ?? 0,
    restart: start,
    storedFiles: async () => {
      const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true })
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
    },
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      await kill('SIGTERM')
      if (options.data === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

function parseMetrics(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)(?:\{.*\})? (\S+)$/.exec(line)
    const name = match?.[1]
    if (name === undefined) continue
    values.set(name, (values.get(name) ?? 0) + Number(match?.[2]))
  }
  return values
}
