// Gap, in December 2013: a public post that the first fifteen people who answered it were messaged about, each in private, and
// one of them won. All fifteen here, with others who come too late, in whatever order and whatever dies meanwhile.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallView, MessageView } from '../../src/messenger/api.ts'
import { seededRandom } from '../protocol/seeded-random.ts'
import { isLong } from '../support/long.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

// Twenty people, each a messenger of their own.
vi.setConfig({ testTimeout: 120_000 })

const hourMs = 3_600_000
const places = 15
const late = 5
const seeds = isLong ? ['red', 'green', 'blue', 'black', 'white'] : ['red']
const photo = Uint8Array.from({ length: 60_000 }, (_, index) => (index * 13) % 249)
const words = { text: 'You are one of the first. Show us your coat.', overText: 'All places are taken. Thank you.' }
const said = { text: 'The coat is yours.', othersText: 'Somebody else was picked. Thank you.' }

let world: World
let gap: Person

afterEach(() => closeWorld(world))

const current = async (): Promise<CallView> => {
  const [call] = await gap.messenger.calls.list()
  if (call === undefined) throw new Error('there is no call')
  return call
}
const threadOf = async (person: Person): Promise<readonly MessageView[]> => {
  const [conversation] = await person.messenger.conversations.list()
  return conversation === undefined ? [] : person.messenger.conversations.page(conversation.id)
}
const textsOf = async (person: Person) => (await threadOf(person)).map(({ text }) => text)

async function allHear(people: readonly Person[], text: string): Promise<void> {
  for (const person of people) await world.until(async () => (await textsOf(person)).includes(text))
}

describe('the first fifteen who answer a public post', () => {
  it.each(seeds)(
    'are messaged in private, and one of them wins, though the shop is killed again and again (%s)',
    async (seed) => {
      world = createWorld(seed)
      world.network.setDirectPossible(false)
      gap = await world.person('Gap')
      const { link, id } = await gap.messenger.calls.create({
        ...words,
        places,
        until: world.clock.now() + 48 * hourMs,
      })
      const random = seededRandom(`kills of ${seed}`)
      const people: Person[] = []
      for (let index = 0; index < places + late; index++) {
        const person = await world.person(`Person ${index + 1}`)
        people.push(person)
        await person.messenger.invites.connect(link)
        const [chance = 0, pause = 0] = random(2)
        if (chance % 5 === 0) gap = await gap.crash()
        await world.clock.advance(pause)
      }
      const first = people.slice(0, places)
      const others = people.slice(places)
      await allHear(first, words.text)
      await allHear(others, words.overText)
      expect(await current()).toMatchObject({ late, isOver: true })
      const { respondents } = await current()
      expect(respondents.map(({ name }) => name)).toEqual(first.map(({ name }) => name))
      // Nobody has to be answered by hand, and nobody sees who else there is.
      expect(await gap.messenger.requests.list()).toEqual([])
      for (const person of people) {
        expect((await person.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Gap'])
        expect((await threadOf(person)).flatMap(({ recipients }) => recipients)).toEqual([])
      }

      // What they show is in their thread and in no other one.
      const [winner, second] = first
      const [thread] = (await winner?.messenger.conversations.list()) ?? []
      const shown = await winner?.messenger.send(thread?.id ?? '', { text: 'Mine is green', media: [{ data: photo }] })
      const atGap = async () => gap.messenger.messages.get(shown?.id ?? '')
      await world.until(async () => (await atGap())?.attachments[0]?.transfer.kind === 'done')
      expect(await bytesOf(gap, `${shown?.id ?? ''}.0`)).toEqual(photo)
      expect((await atGap())?.conversationId).toBe(respondents[0]?.conversationId)

      await gap.messenger.calls.pick(id, respondents[0]?.contactId ?? '', said)
      gap = await gap.crash()
      await allHear(first.slice(0, 1), said.text)
      await allHear(first.slice(1), said.othersText)
      await world.clock.advance(hourMs)
      expect(await textsOf(second ?? gap)).toEqual([words.text, said.othersText])
      for (const person of others) expect(await textsOf(person)).toEqual([words.overText])
    },
  )

  it.each(seeds)(
    'are fifteen also where all of them answer at the same time, and the shop is killed in it (%s)',
    async (seed) => {
      world = createWorld(`at once, ${seed}`)
      world.network.setDirectPossible(false)
      gap = await world.person('Gap')
      const { link } = await gap.messenger.calls.create({ ...words, places, until: world.clock.now() + 48 * hourMs })
      const people: Person[] = []
      for (let index = 0; index < places + late; index++) people.push(await world.person(`Person ${index + 1}`))
      let answered = 0
      const answers = people.map(async ({ messenger }) => {
        await messenger.invites.connect(link)
        answered += 1
      })
      await world.until(async () => (await current()).respondents.length > 2)
      gap = await gap.crash()
      await world.until(() => answered === people.length)
      await Promise.all(answers)
      for (const person of people) await world.until(async () => (await textsOf(person)).length > 0)
      await world.clock.advance(hourMs)
      const { respondents, ...call } = await current()
      expect(call).toMatchObject({ late, isOver: true })
      const first = new Set(respondents.map(({ name }) => name))
      expect(first.size).toBe(places)
      for (const person of people)
        expect(await textsOf(person)).toEqual([first.has(person.name) ? words.text : words.overText])
    },
  )
})
