// Who said something, and when, comes from inside the message: not from the mailbox it lies in, the relay that brings it,
// or the moment it arrives.

import { describe, expect, it } from 'vitest'
import { handsOf } from '../support/world/hands.ts'
import { introduce, relayUrl } from '../support/world/world.ts'
import { acquainted, strangerIn, texts } from './support/story.ts'

const hourMs = 60 * 60 * 1000

describe('the sender of a message', () => {
  it('is the peer of its session, whatever mailbox it is put into', async () => {
    await using story = await acquainted('sender')
    const { world, ana, bo, ids, pushed } = story
    const carol = await world.person('Carol')
    const withCarol = await introduce(world, carol, bo)
    await world.clock.advance(30_000)
    world.network.cutDirect()
    const from = pushed.length
    await ana.messenger.send(ids.ana, { text: 'by Ana' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('by Ana'))
    const envelopes = pushed.slice(from).flatMap(({ items }) => items.map(({ bytes }) => bytes))
    // Carol puts what Ana sent into her own mailbox at Bo's.
    await carol.messenger.close()
    const hands = await handsOf(world, carol)
    await hands.putEnvelopes(envelopes)
    await hands.put([{ kind: 'message', text: 'by Carol', media: [] }])
    await world.until(async () => (await texts(bo, withCarol.bo)).includes('by Carol'))
    await world.clock.advance(30_000)
    expect(await texts(bo, withCarol.bo)).toEqual(['by Carol'])
    expect(await texts(bo, ids.bo)).toEqual(['by Ana'])
  })

  it('is nobody, for whoever has only the address', async () => {
    await using story = await acquainted('nobody')
    const { world, ana, bo, ids } = story
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const { theirs } = hands.contact
    const [sealed = new Uint8Array()] = await hands.seal([{ kind: 'message', text: 'true', media: [] }])
    const transport = await strangerIn(world)
    const writeKey = theirs?.writeKey ?? new Uint8Array(32)
    const rubbish = crypto.getRandomValues(new Uint8Array(4096)).with(0, 0x12)
    await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes: [rubbish] }])
    await world.clock.advance(30_000)
    expect(await texts(bo, ids.bo)).toEqual([])
    // Carried by a stranger, it is still Ana's: she made it.
    await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes: [sealed] }])
    await world.until(async () => (await texts(bo, ids.bo)).length > 0)
    const [message] = await bo.messenger.conversations.page(ids.bo)
    expect(message).toMatchObject({ text: 'true', senderId: (await bo.messenger.contacts.list())[0]?.id })
  })
})

describe('the time of a message', () => {
  it('is when it was sent, however long a relay keeps it back', async () => {
    await using story = await acquainted('time')
    const { world, ana, bo, ids } = story
    await bo.messenger.close()
    const sentAt = world.clock.now()
    await ana.messenger.send(ids.ana, { text: 'at noon' })
    await world.clock.advance(5 * hourMs)
    const again = await bo.reopen()
    await world.until(async () => (await texts(again, ids.bo)).length > 0)
    const [message] = await again.messenger.conversations.page(ids.bo)
    expect(Math.abs((message?.sentAt ?? 0) - sentAt)).toBeLessThan(60_000)
  })

  it('in the far future is shown as of tomorrow at the latest', async () => {
    await using story = await acquainted('future')
    const { world, ana, bo, ids } = story
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    await hands.put([{ kind: 'message', text: 'soon', media: [] }], { sentAtMs: 8_640_000_000_000_000 })
    await world.until(async () => (await texts(bo, ids.bo)).length > 0)
    const [message] = await bo.messenger.conversations.page(ids.bo)
    expect(message?.sentAt).toBeLessThanOrEqual(world.clock.now() + 24 * hourMs)
  })
})
