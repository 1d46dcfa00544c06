// What only a stream can do: pushes, presence, and what happens to them when connections end. And signalling through
// the circuit relay.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { envelopeId } from '../../src/protocol/mailbox/capability.ts'
import { metric, postCommand } from './support/http-client.ts'
import type { MailboxKeys, TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

let relay: TestRelay
let nextSeed = 1

beforeAll(async () => {
  relay = await createTestRelay()
})

afterAll(async () => {
  await relay[Symbol.asyncDispose]()
})

async function openMailbox(): Promise<MailboxKeys> {
  const keys = mailboxKeys(nextSeed++)
  await postCommand(relay.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
  return keys
}

const put = ({ writeKey }: MailboxKeys, ...envelopes: Uint8Array[]) =>
  postCommand(relay.url, { kind: 'put', writeKey, envelopes })

describe('pushes', () => {
  it('arrive for envelopes that are put after the subscription, and for those only', async () => {
    await using peer = await connectPeer(relay)
    const keys = await openMailbox()
    await put(keys, bytesOf(100, 1))
    const stream = await peer.open()
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey] })
    await put(keys, bytesOf(100, 2), bytesOf(100, 3))
    const push = await stream.nextPush()
    expect(push.mailboxId).toEqual(keys.mailboxId)
    expect(push.items.map((item) => item.bytes)).toEqual([bytesOf(100, 2), bytesOf(100, 3)])
    expect(push.items.map((item) => item.id)).toEqual([bytesOf(100, 2), bytesOf(100, 3)].map(envelopeId))
  })

  it('reach every stream that subscribed, and stay fetchable', async () => {
    await using first = await connectPeer(relay)
    await using second = await connectPeer(relay)
    const keys = await openMailbox()
    const streams = [await first.open(), await second.open()]
    for (const stream of streams) await stream.send({ kind: 'subscribe', readKeys: [keys.readKey] })
    await put(keys, bytesOf(100, 1))
    for (const stream of streams) expect((await stream.nextPush()).items).toHaveLength(1)
    const { readKey } = keys
    expect(await postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 9 })).toMatchObject({ items: [{}] })
  })

  it('are not repeated for an envelope that is put again', async () => {
    await using peer = await connectPeer(relay)
    const keys = await openMailbox()
    const stream = await peer.open()
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey] })
    await put(keys, bytesOf(100, 1))
    await put(keys, bytesOf(100, 1))
    await put(keys, bytesOf(100, 2))
    expect((await stream.nextPush()).items.map((item) => item.bytes)).toEqual([bytesOf(100, 1)])
    expect((await stream.nextPush()).items.map((item) => item.bytes)).toEqual([bytesOf(100, 2)])
  })

  it('come in parts that a slow reader takes one after the other', async () => {
    await using peer = await connectPeer(relay)
    const keys = await openMailbox()
    const stream = await peer.open()
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey] })
    stream.stream.pause()
    for (let round = 0; round < 4; round++) {
      await put(keys, ...Array.from({ length: 30 }, (_, index) => bytesOf(65_000, round * 30 + index)))
    }
    stream.stream.resume()
    const received: Uint8Array[] = []
    while (received.length < 120) received.push(...(await stream.nextPush()).items.map((item) => item.bytes))
    expect(received.map((bytes) => bytes[0])).toEqual(Array.from({ length: 120 }, (_, index) => index))
  })
})

describe('subscribe', () => {
  it('follows the mailboxes that are here and names what is wrong with the first that is not', async () => {
    await using peer = await connectPeer(relay)
    const keys = await openMailbox()
    const stream = await peer.open()
    const [reply] = await stream.send({ kind: 'subscribe', readKeys: [mailboxKeys(250).readKey, keys.readKey] })
    expect(reply).toEqual({ kind: 'error', code: 'unknown-mailbox' })
    await put(keys, bytesOf(100, 1))
    expect((await stream.nextPush()).mailboxId).toEqual(keys.mailboxId)
  })

  it('is refused over HTTP, and for the peer id of somebody else', async () => {
    await using peer = await connectPeer(relay)
    await using other = await connectPeer(relay)
    const { readKey, writeKey } = await openMailbox()
    const refused = { kind: 'error', code: 'bad-request' }
    expect(await postCommand(relay.url, { kind: 'subscribe', readKeys: [readKey] })).toEqual(refused)
    const stream = await peer.open()
    expect(await stream.send({ kind: 'subscribe', readKeys: [readKey], peerId: other.peerId })).toEqual([refused])
    expect(await postCommand(relay.url, { kind: 'locate', writeKey })).toEqual({ kind: 'presence' })
  })

  it('stops at the number of mailboxes a connection may follow', async () => {
    await using small = await createTestRelay({ limits: { subscriptionsPerConnection: 2 } })
    await using peer = await connectPeer(small)
    const stream = await peer.open()
    const keys = [1, 2, 3].map(mailboxKeys)
    for (const { readKey } of keys) await stream.send({ kind: 'open', readKey, tier: 'contact' })
    const readKeys = keys.map(({ readKey }) => readKey)
    expect(await stream.send({ kind: 'subscribe', readKeys })).toEqual([{ kind: 'error', code: 'full' }])
    const [first, second, third] = readKeys.map((readKey) => ({ kind: 'subscribe', readKeys: [readKey] }) as const)
    if (first === undefined || second === undefined || third === undefined) throw new Error('no keys')
    const together = await stream.send(first, second, third)
    expect(together).toEqual([{ kind: 'ok' }, { kind: 'ok' }, { kind: 'error', code: 'full' }])
  })
})

