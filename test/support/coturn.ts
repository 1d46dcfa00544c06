// coturn beside a relay, set up by relay/deploy/turnserver.conf, on this machine alone.

import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openTurnLine } from '../../relay/turn/exchange.ts'
import { turnRequest } from '../../relay/turn/message.ts'

const settings = fileURLToPath(new URL('../../relay/deploy/turnserver.conf', import.meta.url))
const host = '127.0.0.1'
const readyTimeoutMs = 30_000

export function hasCoturn(): boolean {
  return spawnSync('turnserver', ['--version']).error === undefined
}

export interface Coturn extends AsyncDisposable {
  /** Over UDP, then over TCP. */
  readonly urls: readonly [string, string]
}

export async function startCoturn(secret: string): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-coturn-'))
  const port = await freeUdpPort()
  const path = join(folder, 'turnserver.conf')
  const deployed = (await readFile(settings, 'utf8')).split('\n')
  // People on this machine are reached by addresses of this machine, which a server on the internet does not pass on to.
  const local = deployed.filter((line) => !/^(?:denied-peer-ip|listening-port|static-auth-secret)=/.test(line))
  await writeFile(
    path,
    [
      ...local,
      `static-auth-secret=${secret}`,
      `listening-port=${port}`,
      `listening-ip=${host}`,
      `relay-ip=${host}`,
      'allow-loopback-peers',
      'no-tls',
      'no-dtls',
      `pidfile=${join(folder, 'pid')}`,
      `userdb=${join(folder, 'db')}`,
    ].join('\n'),
  )
  const child = spawn('turnserver', ['-c', path], { stdio: 'ignore', cwd: folder })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const deadline = Date.now() + readyTimeoutMs
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('coturn is not ready')
    await delay(50)
  }
  return {
    urls: [`turn:${host}:${port}`, `turn:${host}:${port}?transport=tcp`],
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Over TCP, where there is an answer or an error at once. */
async function answers(port: number): Promise<boolean> {
  const line = openTurnLine({ host, port, carrier: 'tcp' })
  try {
    return (await line.ask(turnRequest('allocate'))) !== undefined
  } finally {
    line.close()
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, host)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
