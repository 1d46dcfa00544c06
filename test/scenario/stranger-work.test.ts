// First messages to an address that is flooded: the relay asks for work, and the device does it, within bounds.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { limits } from '../../src/protocol/limits.ts'
import { closeWorld, openApart } from '../support/world/pair.ts'
import { introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person

beforeEach(async () => {
  ;({ world, ana, bo } = await openApart())
})
afterEach(() => closeWorld(world))

const relay = () => world.network.relay(relayUrl)
const requests = async () => (await ana.messenger.requests.list()).length
const stateOf = async (id: string) => (await bo.messenger.messages.get(id))?.recipients[0]?.state
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)

/** Not awaited where work is asked for: it resolves when that is done, which takes the world's time. */
async function connect(): Promise<string> {
  const { link } = await ana.messenger.invites.create({ uses: 3 })
  const connecting = bo.messenger.invites.connect(link)
  await world.clock.advance(1_000)
  return (await connecting).conversationId
}

test('the work is done, and what was sent arrives as if nothing were', async () => {
  relay().askForWork(12)
  const conversationId = await connect()
  await world.until(async () => (await requests()) === 1)
  const sent = await Promise.all(['one', 'two', 'three'].map((text) => bo.messenger.send(conversationId, { text })))
  const states = new Set<string>()
  bo.messenger.addEventListener('state', ({ detail }) => void states.add(detail.recipient.state.kind))
  await world.until(async () => (await stateOf(sent[2]?.id ?? ''))?.kind === 'kept')
  expect(states).toEqual(new Set(['kept']))

  const [request] = await ana.messenger.requests.list()
  const accepted = await ana.messenger.requests.accept(request?.id ?? '')
  await world.until(async () => (await texts(ana, accepted.conversationId)).length === 3)
})

test('what is lost on the way back is not worked for again', async () => {
  relay().askForWork(8)
  await connect()
  await world.until(async () => (await requests()) === 1)
  const puts = relay().counters.putEnvelopes
  await world.clock.advance(120_000)
  expect(relay().counters.putEnvelopes).toBe(puts)
})

test('contacts are asked for none: strangers do not know their mailboxes', async () => {
  const ids = await introduce(world, ana, bo)
  relay().askForWork(limits.workBits + 1)
  world.network.setDirectPossible(false)
  world.network.cutDirect()
  await bo.messenger.send(ids.bo, { text: 'Hello' })
  await world.until(async () => (await texts(ana, ids.ana)).includes('Hello'))
})

test('contacts do none either for a relay that asks for it all the same, and what they wrote goes when it stops', async () => {
  const ids = await introduce(world, ana, bo)
  world.network.setDirectPossible(false)
  world.network.cutDirect()
  await world.clock.advance(90_000)
  const work = { token: new Uint8Array(32).fill(1), bits: 4 }
  relay().lie((reply) => (reply.kind === 'stored' ? { kind: 'error', code: 'too-many-requests', work } : reply))
  const puts = relay().counters.putEnvelopes
  const sent = await bo.messenger.send(ids.bo, { text: 'Hello' })
  await world.clock.advance(3_000)
  // Put once, and again after a second and two: with work it would be twice as often.
  expect(relay().counters.putEnvelopes - puts).toBeLessThanOrEqual(3)
  expect((await stateOf(sent.id))?.kind).toBe('sending')
  relay().lie(undefined)
  await world.until(async () => (await stateOf(sent.id))?.kind === 'delivered')
})

test('absurd work is not done: the person is told, and what they wrote goes out when the relay is sane again', async () => {
  const conversationId = await connect()
  await world.until(async () => (await requests()) === 1)
  relay().askForWork(limits.workBits + 1)
  const sent = await bo.messenger.send(conversationId, { text: 'Hello' })
  await world.until(async () => (await stateOf(sent.id))?.kind === 'failed')
  expect(await stateOf(sent.id)).toEqual({ kind: 'failed', reason: 'too-much-work' })

  relay().askForWork(0)
  await bo.messenger.messages.retry(sent.id)
  await world.until(async () => (await stateOf(sent.id))?.kind === 'kept')
})
