// Devices that went back to an old copy of themselves, lost their sessions, or began anew at the same time: what was
// said arrives, once, and nobody takes anybody's place.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryDisk } from '../../src/storage/memory.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { inspect, putInto } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

beforeEach(async () => {
  world = createWorld()
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  ids = await introduce(world, ana, bo)
  noDirect()
  await talk('before')
  // Prekeys for new sessions are at the relay now.
  await world.clock.advance(60_000)
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const noDirect = (): void => {
  world.network.setDirectPossible(false)
  world.network.cutDirect()
}
const relay = () => world.network.relay(relayUrl)
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const hear = (person: Person, conversationId: string, text: string): Promise<void> =>
  world.until(async () => (await texts(person, conversationId)).includes(text))
const delivered = (person: Person, id: string): Promise<void> =>
  world.until(async () => (await stateOf(person, id))?.kind === 'delivered')

/** Each says something that the other hears: turns are taken, epochs begin. */
async function talk(word: string): Promise<void> {
  await ana.messenger.send(ids.ana, { text: `${word}, says Ana` })
  await hear(bo, ids.bo, `${word}, says Ana`)
  await bo.messenger.send(ids.bo, { text: `${word}, says Bo` })
  await hear(ana, ids.ana, `${word}, says Bo`)
  await world.clock.advance(20_000)
}

/** Bo's device as it is now, for later. */
const copyOf = (person: Person): MemoryDisk => crashedCopy(person.disk)

async function bringBack(person: Person, disk: MemoryDisk): Promise<Person> {
  await person.messenger.close()
  return world.person(person.name, disk)
}

async function noDoubles(person: Person, conversationId: string): Promise<void> {
  const all = await texts(person, conversationId)
  expect(new Set(all).size).toBe(all.length)
}

describe('a device that goes back to an old copy of itself', () => {
  test('hears what it cannot open after all, and is heard again', async () => {
    const old = copyOf(bo)
    await talk('lost')
    bo = await bringBack(bo, old)
    const sent = await ana.messenger.send(ids.ana, { text: 'can you read this?' })
    await hear(bo, ids.bo, 'can you read this?')
    await delivered(ana, sent.id)
    await talk('after')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('known')
    expect((await bo.messenger.contacts.list())[0]?.keys).toBe('known')
  })

  test('is heard though it speaks first, with keys that it used before', async () => {
    const old = copyOf(bo)
    await talk('lost')
    bo = await bringBack(bo, old)
    const sent = await bo.messenger.send(ids.bo, { text: 'nobody has my state any more' })
    await hear(ana, ids.ana, 'nobody has my state any more')
    await delivered(bo, sent.id)
    await talk('after')
    await noDoubles(ana, ids.ana)
  })

  test('heals on either side', async () => {
    const old = copyOf(ana)
    await talk('lost')
    ana = await bringBack(ana, old)
    await ana.messenger.send(ids.ana, { text: 'again' })
    await hear(bo, ids.bo, 'again')
    await bo.messenger.send(ids.bo, { text: 'yes' })
    await hear(ana, ids.ana, 'yes')
    await talk('after')
    await noDoubles(bo, ids.bo)
  })

  test('heals though both went back, each to another moment', async () => {
    const oldAna = copyOf(ana)
    await talk('first')
    const oldBo = copyOf(bo)
    await talk('second')
    ana = await bringBack(ana, oldAna)
    bo = await bringBack(bo, oldBo)
    await Promise.all([
      ana.messenger.send(ids.ana, { text: 'from Ana' }),
      bo.messenger.send(ids.bo, { text: 'from Bo' }),
    ])
    await hear(bo, ids.bo, 'from Ana')
    await hear(ana, ids.ana, 'from Bo')
    await talk('after')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
  })

  test('gets a photo that was kept for it, and its sender is told', async () => {
    const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 11) % 241)
    const old = copyOf(bo)
    await talk('lost')
    await bo.messenger.close()
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    bo = await world.person('Bo', old)
    await delivered(ana, sent.id)
    const parts: Uint8Array[] = []
    for await (const part of bo.messenger.media.read(`${sent.id}.0`)) parts.push(part)
    expect(Buffer.concat(parts).equals(photo)).toBe(true)
  })

  test('is told again what was seen', async () => {
    const old = copyOf(bo)
    const sent = await bo.messenger.send(ids.bo, { text: 'look' })
    await hear(ana, ids.ana, 'look')
    await ana.messenger.conversations.markSeen(ids.ana, sent.id)
    await world.until(async () => (await stateOf(bo, sent.id))?.kind === 'seen')
    const stored = crashedCopy(bo.disk)
    // It keeps its messages, and loses all it heard since in its sessions.
    putInto(stored, old, ['sessions', 'receipts'])
    bo = await bringBack(bo, stored)
    const next = await ana.messenger.send(ids.ana, { text: 'next' })
    await hear(bo, ids.bo, 'next')
    await delivered(ana, next.id)
    expect((await stateOf(bo, sent.id))?.kind).toBe('seen')
  })
})

describe('a device that lost its sessions, and has their psk', () => {
  const withoutSessions = (disk: MemoryDisk): Promise<void> =>
    inspect(disk, async ({ tables, ledger }) => {
      for (const [id, row] of tables.sessions.held())
        await ledger.change(async (change) => change.put(tables.sessions, id, { ...row, sessions: [] }))
    })

  test('begins anew by itself, and what is written meanwhile goes then', async () => {
    const disk = copyOf(bo)
    await withoutSessions(disk)
    relay().setUp(false)
    bo = await bringBack(bo, disk)
    const sent = await bo.messenger.send(ids.bo, { text: 'written without a session' })
    await world.clock.advance(30_000)
    expect((await stateOf(bo, sent.id))?.kind).toBe('sending')
    relay().setUp(true)
    await hear(ana, ids.ana, 'written without a session')
    await delivered(bo, sent.id)
    await talk('after')
  })

  test('loses nothing when it stops before it could begin', async () => {
    const disk = copyOf(bo)
    await withoutSessions(disk)
    relay().setUp(false)
    bo = await bringBack(bo, disk)
    await bo.messenger.send(ids.bo, { text: 'patience' })
    bo = await bo.crash()
    relay().setUp(true)
    await hear(ana, ids.ana, 'patience')
    expect(await texts(ana, ids.ana)).toEqual(['before, says Ana', 'before, says Bo', 'patience'])
  })
})
