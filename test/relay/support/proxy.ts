// A reverse proxy in front of a relay, as far as it tells where a WebSocket comes from.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'

export interface TestProxy extends AsyncDisposable {
  readonly port: number
}

/** Each connection carries one request, told to come from the address. */
export async function forwardFrom(address: string, relayPort: number): Promise<TestProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const relay = createConnection({ host: '127.0.0.1', port: relayPort })
    for (const [socket, other] of [[client, relay] as const, [relay, client] as const]) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.once('close', () => other.destroy())
    }
    client.once('data', (head) => {
      relay.write(head.toString('latin1').replace('\r\n', `\r\nX-Forwarded-For: ${address}\r\n`), 'latin1')
      client.pipe(relay)
    })
    relay.pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    port: bound.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
