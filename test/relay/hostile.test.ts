// Garbage, oversized and half frames on every protocol of the relay: an answer or an ended connection, never a crash, and
// everybody else is served on.

import { createConnection } from 'node:net'
import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { withFrameLength } from '../../relay/p2p/frame-reader.ts'
import { decodeResponse, encodeRequest } from '../../src/protocol/mailbox/codec.ts'
import { encodeCbor } from '../../src/protocol/cbor/encode.ts'
import { blobUrl, errorCode, metric, postBytes, postCommand, putSegment } from './support/http-client.ts'
import type { TestProxy } from './support/proxy.ts'
import { forwardFrom } from './support/proxy.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

let relay: TestRelay
const keys = mailboxKeys(1)
const valid = encodeRequest({ id: 1, commands: [{ kind: 'fetch', readKey: keys.readKey, after: 0, limit: 9 }] })

beforeAll(async () => {
  relay = await createTestRelay({ limits: { frameMs: 200, headersMs: 300, requestMs: 600 } })
  await postCommand(relay.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
})

afterAll(async () => {
  await relay[Symbol.asyncDispose]()
})

/** The relay works, and nothing was stored by what came before. */
afterEach(async () => {
  const { readKey } = keys
  const reply = await postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 9 })
  expect(reply).toEqual({ kind: 'envelopes', items: [], more: false })
})

const badBodies: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', new Uint8Array(0), 'bad-request'],
  ['random bytes', Uint8Array.from(randomBytes(500)), 'bad-request'],
  ['text', new TextEncoder().encode('{"commands":[]}'), 'bad-request'],
  ['half a request', valid.subarray(0, valid.length / 2), 'bad-request'],
  ['a request with a byte too many', Uint8Array.of(...valid, 0), 'bad-request'],
  ['a request of version 2', encodeCbor([2, 1, 5, 'future']), 'unsupported-version'],
  ['a response instead of a request', encodeCbor([1, 2, 5, []]), 'bad-request'],
  ['an unknown command', encodeCbor([1, 1, 5, [[99, new Map()]]]), 'bad-request'],
  ['a CBOR bomb of nested arrays', bytesOf(100_000, 0x81), 'bad-request'],
  ['an array that claims 2^32 items', Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff), 'bad-request'],
]

describe('POST /v1/mailbox', () => {
  it.each(badBodies)('answers %s with a typed error', async (_name, body, code) => {
    const response = await postBytes(relay.url, body)
    expect(response.status).toBe(400)
    const decoded = decodeResponse(new Uint8Array(await response.arrayBuffer()))
    expect(decoded?.replies).toEqual([{ kind: 'error', code }])
  })

  it('refuses a body over the limit before and while reading it', async () => {
    const announced = await postBytes(relay.url, new Uint8Array(2 * 1024 * 1024 + 1))
    expect(announced.status).toBe(413)
    const chunk = new Uint8Array(512 * 1024)
    let left = 6
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk)
        else controller.close()
      },
    })
    const streaming: RequestInit & { readonly duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    const streamed = await fetch(`${relay.url}/v1/mailbox`, streaming)
    expect(streamed.status).toBe(413)
    const decoded = decodeResponse(new Uint8Array(await streamed.arrayBuffer()))
    expect(decoded?.replies).toEqual([{ kind: 'error', code: 'too-large' }])
  })

  it('knows no other methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      expect((await fetch(`${relay.url}/v1/mailbox`, { method })).status).toBe(405)
    }
  })
})

