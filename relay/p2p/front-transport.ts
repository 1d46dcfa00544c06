// The transport of the relay's libp2p node: it opens no port and dials nobody, but takes over WebSockets that the public
// port accepted. To libp2p a peer's address is `/memory/<number>`, which says nothing about where it is: libp2p can tell
// nobody, and has no address to count connections by.

import type { Duplex } from 'node:stream'
import type {
  ComponentLogger,
  Connection,
  CreateListenerOptions,
  Listener,
  ListenerEvents,
  Logger,
  MessageStream,
  MultiaddrConnection,
  Transport,
} from '@libp2p/interface'
import { serviceCapabilities, setMaxListeners, transportSymbol, TypedEventEmitter } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { isMultiaddr, multiaddr } from '@multiformats/multiaddr'
import type { WebSocket } from 'ws'
import type { HeldBytes } from '../held-bytes.ts'
import type { HoldFor } from './bounded-yamux.ts'
import { createWebSocketConnection } from './web-socket-connection.ts'

/** What the node is told to listen at. */
export const frontAddress = '/memory/front'

export interface FrontTransport {
  /** One of the transports of `createLibp2p`. */
  readonly transport: (components: { readonly logger: ComponentLogger }) => Transport
  /**
   * Takes over a WebSocket on which nothing was read yet.
   * @param address whose it is; undefined: no limit by address
   */
  readonly accept: (webSocket: WebSocket, socket: Duplex, address: string | undefined) => void
  /** Given with the WebSocket of this connection. */
  readonly addressOf: (connection: Connection) => string | undefined
  /** Counts bytes for the address of such a connection, also while it has no more than its encryption. */
  readonly holdFor: HoldFor
}

export function createFrontTransport(
  limits: { readonly webSocketBufferBytes: number; readonly drainMs: number },
  heldBytes: HeldBytes,
): FrontTransport {
  const addresses = new Map<string, string>()
  let listening: { readonly listener: FrontListener; readonly log: Logger } | undefined
  let next = 1

  function accept(webSocket: WebSocket, socket: Duplex, address: string | undefined): void {
    if (listening === undefined) return webSocket.terminate()
    const { listener, log } = listening
    const number = String(next++)
    if (address !== undefined) {
      addresses.set(number, address)
      webSocket.once('close', () => addresses.delete(number))
    }
    const remoteAddr = multiaddr(`/memory/${number}`)
    const connection = createWebSocketConnection({
      webSocket,
      socket,
      remoteAddr,
      log,
      bufferBytes: limits.webSocketBufferBytes,
      drainMs: limits.drainMs,
      hold: (bytes, cut) => heldBytes.hold(address, bytes, cut),
    })
    // A handshake that failed or took too long. The peer is not asked to agree.
    listener.upgrade(connection).catch((error: unknown) => connection.abort(toError(error)))
  }

  const addressAt = (remoteAddr: Multiaddr | undefined): string | undefined =>
    addresses.get(remoteAddr?.getComponents()[0]?.value ?? '')

  return {
    accept,
    addressOf: ({ remoteAddr }) => addressAt(remoteAddr),
    holdFor: (connection, bytes, cut) => heldBytes.hold(addressAt(remoteAddrOf(connection)), bytes, cut),
    transport: ({ logger }) => {
      const log = logger.forComponent('safelight:front')
      return {
        [transportSymbol]: true,
        [Symbol.toStringTag]: 'safelight-front',
        [serviceCapabilities]: ['@libp2p/transport'],
        createListener(options) {
          const listener = new FrontListener(options)
          listening = { listener, log }
          listener.addEventListener('close', () => (listening = undefined))
          return listener
        },
        listenFilter: (wanted) => wanted.filter((address) => address.toString() === frontAddress),
        dialFilter: () => [],
        dial: () => Promise.reject(new Error('the relay dials nobody')),
      }
    },
  }
}

class FrontListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #upgrader: CreateListenerOptions['upgrader']
  readonly #closing = new AbortController()
  #address: Multiaddr | undefined

  constructor({ upgrader }: CreateListenerOptions) {
    super()
    this.#upgrader = upgrader
    // Each handshake under way listens.
    setMaxListeners(Number.POSITIVE_INFINITY, this.#closing.signal)
  }

  /** Encrypts and multiplexes; then libp2p has the connection. */
  async upgrade(connection: MultiaddrConnection): Promise<void> {
    await this.#upgrader.upgradeInbound(connection, { signal: this.#closing.signal })
  }

  async listen(address: Multiaddr): Promise<void> {
    this.#address = address
    this.safeDispatchEvent('listening')
  }

  getAddrs(): Multiaddr[] {
    return this.#address === undefined ? [] : [this.#address]
  }

  async close(): Promise<void> {
    this.#address = undefined
    this.#closing.abort()
    this.safeDispatchEvent('close')
  }

  updateAnnounceAddrs(): void {
    // What is announced is the public port's.
  }
}

/** What encrypts has the connection below it as its `stream`. */
function remoteAddrOf(connection: MessageStream): Multiaddr | undefined {
  const below: unknown = Reflect.get(connection, 'stream')
  const address: unknown = typeof below === 'object' && below !== null ? Reflect.get(below, 'remoteAddr') : undefined
  return isMultiaddr(address) ? address : undefined
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('handshake failed')
}
