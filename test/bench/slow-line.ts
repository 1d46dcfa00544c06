// A line of limited speed in front of servers on this machine: what they send is carried at so many bytes a second, all
// connections together; what is sent to them goes through at once.

import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'

export interface SlowLine extends AsyncDisposable {
  /** A port of its own at which the server of this port is reached. */
  forward(serverPort: number): Promise<number>
  /** Bytes a second from now on; Infinity: as fast as it goes. */
  setSpeed(bytesPerSecond: number): void
  /** What was carried since it was laid. */
  carriedBytes(): number
}

/** What is carried at once: a few packets. */
const pieceBytes = 4096
const tickMs = 2

interface Piece {
  readonly bytes: Buffer
  readonly to: Socket
  /** Its sender may go on. */
  readonly sent: () => void
}

export function laySlowLine(): SlowLine {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const waiting: Piece[] = []
  let bytesPerSecond = Infinity
  let carriedBytes = 0
  let credit = 0
  let lastMs = performance.now()

  const carry = (): void => {
    const nowMs = performance.now()
    // What was not used is lost: a line does not save up.
    credit = waiting.length === 0 ? 0 : Math.min(credit + ((nowMs - lastMs) / 1000) * bytesPerSecond, bytesPerSecond)
    lastMs = nowMs
    for (let [next] = waiting; next !== undefined && (credit > 0 || bytesPerSecond === Infinity); [next] = waiting) {
      waiting.shift()
      credit -= bytesPerSecond === Infinity ? 0 : next.bytes.length
      carriedBytes += next.bytes.length
      next.to.write(next.bytes)
      next.sent()
    }
  }
  const timer = setInterval(carry, tickMs)

  /** One piece of each connection waits at a time, so that they share the line. */
  const join = (from: Socket, to: Socket): void => {
    from.on('data', (bytes: Buffer) => {
      from.pause()
      const next = (at: number): void => {
        if (at >= bytes.length) return void from.resume()
        waiting.push({ bytes: bytes.subarray(at, at + pieceBytes), to, sent: () => next(at + pieceBytes) })
        if (bytesPerSecond === Infinity) carry()
      }
      next(0)
    })
  }

  return {
    async forward(serverPort) {
      const server = createServer((client) => {
        const upstream = createConnection({ host: '127.0.0.1', port: serverPort })
        for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
          sockets.add(socket)
          socket.setNoDelay(true)
          socket.on('error', () => other.destroy())
          socket.once('close', () => {
            sockets.delete(socket)
            other.destroy()
          })
        }
        client.pipe(upstream)
        join(upstream, client)
      }).listen(0, 'localhost')
      servers.push(server)
      await once(server, 'listening')
      const bound = server.address()
      if (bound === null || typeof bound === 'string') throw new Error('no port')
      return bound.port
    },
    setSpeed(next) {
      bytesPerSecond = next
      credit = 0
      lastMs = performance.now()
      carry()
    },
    carriedBytes: () => carriedBytes,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => (server.close(), once(server, 'close'))))
    },
  }
}
