// Direct connections that died without a word: a process was killed, and nobody could say so.

import { expect, it } from 'vitest'
import { bytesOf } from '../support/world/reading.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'
import { TransportError } from '../../src/messenger/ports.ts'

const secondMs = 1000
const photo = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 13) % 249)

it('are given up when the other one comes back in a new process, and what was asked over them is asked anew', async () => {
  const world = createWorld('lost')
  const relay = world.network.relay(relayUrl)
  if ('putSegment' in relay) relay.putSegment = () => Promise.reject(new TransportError('relay-unreachable'))
  let ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await bo.messenger.conversations.warm(ids.bo)
  await world.until(() => world.network.directCount === 1)
  const { id } = await ana.messenger.send(ids.ana, { text: 'first' })
  await world.until(async () => (await bo.messenger.messages.get(id)) !== undefined)
  world.network.muteDirect()
  const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
  await world.until(async () => (await bo.messenger.messages.get(sent.id)) !== undefined)
  ana = await ana.crash()
  // Sooner than a silent peer is given up.
  for (let passed = 0; passed < 15 && world.network.directCount === 0; passed++) await world.clock.advance(secondMs)
  await world.clock.advance(5 * secondMs)
  expect((await bo.messenger.messages.get(sent.id))?.attachments[0]?.transfer.kind).toBe('done')
  expect(Buffer.from(await bytesOf(bo, `${sent.id}.0`)).equals(photo)).toBe(true)
  await world.close()
  expect(world.bugs).toEqual([])
})
