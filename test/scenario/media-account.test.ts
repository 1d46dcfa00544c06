// Media are put on the account of one mailbox, and go on being put there, whatever address the recipient has meanwhile.

import { afterEach, expect, it } from 'vitest'
import { TransportError } from '../../src/messenger/ports.ts'
import type { MemoryRelay, MemoryRelayServer } from '../../src/transport/memory/relay.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const minuteMs = 60 * 1000
const photo = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31) % 241)

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function stateOf(person: Person, messageId: string): Promise<string | undefined> {
  return (await person.messenger.messages.get(messageId))?.recipients[0]?.state.kind
}

const isServer = (relay: MemoryRelay): relay is MemoryRelayServer => 'putSegment' in relay

it('an upload that was cut short ends though the contact moved and began anew meanwhile', async () => {
  world = createWorld('moved')
  world.network.setDirectPossible(false)
  const ana = await world.person('Ana')
  let bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  for (const [person, conversationId] of [
    [ana, ids.ana],
    [bo, ids.bo],
  ] as const) {
    const sent = await person.messenger.send(conversationId, { text: 'hello' })
    await world.until(async () => (await stateOf(person, sent.id)) === 'delivered')
  }
  await world.clock.advance(minuteMs)

  // Two segments get through, then none.
  const relay = world.network.relay(relayUrl)
  if (!isServer(relay)) throw new Error('the relay hides its insides')
  const { putSegment } = relay
  let left = 2
  relay.putSegment = (...segment) => {
    left -= 1
    return left < 0 ? Promise.reject(new TransportError('relay-unreachable')) : putSegment(...segment)
  }
  await bo.messenger.close()
  const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo(1_500_000) }] })
  await world.clock.advance(20_000)
  expect(await stateOf(ana, sent.id)).toBe('sending')

  // Bo takes a new address, and then loses his sessions.
  bo = await world.person('Bo', bo.disk)
  await world.clock.advance(30_000)
  const [contact] = await bo.messenger.contacts.list()
  await bo.messenger.contacts.renewAddress(contact?.id ?? '')
  await world.clock.advance(30_000)
  await bo.messenger.close()
  await inspect(bo.disk, async ({ tables, ledger }) => {
    for (const [id, row] of tables.sessions.held())
      await ledger.change(async (change) => change.put(tables.sessions, id, { ...row, sessions: [] }))
  })
  bo = await world.person('Bo', bo.disk)
  await world.clock.advance(2 * minuteMs)

  relay.putSegment = putSegment
  await world.until(async () => (await stateOf(ana, sent.id)) === 'delivered')
  const next = await ana.messenger.send(ids.ana, { media: [{ data: photo(300_000) }] })
  await world.until(async () => (await stateOf(ana, next.id)) === 'delivered')
})
