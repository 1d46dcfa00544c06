// A relay for members, as people meet it.

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RelayView } from '../../src/messenger/api.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World

beforeEach(() => {
  world = createWorld()
  relay().members.membership = 'invite'
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = () => world.network.relay(relayUrl)
const code = (fill: number) => new Uint8Array(16).fill(fill)
const linkFor = (fill: number, uses = 1) => relay().members.invite(code(fill), { uses })
const home = async (person: Person): Promise<RelayView | undefined> =>
  (await person.messenger.relays.list()).find(({ url }) => url === relayUrl)
const isLive = (person: Person): Promise<void> =>
  world.until(async () => (await home(person))?.membership !== undefined)

test('two members meet and write, and a stranger to the relay cannot, but says why', async () => {
  const link = linkFor(1, 2)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  await isLive(ana)
  expect(await home(ana)).toMatchObject({ membership: 'none', problem: 'not-a-member' })
  await expect(ana.messenger.invites.create()).rejects.toMatchObject({ code: 'not-a-member' })

  await ana.messenger.relays.join(link)
  await bo.messenger.relays.join(` ${link}\n`)
  expect(await home(ana)).toMatchObject({ membership: 'member' })
  expect((await home(ana))?.problem).toBeUndefined()
  const both = await introduce(world, ana, bo)
  const sent = await ana.messenger.send(both.ana, { text: 'hello' })
  await world.until(async () => {
    const state = (await ana.messenger.messages.get(sent.id))?.recipients[0]?.state
    return state?.kind === 'delivered'
  })

  const cy = await world.person('Cy')
  const invite = await ana.messenger.invites.create()
  const bundles = relay().bundles()
  await expect(cy.messenger.invites.connect(invite.link)).rejects.toMatchObject({ code: 'not-a-member' })
  expect(await cy.messenger.contacts.list()).toEqual([])
  // Nothing of the invite was used up.
  expect(relay().bundles()).toEqual(bundles)
  await cy.messenger.relays.join(linkFor(2))
  await cy.messenger.invites.connect(invite.link)
  await world.until(async () => (await ana.messenger.requests.list()).length === 1)
})

test('a join whose answer was lost is repeated by itself, and costs one use', async () => {
  const link = linkFor(1)
  const ana = await world.person('Ana')
  await isLive(ana)
  relay().loseReplies(true)
  await expect(ana.messenger.relays.join(link)).rejects.toMatchObject({ code: 'relay-unreachable' })
  relay().loseReplies(false)
  await expect(ana.messenger.relays.join(link)).resolves.toBeUndefined()
  expect(relay().members.count).toBe(1)
})

test('a device that died while it joined is a member when it is back', async () => {
  const link = linkFor(1)
  const ana = await world.person('Ana')
  await isLive(ana)
  relay().loseReplies(true)
  // What was asked of the relay reached it; the answer did not come before the end.
  await expect(ana.messenger.relays.join(link)).rejects.toMatchObject({ code: 'relay-unreachable' })
  relay().loseReplies(false)
  const again = await ana.reopen()
  await world.until(async () => (await home(again))?.membership === 'member')
  await again.messenger.invites.create()
  expect(relay().members.count).toBe(1)
})

test.each([
  ['broken', (): string => 'https://relay.example/#join/abc'],
  ['unknown', (): string => `${relayUrl}/#join/${'A'.repeat(22)}`],
  ['expired', (): string => relay().members.invite(code(3), { lifetimeMs: 0 })],
  ['used', (): string => relay().members.invite(code(3), { uses: 0 })],
  [
    'closed',
    (): string => {
      const link = linkFor(3)
      relay().members.membership = 'closed'
      return link
    },
  ],
] as const)('a link that is %s makes nobody a member, and the next one does', async (reason, make) => {
  const ana = await world.person('Ana')
  await isLive(ana)
  await expect(ana.messenger.relays.join(make())).rejects.toMatchObject({ name: 'JoinError', code: reason })
  expect((await home(ana))?.membership).toBe('none')
  relay().members.membership = 'invite'
  await ana.messenger.relays.join(linkFor(4))
  expect(await home(ana)).toMatchObject({ membership: 'member' })
})

test('who is banned keeps what there is, is told, and is not let in again by the same device', async () => {
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const link = linkFor(1, 5)
  await ana.messenger.relays.join(link)
  await bo.messenger.relays.join(link)
  const both = await introduce(world, ana, bo)
  relay().members.ban(1)
  await expect(ana.messenger.invites.create()).rejects.toMatchObject({ code: 'banned' })
  await expect(ana.messenger.relays.join(link)).rejects.toMatchObject({ code: 'banned' })
  await bo.messenger.send(both.bo, { text: 'still there?' })
  await world.until(async () =>
    (await ana.messenger.conversations.page(both.ana)).some(({ text }) => text === 'still there?'),
  )
  expect(relay().members.count).toBe(2)
})

test('people from when the relay was open go on, and are asked for a link when something new is due', async () => {
  relay().members.membership = 'open'
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const both = await introduce(world, ana, bo)
  expect(await home(ana)).toMatchObject({ membership: 'open' })
  relay().setUp(false)
  relay().members.membership = 'invite'
  relay().setUp(true)
  const again = await ana.reopen()
  await world.until(async () => (await home(again))?.problem === 'not-a-member')
  await again.messenger.send(both.ana, { text: 'as before' })
  await world.until(async () =>
    (await bo.messenger.conversations.page(both.bo)).some(({ text }) => text === 'as before'),
  )
  await again.messenger.relays.join(linkFor(1))
  await again.messenger.contacts.renewAddress((await again.messenger.contacts.list())[0]?.id ?? '')
  expect((await home(again))?.problem).toBeUndefined()
})

test('each relay gets a membership of its own', async () => {
  const other = world.network.relay('https://other.example')
  other.members.membership = 'invite'
  const ana = await world.person('Ana')
  await ana.messenger.relays.join(linkFor(1))
  await ana.messenger.relays.join(other.members.invite(code(1)))
  const memberships = (await ana.messenger.relays.list()).map(({ membership }) => membership)
  expect(memberships).toEqual(['member', 'member'])
  expect([relay().members.count, other.members.count]).toEqual([1, 1])
})
