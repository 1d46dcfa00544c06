// Memory of a process that holds many idle connections: subscribers of the relay, and clients of a bare `ws` server.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { residentBytes, startBenchRelay } from './bench-relay.ts'
import { inTurns } from './in-turns.ts'
import { peerIdOf } from './peer-id.ts'
import { firstLine, startProgram } from './program.ts'

/** What was only needed for connecting is given back by then. */
const settleMs = 5000

export interface IdleBytes {
  /** Bytes a connection, with a part of them open, then with more, until all are. */
  readonly own: readonly number[]
  readonly bare: readonly number[]
}

/** Each connection is an open file of the relay. */
export function mostIdle(wanted: number): number {
  const limit = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  return Math.min(wanted, Number(limit ?? 1e9) - 500)
}

export async function idleBytes(count: number, parts: number): Promise<IdleBytes> {
  await using relay = await startBenchRelay()
  const peerId = await peerIdOf(relay.url)
  const children: ChildProcess[] = []
  try {
    const bareServer = startProgram(new URL('bare-server.ts', import.meta.url))
    children.push(bareServer)
    const bareUrl = `ws://127.0.0.1:${await firstLine(bareServer)}`
    const bareMemory = (): number => residentBytes(bareServer.pid ?? 0)
    const before = { own: relay.memoryBytes(), bare: bareMemory() }
    const each = { own: [] as number[], bare: [] as number[] }
    const sockets: WebSocket[] = []
    for (let part = 1; part <= parts; part++) {
      const more = Math.round(count / parts)
      const clients = startProgram(
        new URL('idle-clients.ts', import.meta.url),
        String(relay.port),
        peerId,
        String(more),
      )
      children.push(clients)
      await firstLine(clients)
      await inTurns(more, async () => {
        const socket = new WebSocket(bareUrl)
        sockets.push(socket)
        await once(socket, 'open')
      })
      await delay(settleMs)
      each.own.push((relay.memoryBytes() - before.own) / (part * more))
      each.bare.push((bareMemory() - before.bare) / (part * more))
    }
    return each
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}