describe('the mailbox stream', () => {
  it.each(badBodies.slice(1))('answers %s with a typed error and ends', async (_name, body, code) => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    stream.sendRaw(withFrameLength(body))
    expect(await stream.nextReplies()).toEqual([{ kind: 'error', code }])
    await stream.closed
  })

  it.each([
    ['an empty frame', Uint8Array.of(0, 0, 0, 0)],
    ['a frame over the limit', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  ])('refuses %s by its length alone', async (_name, bytes) => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    stream.sendRaw(bytes)
    expect(await stream.nextReplies()).toEqual([{ kind: 'error', code: 'too-large' }])
    await stream.closed
  })

  it('ends a stream that leaves a frame half', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    stream.sendRaw(withFrameLength(valid).subarray(0, 20))
    await stream.closed
  })

  it('gives each frame its own time, however frames overlap', async () => {
    await using patient = await createTestRelay({ limits: { frameMs: 1000, commands: { burst: 1e6, perSecond: 1e6 } } })
    await using peer = await connectPeer(patient)
    const stream = await peer.open()
    const frame = withFrameLength(encodeRequest({ id: 1, commands: [{ kind: 'locate', writeKey: keys.writeKey }] }))
    const startMs = performance.now()
    stream.sendRaw(frame.subarray(0, 20))
    // Never without a frame that was begun, for longer than one frame may take.
    while (performance.now() - startMs < 1300) {
      stream.sendRaw(Uint8Array.of(...frame.subarray(20), ...frame.subarray(0, 20)))
      expect(await stream.nextReplies()).toEqual([{ kind: 'error', code: 'unknown-mailbox' }])
    }
  })

  it('understands frames however they are cut', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const two = Uint8Array.of(...withFrameLength(valid), ...withFrameLength(valid))
    for (const byte of two) stream.sendRaw(Uint8Array.of(byte))
    expect(await stream.nextReplies()).toMatchObject([{ kind: 'envelopes' }])
    expect(await stream.nextReplies()).toMatchObject([{ kind: 'envelopes' }])
  })

  it('answers what came before the peer closed its side', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    stream.sendRaw(withFrameLength(valid))
    await stream.stream.close()
    expect(await stream.nextReplies()).toMatchObject([{ kind: 'envelopes' }])
  })

  it('serves other streams of a connection on when one is broken', async () => {
    await using peer = await connectPeer(relay)
    const broken = await peer.open()
    const good = await peer.open()
    broken.sendRaw(withFrameLength(bytesOf(50, 0xff)))
    await broken.closed
    expect(await good.send({ kind: 'locate', writeKey: keys.writeKey })).toEqual([{ kind: 'presence' }])
  })

  it('survives peers that vanish in the middle of their requests', async () => {
    for (let round = 0; round < 5; round++) {
      const peer = await connectPeer(relay)
      const stream = await peer.open()
      void stream.send({ kind: 'subscribe', readKeys: [keys.readKey], peerId: peer.peerId })
      stream.stream.abort(new Error('gone'))
      await peer[Symbol.asyncDispose]()
    }
    await expect
      .poll(() => postCommand(relay.url, { kind: 'locate', writeKey: keys.writeKey }))
      .toEqual({ kind: 'presence' })
  })

  it('counts what it could not understand', async () => {
    const before = await metric(relay.metricsUrl, 'safelight_bad_frames_total')
    await postBytes(relay.url, bytesOf(9, 0xff))
    expect(await metric(relay.metricsUrl, 'safelight_bad_frames_total')).toBe(before + 1)
  })
})

/** Sends bytes on a bare connection; what came back when it ended. */
function rawConnection(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(received))
    for (const part of parts) socket.write(part)
  })
}

const upgradeHead = [
  'GET /p2p HTTP/1.1',
  'Host: relay',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
].join('\r\n')

