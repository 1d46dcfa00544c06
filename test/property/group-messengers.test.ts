// Whole messengers in a group, cut off from each other again and again, who change it at the same time: when they hear of
// each other they have the same group, and nobody is in it who was removed.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { GroupView } from '../../src/messenger/api.ts'
import { type Person, type World, createWorld, introduce, relayUrl } from '../support/world/world.ts'
import { runs, timeoutMs } from './runs.ts'

const names = ['Ana', 'Bo', 'Cem', 'Dora'] as const
type Name = (typeof names)[number]

interface Act {
  readonly by: Name
  readonly kind: 'rename' | 'remove' | 'add' | 'admin' | 'leave' | 'write'
  readonly who: Name
  readonly choice: number
}

const act: fc.Arbitrary<Act> = fc.record({
  by: fc.constantFrom(...names),
  // Leaving is rare: somebody has to be left.
  kind: fc.constantFrom(
    ...(['rename', 'rename', 'remove', 'remove', 'add', 'add', 'admin', 'write', 'leave'] as const),
  ),
  who: fc.constantFrom(...names),
  choice: fc.nat({ max: 99 }),
})
/** What happens while nobody hears anybody; and who is not even there when the others hear of it. */
const partition = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 5 }),
  away: fc.constantFrom(undefined, ...names),
})

async function run(partitions: readonly (typeof partition extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
  const world = createWorld('partitions')
  world.network.setDirectPossible(false)
  const people = new Map<Name, Person>()
  try {
    for (const name of names) people.set(name, await world.person(name))
    const ana = personOf(people, 'Ana')
    for (const name of names.slice(1)) await introduce(world, ana, personOf(people, name))
    const contacts = await ana.messenger.contacts.list()
    const { id } = await ana.messenger.groups.create({
      contactIds: contacts.map((contact) => contact.id),
      name: 'The sea',
    })
    await joinAll(world, people)
    await world.until(async () => (await viewsOf(people, id)).every((view) => view?.members.length === names.length))

    for (const { acts, away } of partitions) {
      world.network.relay(relayUrl).setUp(false)
      for (const one of acts) await attempt(people, id, one)
      if (away !== undefined) await personOf(people, away).messenger.close()
      world.network.relay(relayUrl).setUp(true)
      await world.clock.advance(120_000)
      if (away !== undefined) people.set(away, await world.person(away, personOf(people, away).disk))
      await joinAll(world, people)
      await world.clock.advance(300_000)
    }
    await joinAll(world, people)
    await world.until(async () => {
      const views = await viewsOf(people, id)
      const inside = views.filter((view) => view?.isMember === true)
      return new Set(inside.map(sameForAll)).size <= 1 && (await isWhole(people, id))
    })
    // Who is out for one is out for all, and knows it.
    const views = await viewsOf(people, id)
    const one = views.find((view) => view?.isMember === true)
    for (const [index, name] of names.entries()) {
      const isIn = one?.members.some((member) => member.name === name) ?? false
      expect(views[index]?.isMember).toBe(isIn)
    }
    expect(world.bugs).toEqual([])
  } finally {
    await world.close()
  }
}

/** The fold says who is in: whoever thinks that they are is thought to be by everybody who is. */
async function isWhole(people: ReadonlyMap<Name, Person>, id: string): Promise<boolean> {
  const views = await viewsOf(people, id)
  const inside = names.filter((_, index) => views[index]?.isMember === true)
  return views.every(
    (view) =>
      view?.isMember !== true ||
      view.members
        .map(({ name }) => name)
        .toSorted()
        .join() === inside.toSorted().join(),
  )
}

function sameForAll(view: GroupView | undefined): string {
  const members = view?.members.map(({ fingerprint, isAdmin }) => `${fingerprint} ${isAdmin}`) ?? []
  return JSON.stringify([view?.name, view?.adders, members])
}

const viewsOf = (people: ReadonlyMap<Name, Person>, id: string): Promise<(GroupView | undefined)[]> =>
  Promise.all(names.map((name) => personOf(people, name).messenger.groups.get(id)))

function personOf(people: ReadonlyMap<Name, Person>, name: Name): Person {
  const person = people.get(name)
  if (person === undefined) throw new RangeError('nobody')
  return person
}

/** Everybody who is asked to join does. */
async function joinAll(world: World, people: ReadonlyMap<Name, Person>): Promise<void> {
  await world.clock.advance(30_000)
  for (const { messenger } of people.values())
    for (const { id, group } of await messenger.requests.list())
      if (group !== undefined) await messenger.requests.accept(id)
  await world.clock.advance(30_000)
}

/** Who may not do it is refused, which is as good. */
async function attempt(people: ReadonlyMap<Name, Person>, id: string, { by, kind, who, choice }: Act): Promise<void> {
  const { messenger } = personOf(people, by)
  const { fingerprint } = await personOf(people, who).messenger.profile.get()
  const contact = (await messenger.contacts.list()).find((one) => one.fingerprint === fingerprint)
  const { conversationId = '' } = (await messenger.groups.get(id)) ?? {}
  const work = {
    rename: () => messenger.groups.rename(id, `The sea ${choice}`),
    remove: () => messenger.groups.remove(id, fingerprint),
    add: () => messenger.groups.invite(id, contact === undefined ? [] : [contact.id]),
    admin: () => messenger.groups.setAdmin(id, fingerprint, choice % 2 === 0),
    leave: () => messenger.groups.leave(id),
    write: () => messenger.send(conversationId, { text: `words ${choice}` }),
  }[kind]
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UsageError')) throw error
  }
}

it(
  'any changes of a group by people who do not hear of each other end in one group',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(partition, { minLength: 1, maxLength: 3 }), run), runs(4, 300))
  },
  timeoutMs * 2,
)
