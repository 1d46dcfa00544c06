// In December 2013 Gap messaged the first 15 people who answered a public post, each in private, and one of them got a gift.
// Fewer here: each of them is a messenger of its own.

import { afterEach, describe, expect, it } from 'vitest'
import type { CallView, MessageView } from '../../src/messenger/api.ts'
import { refusalOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'

const hourMs = 3_600_000
const words = { text: 'You are one of the first. Show us your coat.', overText: 'All places are taken. Thank you.' }

let world: World
let gap: Person
let call: CallView

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function begin(seed: string, places: number, lastsMs = 48 * hourMs): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(false)
  gap = await world.person('Gap')
  call = await gap.messenger.calls.create({ ...words, places, until: world.clock.now() + lastsMs })
}

async function answer(name: string): Promise<Person> {
  const person = await world.person(name)
  await person.messenger.invites.connect(call.link)
  return person
}

async function answers(names: readonly string[]): Promise<Person[]> {
  const people: Person[] = []
  for (const name of names) people.push(await answer(name))
  return people
}

async function heard(person: Person): Promise<readonly MessageView[]> {
  const [conversation] = await person.messenger.conversations.list()
  return conversation === undefined ? [] : person.messenger.conversations.page(conversation.id)
}

const textsOf = async (person: Person) => (await heard(person)).map(({ text }) => text)
const current = async (): Promise<CallView> => (await gap.messenger.calls.list())[0] ?? call
const allHear = (people: readonly Person[], count: number) =>
  world.until(async () => {
    for (const person of people) if ((await heard(person)).length < count) return false
    return true
  })

