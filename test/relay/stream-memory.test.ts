// What peers make the relay hold over libp2p: requests that do not end, answers and pushes that nobody takes, half frames of
// the multiplexer and half messages below it. What stalls is cut, and whoever holds most; everybody else is served, and nothing
// is lost.

import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { withFrameLength } from '../../relay/p2p/frame-reader.ts'
import { encodeRequest } from '../../src/protocol/mailbox/codec.ts'
import { postCommand } from './support/http-client.ts'
import type { TestProxy } from './support/proxy.ts'
import { forwardFrom } from './support/proxy.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const mebibyte = 1024 * 1024
const keys = mailboxKeys(1)
const fetchAll = { kind: 'fetch', readKey: keys.readKey, after: 0, limit: 1000 } as const

async function fill(relay: TestRelay, envelopes: number): Promise<void> {
  await postCommand(relay.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
  for (let index = 0; index < envelopes; index++)
    await postCommand(relay.url, { kind: 'put', writeKey: keys.writeKey, envelopes: [bytesOf(60_000, index)] })
}

const through = ({ port }: TestProxy, { peerId }: TestRelay) => connectPeer({ port, peerId }, steady)

/** The half of a frame of 200,000 bytes, with its length. */
const begun = Uint8Array.of(0, 0x03, 0x0d, 0x40, ...new Uint8Array(100_000))
/** What streams of these peers take while they are paused. */
const steady = { windowBytes: 256 * 1024 }
/** Of all that waits, all stalls. */
const impatient = { stallMs: 0 }

describe('requests that do not end', () => {
  it('are cut at the address that sends them, the oldest first, and others are served', async () => {
    await using relay = await createTestRelay({
      trustProxy: true,
      limits: { ...impatient, answerBytes: 1000, streamBytesPerAddress: 350_000 },
    })
    await fill(relay, 1)
    await using near = await forwardFrom('203.0.113.7', relay.port)
    await using far = await forwardFrom('203.0.113.8', relay.port)
    await using first = await through(near, relay)
    await using second = await through(near, relay)
    await using other = await through(far, relay)
    const oldest = await first.open()
    oldest.sendRaw(begun)
    const elsewhere = await other.open()
    elsewhere.sendRaw(begun)
    const [third, fourth] = [await second.open(), await second.open()]
    for (const stream of [third, fourth, fourth]) stream.sendRaw(begun)
    await oldest.closed
    const served = await second.open()
    expect(await served.send(fetchAll)).toMatchObject([
      { kind: 'envelopes', items: [{ sequence: expect.any(Number) as number }] },
    ])
    // What was begun elsewhere may still be finished.
    elsewhere.sendRaw(new Uint8Array(100_000))
    expect(await elsewhere.nextReplies()).toEqual([{ kind: 'error', code: 'bad-request' }])
  })

  it('are cut when all hold too much together, where most is held', async () => {
    await using relay = await createTestRelay({
      trustProxy: true,
      limits: { ...impatient, streamBytesAtOnce: 350_000 },
    })
    await fill(relay, 1)
    await using near = await forwardFrom('203.0.113.7', relay.port)
    await using far = await forwardFrom('203.0.113.8', relay.port)
    await using greedy = await through(near, relay)
    await using modest = await through(far, relay)
    const begunHere = await modest.open()
    begunHere.sendRaw(begun)
    const [first, second, third] = [await greedy.open(), await greedy.open(), await greedy.open()]
    for (const stream of [first, second, third]) stream.sendRaw(begun)
    await first.closed
    expect(begunHere.stream.status).toBe('open')
  })
})

describe('answers that nobody takes', () => {
  it('are cut at the address that leaves them, and come again when they are asked for again', async () => {
    await using relay = await createTestRelay({
      trustProxy: true,
      limits: { ...impatient, answerBytes: 1.25 * mebibyte, streamBytesPerAddress: 3 * mebibyte },
    })
    await fill(relay, 25)
    await using near = await forwardFrom('203.0.113.7', relay.port)
    await using greedy = await through(near, relay)
    const streams = [await greedy.open(), await greedy.open(), await greedy.open(), await greedy.open()]
    for (const { stream } of streams) stream.pause()
    const request = withFrameLength(encodeRequest({ id: 1, commands: [fetchAll] }))
    for (const { sendRaw } of streams) sendRaw(request)
    // A paused stream tells nobody that it was reset; the peer that owns it sees it.
    await expect.poll(() => streams.filter(({ stream }) => stream.status !== 'open').length).toBeGreaterThan(0)
    await using again = await through(near, relay)
    const [reply] = await (await again.open()).send(fetchAll)
    expect(reply).toMatchObject({ kind: 'envelopes' })
  })

  it('keep others at their address waiting for a while, and cut nobody who takes what comes', async () => {
    await using relay = await createTestRelay({
      trustProxy: true,
      limits: { answerBytes: 384 * 1024, streamBytesPerAddress: 1_000_000 },
    })
    await fill(relay, 25)
    await using near = await forwardFrom('203.0.113.7', relay.port)
    await using pupil = await through(near, relay)
    await using classmate = await through(near, relay)
    const [slow, other] = [await pupil.open(), await classmate.open()]
    // Tells that the relay has had time.
    const locateAll = async () => {
      const stream = await classmate.open()
      for (let round = 0; round < 20; round++) await stream.send({ kind: 'locate', writeKey: keys.writeKey })
    }
    slow.stream.pause()
    slow.sendRaw(withFrameLength(encodeRequest({ id: 1, commands: [fetchAll] })))
    await locateAll()
    const replies = other.send(fetchAll)
    await locateAll()
    slow.stream.resume()
    expect(await slow.nextReplies()).toMatchObject([{ kind: 'envelopes' }])
    expect(await replies).toMatchObject([{ kind: 'envelopes' }])
  })

  it('end a stream on which too little is taken, also after it took something', async () => {
    await using relay = await createTestRelay({ limits: { drainMs: 2000 } })
    await fill(relay, 25)
    await using peer = await connectPeer(relay, steady)
    const stream = await peer.open()
    // Waits for the peer once, which takes it.
    expect(await stream.send(fetchAll)).toMatchObject([{ kind: 'envelopes' }])
    stream.stream.pause()
    stream.sendRaw(withFrameLength(encodeRequest({ id: 2, commands: [fetchAll] })))
    await expect.poll(() => stream.stream.status, { timeout: 15_000 }).not.toBe('open')
  })

  it('hold up the requests behind them on their stream, also after some were taken', async () => {
    await using relay = await createTestRelay()
    await fill(relay, 25)
    await using peer = await connectPeer(relay, steady)
    const stream = await peer.open()
    expect(await stream.send(fetchAll)).toMatchObject([{ kind: 'envelopes' }])
    stream.stream.pause()
    const close = { kind: 'close', readKey: keys.readKey } as const
    for (const command of [fetchAll, fetchAll, close])
      stream.sendRaw(withFrameLength(encodeRequest({ id: 2, commands: [command] })))
    // A stream of its own is not held up, and tells that the relay has had time.
    const other = await peer.open()
    for (let round = 0; round < 20; round++)
      expect(await other.send({ ...fetchAll, limit: 1 })).toMatchObject([{ kind: 'envelopes' }])
    stream.stream.resume()
    await stream.nextReplies()
    await stream.nextReplies()
    expect(await stream.nextReplies()).toEqual([{ kind: 'ok' }])
  })
})

describe('below the streams', () => {
  it('a frame of the multiplexer that is larger than any window ends the connection', async () => {
    await using relay = await createTestRelay()
    await using peer = await connectPeer(relay)
    await peer.open()
    const [connection] = peer.libp2p.getConnections()
    const muxer: unknown = Reflect.get(connection ?? {}, 'muxer')
    if (!isMuxer(muxer)) throw new Error('no multiplexer')
    // Version 0, data, no flags, stream 1, 4 GiB.
    muxer.send(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff))
    for (let part = 0; part < 8; part++) muxer.send(new Uint8Array(60_000))
    await expect.poll(() => connection?.status).not.toBe('open')
  })

  it('a message of a WebSocket that does not end is cut when others need the memory', async () => {
    await using relay = await createTestRelay({ trustProxy: true, limits: { streamBytesPerAddress: 200_000 } })
    const cut = Promise.withResolvers<void>()
    const socket = createConnection({ host: '127.0.0.1', port: relay.port })
    socket.on('error', () => undefined)
    socket.once('close', () => cut.resolve())
    socket.resume()
    const head = [
      'GET /p2p HTTP/1.1',
      'Host: relay',
      'X-Forwarded-For: 203.0.113.7',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ]
    socket.write(
      [...head, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''].join('\r\n'),
    )
    // 1 MiB is announced, a part of it comes.
    socket.write(Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0))
    const timer = setInterval(() => socket.write(new Uint8Array(50_000)), 20)
    await cut.promise
    clearInterval(timer)
  })
})

function isMuxer(value: unknown): value is { send(bytes: Uint8Array): boolean } {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function'
}