describe('the protocols of libp2p', () => {
  it.each(['/libp2p/circuit/relay/0.2.0/hop', '/ipfs/id/1.0.0', '/no/such/protocol'])(
    'survive garbage and resets on %s',
    async (protocol) => {
      await using peer = await connectPeer(relay)
      const [connection] = peer.libp2p.getConnections()
      if (connection === undefined) throw new Error('no connection')
      for (const part of [randomBytes(300), bytesOf(100_000, 0xff), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)]) {
        for (const end of ['abort', 'close'] as const) {
          const stream = await connection.newStream(protocol).catch(() => undefined)
          if (stream === undefined) continue
          if (stream.writeStatus === 'writable') stream.send(part)
          if (end === 'abort') stream.abort(new Error('gone'))
          else await stream.close().catch(() => undefined)
        }
      }
      const stream = await peer.open()
      expect(await stream.send({ kind: 'locate', writeKey: keys.writeKey })).toEqual([{ kind: 'presence' }])
    },
  )

  it('refuse a circuit to a peer that is not here', async () => {
    await using peer = await connectPeer(relay)
    const absent = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
    const address = multiaddr(`/ip4/127.0.0.1/tcp/${relay.port}/ws/p2p/${relay.peerId}/p2p-circuit/p2p/${absent}`)
    await expect(peer.libp2p.dial(address)).rejects.toThrow(/NO_RESERVATION/)
  })
})

