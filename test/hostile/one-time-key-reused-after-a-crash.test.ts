// The one-time key goes in the very transaction that stores what it opened: a crash at any moment neither loses the person
// who asked, nor leaves a key that opens a second session.

import { describe, expect, it } from 'vitest'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { createIdentity } from '../../src/protocol/identity/identity.ts'
import { decodePrekeySecrets, encodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { publish, say, startMs } from '../protocol/session/people.ts'
import { type Fault, createWorld } from '../support/world/world.ts'
import { texts, throughRelay } from './support/story.ts'

describe('a one-time key', () => {
  it('opens for the first of two people who were given the same one, and never for the other', async () => {
    const { ana, bo, bundle, prekeys, psk, random } = await publish()
    const carol = createIdentity({ random, nowMs: startMs })
    const chosen = { bundle, psk, pskKind: 'invite', random, nowMs: startMs } as const
    const first = await say(await initiate({ identity: ana, ...chosen }), 'ana', random)
    const second = await say(await initiate({ identity: carol, ...chosen }), 'carol', random)
    const answer = { identity: bo, psk, pskKind: 'invite', random, nowMs: startMs } as const
    const answered = await respond({ ...answer, prekeys, envelope: first.envelope })
    if ('failure' in answered) throw new Error(answered.failure)
    // As it comes back from the disk.
    const stored = decodePrekeySecrets(encodePrekeySecrets(answered.prekeys))
    if (stored === undefined) throw new Error('the prekeys do not decode')
    for (const { envelope } of [first, second]) {
      expect(await respond({ ...answer, prekeys: stored, envelope })).toEqual({ failure: 'unknown-prekey' })
    }
  })

  it('is not touched by a message that does not open', async () => {
    const { ana, bo, bundle, prekeys, psk, random } = await publish()
    const begun = await initiate({ identity: ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
    const { envelope } = await say(begun, 'hello', random)
    const before = encodePrekeySecrets(prekeys)
    const answer = { identity: bo, prekeys, psk, pskKind: 'invite', random, nowMs: startMs } as const
    const last = envelope.length - 1
    const damaged = envelope.with(last, (envelope[last] ?? 0) ^ 1)
    expect(await respond({ ...answer, envelope: damaged })).toEqual({ failure: 'damaged' })
    expect(encodePrekeySecrets(prekeys)).toEqual(before)
    expect(await respond({ ...answer, envelope })).toHaveProperty('session')
  })
})

describe('a process that dies while it takes a first message', () => {
  /** Ana dies at one step of her storage after Bo has asked; gives what is left when all has calmed down. */
  async function story(dieAt: number, when: 'before' | 'after') {
    const world = createWorld('one-time')
    const fault: Fault = { steps: 0, when }
    const ana = await world.person('Ana', undefined, fault)
    const bo = await world.person('Bo')
    throughRelay(world)
    const { link } = await ana.messenger.invites.create()
    await world.clock.advance(5_000)
    const before = fault.steps
    fault.dieAt = before + dieAt
    const contact = await bo.messenger.invites.connect(link)
    await bo.messenger.send(contact.conversationId, { text: 'and this' })
    await world.clock.advance(10_000)
    const hasDied = fault.left !== undefined
    // It took fewer steps: then it lives.
    delete fault.dieAt
    const risen = fault.left === undefined ? ana : await world.person('Ana', fault.left)
    await world.until(async () => (await risen.messenger.requests.list()).length > 0)
    await world.clock.advance(30_000)
    const requests = await risen.messenger.requests.list()
    const { conversationId } = await risen.messenger.requests.accept(requests[0]?.id ?? '')
    await world.until(async () => (await texts(risen, conversationId)).includes('and this'))
    await risen.messenger.send(conversationId, { text: 'welcome' })
    await world.until(async () => (await texts(bo, contact.conversationId)).includes('welcome'))
    const contacts = await risen.messenger.contacts.list()
    // The link has been used: nobody else gets in by it.
    const carol = await world.person('Carol')
    await carol.messenger.invites.connect(link).catch(() => undefined)
    await world.clock.advance(30_000)
    const strangers = await risen.messenger.requests.list()
    // What died answers nothing any more, not even when it is closed.
    await Promise.all([risen, bo, carol].map(({ messenger }) => messenger.close()))
    expect(world.bugs).toEqual([])
    return { hasDied, requests: requests.length, contacts: contacts.length, strangers: strangers.length }
  }

  it('has afterwards one person, one session, and no way in by the used key', { timeout: 60_000 }, async () => {
    let steps = 0
    for (let dieAt = 1; dieAt <= 12; dieAt++) {
      const outcome = await story(dieAt, dieAt % 2 === 0 ? 'before' : 'after')
      expect(outcome).toMatchObject({ requests: 1, contacts: 1, strangers: 0 })
      if (!outcome.hasDied) break
      steps = dieAt
    }
    expect(steps).toBeGreaterThan(1)
  })
})
