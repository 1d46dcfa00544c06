// A receipt that answers at once tells whoever watches who talks to whom, within about five messages. Through a relay it
// waits for a random moment, and is shared by what came meanwhile. To strangers there is none.

import { describe, expect, it } from 'vitest'
import { relayUrl } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'
import { acquainted, end, texts, throughRelay } from './support/story.ts'

/** How long after a message the next envelope of the one who got it appears at the relay. */
async function receiptDelays(seed: string, count: number): Promise<number[]> {
  await using story = await acquainted(seed)
  const { world, ana, bo, ids, pushed } = story
  await world.clock.advance(60_000)
  const delays: number[] = []
  for (let turn = 0; turn < count; turn++) {
    await ana.messenger.send(ids.ana, { text: `message ${turn}` })
    await world.until(async () => (await texts(bo, ids.bo)).length === turn + 1)
    const [from, since] = [pushed.length, world.clock.now()]
    while (pushed.length === from) await world.clock.advance(100)
    delays.push(world.clock.now() - since)
    await world.clock.advance(60_000)
  }
  return delays
}

describe('a receipt through a relay', () => {
  it('comes after 5 to 15 seconds, at a moment that cannot be foretold', async () => {
    const delays = await receiptDelays('timing', 12)
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(4_500)
      expect(delay).toBeLessThanOrEqual(15_500)
    }
    // Spread over the ten seconds, and no two runs alike.
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(2_500)
    expect(new Set(delays).size).toBeGreaterThan(6)
    expect(await receiptDelays('another', 4)).not.toEqual(delays.slice(0, 4))
  })

  it('is one for everything that came meanwhile', async () => {
    await using story = await acquainted('batched')
    const { world, ana, bo, ids, pushed } = story
    // A minute after they met, both say once more what may have been lost.
    await world.clock.advance(180_000)
    const before = pushed.length
    for (const text of ['1', '2', '3', '4', '5']) await ana.messenger.send(ids.ana, { text })
    await world.until(async () => (await texts(bo, ids.bo)).length === 5)
    await world.clock.advance(60_000)
    const since = pushed.slice(before)
    const owner = since[0]?.mailboxId
    const toAna = since.filter(({ mailboxId }) => Buffer.compare(mailboxId, owner ?? mailboxId) !== 0)
    expect(toAna.flatMap(({ items }) => items)).toHaveLength(1)
    const states = (await ana.messenger.conversations.page(ids.ana)).map(({ recipients }) => recipients[0]?.state.kind)
    expect(new Set(states)).toEqual(new Set(['delivered']))
  })
})

describe('somebody who was not accepted', () => {
  it('gets no receipt, and no other sign that anybody read', async () => {
    const world = createWorld('stranger')
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    throughRelay(world)
    const { link } = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    const sent = await bo.messenger.send(contact.conversationId, { text: 'are you there?' })
    await world.clock.advance(5_000)
    const before = world.network.relay(relayUrl).counters.putEnvelopes
    await ana.messenger.requests.list()
    await world.clock.advance(120_000)
    expect(world.network.relay(relayUrl).counters.putEnvelopes).toBe(before)
    expect((await bo.messenger.messages.get(sent.id))?.recipients[0]?.state.kind).not.toBe('delivered')
    await end(world)
  })
})
