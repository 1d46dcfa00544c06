// Who has the segments when their sender has gone: another one who got the same message. Nobody else learns that they do.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { TransportError } from '../../src/messenger/ports.ts'
import { sourcesOf } from '../../src/messenger/transfer/sources.ts'
import { tablesOf } from '../support/world/inside.ts'
import { bytesOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

// Three people with sessions between all of them are three times the work of two.
vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000
const never = { photo: 0, video: 0, voice: 0, file: 0 }
/** Forty segments: more than a manifest lists, and more than are asked for at once. */
const photo = Uint8Array.from({ length: 40 * 256 * 1024 }, (_, index) => (index * 31) % 241)

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const transferOf = async (person: Person, id: string) =>
  (await person.messenger.messages.get(id))?.attachments[0]?.transfer.kind

/**
 * Ana has sent one photo to a group of hers with Bo and Cem, and the relay takes no segments; neither has fetched it.
 * `areFriends`: Bo and Cem know each other besides.
 */
async function begin(
  seed: string,
  { view, areFriends = true }: { readonly view?: { readonly replays: number }; readonly areFriends?: boolean } = {},
): Promise<string> {
  world = createWorld(seed)
  const relay = world.network.relay(relayUrl)
  if ('putSegment' in relay) relay.putSegment = () => Promise.reject(new TransportError('relay-unreachable'))
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  cem = await world.person('Cem')
  for (const person of [bo, cem]) {
    await introduce(world, ana, person)
    await person.messenger.follows.add((await contactOf(person, 'Ana')).id)
    await person.messenger.settings.set({ autoDownload: never })
  }
  if (areFriends) await introduce(world, bo, cem)
  const contactIds = await Promise.all(['Bo', 'Cem'].map(async (name) => (await contactOf(ana, name)).id))
  const group = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
  for (const person of [ana, bo, cem])
    await world.until(async () => (await person.messenger.groups.get(group.id))?.members.length === 3)
  // Everybody has a session with everybody.
  await world.clock.advance(60 * secondMs)
  const media = [{ data: photo }]
  const { id } = await ana.messenger.send(group.conversationId, { media, ...(view === undefined ? {} : { view }) })
  for (const person of [bo, cem]) await world.until(async () => (await person.messenger.messages.get(id)) !== undefined)
  return id
}

/** @throws when they do not know each other */
async function contactOf(person: Person, other: string): Promise<{ readonly id: string }> {
  const found = (await person.messenger.contacts.list()).find(({ name }) => name === other)
  if (found === undefined) throw new Error(`${person.name} does not know ${other}`)
  return found
}

/** A device that knows of nobody else who got it. */
async function forgetsOthers(person: Person): Promise<Person> {
  await person.messenger.close()
  await inspect(person.disk, async ({ tables, ledger }) => {
    for (const { key, row } of await tables.blobs.list())
      await ledger.change(async (change) => change.put(tables.blobs, key, { ...row, readers: [] }))
  })
  return world.person(person.name, person.disk)
}

/** Cem fetches it from Ana, who then goes for good. */
async function cemHasItAndAnaGoes(id: string): Promise<void> {
  await cem.messenger.transfers.start(`${id}.0`)
  await world.until(async () => (await transferOf(cem, id)) === 'done')
  await ana.messenger.close()
  await world.clock.advance(30 * secondMs)
}

/** Bo wants it; gives what it is after two minutes. */
async function boTries(id: string) {
  await bo.messenger.transfers.start(`${id}.0`)
  await world.clock.advance(120 * secondMs)
  return transferOf(bo, id)
}

/** Every segment that Cem has of it turns into another one of the same length. */
async function spoil(person: Person): Promise<Person> {
  await person.messenger.close()
  await inspect(person.disk, async ({ blobs, tables }) => {
    for (const { key, row } of await tables.blobs.list()) {
      const segments = await Promise.all(Array.from({ length: row.segmentCount }, (_, index) => blobs.read(key, index)))
      await blobs.delete(key)
      await blobs.create(key, row.segmentCount)
      for (const [index, bytes] of segments.entries())
        await blobs.write(key, index, bytes?.fill(7) ?? new Uint8Array(1))
      await blobs.sync(key)
    }
  })
  return world.person(person.name, person.disk)
}

describe('a message to a group whose members are contacts', () => {
  it('comes from the one who has it when the sender has gone', async () => {
    const id = await begin('from Cem')
    await cemHasItAndAnaGoes(id)
    await bo.messenger.transfers.start(`${id}.0`)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    expect(Buffer.from(await bytesOf(bo, `${id}.0`)).equals(Buffer.from(photo))).toBe(true)
    // Cem sent nothing: what was only passed on is no transfer of theirs.
    expect(await cem.messenger.transfers.list()).toEqual([])
    expect(await transferOf(cem, id)).toBe('done')
  })

  it('comes part by part from those who have only some of it', async () => {
    const id = await begin('some')
    await cemHasItAndAnaGoes(id)
    await cem.messenger.close()
    const kept = new Map<string, Uint8Array>()
    await inspect(cem.disk, async ({ blobs, tables }) => {
      for (const { key, row } of await tables.blobs.list()) {
        if (row.role !== 'display') continue
        for (let index = 0; index < row.segmentCount; index += 2)
          kept.set(`${key}/${index}`, (await blobs.read(key, index)) ?? new Uint8Array())
        await blobs.delete(key)
        await blobs.create(key, row.segmentCount)
        for (const [place, bytes] of kept) await blobs.write(key, Number(place.split('/')[1]), bytes)
        await blobs.sync(key)
      }
    })
    cem = await world.person('Cem', cem.disk)
    expect(await boTries(id)).toBe('waiting')
    const half = (await bo.messenger.messages.get(id))?.attachments[0]?.transfer
    expect(half).toMatchObject({ doneBytes: expect.closeTo(photo.length / 2, -6) })
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    expect(Buffer.from(await bytesOf(bo, `${id}.0`)).equals(Buffer.from(photo))).toBe(true)
  })

  it('is not spoiled by one who gives wrong bytes: the sender is asked when they are back', async () => {
    const id = await begin('wrong')
    await cemHasItAndAnaGoes(id)
    cem = await spoil(cem)
    expect(await boTries(id)).toBe('waiting')
    expect((await bo.messenger.messages.get(id))?.attachments[0]?.transfer).toMatchObject({ doneBytes: 0 })
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    expect(Buffer.from(await bytesOf(bo, `${id}.0`)).equals(Buffer.from(photo))).toBe(true)
  })

  it('names its sources from what is stored, the sender first', async () => {
    const id = await begin('sources')
    const tables = await tablesOf(bo)
    const [blob] = (await tables.blobs.list()).filter(({ row }) => row.messageId === id)
    const [fromAna, fromCem] = [await contactOf(bo, 'Ana'), await contactOf(bo, 'Cem')]
    expect(await sourcesOf(tables, blob?.key ?? '')).toEqual([fromAna.id, fromCem.id])
    expect(await sourcesOf(tables, '00'.repeat(32))).toEqual([])
    expect(await sourcesOf(await tablesOf(ana), blob?.key ?? '')).toEqual([])
  })
})

describe('nobody gets anything from another recipient', () => {
  it('of whom the recipient does not know that they got the message, though they know its blobs', async () => {
    const id = await begin('not known')
    await cemHasItAndAnaGoes(id)
    // Bo asks Cem, but nobody told Cem of Bo.
    cem = await forgetsOthers(cem)
    expect(await boTries(id)).toBe('waiting')
    expect((await bo.messenger.messages.get(id))?.attachments[0]?.transfer).toMatchObject({ doneBytes: 0 })
  })

  it('that they do not ask: Bo asks nobody of whom he does not know it', async () => {
    const id = await begin('not asked')
    await cemHasItAndAnaGoes(id)
    bo = await forgetsOthers(bo)
    expect(await boTries(id)).toBe('waiting')
    expect((await bo.messenger.messages.get(id))?.attachments[0]?.transfer).toMatchObject({ doneBytes: 0 })
  })

  it('whom they know from the group alone: they would show each other their addresses', async () => {
    const id = await begin('strangers', { areFriends: false })
    await cemHasItAndAnaGoes(id)
    expect(await boTries(id)).toBe('waiting')
    expect((await bo.messenger.messages.get(id))?.attachments[0]?.transfer).toMatchObject({ doneBytes: 0 })
    const [blob] = (await (await tablesOf(bo)).blobs.list()).filter(({ row }) => row.messageId === id)
    expect(blob?.row.readers).toEqual([])
  })

  it('of what is to be viewed: that it is gone would tell that it was opened', async () => {
    const id = await begin('view', { view: { replays: 0 } })
    await cemHasItAndAnaGoes(id)
    expect(await boTries(id)).toBe('waiting')
    expect((await bo.messenger.messages.get(id))?.attachments[0]?.transfer).toMatchObject({ doneBytes: 0 })
  })
})
