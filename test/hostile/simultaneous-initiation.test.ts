// Two people who ask each other at the same moment, over a network that delays, repeats and loses, end in one
// conversation, with everything said once.

import { describe, expect, it } from 'vitest'
import type { MailboxPush } from '../../src/protocol/mailbox/command.ts'
import type { PushFate } from '../../src/transport/memory/relay.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'
import { end, texts, throughRelay } from './support/story.ts'

const fates: Readonly<Record<string, (push: MailboxPush) => PushFate>> = {
  'at once': () => 'deliver',
  'twice each': () => 'duplicate',
  'never, until both ask again': () => 'drop',
  'after three seconds': () => ({ delayMs: 3_000 }),
}

describe('two people who ask each other at the same time', () => {
  it.each(Object.keys(fates))('meet in one conversation: pushes come %s', async (name) => {
    const world = createWorld(`simultaneous ${name}`)
    let ana = await world.person('Ana')
    let bo = await world.person('Bo')
    throughRelay(world)
    const [fromAna, fromBo] = await Promise.all([ana.messenger.invites.create(), bo.messenger.invites.create()])
    world.network.relay(relayUrl).onPush(fates[name])
    const [toBo, toAna] = await Promise.all([
      ana.messenger.invites.connect(fromBo.link),
      bo.messenger.invites.connect(fromAna.link),
    ])
    await Promise.all([
      ana.messenger.send(toBo.conversationId, { text: 'ana 1' }),
      bo.messenger.send(toAna.conversationId, { text: 'bo 1' }),
    ])
    await world.clock.advance(10_000)
    world.network.relay(relayUrl).onPush(undefined)
    ana = await ana.reopen()
    bo = await bo.reopen()
    await world.until(async () => {
      const states = await Promise.all([ana, bo].map(({ messenger }) => messenger.contacts.list()))
      return states.every((contacts) => contacts.length === 1 && contacts[0]?.state === 'accepted')
    })
    for (let turn = 2; turn <= 4; turn++) {
      await ana.messenger.send(toBo.conversationId, { text: `ana ${turn}` })
      await bo.messenger.send(toAna.conversationId, { text: `bo ${turn}` })
      await world.clock.advance(2_000)
    }
    const all = ['ana', 'bo'].flatMap((who) => [1, 2, 3, 4].map((turn) => `${who} ${turn}`))
    await world.until(async () => {
      const pages = await Promise.all([texts(ana, toBo.conversationId), texts(bo, toAna.conversationId)])
      return pages.every((page) => all.every((text) => page.includes(text)))
    })
    await world.clock.advance(60_000)
    for (const page of [await texts(ana, toBo.conversationId), await texts(bo, toAna.conversationId)]) {
      expect(page).toHaveLength(all.length)
      expect(new Set(page)).toEqual(new Set(all))
    }
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await bo.messenger.requests.list()).toEqual([])
    await end(world)
  })
})
