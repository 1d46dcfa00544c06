// The first session of two people, whose relay damages what comes first in it: there is no psk yet to begin anew with, and
// what was lost is said again all the same.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
/** What Bo calls the conversation. */
let bos: string

const hourMs = 60 * 60 * 1000

beforeEach(async () => {
  world = createWorld()
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = () => world.network.relay(relayUrl)
const damage = (): void =>
  relay().lie((reply) =>
    reply.kind === 'envelopes'
      ? { ...reply, items: reply.items.map((item) => ({ ...item, bytes: item.bytes.map((byte) => byte ^ 1) })) }
      : reply,
  )
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const hear = (person: Person, conversationId: string, text: string): Promise<void> =>
  world.until(async () => (await texts(person, conversationId)).includes(text))
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const contactOf = async (person: Person) => (await person.messenger.contacts.list())[0]

async function ask(): Promise<void> {
  const invite = await ana.messenger.invites.create()
  bos = (await bo.messenger.invites.connect(invite.link)).conversationId
}

/** Ana says yes. Gives what she calls the conversation. */
async function accept(): Promise<string> {
  await world.until(async () => (await ana.messenger.requests.list()).length === 1)
  const [request] = await ana.messenger.requests.list()
  return (await ana.messenger.requests.accept(request?.id ?? '')).conversationId
}

/** All that waits for somebody who was away is damaged. */
async function comeBackDamaged(person: Person): Promise<Person> {
  damage()
  const back = await world.person(person.name, person.disk)
  await world.until(() => relay().envelopes().length === 0)
  relay().lie(undefined)
  return back
}

async function talk(anas: string, word: string): Promise<void> {
  await ana.messenger.send(anas, { text: `${word}, says Ana` })
  await hear(bo, bos, `${word}, says Ana`)
  await bo.messenger.send(bos, { text: `${word}, says Bo` })
  await hear(ana, anas, `${word}, says Bo`)
}

async function noDoubles(person: Person, conversationId: string): Promise<void> {
  const all = await texts(person, conversationId)
  expect(new Set(all).size).toBe(all.length)
}

describe('a relay that damages what comes first between two people', () => {
  test('keeps nothing that was written to who accepted', async () => {
    await ask()
    const anas = await accept()
    await ana.messenger.close()
    await world.until(async () => (await contactOf(bo))?.state === 'accepted')
    const sent = await bo.messenger.send(bos, { text: 'damaged' })
    // With all that Bo sends because Ana answered.
    await world.clock.advance(90_000)
    ana = await comeBackDamaged(ana)
    expect((await stateOf(bo, sent.id))?.kind).toBe('kept')
    await bo.messenger.send(bos, { text: 'after' })
    await hear(ana, anas, 'after')
    await world.clock.advance(2 * hourMs)
    expect(await texts(ana, anas)).toContain('damaged')
    expect((await stateOf(bo, sent.id))?.kind).toBe('delivered')
    await talk(anas, 'last')
    await noDoubles(ana, anas)
  })

  test('keeps neither the answer nor what follows it from who asked', async () => {
    await ask()
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await bo.messenger.close()
    const anas = await accept()
    const sent = await ana.messenger.send(anas, { text: 'damaged' })
    await world.clock.advance(90_000)
    bo = await comeBackDamaged(bo)
    expect((await contactOf(bo))?.state).toBe('asked')
    expect((await stateOf(ana, sent.id))?.kind).toBe('kept')
    await ana.messenger.send(anas, { text: 'after' })
    await hear(bo, bos, 'after')
    await world.clock.advance(2 * hourMs)
    expect(await texts(bo, bos)).toContain('damaged')
    expect(await contactOf(bo)).toMatchObject({ state: 'accepted', name: 'Ana' })
    expect((await stateOf(ana, sent.id))?.kind).toBe('delivered')
    await talk(anas, 'last')
    await noDoubles(bo, bos)
  })

  test('does not keep the answer for long, though nothing follows it', async () => {
    await ask()
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await bo.messenger.close()
    const anas = await accept()
    const sent = await ana.messenger.send(anas, { text: 'damaged' })
    await world.clock.advance(90_000)
    bo = await comeBackDamaged(bo)
    await bo.messenger.close()
    await ana.messenger.close()
    await world.clock.advance(25 * hourMs)
    ana = await world.person('Ana', ana.disk)
    bo = await world.person('Bo', bo.disk)
    await hear(bo, bos, 'damaged')
    expect(await contactOf(bo)).toMatchObject({ state: 'accepted', name: 'Ana' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
    await talk(anas, 'last')
    await noDoubles(bo, bos)
  })

  test('does not keep a request for long, nor what was written behind it', async () => {
    const invite = await ana.messenger.invites.create()
    await ana.messenger.close()
    bos = (await bo.messenger.invites.connect(invite.link, { text: 'we met at the lake' })).conversationId
    const sent = await bo.messenger.send(bos, { text: 'damaged' })
    await world.clock.advance(5_000)
    ana = await comeBackDamaged(ana)
    await ana.messenger.close()
    await world.clock.advance(25 * hourMs)
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    expect(await ana.messenger.requests.list()).toMatchObject([{ name: 'Bo', text: 'we met at the lake' }])
    const anas = await accept()
    await world.clock.advance(2 * 60_000)
    expect(await texts(ana, anas)).toEqual(['damaged'])
    expect((await stateOf(bo, sent.id))?.kind).toBe('delivered')
    await talk(anas, 'last')
    await noDoubles(ana, anas)
  })
})

describe('a request that nobody answers', () => {
  test('is made again once a day for a week, and seen once', async () => {
    const invite = await ana.messenger.invites.create({ expiresInMs: 20 * 24 * hourMs })
    await bo.messenger.invites.connect(invite.link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await ana.messenger.close()
    for (let day = 1; day <= 10; day++) {
      await bo.messenger.close()
      await world.clock.advance(24 * hourMs)
      bo = await world.person('Bo', bo.disk)
      await world.clock.advance(20_000)
      expect(relay().envelopes()).toHaveLength(Math.min(day, 7))
    }
    ana = await world.person('Ana', ana.disk)
    await world.until(() => relay().envelopes().length === 0)
    expect(await ana.messenger.requests.list()).toHaveLength(1)
    expect(ana.heard.filter(({ type }) => type !== 'presence')).toEqual([])
  })
})
