// A WebSocket that was accepted at the public port, as libp2p sees a connection before it is encrypted.

import type { Logger, MultiaddrConnection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RawData, WebSocket } from 'ws'

export interface WebSocketConnectionOptions {
  readonly webSocket: WebSocket
  readonly remoteAddr: Multiaddr
  readonly log: Logger
  /** Bytes that may wait for the peer to take them before libp2p is asked to wait. */
  readonly bufferBytes: number
}

/** The connection and the WebSocket end with each other. */
export function createWebSocketConnection(options: WebSocketConnectionOptions): MultiaddrConnection {
  return new WebSocketConnection(options)
}

class WebSocketConnection extends AbstractMultiaddrConnection {
  readonly #webSocket: WebSocket
  readonly #bufferBytes: number

  constructor({ webSocket, remoteAddr, log, bufferBytes }: WebSocketConnectionOptions) {
    super({ remoteAddr, log, direction: 'inbound' })
    this.#webSocket = webSocket
    this.#bufferBytes = bufferBytes
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    // A frame that is too large, or none at all. A close that such a peer would have to answer is not waited for.
    webSocket.on('error', (error) => this.abort(error))
    webSocket.once('close', () => this.onTransportClosed())
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!isBinary || !(data instanceof Uint8Array)) return this.abort(new Error('not a binary message'))
    // Not the Buffer it is, whose slices share its memory where libp2p expects copies.
    this.onData(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }

  sendData(data: Parameters<AbstractMultiaddrConnection['sendData']>[0]): SendResult {
    const webSocket = this.#webSocket
    const sentBytes = data.byteLength
    const canSendMore = webSocket.bufferedAmount + sentBytes < this.#bufferBytes
    // What is called back is behind everything that waited before it.
    if (canSendMore) webSocket.send(data.subarray())
    else webSocket.send(data.subarray(), (error) => error ?? this.safeDispatchEvent('drain'))
    return { sentBytes, canSendMore }
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