describe('an open call', () => {
  it('gives the first few who answer a conversation of their own, in their order, and tells the others', async () => {
    await begin('gap', 5)
    const names = Array.from({ length: 8 }, (_, index) => `Person ${index + 1}`)
    const people = await answers(names)
    await allHear(people, 1)
    const { respondents, late, isOver } = await current()
    expect(respondents.map(({ name }) => name)).toEqual(names.slice(0, 5))
    expect({ late, isOver }).toEqual({ late: 3, isOver: true })
    for (const [index, person] of people.entries()) {
      expect(await textsOf(person)).toEqual([index < 5 ? words.text : words.overText])
      // Nobody waits, and nobody sees anybody else.
      expect((await person.messenger.contacts.list()).map(({ name, state }) => ({ name, state }))).toEqual([
        { name: 'Gap', state: 'accepted' },
      ])
    }
    expect(await gap.messenger.requests.list()).toEqual([])
    expect(await gap.messenger.invites.list()).toEqual([])
  }, 60_000)

  it('is talked about in private, and ends with one who is picked', async () => {
    await begin('picked', 2)
    const people = await answers(['Bo', 'Cem', 'Dora'])
    const [bo, cem, dora] = people
    await allHear(people, 1)
    const { respondents, id } = await current()
    const conversation = (await bo?.messenger.conversations.list())?.[0]
    await bo?.messenger.send(conversation?.id ?? '', { text: 'It is green' })
    await world.until(
      async () => (await gap.messenger.conversations.page(respondents[0]?.conversationId ?? '')).length === 2,
    )
    const said = { text: 'The coat is yours.', othersText: 'Somebody else was picked.' }
    expect(await refusalOf(gap.messenger.calls.pick(id, 'ff', said))).toBe('unknown-contact')
    await gap.messenger.calls.pick(id, respondents[1]?.contactId ?? '', said)
    // Once more tells nobody anything.
    await gap.messenger.calls.pick(id, respondents[1]?.contactId ?? '', said)
    await allHear(people.slice(0, 2), 2)
    await world.clock.advance(60_000)
    for (const [person, last] of [
      [bo, said.othersText],
      [cem, said.text],
      [dora, words.overText],
    ] as const)
      expect((await textsOf(person ?? gap)).filter((text) => text === last)).toHaveLength(1)
    expect((await textsOf(dora ?? gap)).length).toBe(1)
    expect(await current()).toMatchObject({ isOver: true, picked: respondents[1]?.contactId })
    expect(await refusalOf(gap.messenger.calls.pick(id, respondents[0]?.contactId ?? '', said))).toBe('call-over')
  })

  it('gives one person one place, however often they use the link', async () => {
    await begin('twice', 2)
    const bo = await answer('Bo')
    await bo.messenger.invites.connect(call.link)
    await allHear([bo], 1)
    await bo.messenger.invites.connect(call.link, { anew: true })
    await world.clock.advance(60_000)
    expect((await current()).respondents).toHaveLength(1)
    const cem = await answer('Cem')
    await allHear([cem], 1)
    expect((await current()).respondents.map(({ name }) => name)).toEqual(['Bo', 'Cem'])
    expect((await textsOf(bo)).filter((text) => text === words.text)).toHaveLength(1)
  })

  it('goes on where it was when its device was killed, with the same people in the same order', async () => {
    await begin('killed', 3)
    const first = await answers(['Bo', 'Cem'])
    await world.until(async () => (await current()).respondents.length > 0)
    gap = await gap.crash()
    const late = await answers(['Dora', 'Emil'])
    await allHear([...first, ...late], 1)
    gap = await gap.crash()
    await world.clock.advance(60_000)
    expect((await current()).respondents.map(({ name }) => name)).toEqual(['Bo', 'Cem', 'Dora'])
    for (const [index, person] of [...first, ...late].entries())
      expect(await textsOf(person)).toEqual([index < 3 ? words.text : words.overText])
    const { id, respondents } = await current()
    const said = { text: 'The coat is yours.', othersText: 'Somebody else was picked.' }
    await gap.messenger.calls.pick(id, respondents[0]?.contactId ?? '', said)
    gap = await gap.crash()
    await allHear([...first, ...late.slice(0, 1)], 2)
    expect(await current()).toMatchObject({ picked: respondents[0]?.contactId, isOver: true })
    expect(await textsOf(first[1] ?? gap)).toEqual([words.text, said.othersText])
  })

  it('answers who asked in time while its device was away, and is closed without a winner', async () => {
    await begin('away', 2, hourMs)
    const left = gap.disk
    await gap.messenger.close()
    const bo = await answer('Bo')
    await world.clock.advance(hourMs + 60_000)
    gap = await world.person('Gap', left)
    await allHear([bo], 1)
    expect(await textsOf(bo)).toEqual([words.text])
    await gap.messenger.calls.close(call.id, { text: 'Nobody got it. Thank you.' })
    await gap.messenger.calls.close(call.id, { text: 'Nobody got it. Thank you.' })
    await allHear([bo], 2)
    await world.clock.advance(60_000)
    expect(await textsOf(bo)).toEqual([words.text, 'Nobody got it. Thank you.'])
    const cem = await world.person('Cem')
    expect(await refusalOf(cem.messenger.invites.connect(call.link))).toBe('expired')
  })

  it('is over for everybody once it has ended: the link takes nobody more, also where it ended without a network', async () => {
    await begin('ended', 3)
    const [bo] = await answers(['Bo'])
    await allHear(bo === undefined ? [] : [bo], 1)
    const left = gap.disk
    await gap.messenger.close()
    // On her way when it ends.
    const cem = await answer('Cem')
    world.network.relay(relayUrl).setUp(false)
    gap = await world.person('Gap', left)
    await gap.messenger.calls.close(call.id, { text: 'Nobody got it. Thank you.' })
    gap = await gap.crash()
    world.network.relay(relayUrl).setUp(true)
    await allHear([cem], 1)
    expect(await textsOf(cem)).toEqual([words.overText])
    const dora = await world.person('Dora')
    await world.until(async () => (await refusalOf(dora.messenger.invites.connect(call.link))) === 'used')
    await world.clock.advance(hourMs)
    expect(await current()).toMatchObject({ isOver: true, isDecided: true, late: 1, respondents: { length: 1 } })
    expect((await gap.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Bo'])
    expect(await textsOf(bo ?? gap)).toEqual([words.text, 'Nobody got it. Thank you.'])
  })

  it('makes nobody a contact who came too late: what they write is a request', async () => {
    await begin('too-late', 1)
    const [bo, cem] = await answers(['Bo', 'Cem'])
    await allHear(bo === undefined || cem === undefined ? [] : [bo, cem], 1)
    const names = async () => (await gap.messenger.contacts.list()).map(({ name }) => name)
    expect(await names()).toEqual(['Bo'])
    expect((await gap.messenger.conversations.list()).map(({ name }) => name)).toEqual(['Bo'])
    const [conversation] = (await cem?.messenger.conversations.list()) ?? []
    await cem?.messenger.send(conversation?.id ?? '', { text: 'What a pity' })
    await world.until(async () => (await gap.messenger.requests.list()).length === 1)
    const [request] = await gap.messenger.requests.list()
    expect(request).toMatchObject({ name: 'Cem', text: 'What a pity', messages: 1 })
    await gap.messenger.requests.accept(request?.id ?? '')
    expect((await names()).toSorted()).toEqual(['Bo', 'Cem'])
    const theirs = await gap.messenger.conversations.page(conversation?.id ?? '')
    expect(theirs.map(({ text }) => text)).toEqual([words.overText, 'What a pity'])
  })

  it('is refused without places, time or words', async () => {
    await begin('refused', 1)
    const { create, close } = gap.messenger.calls
    const until = world.clock.now() + hourMs
    for (const places of [0, -1, 1.5, NaN, 257])
      expect(await refusalOf(create({ ...words, places, until }))).toBe('bad-call')
    for (const end of [0, world.clock.now(), NaN, Infinity])
      expect(await refusalOf(create({ ...words, places: 1, until: end }))).toBe('bad-call')
    expect(await refusalOf(create({ ...words, overText: ' ', places: 1, until }))).toBe('empty-message')
    expect(await refusalOf(close('ff', { text: 'x' }))).toBe('unknown-call')
    expect(await gap.messenger.calls.list()).toHaveLength(1)
  })
})
