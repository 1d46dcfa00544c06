import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/transport/limits.ts'
import { createSegmentClient, type SegmentClient } from '../../../src/transport/peer/segment-client.ts'
import { createTestClock, settle, type TestClock } from '../support/clock.ts'
import { failureOf } from '../support/failure.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

const blobId = '0c'.repeat(32)

describe('fetching segments', () => {
  it('keeps to its credit: so many streams, so many requests on each', async () => {
    const { client, lanes } = create()
    void client.fetch(blobId, range(100), ignore)
    await settle()
    expect(lanes.map(({ sent }) => sent.length)).toEqual(
      Array.from({ length: limits.blobStreams }, () => limits.blobRequestsInFlight),
    )
  })

  it('asks for the next when one arrives, and no more when too many are not stored', async () => {
    const { client, lanes } = create()
    const stored = Promise.withResolvers<void>()
    void client.fetch(blobId, range(100), () => stored.promise)
    await settle()
    const asked = (): number => lanes.reduce((sum, { sent }) => sum + sent.length, 0)
    const before = asked()
    for (let arrived = 1; arrived <= limits.blobSegmentsStoring; arrived++) {
      lanes[0]?.receive(Uint8Array.of(1))
      await settle()
      expect(asked()).toBe(before + arrived)
    }
    lanes[0]?.receive(Uint8Array.of(1))
    await settle()
    expect(asked()).toBe(before + limits.blobSegmentsStoring)
    stored.resolve()
    await settle()
    expect(asked()).toBe(before + limits.blobSegmentsStoring + 1)
  })

  it('matches answers to requests by their order, and leaves out what is missing', async () => {
    const { client, lanes } = create()
    const got: [number, Uint8Array][] = []
    const fetched = client.fetch(blobId, [5, 6, 7], (index, bytes) => {
      got.push([index, bytes])
      return Promise.resolve()
    })
    await settle()
    lanes[0]?.receive(Uint8Array.of(50))
    lanes[0]?.receive(new Uint8Array(0))
    lanes[0]?.receive(Uint8Array.of(70))
    await fetched
    expect(got).toEqual([
      [5, Uint8Array.of(50)],
      [7, Uint8Array.of(70)],
    ])
  })

  it('uses streams again for the next fetch', async () => {
    const { client, lanes } = create()
    for (const index of [1, 2, 3]) {
      const fetched = client.fetch(blobId, [index], ignore)
      await settle()
      lanes[0]?.receive(Uint8Array.of(index))
      await fetched
    }
    expect(lanes).toHaveLength(1)
  })

  it('fails when the peer answers what nobody asked', async () => {
    const { client, lanes } = create()
    const fetched = client.fetch(blobId, [1], ignore)
    await settle()
    lanes[0]?.receive(Uint8Array.of(1))
    await fetched
    lanes[0]?.receive(Uint8Array.of(2))
    expect(lanes[0]?.ended).toBe('aborted')
  })

  it('fails when the peer sends more than a segment', async () => {
    const { client, lanes } = create()
    const failed = failureOf(client.fetch(blobId, [1], ignore))
    await settle()
    lanes[0]?.end('violation')
    expect(await failed).toMatchObject({ code: 'peer-protocol' })
  })

  it('fails when the peer resets the stream, as it does before it serves', async () => {
    const { client, lanes } = create()
    const failed = failureOf(client.fetch(blobId, range(3), ignore))
    await settle()
    lanes[0]?.end()
    expect(await failed).toMatchObject({ code: 'peer-closed' })
  })

  it('fails when no stream can be opened', async () => {
    const client = createSegmentClient({
      clock: createTestClock(),
      openLane: () => Promise.reject(new Error('connection is gone')),
    })
    await expect(client.fetch(blobId, [1], ignore)).rejects.toMatchObject({ code: 'peer-closed' })
  })

  it('gives up a peer that falls silent with answers owed, not one that owes none', async () => {
    const { client, lanes, clock } = create()
    const first = client.fetch(blobId, [1], ignore)
    await settle()
    lanes[0]?.receive(Uint8Array.of(1))
    await first
    clock.advance(limits.blobStallMs * 2)
    const failed = failureOf(client.fetch(blobId, [2], ignore))
    await settle()
    clock.advance(limits.blobStallMs)
    expect(await failed).toMatchObject({ code: 'timeout' })
  })

  it('asks again elsewhere for what a cancelled neighbour held up', async () => {
    const { client, lanes } = create()
    const controller = new AbortController()
    const got: number[] = []
    const cancelled = client.fetch(blobId, [1], ignore, { signal: controller.signal })
    const kept = client.fetch(blobId, [2], (index) => {
      got.push(index)
      return Promise.resolve()
    })
    await settle()
    expect(lanes[0]?.sent).toHaveLength(2)
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    await settle()
    expect(lanes[0]?.ended).toBe('aborted')
    lanes[1]?.receive(Uint8Array.of(2))
    await kept
    expect(got).toEqual([2])
  })

  it('asks for nothing again that ends with the same signal', async () => {
    const { client, lanes } = create()
    const { signal, abort } = cancelling()
    const all = range(10).map((index) => failureOf(client.fetch(blobId, [index], ignore, { signal })))
    await settle()
    const asked = lanes.flatMap(({ sent }) => sent).length
    abort()
    for (const each of all) expect(await each).toMatchObject({ code: 'cancelled' })
    await settle()
    expect(lanes.flatMap(({ sent }) => sent)).toHaveLength(asked)
  })

  it('calls no sink after a failure', async () => {
    const { client, lanes } = create()
    let calls = 0
    const failure = new Error('disk full')
    const fetched = client.fetch(blobId, range(4), () => {
      calls++
      return Promise.reject(failure)
    })
    await settle()
    lanes[0]?.receive(Uint8Array.of(1))
    await expect(fetched).rejects.toBe(failure)
    lanes[0]?.receive(Uint8Array.of(2))
    await settle()
    expect(calls).toBe(1)
  })

  it('has nothing to do for no segments', async () => {
    const { client, lanes } = create()
    await client.fetch(blobId, [], ignore)
    expect(lanes).toEqual([])
  })

  it('fails what is under way when the link ends', async () => {
    const { client } = create()
    const failed = failureOf(client.fetch(blobId, range(50), ignore))
    await settle()
    client.close()
    expect(await failed).toMatchObject({ code: 'peer-closed' })
    await expect(client.fetch(blobId, [1], ignore)).rejects.toMatchObject({ code: 'peer-closed' })
  })
})

function create(): { client: SegmentClient; lanes: FakeStream[]; clock: TestClock } {
  const clock = createTestClock()
  const lanes: FakeStream[] = []
  const client = createSegmentClient({
    clock,
    openLane() {
      const lane = createFakeStream()
      lanes.push(lane)
      return Promise.resolve(lane.open)
    },
  })
  return { client, lanes, clock }
}

function cancelling() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function ignore(): Promise<void> {
  return Promise.resolve()
}
