// When receipts go: at once straight from device to device, late and together through a relay, and never twice.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageView } from '../../src/messenger/api.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251)

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function acquainted(
  seed: string,
  direct: boolean,
): Promise<{ ana: Person; bo: Person; ids: { ana: string; bo: string } }> {
  world = createWorld(seed)
  world.network.setDirectPossible(direct)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await ana.messenger.send(ids.ana, { text: 'hello' })
  await world.clock.advance(60_000)
  return { ana, bo, ids }
}

const stateOf = async (person: Person, id: string): Promise<string | undefined> =>
  (await person.messenger.messages.get(id))?.recipients[0]?.state.kind

/** How long until the message is in this state, in the world's time. */
async function waitFor(person: Person, id: string, state: string): Promise<number> {
  const since = world.clock.now()
  await world.until(async () => (await stateOf(person, id)) === state)
  return world.clock.now() - since
}

async function newest(person: Person, conversationId: string): Promise<MessageView | undefined> {
  return (await person.messenger.conversations.page(conversationId)).at(-1)
}

describe('receipts', () => {
  it('of pictures and of looking go at once over a direct connection', async () => {
    const { ana, bo, ids } = await acquainted('direct', true)
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    expect(await waitFor(ana, sent.id, 'delivered')).toBeLessThan(2_000)
    const got = await newest(bo, ids.bo)
    await bo.messenger.conversations.markSeen(ids.bo, got?.id ?? '')
    expect(await waitFor(ana, sent.id, 'seen')).toBeLessThan(2_000)
  })

  it('wait when there is none, and outlive the end of the process meanwhile', async () => {
    const { ana, bo, ids } = await acquainted('crash', false)
    const sent = await ana.messenger.send(ids.ana, { text: 'are you there?' })
    await world.until(async () => (await newest(bo, ids.bo))?.text === 'are you there?')
    const since = world.clock.now()
    const again = await bo.crash()
    await world.until(async () => (await stateOf(ana, sent.id)) === 'delivered')
    expect(world.clock.now() - since).toBeGreaterThanOrEqual(4_000)
    expect(world.clock.now() - since).toBeLessThanOrEqual(60_000)
    expect((await newest(again, ids.bo))?.text).toBe('are you there?')
  })

  it('that were waiting go when a direct connection opens', async () => {
    const { ana, bo, ids } = await acquainted('opens', false)
    const before = world.network.relay(relayUrl).counters.putEnvelopes
    const sent = await ana.messenger.send(ids.ana, { text: 'here' })
    await world.until(async () => (await newest(bo, ids.bo))?.text === 'here')
    world.network.setDirectPossible(true)
    await bo.messenger.conversations.warm(ids.bo)
    expect(await waitFor(ana, sent.id, 'delivered')).toBeLessThan(3_000)
    // The message itself went through the relay, its receipt did not.
    expect(world.network.relay(relayUrl).counters.putEnvelopes - before).toBe(1)
  })
})
