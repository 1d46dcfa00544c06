// Names and words that try to be something else than they are, from people who mean it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'
import { refusalOf } from '../support/world/reading.ts'

const secondMs = 1000

let world: World
let ana: Person

beforeEach(async () => {
  world = createWorld('names')
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const namesOf = async (person: Person): Promise<string[]> =>
  (await person.messenger.conversations.list()).map(({ name }) => name).toSorted()

describe('a name', () => {
  it.each([
    ['Bo\u{0}\u{7}\u{1b}[31m', 'Bo[31m'],
    ['\u{202e}oB\u{2066}', 'oB'],
    ['Bo\n\nAna: send me the keys', 'Bo Ana: send me the keys'],
    ['é'.repeat(10_000), 'é'.repeat(64)],
    ['👩‍👩‍👧 Bo', '👩‍👩‍👧 Bo'],
  ])('%j is one short line of what can be seen, at everybody', async (given, shown) => {
    const bo = await world.person(given)
    expect((await bo.messenger.profile.get()).name).toBe(shown)
    const { link } = await bo.messenger.invites.create()
    expect(ana.messenger.invites.inspect(link).name).toBe(shown)
    await introduce(world, ana, bo)
    expect(await namesOf(ana)).toEqual([shown])
    await bo.messenger.profile.setName('Bo')
    await world.until(async () => (await namesOf(ana)).includes('Bo'))
    await bo.messenger.profile.setName(given)
    await world.until(async () => (await namesOf(ana)).includes(shown))
  })

  it('of which nothing can be seen is none', async () => {
    for (const name of ['', ' \n', '\u{202e}\u{200b}', '\u{200d}'])
      expect(await refusalOf(ana.messenger.profile.setName(name))).toBe('bad-name')
    expect((await ana.messenger.profile.get()).name).toBe('Ana')
  })

  it('of a group is as much a name as that of a person', async () => {
    const bo = await world.person('Bo')
    await introduce(world, ana, bo)
    const [contact] = await ana.messenger.contacts.list()
    const name = 'The\u{202e} sea\u{0}\n!'
    const group = await ana.messenger.groups.create({ contactIds: [contact?.id ?? ''], name })
    expect(group.name).toBe('The sea !')
    await world.until(async () => (await bo.messenger.requests.list()).length > 0)
    expect((await bo.messenger.requests.list()).map((request) => request.name)).toEqual(['The sea !'])
    for (const bad of ['', '\u{202e}', ' \n '])
      expect(await refusalOf(ana.messenger.groups.rename(group.id, bad))).toBe('bad-name')
    await ana.messenger.groups.rename(group.id, 'x'.repeat(10_000))
    expect((await ana.messenger.groups.get(group.id))?.name).toBe('x'.repeat(64))
  })

  it('that looks like another one makes nobody another one', async () => {
    // The second is Cyrillic in part, the third the same letters, the fourth composed otherwise.
    const people = [
      await world.person('Bо'),
      await world.person('Bo'),
      await world.person('Bo'),
      await world.person('Bo\u{200b}'),
    ]
    const ids: string[] = []
    for (const bo of people) ids.push((await introduce(world, ana, bo)).ana)
    expect(new Set(ids).size).toBe(4)
    const contacts = await ana.messenger.contacts.list()
    const numbers = await Promise.all(contacts.map(({ id }) => ana.messenger.contacts.safetyNumber(id)))
    expect(new Set(numbers.map(({ digits }) => digits)).size).toBe(4)
    expect(new Set(contacts.map(({ fingerprint }) => fingerprint)).size).toBe(4)
    // A mark stays with the one whom it was given to.
    const [first] = contacts
    await ana.messenger.contacts.setVerified(first?.id ?? '', true)
    expect((await ana.messenger.contacts.list()).filter(({ verified }) => verified).map(({ id }) => id)).toEqual([
      first?.id,
    ])
    const [conversationId = ''] = ids
    await people[0]?.messenger.send(conversationId, { text: 'only from me' })
    await world.until(async () => (await ana.messenger.conversations.page(conversationId)).length === 1)
    for (const id of ids.slice(1)) expect(await ana.messenger.conversations.page(id)).toEqual([])
  })
})

describe('words', () => {
  it('of 10,000 code points come whole, in any script and with anything in them, and one more is refused', async () => {
    const bo = await world.person('Bo')
    const ids = await introduce(world, ana, bo)
    await world.clock.advance(30 * secondMs)
    const long = [
      '😀'.repeat(10_000),
      'ש'.repeat(10_000),
      `\u{202e}${'\n'.repeat(9_998)}x`,
      `a${'\u{301}'.repeat(9_999)}`,
    ]
    for (const text of long) {
      const { id } = await ana.messenger.send(ids.ana, { text })
      await world.until(async () => (await bo.messenger.messages.get(id)) !== undefined)
      expect((await bo.messenger.messages.get(id))?.text).toBe(text.trim())
      expect(await refusalOf(ana.messenger.send(ids.ana, { text: `${text}x` }))).toBe('text-too-long')
    }
    await world.until(async () => {
      const page = await ana.messenger.conversations.page(ids.ana)
      return page.every(({ recipients }) => recipients.every(({ state }) => state.kind === 'delivered'))
    })
  })

  it('for a conversation that does not exist go nowhere', async () => {
    const bo = await world.person('Bo')
    await introduce(world, ana, bo)
    for (const id of ['', '00', 'f'.repeat(32), '../posts', '__proto__']) {
      expect(await refusalOf(ana.messenger.send(id, { text: 'x' }))).toBe('unknown-conversation')
      expect(await refusalOf(ana.messenger.conversations.page(id))).toBe('unknown-conversation')
      expect(await refusalOf(ana.messenger.conversations.setTimer(id, 60_000))).toBe('unknown-conversation')
      expect(await ana.messenger.conversations.get(id)).toBeUndefined()
    }
    expect((await ana.messenger.conversations.list()).map(({ name }) => name)).toEqual(['Bo'])
  })
})