describe('the port', () => {
  it.each([
    ['what is no HTTP', 'not http at all\r\n\r\n'],
    ['a TLS greeting', Uint8Array.of(22, 3, 1, 0, 200, 1, 0, 0, 196)],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}`],
  ])('answers %s and closes', async (_name, bytes) => {
    expect(await rawConnection(relay.port, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  it('closes on a client that never finishes its headers, or its body', async () => {
    const head = 'POST /v1/mailbox HTTP/1.1\r\nHost: relay\r\n'
    const answers = await Promise.all([
      rawConnection(relay.port, head),
      rawConnection(relay.port, `${head}Content-Length: 100\r\n\r\n123`),
    ])
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('ends a WebSocket on which nothing comes, or a handshake byte by byte', async () => {
    await using hasty = await createTestRelay({ limits: { handshakeMs: 300 } })
    const closed = [false, true].map(
      (isSlow) =>
        new Promise<void>((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${hasty.port}/p2p`)
          const timer = setInterval(() => isSlow && socket.readyState === 1 && socket.send(Uint8Array.of(19)), 50)
          socket.addEventListener('close', () => {
            clearInterval(timer)
            resolve()
          })
        }),
    )
    await Promise.all(closed)
    await expect.poll(() => metric(hasty.metricsUrl, 'safelight_connections')).toBe(0)
  })

  it('ends a WebSocket without libp2p on it even when the other side never agrees', async () => {
    await using hasty = await createTestRelay({ limits: { handshakeMs: 100 } })
    expect(await rawConnection(hasty.port, upgradeHead)).toMatch(/^HTTP\/1\.1 101 /)
    expect(await metric(hasty.metricsUrl, 'safelight_connections')).toBe(0)
  })

  it('refuses a WebSocket at an unknown path, and ends the connection', async () => {
    expect(await rawConnection(relay.port, upgradeHead.replace('/p2p', '/elsewhere'))).toMatch(/^HTTP\/1\.1 404 /)
    expect(await rawConnection(relay.port, upgradeHead.replace('AAAA', ''))).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('answers a request that offers another upgrade as if it did not', async () => {
    const offer = upgradeHead.replace('/p2p', '/healthz').replace('Upgrade: websocket', 'Upgrade: h2c')
    const answered = new Promise<string>((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port: relay.port })
      socket.once('data', (chunk) => {
        socket.destroy()
        resolve(chunk.toString('latin1'))
      })
      socket.write(offer)
    })
    expect(await answered).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('ends the connection of a refused WebSocket even when the other side never ends its own', async () => {
    const closed = new Promise<void>((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port: relay.port, allowHalfOpen: true })
      socket.on('error', () => resolve())
      socket.once('end', () => {
        // A socket that is gone answers what comes next with a reset.
        const timer = setInterval(() => socket.write('x'), 10)
        socket.once('close', () => clearInterval(timer))
      })
      socket.once('close', () => resolve())
      socket.resume()
      socket.write(upgradeHead.replace('/p2p', '/elsewhere'))
    })
    await closed
  })

  it('ends a WebSocket that announces a huge frame, before the frame comes', async () => {
    const header = Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 1, 2, 3, 4)
    expect(await rawConnection(relay.port, upgradeHead, header)).toMatch(/^(HTTP\/1\.1 101 |$)/)
  })

  it('ends a WebSocket that joins many fragments into a huge message', async () => {
    const fragment = new Uint8Array(8 + 60_000)
    fragment.set([0x02, 0xfe, 60_000 >> 8, 60_000 & 0xff, 0, 0, 0, 0])
    const next = Uint8Array.from(fragment)
    next[0] = 0x00
    const received = await rawConnection(relay.port, upgradeHead, fragment, ...Array.from({ length: 20 }, () => next))
    expect(received).toMatch(/^(HTTP\/1\.1 101 |$)/)
  })

  it.each([
    [
      'fragments',
      { webSocketFrames: 3 },
      [0x02, 0x00, 0x00, 0x00].map((first) => Uint8Array.of(first, 0x81, 0, 0, 0, 0, 1)),
    ],
    ['text', {}, [Uint8Array.of(0x81, 0x81, 0, 0, 0, 0, 65)]],
    ['frames without a mask', {}, [Uint8Array.of(0x82, 0x01, 1)]],
    ['compressed frames', {}, [Uint8Array.of(0xc2, 0x81, 0, 0, 0, 0, 1)]],
  ])('ends a WebSocket that sends %s nobody asked for', async (_name, limits, frames) => {
    await using strict = await createTestRelay({ limits })
    expect(await rawConnection(strict.port, upgradeHead, ...frames)).toMatch(/^HTTP\/1\.1 101 /)
    await expect.poll(() => metric(strict.metricsUrl, 'safelight_connections')).toBe(0)
  })

  it('ends a WebSocket whose message comes in ever so small pieces', async () => {
    await using strict = await createTestRelay({ limits: { webSocketChunks: 5 } })
    const closed = new Promise<void>((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port: strict.port, noDelay: true })
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(Uint8Array.of(0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0))
        const timer = setInterval(() => socket.write('x'), 5)
        socket.once('close', () => {
          clearInterval(timer)
          resolve()
        })
      })
      socket.write(upgradeHead)
    })
    await closed
  })

  it('ends a WebSocket that carries something else than libp2p', async () => {
    const closed = new Promise<void>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${relay.port}/p2p`)
      socket.addEventListener('open', () => socket.send(randomBytes(300)))
      socket.addEventListener('close', () => resolve())
    })
    await closed
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_connections')).toBe(0)
  })
})

/** One segment that anybody may fetch. */
async function segmentAt(relay: TestRelay): Promise<{ readonly url: string; readonly bytes: Uint8Array }> {
  const { readKey, writeKey } = mailboxKeys(2)
  await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
  const bytes = bytesOf(256 * 1024, 1)
  const blobId = bytesOf(32, 1)
  await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey, bytes })
  return { url: blobUrl(relay.url, blobId, 0), bytes }
}

describe('limits at the front', () => {
  it('refuse one WebSocket more than there is room for, and welcome the next when one has gone', async () => {
    await using small = await createTestRelay({ limits: { connections: 1 } })
    const first = await connectPeer(small)
    const second = connectPeer(small).then(
      () => 'connected',
      () => 'refused',
    )
    expect(await second).toBe('refused')
    await first[Symbol.asyncDispose]()
    await expect.poll(() => metric(small.metricsUrl, 'safelight_connections')).toBe(0)
    await using next = await connectPeer(small)
    expect(next.peerId).not.toBe(first.peerId)
  })

  it('count per address behind a proxy that is trusted to tell it', async () => {
    await using small = await createTestRelay({
      trustProxy: true,
      limits: { requestsPerAddress: { burst: 2, perSecond: 0.001 } },
    })
    const ask = (forwarded: string) =>
      fetch(`${small.url}/.well-known/safelight`, { headers: { 'X-Forwarded-For': forwarded } })
    const statuses = async (...addresses: readonly string[]) => {
      const found: number[] = []
      for (const address of addresses) found.push((await ask(address)).status)
      return found
    }
    expect(await statuses('203.0.113.7', '198.51.100.1, 203.0.113.7', '203.0.113.7')).toEqual([200, 200, 429])
    expect(await statuses('203.0.113.8')).toEqual([200])
    // One household has 256 networks, however its addresses are written.
    expect(await statuses('2001:db8::1', '2001:0DB8:0:00ff::2', '2001:db8:0:1:3::')).toEqual([200, 200, 429])
    expect(await statuses('2001:db8:0:100::1')).toEqual([200])
    const refused = await ask('203.0.113.7')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await errorCode(refused)).toBe('too-many-requests')
  })

  it('leave room for others when many clients announce bodies and send nothing', async () => {
    await using small = await createTestRelay({ limits: { bodyBytesAtOnce: 10_000 } })
    const head = 'POST /v1/mailbox HTTP/1.1\r\nHost: relay\r\nContent-Length: 9000\r\n\r\nx'
    const idle = Array.from({ length: 20 }, () => createConnection({ host: '127.0.0.1', port: small.port }))
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.write(head, resolve))))
    expect(await postCommand(small.url, { kind: 'locate', writeKey: keys.writeKey })).toMatchObject({
      code: 'unknown-mailbox',
    })
    for (const socket of idle) socket.destroy()
  })

  it('give one address only its share of the bodies at once', async () => {
    await using small = await createTestRelay({ trustProxy: true, limits: { bodyBytesPerAddress: 1000 } })
    const send = async (size: number, address: string) => {
      const request = { method: 'POST', headers: { 'X-Forwarded-For': address }, body: new Uint8Array(size) }
      return (await fetch(`${small.url}/v1/mailbox`, request)).status
    }
    expect([await send(1001, '203.0.113.7'), await send(900, '203.0.113.7')]).toEqual([503, 400])
    // What was held is given back.
    expect([await send(900, '203.0.113.7'), await send(900, '203.0.113.8')]).toEqual([400, 400])
  })

  it('cut whoever leaves answers unread for longest when there is no room, and serve others all the while', async () => {
    await using small = await createTestRelay({ limits: { answerBytesAtOnce: 3 * 256 * 1024, stallMs: 0 } })
    const { url, bytes } = await segmentAt(small)
    // More than buffers of the system take; more connections than answers that may wait.
    const requests = `GET ${new URL(url).pathname} HTTP/1.1\r\nHost: relay\r\n\r\n`.repeat(60)
    const greedy = Array.from({ length: 5 }, () => createConnection({ host: '127.0.0.1', port: small.port }).pause())
    let isCut = false
    for (const socket of greedy) {
      socket.on('error', () => (isCut = true))
      socket.once('close', () => (isCut = true))
      socket.write(requests)
    }
    const ask = async () => {
      // What was cut is noticed by who writes.
      for (const socket of greedy) if (!socket.destroyed) socket.write('x')
      const response = await fetch(url)
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, bytes.length])
      return isCut
    }
    await expect.poll(ask, { timeout: 15_000 }).toBe(true)
    for (const socket of greedy) socket.destroy()
    // Answers that were read count no longer.
    for (let round = 0; round < 100; round++)
      expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(bytes.length)
  })

  it('serve a newcomer when few addresses hold all there is for answers', async () => {
    await using small = await createTestRelay({ trustProxy: true, limits: { answerBytesAtOnce: 8 * 256 * 1024 } })
    const { url, bytes } = await segmentAt(small)
    const from = (address: string) =>
      `GET ${new URL(url).pathname} HTTP/1.1\r\nHost: relay\r\nX-Forwarded-For: ${address}\r\n\r\n`
    const greedy = ['203.0.113.7', '203.0.113.8'].map((address) => {
      const socket = createConnection({ host: '127.0.0.1', port: small.port }).pause()
      socket.on('error', () => undefined)
      socket.write(from(address).repeat(40))
      return socket
    })
    for (let round = 0; round < 50; round++) {
      const response = await fetch(url, { headers: { 'X-Forwarded-For': '198.51.100.1' } })
      expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
    }
    for (const socket of greedy) socket.destroy()
  })

  it('end a connection that takes nothing of its answer', async () => {
    await using small = await createTestRelay({ limits: { drainMs: 1500 } })
    const { readKey, writeKey } = mailboxKeys(2)
    await postCommand(small.url, { kind: 'open', readKey, tier: 'contact' })
    const blobId = bytesOf(32, 1)
    await putSegment(small.url, { blobId, segment: 0, segments: 1, writeKey, bytes: bytesOf(256 * 1024, 1) })
    const socket = createConnection({ host: '127.0.0.1', port: small.port })
    const path = new URL(blobUrl(small.url, blobId, 0)).pathname
    await new Promise((resolve) => {
      socket.once('data', () => socket.pause())
      socket.on('error', () => undefined)
      socket.write(`GET ${path} HTTP/1.1\r\nHost: relay\r\n\r\n`.repeat(60), resolve)
    })
    await using peer = await connectPeer(small)
    const stream = await peer.open()
    const ended = new Promise((resolve) => socket.once('close', resolve))
    const resumed = setInterval(() => socket.write('x'), 100)
    await ended
    clearInterval(resumed)
    // A WebSocket that is silent for longer than that stays.
    expect(await stream.send({ kind: 'locate', writeKey })).toEqual([{ kind: 'presence' }])
  })

  it('leave WebSockets to others when one address has its share', async () => {
    await using small = await createTestRelay({ trustProxy: true, limits: { connectionsPerAddress: 1 } })
    await using near = await forwardFrom('203.0.113.7', small.port)
    await using far = await forwardFrom('203.0.113.8', small.port)
    const connect = ({ port }: TestProxy) => connectPeer({ port, peerId: small.peerId })
    const first = await connect(near)
    const second = connect(near).then(
      () => 'connected',
      () => 'refused',
    )
    expect(await second).toBe('refused')
    await using other = await connect(far)
    await first[Symbol.asyncDispose]()
    await expect.poll(() => metric(small.metricsUrl, 'safelight_connections')).toBe(1)
    await using again = await connect(near)
    expect(again.peerId).not.toBe(other.peerId)
  })

  it('count the commands of an address over all its connections', async () => {
    await using small = await createTestRelay({
      trustProxy: true,
      limits: { commandsPerAddress: { burst: 3, perSecond: 0.001 } },
    })
    const locate = { kind: 'locate', writeKey: keys.writeKey } as const
    const codes: unknown[] = []
    for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.8']) {
      await using proxy = await forwardFrom(address, small.port)
      await using peer = await connectPeer({ port: proxy.port, peerId: small.peerId })
      const stream = await peer.open()
      codes.push((await stream.send(locate, locate)).map((reply) => (reply.kind === 'error' ? reply.code : reply.kind)))
    }
    const [served, limited] = ['unknown-mailbox', 'too-many-requests'].map((code) => [code, code])
    expect(codes).toEqual([served, limited, served])
  })

  it('count what an address puts over all its connections, and over HTTP', async () => {
    await using small = await createTestRelay({
      trustProxy: true,
      limits: { putBytesPerAddress: { burst: 1000, perSecond: 0.001 } },
    })
    await postCommand(small.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
    let fill = 0
    const put = () => ({ kind: 'put', writeKey: keys.writeKey, envelopes: [bytesOf(200, (fill += 1))] }) as const
    const codes: unknown[] = []
    for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.8']) {
      await using proxy = await forwardFrom(address, small.port)
      await using peer = await connectPeer({ port: proxy.port, peerId: small.peerId })
      const stream = await peer.open()
      codes.push((await stream.send(put())).map((reply) => (reply.kind === 'error' ? reply.code : reply.kind)))
    }
    expect(codes.flat()).toEqual(['stored', 'stored', 'stored'])
    const overHttp = async (address: string) => {
      await using proxy = await forwardFrom(address, small.port)
      return await postCommand(`http://127.0.0.1:${proxy.port}`, put())
    }
    expect(await overHttp('203.0.113.7')).toMatchObject({ code: 'too-many-requests' })
    expect(await overHttp('203.0.113.8')).toMatchObject({ kind: 'stored' })
  })

  it('count the media that an address puts, into whatever mailboxes, and over all its connections', async () => {
    const clock = { nowMs: Date.now() }
    await using small = await createTestRelay({
      trustProxy: true,
      now: () => clock.nowMs,
      limits: { segmentBytesPerAddress: { burst: 3 * 17_384, perSecond: 1000 } },
    })
    const owners = [1, 2].map(mailboxKeys)
    for (const { readKey } of owners) await postCommand(small.url, { kind: 'open', readKey, tier: 'contact' })
    const put = async (address: string, blob: number, { owner = owners[0], fill = 1 } = {}) => {
      await using proxy = await forwardFrom(address, small.port)
      const response = await putSegment(`http://127.0.0.1:${proxy.port}`, {
        blobId: bytesOf(32, blob),
        segment: 0,
        segments: 1,
        writeKey: owner?.writeKey ?? bytesOf(32, 99),
        bytes: bytesOf(1000, fill),
      })
      return response.status === 204 ? 'stored' : [await errorCode(response), response.headers.get('retry-after')]
    }
    const [ours, others] = ['203.0.113.7', '203.0.113.8']
    expect(await put(ours, 1)).toBe('stored')
    expect(await put(ours, 2, { owner: owners[1] })).toBe('stored')
    // What is there already, and what is refused, costs nothing.
    for (let time = 0; time < 3; time++) {
      expect(await put(ours, 1)).toBe('stored')
      expect(await put(ours, 1, { fill: 2 })).toEqual(['mismatch', null])
      expect(await put(ours, 9, { owner: mailboxKeys(9) })).toEqual(['unknown-mailbox', null])
    }
    expect(await put(ours, 3)).toBe('stored')
    expect(await put(ours, 4, { owner: owners[1] })).toEqual(['too-many-requests', '18'])
    expect(await put(others, 5)).toBe('stored')
    clock.nowMs += 18_000
    expect(await put(ours, 4, { owner: owners[1] })).toBe('stored')
    expect(await put(ours, 6)).toEqual(['too-many-requests', '17'])
  })

  it('let no puts of media past that are on their way together', async () => {
    await using small = await createTestRelay({
      trustProxy: true,
      limits: { segmentBytesPerAddress: { burst: 3 * 17_384, perSecond: 0.001 } },
    })
    await postCommand(small.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
    const put = async (blob: number): Promise<number> => {
      await using proxy = await forwardFrom('203.0.113.7', small.port)
      const blobId = bytesOf(32, blob)
      const segment = { blobId, segment: 0, segments: 1, writeKey: keys.writeKey, bytes: bytesOf(1000, 1) }
      return (await putSegment(`http://127.0.0.1:${proxy.port}`, segment)).status
    }
    const statuses = await Promise.all(Array.from({ length: 12 }, (_, blob) => put(blob + 1)))
    expect(statuses.filter((status) => status === 204)).toHaveLength(3)
    expect(statuses.filter((status) => status === 429)).toHaveLength(9)
  })

  it('say busy when too many bodies are on their way', async () => {
    await using small = await createTestRelay({ limits: { bodyBytesAtOnce: 10 } })
    const response = await postBytes(small.url, bytesOf(11, 1))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  })
})
