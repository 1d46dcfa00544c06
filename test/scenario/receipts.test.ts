// When receipts go: at once straight from device to device, late and together through a relay, and never twice.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageView } from '../../src/messenger/api.ts'
import { limits } from '../../src/messenger/limits.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import { inspect } from '../support/world/sessions.ts'
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

  it('do not pile up for a contact whose relay cannot be reached, and go when it can', async () => {
    const { ana, bo } = await acquainted('unreachable', false)
    // With what both say once more, a minute after they met.
    await world.clock.advance(90_000)
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const writeKey = new Uint8Array(32).fill(7)
    await hands.put([{ kind: 'mailbox', mailbox: { relay: 'https://dead.example', writeKey } }])
    for (let count = 0; count < 20; count++) {
      await hands.put([{ kind: 'message', text: `message ${count}`, media: [] }])
      await world.clock.advance(20_000)
    }
    const during = await tablesOf(ana)
    expect([...during.outbox.held()]).toHaveLength(limits.waitingControls)
    expect([...during.receipts.held()].map(([, { delivered }]) => delivered.length)).toEqual([
      20 - limits.waitingControls,
    ])

    await hands.put([{ kind: 'mailbox', mailbox: hands.own }])
    await world.clock.advance(2 * 60_000)
    const after = await tablesOf(ana)
    expect([...after.outbox.held()]).toEqual([])
    expect([...after.receipts.held()]).toEqual([])
  })

  it('that are owed are the newest ones, up to a bound', async () => {
    const { ana, bo, ids } = await acquainted('owed', false)
    await ana.messenger.close()
    const owed = Array.from({ length: limits.owedReceipts }, (_, index) => index.toString(16).padStart(32, '0'))
    await inspect(ana.disk, async ({ tables, ledger }) => {
      for (const [contactId] of tables.contacts.held())
        await ledger.change(async (change) =>
          change.put(tables.receipts, contactId, { delivered: owed, seen: [], dueAt: world.clock.now() + 15_000 }),
        )
    })
    const again = await world.person('Ana', ana.disk)
    const sent = await bo.messenger.send(ids.bo, { text: 'one more' })
    await world.until(async () => (await newest(again, ids.ana))?.text === 'one more')
    const [row] = [...(await tablesOf(again)).receipts.held()]
    expect(row?.[1].delivered).toEqual([...owed.slice(1), sent.id])
  })
})
