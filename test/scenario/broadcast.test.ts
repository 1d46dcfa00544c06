// One thing sent to many people, none of whom can tell that there are others.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageView } from '../../src/messenger/api.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'

const photo = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 13) % 249)
const names = ['Bo', 'Cem', 'Dora']
const ids = ['a1', 'b2', 'c3'].map((pair) => pair.repeat(16))

let world: World
let ana: Person
let friends: Person[]
let contactIds: string[]

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function begin(seed: string): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  friends = []
  for (const name of names) {
    const friend = await world.person(name)
    await introduce(world, ana, friend)
    friends.push(friend)
  }
  const contacts = await ana.messenger.contacts.list()
  contactIds = names.map((name) => contacts.find((contact) => contact.name === name)?.id ?? '')
}

async function received(person: Person): Promise<readonly MessageView[]> {
  const [conversation] = await person.messenger.conversations.list()
  return person.messenger.conversations.page(conversation?.id ?? '')
}

const arrivedAtAll = () =>
  world.until(async () => {
    for (const friend of friends)
      if ((await received(friend))[0]?.attachments[0]?.transfer.kind !== 'done') return false
    return true
  })

describe('a broadcast', () => {
  it('comes to each in the conversation of the two, and names nobody else', async () => {
    await begin('apart')
    const results = await ana.messenger.broadcast(contactIds, { text: 'At the sea', media: [{ data: photo }] })
    expect(results.map((result) => 'sent' in result && result.sent.recipients.map(({ name }) => name))).toEqual(
      names.map((name) => [name]),
    )
    await arrivedAtAll()
    const all = await Promise.all(friends.map(received))
    expect(all.map((messages) => messages.map(({ text }) => text))).toEqual(names.map(() => ['At the sea']))
    for (const [index, friend] of friends.entries())
      expect(await bytesOf(friend, all[index]?.[0]?.attachments[0]?.id ?? '')).toEqual(photo)
    // Nothing that two of them could hold against each other.
    expect(new Set(all.map((messages) => messages[0]?.id)).size).toBe(names.length)
    const blobIds: string[] = []
    for (const friend of friends)
      await inspect(crashedCopy(friend.disk), async ({ tables }) => {
        blobIds.push(...(await tables.blobs.list()).map(({ key }) => key))
      })
    expect(new Set(blobIds).size).toBe(names.length)
  })

  it('prepares its media once', async () => {
    await begin('once')
    // How often it is asked for its length, which preparing does and sealing does not.
    let looks = 0
    const data = new Proxy(photo, {
      get(target, key) {
        if (key === 'length') looks += 1
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await ana.messenger.broadcast(contactIds.slice(0, 1), { media: [{ data }] })
    const looksForOne = looks
    expect(looksForOne).toBeGreaterThan(0)
    const fractions: number[] = []
    await ana.messenger.broadcast(
      contactIds,
      { media: [{ data }] },
      { onProgress: (fraction) => fractions.push(fraction) },
    )
    expect(looks).toBe(2 * looksForOne)
    expect(fractions.at(-1)).toBe(1)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    await arrivedAtAll()
  })

  it('goes to the others when one of them cannot be sent to', async () => {
    await begin('one-fails')
    await ana.messenger.contacts.block(contactIds[1] ?? '')
    const results = await ana.messenger.broadcast(contactIds, { text: 'At the sea' })
    expect(results).toMatchObject([{ sent: {} }, { error: { code: 'blocked' } }, { sent: {} }])
    await world.until(async () => (await received(friends[2] ?? ana)).length === 1)
    expect(await received(friends[1] ?? ana)).toEqual([])
  })

  it('comes to each once when it was killed in the middle and is made again', async () => {
    await begin('killed')
    const draft = { text: 'At the sea', media: [{ data: photo }] }
    let again: Promise<Person> | undefined
    const onProgress = (fraction: number): void => {
      // One of three has it, and the second is being sealed.
      if (fraction > 0.7) again ??= ana.crash()
    }
    await ana.messenger.broadcast(contactIds, draft, { ids, onProgress }).catch(() => undefined)
    ana = (await again) ?? ana
    expect(await ana.messenger.messages.get(ids[0] ?? '')).toBeDefined()
    expect(await ana.messenger.messages.get(ids[2] ?? '')).toBeUndefined()
    const results = await ana.messenger.broadcast(contactIds, draft, { ids })
    expect(results.map((result) => 'sent' in result && result.sent.id)).toEqual(ids)
    await arrivedAtAll()
    await world.clock.advance(60_000)
    for (const friend of friends) expect(await received(friend)).toHaveLength(1)
  })

  it('goes to nobody when it is to go to a stranger, to too many, to one twice, or says nothing', async () => {
    await begin('refused')
    const { broadcast } = ana.messenger
    expect(await refusalOf(broadcast([...contactIds, 'ff'], { text: 'x' }))).toBe('unknown-contact')
    expect(await refusalOf(broadcast([contactIds[0] ?? '', ...contactIds], { text: 'x' }))).toBe('unknown-contact')
    expect(await refusalOf(broadcast(Array.from({ length: 257 }, String), { text: 'x' }))).toBe('too-many-recipients')
    expect(await refusalOf(broadcast(contactIds, { text: ' ' }))).toBe('empty-message')
    await world.clock.advance(60_000)
    for (const friend of friends) expect(await received(friend)).toEqual([])
  })
})