describe('presence', () => {
  const locate = ({ writeKey }: MailboxKeys) => postCommand(relay.url, { kind: 'locate', writeKey })

  it('is the peer id that was attached, and ends with the connection', async () => {
    const keys = await openMailbox()
    expect(await locate(keys)).toEqual({ kind: 'presence' })
    {
      await using peer = await connectPeer(relay)
      const stream = await peer.open()
      await stream.send({ kind: 'subscribe', readKeys: [keys.readKey], peerId: peer.peerId })
      expect(await locate(keys)).toEqual({ kind: 'presence', peerId: peer.peerId })
    }
    await expect.poll(() => locate(keys)).toEqual({ kind: 'presence' })
  })

  it('ends when the owner subscribes again without a peer id, and pushes go on', async () => {
    const keys = await openMailbox()
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey], peerId: peer.peerId })
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey] })
    expect(await locate(keys)).toEqual({ kind: 'presence' })
    await put(keys, bytesOf(100, 1))
    expect((await stream.nextPush()).items).toHaveLength(1)
  })

  it('falls back to the earlier connection when the later one ends', async () => {
    const keys = await openMailbox()
    await using first = await connectPeer(relay)
    const second = await connectPeer(relay)
    for (const peer of [first, second]) {
      const stream = await peer.open()
      await stream.send({ kind: 'subscribe', readKeys: [keys.readKey], peerId: peer.peerId })
    }
    expect(await locate(keys)).toEqual({ kind: 'presence', peerId: second.peerId })
    await second[Symbol.asyncDispose]()
    await expect.poll(() => locate(keys)).toEqual({ kind: 'presence', peerId: first.peerId })
  })

  it('ends when the stream ends while the connection stays', async () => {
    const keys = await openMailbox()
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    await stream.send({ kind: 'subscribe', readKeys: [keys.readKey], peerId: peer.peerId })
    await stream.stream.close()
    await expect.poll(() => locate(keys)).toEqual({ kind: 'presence' })
  })
})

describe('signalling', () => {
  it('lets one peer reach another through a reservation, at an address that names the public port', async () => {
    await using caller = await connectPeer(relay)
    const callee = await createLibp2p({
      addresses: { listen: ['/p2p-circuit'] },
      transports: [webSockets(), circuitRelayTransport()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    })
    const echoed = Promise.withResolvers<Uint8Array>()
    await callee.handle(
      '/test/1',
      (stream) => {
        stream.addEventListener('message', (event) => echoed.resolve(event.data.subarray()))
      },
      { runOnLimitedConnection: true },
    )
    try {
      const relayAddress = `/ip4/127.0.0.1/tcp/${relay.port}/ws/p2p/${relay.peerId}`
      await callee.dial(multiaddr(relayAddress))
      await expect
        .poll(() => callee.getMultiaddrs().map(String))
        .toContain(`${relayAddress}/p2p-circuit/p2p/${callee.peerId.toString()}`)
      expect(await metric(relay.metricsUrl, 'safelight_reservations')).toBe(1)
      const circuit = multiaddr(`${relayAddress}/p2p-circuit/p2p/${callee.peerId.toString()}`)
      const stream = await caller.libp2p.dialProtocol(circuit, '/test/1', { runOnLimitedConnection: true })
      stream.send(new TextEncoder().encode('hello'))
      expect(new TextDecoder().decode(await echoed.promise)).toBe('hello')
    } finally {
      await callee.stop()
    }
  })

  it('tells nobody the address they come from', async () => {
    const caller = await createLibp2p({
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify({ runOnConnectionOpen: false }) },
    })
    try {
      const connection = await caller.dial(multiaddr(`/ip4/127.0.0.1/tcp/${relay.port}/ws/p2p/${relay.peerId}`))
      const told = await caller.services.identify.identify(connection)
      expect(told.protocols).toContain('/safelight/mailbox/1')
      expect(told.observedAddr).toBeUndefined()
    } finally {
      await caller.stop()
    }
  })

  it('accepts many connections at once from one address', async () => {
    const peers = await Promise.all(Array.from({ length: 25 }, () => connectPeer(relay)))
    expect(await metric(relay.metricsUrl, 'safelight_connections')).toBe(25)
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()))
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_connections')).toBe(0)
  })

  it('answers the WebSocket at /p2p as at /, and nowhere else', async () => {
    const opened = (path: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${relay.port}${path}`)
        socket.addEventListener('open', () => {
          socket.close()
          resolve(true)
        })
        socket.addEventListener('error', () => resolve(false))
      })
    expect(await opened('/p2p')).toBe(true)
    expect(await opened('/')).toBe(true)
    expect(await opened('/v1/mailbox')).toBe(false)
  })
})
