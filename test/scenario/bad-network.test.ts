// Relays that vanish, forget, lose answers, are full; connections that are cut. Nothing is lost, nothing is there twice.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

beforeEach(async () => {
  world = createWorld()
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  ids = await introduce(world, ana, bo)
  await world.clock.advance(20_000)
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = () => world.network.relay(relayUrl)
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const noDirect = (): void => {
  world.network.setDirectPossible(false)
  world.network.cutDirect()
}
const film = Uint8Array.from({ length: 6_000_000 }, (_, index) => (index * 7) % 253)

async function hasFilm(person: Person, conversationId: string): Promise<boolean> {
  const page = await person.messenger.conversations.page(conversationId)
  const message = page.find(({ attachments }) => attachments.length > 0)
  if (message?.attachments[0]?.transfer.kind !== 'done') return false
  const parts: Uint8Array[] = []
  for await (const part of person.messenger.media.read(`${message.id}.0`)) parts.push(part)
  return Buffer.concat(parts).equals(film)
}

describe('direct connections that cannot be made', () => {
  test('leave everything working through the relay', async () => {
    noDirect()
    const text = await ana.messenger.send(ids.ana, { text: 'by relay' })
    const media = await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    await world.until(() => hasFilm(bo, ids.bo))
    await world.until(async () => (await stateOf(ana, text.id))?.kind === 'delivered')
    await world.until(async () => (await stateOf(ana, media.id))?.kind === 'delivered')
    await bo.messenger.conversations.markSeen(ids.bo, media.id)
    await world.until(async () => (await stateOf(ana, text.id))?.kind === 'seen')
    expect(relay().counters.putSegments).toBeGreaterThan(20)
  })
})

describe('a connection that is cut', () => {
  test('in the middle of a film goes on through the relay, without sending a finished segment again', async () => {
    await world.until(() => world.network.directCount > 0)
    let segments = 0
    bo.messenger.addEventListener('transfer', ({ detail }) => {
      if (detail.transfer.kind === 'download' && detail.transfer.doneBytes > 1_000_000 && segments++ === 0) noDirect()
    })
    await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    await world.until(() => hasFilm(bo, ids.bo))
  })

  test('and comes back is used again', async () => {
    noDirect()
    await ana.messenger.send(ids.ana, { text: 'first' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('first'))
    world.network.setDirectPossible(true)
    await ana.messenger.conversations.warm(ids.ana)
    await world.until(() => world.network.directCount > 0)
    const before = relay().counters.putEnvelopes
    await world.clock.advance(30_000)
    const settled = relay().counters.putEnvelopes
    const sent = await ana.messenger.send(ids.ana, { text: 'second' })
    await sent.state('delivered')
    expect(relay().counters.putEnvelopes).toBe(settled)
    expect(settled).toBeGreaterThanOrEqual(before)
  })
})

describe('an open conversation', () => {
  test('connects directly as soon as the relay is there again', async () => {
    world.network.cutDirect()
    relay().setUp(false)
    await ana.messenger.conversations.warm(ids.ana)
    await world.clock.advance(1_000)
    expect(world.network.directCount).toBe(0)
    relay().setUp(true)
    const isLive = async ({ messenger }: Person) => (await messenger.relays.list())[0]?.state === 'live'
    await world.until(async () => (await isLive(ana)) && (await isLive(bo)))
    await world.clock.advance(100)
    expect(world.network.directCount).toBeGreaterThan(0)
  })
})

describe('a relay', () => {
  beforeEach(noDirect)

  test('that is down keeps a message waiting here, and takes it when it is back', async () => {
    relay().setUp(false)
    const sent = await ana.messenger.send(ids.ana, { text: 'later' })
    await world.clock.advance(120_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    relay().setUp(true)
    await world.until(async () => (await texts(bo, ids.bo)).includes('later'))
  })

  test('that stores but loses its answer gets the same envelope again, and it is shown once', async () => {
    relay().loseReplies(true)
    await ana.messenger.send(ids.ana, { text: 'echo' })
    await world.clock.advance(10_000)
    relay().loseReplies(false)
    await world.until(async () => (await texts(bo, ids.bo)).includes('echo'))
    await world.clock.advance(120_000)
    expect(await texts(bo, ids.bo)).toEqual(['echo'])
  })

  test('that pushes twice, late or not at all changes nothing but the delay', async () => {
    let turn = 0
    relay().onPush(() => (['duplicate', 'drop', { delayMs: 5_000 }] as const)[turn++ % 3] ?? 'deliver')
    for (const text of ['one', 'two', 'three', 'four']) await ana.messenger.send(ids.ana, { text })
    await world.until(async () => (await texts(bo, ids.bo)).length === 4)
    expect(new Set(await texts(bo, ids.bo)).size).toBe(4)
  })

  test('that is full says so; the message is kept here, and goes when it is tried again', async () => {
    relay().setFull(true)
    const sent = await ana.messenger.send(ids.ana, { text: 'no room' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'failed')
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'failed', reason: 'relay-full' })
    relay().setFull(false)
    await ana.messenger.messages.retry(sent.id)
    await world.until(async () => (await texts(bo, ids.bo)).includes('no room'))
  })

  test('of another version, or none at all, is named as that and loses nothing', async () => {
    relay().failWith('not-a-relay')
    await expect(ana.messenger.relays.add(relayUrl)).resolves.toBeUndefined()
    const sent = await ana.messenger.send(ids.ana, { text: 'wait' })
    await world.clock.advance(60_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    relay().failWith(undefined)
    await world.until(async () => (await texts(bo, ids.bo)).includes('wait'))
  })

  test('whose segments expired leaves a film waiting, until its sender is there again', async () => {
    await bo.messenger.close()
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    relay().expireBlobs()
    const again = await world.person('Bo', bo.disk)
    await world.clock.advance(30_000)
    const [message] = await again.messenger.conversations.page(ids.bo)
    expect(message?.attachments[0]?.transfer.kind).toBe('waiting')
    world.network.setDirectPossible(true)
    await ana.messenger.conversations.warm(ids.ana)
    await world.until(() => hasFilm(again, ids.bo))
  })
})

describe('blocking', () => {
  test('closes the mailbox: what they send is refused, and says so', async () => {
    noDirect()
    const [contact] = await bo.messenger.contacts.list()
    await bo.messenger.contacts.block(contact?.id ?? '')
    await world.clock.advance(1_000)
    const sent = await ana.messenger.send(ids.ana, { text: 'hello?' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'failed')
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'failed', reason: 'blocked' })
    expect(await texts(bo, ids.bo)).toEqual([])
    await expect(bo.messenger.send(ids.bo, { text: 'x' })).rejects.toMatchObject({ code: 'blocked' })

    await bo.messenger.contacts.unblock(contact?.id ?? '')
    await world.clock.advance(10_000)
    await ana.messenger.messages.retry(sent.id)
    await world.until(async () => (await texts(bo, ids.bo)).includes('hello?'))
  })
})

describe('following', () => {
  test('is neither accepting nor being accepted, and lets a person back in who comes with a new invite', async () => {
    const [contact] = await ana.messenger.contacts.list()
    expect(contact).toMatchObject({ state: 'accepted', following: false })
    await ana.messenger.follows.add(contact?.id ?? '')
    expect(await ana.messenger.follows.list()).toEqual([contact?.id])
    await ana.messenger.follows.remove(contact?.id ?? '')
    expect(await ana.messenger.follows.list()).toEqual([])
  })
})

describe('deleting', () => {
  test('a message that waits means that it is never sent', async () => {
    noDirect()
    relay().setUp(false)
    const sent = await ana.messenger.send(ids.ana, { text: 'oops' })
    await ana.messenger.messages.delete(sent.id)
    relay().setUp(true)
    await ana.messenger.send(ids.ana, { text: 'right' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('right'))
    await world.clock.advance(60_000)
    expect(await texts(bo, ids.bo)).toEqual(['right'])
  })

  test('a received photo takes its bytes off this device', async () => {
    await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    await world.until(() => hasFilm(bo, ids.bo))
    const [message] = await bo.messenger.conversations.page(ids.bo)
    await bo.messenger.messages.delete(message?.id ?? '')
    expect(bo.disk.blobs.size).toBe(0)
    expect(await bo.messenger.conversations.page(ids.bo)).toEqual([])
  })
})

describe('settings', () => {
  test('without direct connections everything goes through the relay, and nobody learns an address', async () => {
    await ana.messenger.settings.set({ direct: false })
    await world.clock.advance(30_000)
    expect(world.network.directCount).toBe(0)
    const sent = await bo.messenger.send(ids.bo, { text: 'to Ana' })
    await world.until(async () => (await texts(ana, ids.ana)).includes('to Ana'))
    expect(world.network.directCount).toBe(0)
    await world.until(async () => (await stateOf(bo, sent.id))?.kind === 'delivered')
  })

  test('without seen receipts nothing is shown of the other one’s looking either', async () => {
    const sent = await ana.messenger.send(ids.ana, { text: 'look' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('look'))
    await bo.messenger.conversations.markSeen(ids.bo, sent.id)
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'seen')
    await ana.messenger.settings.set({ seenReceipts: false })
    expect((await stateOf(ana, sent.id))?.kind).toBe('delivered')
  })

  test('without seen receipts nothing is said of looking', async () => {
    await bo.messenger.settings.set({ seenReceipts: false })
    const sent = await ana.messenger.send(ids.ana, { text: 'look' })
    await sent.state('delivered')
    await bo.messenger.conversations.markSeen(ids.bo, sent.id)
    await world.clock.advance(60_000)
    expect((await stateOf(ana, sent.id))?.kind).toBe('delivered')
  })
})
