// Memory of a process that holds many idle connections: subscribers of the relay, and clients of a bare `ws` server.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { mailboxKeys } from '../../relay/support/relay.ts'
import { connectPeer } from '../../relay/support/stream-client.ts'
import { residentBytes } from './bench-relay.ts'

const atOnce = 20
/** What was only needed for connecting is given back by then. */
const settleMs = 5000

/** Bytes a subscriber. */
export async function relayBytesEach(
  relay: { readonly port: number; readonly peerId: string; memoryBytes(): number },
  count: number,
): Promise<number> {
  const { readKey } = mailboxKeys(99)
  const before = relay.memoryBytes()
  await using people = new AsyncDisposableStack()
  await inTurns(count, async () => {
    const peer = people.use(await connectPeer(relay))
    const stream = await peer.open()
    await stream.send({ kind: 'open', readKey, tier: 'contact' }, { kind: 'subscribe', readKeys: [readKey] })
  })
  await delay(settleMs)
  return (relay.memoryBytes() - before) / count
}

export async function bareBytesEach(count: number): Promise<number> {
  const server = spawn(process.execPath, [fileURLToPath(new URL('bare-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    const processId = server.pid ?? 0
    const before = residentBytes(processId)
    const sockets: WebSocket[] = []
    await inTurns(count, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${Number(line.toString())}`)
      sockets.push(socket)
      await once(socket, 'open')
    })
    await delay(settleMs)
    const each = (residentBytes(processId) - before) / count
    for (const socket of sockets) socket.close()
    return each
  } finally {
    server.kill()
  }
}

async function inTurns(count: number, work: () => Promise<void>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await work()
    }),
  )
}
