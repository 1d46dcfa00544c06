// Any commands in any order at once, changed bytes, and anything at all on the HTTP port: typed answers or an ended
// connection, no internal error, and a relay that works afterwards.

import { once } from 'node:events'
import { createConnection } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withFrameLength } from '../../relay/p2p/frame-reader.ts'
import { decodeResponse, encodeRequest } from '../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand } from '../../src/protocol/mailbox/command.ts'
import { createMembership } from '../../src/protocol/mailbox/membership.ts'
import { isLong } from '../support/long.ts'
import { metric, postBytes, postCommands } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const numRuns = isLong ? 5_000 : 60
/** Each is a connection. */
const streamRuns = isLong ? 2_000 : 15

let relay: TestRelay
beforeAll(async () => {
  const free = { burst: 1e9, perSecond: 1e9 }
  const limits = {
    commands: free,
    commandsPerAddress: free,
    opens: free,
    opensPerAddress: free,
    requestsPerAddress: free,
    joins: free,
    turns: free,
  }
  relay = await createTestRelay({
    limits: { ...limits, headersMs: 300, requestMs: 600, frameMs: 300 },
    turn: { urls: ['turn:turn.example:3478'], secret: 'hidden' },
  })
})
afterAll(async () => {
  expect((await fetch(`${relay.url}/readyz`)).status).toBe(200)
  expect(await metric(relay.metricsUrl, 'safelight_errors_total{code="internal"}')).toBeNaN()
  await relay[Symbol.asyncDispose]()
})

/** Few mailboxes, so that commands meet; some keys are of the wrong kind, some of no mailbox. */
const box = fc.integer({ min: 1, max: 4 }).map(mailboxKeys)
const readKey = fc.oneof(
  { weight: 4, arbitrary: box.map((keys) => keys.readKey) },
  { weight: 1, arbitrary: box.map((keys) => keys.writeKey) },
)
const writeKey = fc.oneof(
  { weight: 4, arbitrary: box.map((keys) => keys.writeKey) },
  { weight: 1, arbitrary: box.map((keys) => keys.readKey) },
)
const small = fc.uint8Array({ minLength: 1, maxLength: 60 })
const id32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const id16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
const memberOf = fc
  .integer({ min: 1, max: 3 })
  .map((seed) => createMembership((length) => new Uint8Array(length).fill(seed)))
