// WebSocket upgrades at `/p2p` are opened here, within the limits, and handed to the libp2p node in this process. `/` is
// accepted too: the WebSocket transport of libp2p dials no address with a path.

import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { RelayLimits } from '../limits.ts'

const keepAliveMs = 60_000

export const webSocketPath = '/p2p'

/** Any other upgrade (`h2c`) is an offer that a server ignores: such a request is answered like one without it. */
export function wantsWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket'
}

export interface UpgradeOptions {
  readonly limits: RelayLimits
  /** Undefined: no limit by address. */
  readonly addressOf: (request: IncomingMessage) => string | undefined
  /** Undefined: welcome. Otherwise milliseconds to wait. */
  readonly admit: (address: string | undefined) => number | undefined
  /** Takes over the WebSocket, and every error on it. */
  readonly accept: (webSocket: WebSocket, socket: Duplex, address: string | undefined) => void
}

export interface Upgrades {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly connections: number
  closeAll(): void
}

export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { limits } = options
  const opening = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // What libp2p sends is encrypted: it does not get smaller, and the windows of a compressor are large.
    perMessageDeflate: false,
    // By the header of a frame, before the frame comes, and over the frames of a message.
    maxPayload: limits.webSocketMessageBytes,
    maxFragments: limits.webSocketFrames,
    maxBufferedChunks: limits.webSocketChunks,
  })
  const open = new Set<Duplex>()
  const openBy = new Map<string, number>()

  function handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const pathname = (request.url ?? '').split('?')[0]
    const isHere = pathname === webSocketPath || pathname === '/'
    // Node before 24.9 asks nobody whether to upgrade.
    if (!wantsWebSocket(request) || request.method !== 'GET' || !isHere) return refuse(socket, '404 Not Found')
    const address = options.addressOf(request)
    const own = address === undefined ? 0 : (openBy.get(address) ?? 0)
    if (open.size >= limits.connections || own >= limits.connectionsPerAddress) {
      return refuse(socket, '503 Service Unavailable', 30_000)
    }
    const waitMs = options.admit(address)
    if (waitMs !== undefined) return refuse(socket, '429 Too Many Requests', waitMs)

    count(socket, address)
    // A phone that vanished without a word is noticed by TCP.
    if (socket instanceof Socket) {
      socket.setNoDelay(true)
      // Set for requests; a WebSocket may be silent for hours.
      socket.setTimeout(0)
      socket.setKeepAlive(true, keepAliveMs)
    }
    opening.handleUpgrade(request, socket, head, (webSocket) => options.accept(webSocket, socket, address))
  }

  /** Apart, so that what is kept with a connection does not hold its request. */
  function count(socket: Duplex, address: string | undefined): void {
    open.add(socket)
    if (address !== undefined) openBy.set(address, (openBy.get(address) ?? 0) + 1)
    socket.once('close', () => {
      open.delete(socket)
      if (address === undefined) return
      const left = (openBy.get(address) ?? 0) - 1
      if (left > 0) openBy.set(address, left)
      else openBy.delete(address)
    })
  }

  return {
    handle,
    get connections() {
      return open.size
    },
    closeAll() {
      for (const socket of open) socket.destroy()
    },
  }
}

function refuse(socket: Duplex, status: string, waitMs?: number): void {
  const retry = waitMs === undefined ? '' : `Retry-After: ${Math.ceil(waitMs / 1000)}\r\n`
  // Nobody reads from the socket any more, so it would not notice that the other side is gone.
  socket.end(`HTTP/1.1 ${status}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
