// A WebSocket that was accepted at the public port, as libp2p sees a connection before it is encrypted.

import type { Duplex } from 'node:stream'
import type { Logger, MultiaddrConnection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RawData, WebSocket } from 'ws'
import type { Held } from '../held-bytes.ts'

export interface WebSocketConnectionOptions {
  readonly webSocket: WebSocket
  /** Below it. */
  readonly socket: Duplex
  readonly remoteAddr: Multiaddr
  readonly log: Logger
  /** Bytes that may wait for the peer to take them before libp2p is asked to wait. */
  readonly bufferBytes: number
  /** A peer that takes no message in this time is gone. */
  readonly drainMs: number
  /** Counts what the peer has not taken, and what it sent of a message that is not whole. */
  readonly hold: (bytes: number, cut: () => void) => Held
}

/** The connection and the WebSocket end with each other. */
export function createWebSocketConnection(options: WebSocketConnectionOptions): MultiaddrConnection {
  return new WebSocketConnection(options)
}

class WebSocketConnection extends AbstractMultiaddrConnection {
  readonly #webSocket: WebSocket
  readonly #options: WebSocketConnectionOptions
  #incoming: { readonly held: Held; bytes: number } | undefined
  #isWhole = false
  #waiting: { readonly held: Held; readonly timer: NodeJS.Timeout } | undefined

  constructor(options: WebSocketConnectionOptions) {
    const { webSocket, socket, remoteAddr, log } = options
    super({ remoteAddr, log, direction: 'inbound' })
    this.#webSocket = webSocket
    this.#options = options
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    // A frame that is too large, or none at all. A close that such a peer would have to answer is not waited for.
    webSocket.on('error', (error) => this.abort(error))
    // After the WebSocket has read them.
    socket.on('data', (bytes: Buffer) => this.#countIncoming(bytes.length))
    webSocket.once('close', () => {
      this.#endIncoming()
      this.#endWaiting()
      this.onTransportClosed()
    })
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#isWhole = true
    if (!isBinary || !(data instanceof Uint8Array)) return this.abort(new Error('not a binary message'))
    // Not the Buffer it is, whose slices share its memory where libp2p expects copies.
    this.onData(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }

  /** Mostly messages are as small as what arrives at once, and end with it. */
  #countIncoming(bytes: number): void {
    const hasEnded = this.#isWhole
    this.#isWhole = false
    if (hasEnded || this.status !== 'open') return this.#endIncoming()
    const hold = (): Held => this.#options.hold(0, () => this.abort(new Error('others need the memory')))
    this.#incoming ??= { held: hold(), bytes: 0 }
    this.#incoming.bytes += bytes
    this.#incoming.held.set(this.#incoming.bytes)
  }

  #endIncoming(): void {
    this.#incoming?.held.release()
    this.#incoming = undefined
  }

  sendData(data: Parameters<AbstractMultiaddrConnection['sendData']>[0]): SendResult {
    const webSocket = this.#webSocket
    const sentBytes = data.byteLength
    const canSendMore = webSocket.bufferedAmount + sentBytes < this.#options.bufferBytes
    // What is called back is behind everything that waited before it.
    webSocket.send(data.subarray(), (error) => {
      if (error) return
      this.#waiting?.timer.refresh()
      this.#countWaiting()
      if (!canSendMore) this.safeDispatchEvent('drain')
    })
    this.#countWaiting()
    return { sentBytes, canSendMore }
  }

  /** Mostly the system takes all at once, and nothing waits. */
  #countWaiting(): void {
    const bytes = this.#webSocket.bufferedAmount
    if (bytes === 0 || this.status !== 'open') return this.#endWaiting()
    this.#waiting ??= {
      held: this.#options.hold(0, () => this.abort(new Error('others need the memory'))),
      timer: setTimeout(() => this.abort(new Error('the peer takes nothing')), this.#options.drainMs).unref(),
    }
    this.#waiting.held.set(bytes)
  }

  #endWaiting(): void {
    this.#waiting?.held.release()
    clearTimeout(this.#waiting?.timer)
    this.#waiting = undefined
  }

  sendReset(): void {
    this.#webSocket.terminate()
  }

  async sendClose(): Promise<void> {
    this.#webSocket.close()
  }

  sendPause(): void {
    this.#webSocket.pause()
  }

  sendResume(): void {
    this.#webSocket.resume()
  }
}
