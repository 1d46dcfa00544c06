// Who is killed while media go over a connection, and what leaves the sender then: each segment once, whoever it was and
// however long it takes; and all of it goes to the relay for somebody who does not come back.

import { afterEach, expect, it, vi } from 'vitest'
import { limits, times } from '../../src/messenger/limits.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { serverOf } from '../support/world/segments.ts'
import { createWorld, introduce } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000
/** 83 segments with what they are padded with, and one of their hashes. */
const photo = Uint8Array.from({ length: 80 * 256 * 1024 }, (_, index) => (index * 31) % 241)
const segments = 84
const half = 40
/** What may go twice: a segment that had come and was not surely on the disk yet. */
const unsure = 1

let world: World
let ana: Person
let bo: Person
/** Segments of the photo that were put at the relay, in their order. */
let put: number[]

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

/** Half of Ana's photo has come over a connection, which then carries nothing more: neither notices, or both do. */
async function begin(seed: string, notices: 'nobody' | 'both'): Promise<string> {
  world = createWorld(seed)
  put = []
  watchPuts()
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await bo.messenger.conversations.warm(ids.bo)
  await world.until(() => world.network.directCount === 1)
  const first = await ana.messenger.send(ids.ana, { text: 'first' })
  await world.until(async () => (await stateOf(first.id)) === 'delivered')
  // What keeps an open conversation connected is over: nothing is made for its sake any more.
  await world.clock.advance(2 * times.warmMs)
  world.network.afterSegments(half, () => {
    if (notices === 'nobody') return world.network.muteDirect()
    world.network.setDirectPossible(false)
    world.network.cutDirect()
  })
  const { id } = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
  await world.until(() => world.network.directSegments >= half)
  return id
}

/** Counts what is put at the relay, which takes no more than so many until it is opened. */
function watchPuts(most = Number.POSITIVE_INFINITY): () => void {
  const relay = serverOf(world)
  const { putSegment } = relay
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  let left = most
  relay.putSegment = async (...segment) => {
    left -= 1
    if (left < 0) await opened
    await putSegment(...segment)
    if (most === Number.POSITIVE_INFINITY && segment[4] > 1) put.push(segment[2])
  }
  return open
}

/** Bo's process has ended, and Ana knows that the connection is gone. */
async function boLeaves(): Promise<void> {
  await bo.messenger.close()
  world.network.setDirectPossible(true)
}

const stateOf = async (id: string) => (await ana.messenger.messages.get(id))?.recipients[0]?.state.kind
const isThere = async (id: string): Promise<boolean> =>
  (await bo.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done'

async function arrives(id: string): Promise<void> {
  await world.until(() => isThere(id))
  expect(Buffer.from(await bytesOf(bo, `${id}.0`)).equals(photo)).toBe(true)
  await world.until(async () => (await stateOf(id)) === 'delivered')
}

it('a sender who is back connects to who waits for the rest, and puts nothing at the relay', async () => {
  const id = await begin('sender', 'nobody')
  // Whoever can put something at a relay cannot be found yet: that takes a connection, and code that has to be loaded.
  const relay = serverOf(world)
  const { info } = relay
  const { promise: isUp, resolve: up } = Promise.withResolvers<void>()
  relay.info = () => isUp.then(info)
  ana = await ana.crash()
  await world.clock.advance(3 * secondMs)
  up()
  await world.clock.advance(5 * secondMs)
  expect(await isThere(id)).toBe(true)
  await arrives(id)
  expect(put).toEqual([])
  expect(world.network.directSegments).toBeLessThanOrEqual(segments + unsure)
})

it('a receiver who is back soon gets the rest directly, and nothing is at the relay', async () => {
  const id = await begin('receiver', 'both')
  await boLeaves()
  await world.clock.advance(times.comebackMs / 2)
  expect(await stateOf(id)).toBe('sending')
  bo = await bo.crash()
  await arrives(id)
  expect(put).toEqual([])
  expect(world.network.directSegments).toBeLessThanOrEqual(segments + unsure)
})

it('a receiver who is back before all of it is at the relay takes from there what is, and no more is sent', async () => {
  const id = await begin('later', 'both')
  const open = watchPuts(20)
  await boLeaves()
  await world.until(() => put.length >= 19)
  expect(await stateOf(id)).toBe('sending')
  bo = await bo.reopen()
  await world.until(() => world.network.directCount > 0)
  open()
  await arrives(id)
  expect(put.length + world.network.directSegments).toBeLessThanOrEqual(
    segments + unsure + limits.relaySegmentsInFlight,
  )
})

it('a sender who was killed too puts first what the receiver does not have', async () => {
  const id = await begin('both', 'both')
  await boLeaves()
  ana = await ana.crash()
  await world.until(async () => (await stateOf(id)) === 'kept')
  expect(put.toSorted((a, b) => b - a)).toEqual(put)
  expect(put).toHaveLength(segments - 1)
})

it('of who goes away for good all is kept by the relay, soon, and not before that it is said to be', async () => {
  const id = await begin('for good', 'both')
  const open = watchPuts(segments - 1)
  await boLeaves()
  await world.clock.advance(times.comebackMs + 30 * secondMs)
  expect(await stateOf(id)).toBe('sending')
  open()
  await world.until(async () => (await stateOf(id)) === 'kept')
  expect(put).toHaveLength(segments - 1)
  await ana.messenger.close()
  bo = await bo.reopen()
  await world.until(() => isThere(id))
  expect(Buffer.from(await bytesOf(bo, `${id}.0`)).equals(photo)).toBe(true)
})