const anyCommand: fc.Arbitrary<MailboxCommand> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('open' as const),
      readKey,
      tier: fc.constantFrom('contact' as const, 'invite' as const),
      membership: memberOf,
    },
    { requiredKeys: ['kind', 'readKey', 'tier'] },
  ),
  fc.record({ kind: fc.constant('close' as const), readKey }),
  fc.record({
    kind: fc.constant('put' as const),
    writeKey,
    envelopes: fc.array(small, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('put' as const),
    writeKey,
    envelopes: fc.array(small, { minLength: 1, maxLength: 2 }),
    work: fc.record({ token: id32, nonce: fc.maxSafeNat() }),
  }),
  fc.record({ kind: fc.constant('join' as const), code: id16, membership: memberOf }),
  fc.record({ kind: fc.constant('turn' as const) }),
  fc.record({
    kind: fc.constant('fetch' as const),
    readKey,
    after: fc.maxSafeNat(),
    limit: fc.integer({ min: 1, max: 1000 }),
  }),
  fc.record({ kind: fc.constant('ack' as const), readKey, ids: fc.array(id32, { minLength: 1, maxLength: 5 }) }),
  fc.record(
    {
      kind: fc.constant('subscribe' as const),
      readKeys: fc.array(readKey, { minLength: 1, maxLength: 4 }),
      peerId: fc.constantFrom('12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5', 'nobody'),
    },
    { requiredKeys: ['kind', 'readKeys'] },
  ),
  fc.record({ kind: fc.constant('locate' as const), writeKey }),
  fc.record(
    {
      kind: fc.constant('push.set' as const),
      readKey,
      device: id16,
      endpoint: fc.constantFrom('https://push.example/a', 'https://127.0.0.1/', 'https://10.0.0.1:22/'),
    },
    { requiredKeys: ['kind', 'readKey', 'device'] },
  ),
  fc.record({
    kind: fc.constant('bundle.put' as const),
    readKey,
    main: small,
    oneTime: fc.array(small, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('bundle.count' as const), readKey }),
  fc.record({
    kind: fc.constant('bundle.take' as const),
    writeKey,
    takeId: id16,
  }),
)

describe('fuzzing', () => {
  it('any commands at once get a typed answer each', async () => {
    const batches = fc.array(fc.array(anyCommand, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        const answers = await Promise.all(requests.map((commands) => postCommands(relay.url, ...commands)))
        expect(answers.map(({ length }) => length)).toEqual(requests.map(({ length }) => length))
      }),
      { numRuns },
    )
  }, 600_000)

  it('any commands on streams get a typed answer each, in their order, while others come and go', async () => {
    const request = fc.record({ stream: fc.nat(2), commands: fc.array(anyCommand, { minLength: 1, maxLength: 8 }) })
    const runs = fc.record({ requests: fc.array(request, { minLength: 1, maxLength: 8 }), leaver: fc.nat(3) })
    await fc.assert(
      fc.asyncProperty(runs, async ({ requests, leaver }) => {
        await using peer = await connectPeer(relay)
        const streams = [await peer.open(), await peer.open(), await peer.open()]
        // Vanishes in the middle of its requests, or, as often, nobody does.
        const gone = streams[leaver]
        const answers = requests.map(async ({ stream, commands }) => {
          const asked = streams[stream]
          if (asked === undefined || asked === gone) return true
          return (await asked.send(...commands)).length === commands.length
        })
        if (gone !== undefined) {
          gone.sendRaw(withFrameLength(encodeRequest({ id: 1, commands: requests[0]?.commands ?? [] })))
          gone.stream.abort(new Error('gone'))
        }
        expect(await Promise.all(answers)).not.toContain(false)
      }),
      { numRuns: streamRuns },
    )
  }, 600_000)

  it('changed bytes on a stream get an answer that can be read, or end it, and no other stream', async () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() })
    await using other = await connectPeer(relay)
    const beside = await other.open()
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
        change,
        async (commands, { at, to, cut }) => {
          const bytes = withFrameLength(encodeRequest({ id: 3, commands }))
          await using peer = await connectPeer(relay)
          const stream = await peer.open()
          stream.sendRaw(cut ? bytes.slice(0, at % bytes.length) : bytes.with(at % bytes.length, to))
          // What was announced and does not come ends with it.
          void stream.stream.close().catch(() => undefined)
          await Promise.race([stream.nextReplies(), stream.closed])
          expect(await beside.send({ kind: 'locate', writeKey: mailboxKeys(1).writeKey })).toHaveLength(1)
        },
      ),
      { numRuns: streamRuns },
    )
  }, 600_000)

  it('changed bytes get an answer that can be read', async () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
        change,
        async (commands, { at, to, cut }) => {
          const bytes = encodeRequest({ id: 3, commands })
          const changed = cut ? bytes.slice(0, at % bytes.length) : bytes.with(at % bytes.length, to)
          const response = await postBytes(relay.url, changed)
          expect([200, 400]).toContain(response.status)
          expect(decodeResponse(new Uint8Array(await response.arrayBuffer()))).toBeDefined()
        },
      ),
      { numRuns },
    )
  }, 600_000)

  it('anything on the HTTP port ends in an answer or an ended connection', async () => {
    const token = fc.string({ unit: fc.constantFrom(...Array.from('/.?%#&=: aZ09_-\u0000\r\n\t"<>')), maxLength: 30 })
    const line = fc
      .tuple(
        fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'CONNECT', 'BREW', ''),
        fc.oneof(
          token,
          fc
            .constantFrom('/v1/blobs/', '/v1/mailbox', '/p2p', '/.well-known/', '/../', '*')
            .chain((start) => token.map((end) => start + end)),
        ),
        fc.array(
          fc.tuple(
            fc.constantFrom(
              'Host',
              'Content-Length',
              'Upgrade',
              'Range',
              'Authorization',
              'X-Safelight-Segments',
              'Transfer-Encoding',
            ),
            token,
          ),
          { maxLength: 4 },
        ),
        fc.uint8Array({ maxLength: 100 }),
      )
      .map(([method, path, headers, body]) =>
        Buffer.concat([
          Buffer.from(
            `${method} ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
          ),
          body,
        ]),
      )
    await fc.assert(
      fc.asyncProperty(fc.oneof(line, fc.uint8Array({ maxLength: 300 }).map(Buffer.from)), async (bytes) => {
        const socket = createConnection(relay.port, '127.0.0.1')
        let status: string | undefined
        socket.on('data', (chunk: Buffer) => (status ??= /^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1'))?.[1]))
        socket.on('error', () => undefined)
        socket.end(bytes)
        await once(socket, 'close')
        expect(status).not.toBe('500')
      }),
      { numRuns },
    )
  }, 600_000)
})
