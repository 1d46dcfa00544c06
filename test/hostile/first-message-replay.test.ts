// A relay keeps first messages and delivers them again, whenever it likes: each begins one session, once.

import { describe, expect, it } from 'vitest'
import { firstMessageKey } from '../../src/protocol/handshake/header-pub.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { meet, say, startMs } from '../protocol/session/people.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'
import { end, put, strangerIn, texts, throughRelay, writeKeyOf } from './support/story.ts'

describe('a replayed first message', () => {
  it('is known by what the whole session has in common, and begins no second one', async () => {
    const { ana, bo, first, published, random } = await meet()
    const second = await say(ana, 'again', random)
    expect(firstMessageKey(second.envelope)).toEqual(firstMessageKey(first))
    expect(await openMessage(bo, first, { nowMs: startMs })).toEqual({ failure: 'duplicate' })
    const { prekeys, psk } = published
    const answer = { identity: published.bo, envelope: first, psk, pskKind: 'invite', random, nowMs: startMs } as const
    const answered = await respond({ ...answer, prekeys })
    if ('failure' in answered) throw new Error(answered.failure)
    expect(answered.session.sid).toEqual(bo.sid)
    expect(await respond({ ...answer, prekeys: answered.prekeys })).toEqual({ failure: 'unknown-prekey' })
  })

  it.each([1, 3])('makes one request, once and for all (an invite of %i uses)', async (uses) => {
    const world = createWorld(`replay ${uses}`)
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    throughRelay(world)
    const { link } = await ana.messenger.invites.create({ uses })
    const caught: Uint8Array[] = []
    world.network.relay(relayUrl).onPush(({ items }) => {
      caught.push(...items.map(({ bytes }) => bytes))
      return 'deliver'
    })
    await bo.messenger.invites.connect(link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    const [first = new Uint8Array()] = caught
    const transport = await strangerIn(world)
    const replay = async (): Promise<void> => {
      await put(transport, writeKeyOf(link), [first, first])
      await world.clock.advance(5_000)
    }

    await replay()
    expect(await ana.messenger.requests.list()).toHaveLength(1)
    const again = await ana.reopen()
    await replay()
    const [request] = await again.messenger.requests.list()
    expect(await again.messenger.requests.list()).toHaveLength(1)

    await again.messenger.requests.delete(request?.id ?? '')
    await replay()
    const after = await again.crash()
    await replay()
    expect(await after.messenger.requests.list()).toEqual([])
    expect(await after.messenger.contacts.list()).toEqual([])
    await end(world)
  })

  it('changes nothing between people who already talk', async () => {
    const world = createWorld('replay later')
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    throughRelay(world)
    const { link } = await ana.messenger.invites.create({ uses: 3 })
    const caught: Uint8Array[] = []
    world.network.relay(relayUrl).onPush(({ items }) => {
      caught.push(...items.map(({ bytes }) => bytes))
      return 'deliver'
    })
    const contact = await bo.messenger.invites.connect(link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    const [request] = await ana.messenger.requests.list()
    const { conversationId } = await ana.messenger.requests.accept(request?.id ?? '')
    await bo.messenger.send(contact.conversationId, { text: 'one' })
    await world.until(async () => (await texts(ana, conversationId)).includes('one'))

    const transport = await strangerIn(world)
    for (const envelope of caught) await put(transport, writeKeyOf(link), [envelope])
    await world.clock.advance(60_000)
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await ana.messenger.contacts.list()).toHaveLength(1)
    await ana.messenger.send(conversationId, { text: 'two' })
    await world.until(async () => (await texts(bo, contact.conversationId)).includes('two'))
    await bo.messenger.send(contact.conversationId, { text: 'three' })
    await world.until(async () => (await texts(ana, conversationId)).includes('three'))
    expect(await texts(ana, conversationId)).toEqual(['one', 'two', 'three'])
    await end(world)
  })
})
