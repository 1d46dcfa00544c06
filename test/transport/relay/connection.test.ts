import { describe, expect, it } from 'vitest'
import type { Host, RelayLine } from '../../../src/transport/host.ts'
import type { RelayHttp } from '../../../src/transport/relay/http.ts'
import { TransportError } from '../../../src/messenger/ports.ts'
import { encodeResponse, decodeRequest } from '../../../src/protocol/mailbox/codec.ts'
import { limits } from '../../../src/transport/limits.ts'
import { createRelayConnection, type KeptConnection } from '../../../src/transport/relay/connection.ts'
import { redialDelayMs } from '../../../src/transport/relay/redial.ts'
import { relayInfo } from '../../support/relay-info.ts'
import { createTestClock, settle, type TestClock } from '../support/clock.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

const url = 'https://relay.example'

describe('relay connection', () => {
  it('goes live when it is kept, and offline when it is not', async () => {
    const { connection, states } = create()
    connection.keep(true)
    await settle()
    connection.keep(false)
    expect(states).toEqual(['connecting', 'live', 'offline'])
  })

  it('comes back after the relay was lost, sooner or later', async () => {
    const { connection, relay, clock, states } = create()
    connection.keep(true)
    await settle()
    relay.up = false
    relay.streams.at(-1)?.end()
    for (let retry = 0; retry < 10; retry++) {
      clock.advance(limits.redialMostMs * 1.2)
      await settle()
    }
    expect(relay.attempts).toBeGreaterThan(5)
    relay.up = true
    clock.advance(limits.redialMostMs * 1.2)
    await settle()
    expect(states).toEqual(['connecting', 'live', 'offline', 'live'])
  })

  it('waits twice as long after each failure, to a limit, spread at random', () => {
    const lowest = { bytes: () => Uint8Array.of(0) }
    const highest = { bytes: () => Uint8Array.of(255) }
    expect([1, 2, 3].map((failures) => redialDelayMs(failures, lowest))).toEqual([250, 500, 1000])
    expect([1, 2, 3].map((failures) => redialDelayMs(failures, highest))).toEqual([750, 1500, 3000])
    expect(redialDelayMs(1000, highest)).toBe(45_000)
  })

  it('tries at once when the device wakes up', async () => {
    const { connection, relay } = create()
    relay.up = false
    connection.keep(true)
    await settle()
    expect(relay.attempts).toBe(1)
    relay.up = true
    connection.wake()
    await settle()
    expect(connection.state).toBe('live')
  })

  it('finds out after a wake-up that the old connection is dead', async () => {
    const { connection, relay, clock } = create()
    connection.keep(true)
    await settle()
    relay.answers = false
    connection.wake()
    await settle()
    clock.advance(limits.wakeTimeoutMs)
    expect(connection.state).toBe('offline')
    relay.answers = true
    clock.advance(limits.redialFirstMs * 1.5)
    await settle()
    expect(connection.state).toBe('live')
  })

  it('gives up an attempt that hangs', async () => {
    const { connection, relay, clock } = create()
    relay.hangs = true
    connection.keep(true)
    await settle()
    expect(connection.state).toBe('connecting')
    clock.advance(limits.connectTimeoutMs)
    expect(connection.state).toBe('offline')
  })

  it('is live without a circuit address, and asks for one again', async () => {
    const { connection, relay, clock } = create()
    relay.reserves = false
    connection.keep(true)
    await settle()
    expect(connection.state).toBe('live')
    expect(relay.reservations).toBe(1)
    clock.advance(limits.reserveAgainMs)
    await settle()
    expect(relay.reservations).toBe(2)
    connection.keep(false)
    clock.advance(limits.reserveAgainMs)
    expect(relay.reservations).toBe(2)
  })

  it('sends commands over the stream when live, else over HTTP', async () => {
    const { connection, relay } = create()
    await connection.call([])
    expect(relay.httpCalls).toBe(1)
    connection.keep(true)
    await settle()
    await connection.call([])
    expect(relay.httpCalls).toBe(1)
  })

  it('asks for the description once, and again after it could not be read', async () => {
    const { connection, relay } = create()
    relay.up = false
    await expect(connection.info()).rejects.toMatchObject({ code: 'relay-unreachable' })
    relay.up = true
    await connection.info()
    await connection.info()
    expect(relay.infos).toBe(2)
  })
})

interface FakeRelay {
  up: boolean
  hangs: boolean
  answers: boolean
  reserves: boolean
  attempts: number
  infos: number
  reservations: number
  httpCalls: number
  readonly streams: FakeStream[]
}

function create(): { connection: KeptConnection; relay: FakeRelay; clock: TestClock; states: string[] } {
  const clock = createTestClock()
  const states: string[] = []
  const relay: FakeRelay = {
    up: true,
    hangs: false,
    answers: true,
    reserves: true,
    attempts: 0,
    infos: 0,
    reservations: 0,
    httpCalls: 0,
    streams: [],
  }
  const unused = (): Promise<never> => Promise.reject(new Error('not part of this test'))
  const http: RelayHttp = {
    info() {
      relay.infos++
      return relay.up ? Promise.resolve(relayInfo) : Promise.reject(new TransportError('relay-unreachable'))
    },
    call() {
      relay.httpCalls++
      return Promise.resolve([])
    },
    putSegment: unused,
    getSegment: unused,
    presentSegments: unused,
  }
  const line: RelayLine = {
    openMailbox() {
      const stream = createFakeStream((frame) => {
        const id = decodeRequest(frame)?.id ?? 0
        if (relay.answers) queueMicrotask(() => stream.receive(encodeResponse({ id, replies: [] })))
      })
      relay.streams.push(stream)
      return Promise.resolve(stream.open)
    },
    reserve() {
      relay.reservations++
      return relay.reserves ? Promise.resolve() : Promise.reject(new TransportError('relay-refused'))
    },
    onClosed() {},
    close() {},
  }
  const host: Host = {
    peerId: 'device',
    connectRelay() {
      return relay.hangs ? new Promise(() => {}) : Promise.resolve(line)
    },
    dial: unused,
    cutLinks() {},
    close: () => Promise.resolve(),
  }
  const connection = createRelayConnection({
    url,
    http,
    host() {
      relay.attempts++
      return Promise.resolve(host)
    },
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(128) },
    log: { debug() {}, warn() {}, error() {} },
    onState: ({ state }) => states.push(state),
    onPush() {},
  })
  return { connection, relay, clock, states }
}
