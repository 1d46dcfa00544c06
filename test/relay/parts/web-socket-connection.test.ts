import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { MultiaddrConnection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { WebSocket, WebSocketServer } from 'ws'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../relay/p2p/silent-logger.ts'
import { createWebSocketConnection } from '../../../relay/p2p/web-socket-connection.ts'

interface Pair extends AsyncDisposable {
  readonly client: WebSocket
  readonly connection: MultiaddrConnection
}

async function connect(bufferBytes = 1000): Promise<Pair> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 100_000 })
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  const accepted = once(server, 'connection')
  const client = new WebSocket(`ws://127.0.0.1:${bound.port}`)
  client.on('error', () => undefined)
  const [webSocket, { socket }] = (await accepted) as [WebSocket, IncomingMessage]
  await once(client, 'open')
  const connection = createWebSocketConnection({
    webSocket,
    socket,
    remoteAddr: multiaddr('/memory/1'),
    log: silentLogger.forComponent('test'),
    bufferBytes,
    drainMs: 60_000,
    hold: () => ({ set: () => undefined, moved: () => undefined, release: () => undefined }),
  })
  return {
    client,
    connection,
    async [Symbol.asyncDispose]() {
      client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

const closed = (connection: MultiaddrConnection) =>
  new Promise<string>((resolve) => connection.addEventListener('close', () => resolve(connection.status)))

describe('a WebSocket under libp2p', () => {
  it('carries bytes both ways, as plain arrays', async () => {
    await using pair = await connect()
    const received = new Promise<Uint8Array>((resolve) =>
      pair.connection.addEventListener('message', ({ data }) => resolve(data.subarray())),
    )
    pair.client.send(Uint8Array.of(1, 2, 3))
    const bytes = await received
    expect([bytes.constructor, [...bytes]]).toEqual([Uint8Array, [1, 2, 3]])
    const answered = once(pair.client, 'message')
    pair.connection.send(Uint8Array.of(4, 5))
    expect([...((await answered) as [Buffer])[0]]).toEqual([4, 5])
  })

  it('asks libp2p to wait for a peer that takes nothing, and says when it does again', async () => {
    await using pair = await connect()
    pair.client.pause()
    const sizeBytes = 16 * 1024 * 1024
    expect(pair.connection.send(new Uint8Array(sizeBytes))).toBe(false)
    expect(pair.connection.writableNeedsDrain).toBe(true)
    const received = once(pair.client, 'message')
    pair.client.resume()
    await pair.connection.onDrain()
    expect(((await received) as [Buffer])[0]).toHaveLength(sizeBytes)
    const next = once(pair.client, 'message')
    expect(pair.connection.send(Uint8Array.of(9))).toBe(true)
    expect([...((await next) as [Buffer])[0]]).toEqual([9])
  })

  it('does not read from a peer while libp2p takes nothing', async () => {
    await using pair = await connect()
    let received = 0
    pair.connection.addEventListener('message', ({ data }) => {
      received += data.byteLength
    })
    pair.connection.pause()
    for (let part = 0; part < 400; part++) pair.client.send(new Uint8Array(90_000))
    const sent = new Promise((resolve) => pair.client.send(Uint8Array.of(1), resolve))
    // What is sent the other way takes its time, in which all could have been read.
    for (let part = 0; part < 50; part++) {
      const there = once(pair.client, 'message')
      pair.connection.send(Uint8Array.of(part))
      await there
    }
    expect(pair.connection.readBufferLength).toBeLessThan(4 * 1024 * 1024)
    expect(pair.connection.status).toBe('open')
    pair.connection.resume()
    await sent
    await expect.poll(() => received).toBe(400 * 90_000 + 1)
  })

  it.each([
    ['text', (client: WebSocket) => client.send('hello')],
    ['a message that is too large', (client: WebSocket) => client.send(new Uint8Array(100_001))],
  ])('ends at %s, whether the peer agrees or not', async (_name, send) => {
    await using pair = await connect()
    const end = closed(pair.connection)
    // It never hears of the close.
    pair.client.pause()
    send(pair.client)
    expect(await end).toBe('aborted')
  })

  it('ends with the peer, and the peer with it', async () => {
    await using first = await connect()
    const end = closed(first.connection)
    first.client.terminate()
    expect(await end).toBe('closed')
    await using second = await connect()
    const gone = once(second.client, 'close')
    second.connection.abort(new Error('enough'))
    await gone
  })
})
