// WebSocket upgrades at `/p2p` are piped, byte for byte, to the libp2p node's loopback port. `/` is accepted too: the
// WebSocket transport of libp2p dials no address with a path.

import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { Socket } from 'node:net'
import type { RelayLimits } from '../limits.ts'
import { createFrameGuard } from './frame-guard.ts'

const keepAliveMs = 60_000
/** Headers the node needs for the handshake; the rest stays here. */
const passedHeaders = ['Connection', 'Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Protocol']

export const webSocketPath = '/p2p'

/** Any other upgrade (`h2c`) is an offer that a server ignores: such a request is answered like one without it. */
export function wantsWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket'
}

export interface UpgradePipe {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly connections: number
  /** Whose connection arrives at the node from this loopback port; undefined: not known, or no limit by address. */
  addressAt(port: number): string | undefined
  closeAll(): void
}

export function createUpgradePipe(options: {
  readonly nodePort: () => number
  readonly limits: RelayLimits
  /** Undefined: no limit by address. */
  readonly addressOf: (request: IncomingMessage) => string | undefined
  /** Undefined: welcome. Otherwise milliseconds to wait. */
  readonly admit: (address: string | undefined) => number | undefined
}): UpgradePipe {
  const { limits } = options
  const open = new Set<Duplex>()
  const openBy = new Map<string, number>()
  const addresses = new Map<number, string>()

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

    open.add(socket)
    if (address !== undefined) openBy.set(address, own + 1)
    socket.once('close', () => {
      open.delete(socket)
      if (address === undefined) return
      const left = (openBy.get(address) ?? 0) - 1
      if (left > 0) openBy.set(address, left)
      else openBy.delete(address)
    })
    // A phone that vanished without a word is noticed by TCP.
    if (socket instanceof Socket) {
      socket.setNoDelay(true)
      // Set for requests; a WebSocket may be silent for hours.
      socket.setTimeout(0)
      socket.setKeepAlive(true, keepAliveMs)
    }
    const node = pipe(request, socket, head, options.nodePort())
    if (address !== undefined) node.once('connect', () => noteAddress(node, address))
  }

  function noteAddress(node: Socket, address: string): void {
    const { localPort } = node
    if (localPort === undefined) return
    addresses.set(localPort, address)
    node.once('close', () => addresses.delete(localPort))
  }

  return {
    handle,
    addressAt: (port) => addresses.get(port),
    get connections() {
      return open.size
    },
    closeAll() {
      for (const socket of open) socket.destroy()
    },
  }
}

function pipe(request: IncomingMessage, socket: Duplex, head: Buffer, port: number): Socket {
  const node = connect({ host: '127.0.0.1', port, noDelay: true })
  const guard = createFrameGuard()
  const end = (): void => {
    socket.destroy()
    node.destroy()
  }
  for (const side of [socket, node, guard]) {
    side.on('error', end)
    side.once('close', end)
  }
  node.once('connect', () => {
    node.write(handshake(request, port))
    if (head.length > 0) socket.unshift(head)
    socket.pipe(guard).pipe(node)
    node.pipe(socket)
  })
  return node
}

function handshake(request: IncomingMessage, port: number): string {
  const lines = passedHeaders.flatMap((name) => {
    const value = request.headers[name.toLowerCase()]
    return typeof value === 'string' ? [`${name}: ${value}`] : []
  })
  return ['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, ...lines, '', ''].join('\r\n')
}

function refuse(socket: Duplex, status: string, waitMs?: number): void {
  const retry = waitMs === undefined ? '' : `Retry-After: ${Math.ceil(waitMs / 1000)}\r\n`
  // Nobody reads from the socket any more, so it would not notice that the other side is gone.
  socket.end(`HTTP/1.1 ${status}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
