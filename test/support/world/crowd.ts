// Somebody, and several people who know them and not each other: the beginning of scenarios about one and many.

import type { Person, World } from './world.ts'
import { createWorld } from './world.ts'

export interface Crowd {
  readonly world: World
  readonly one: Person
  /** In the order of their names. */
  readonly others: readonly Person[]
}

/** All of them are contacts of the first one; nobody follows anybody, and nothing goes without the relay. */
export async function openCrowd(seed: string, name: string, names: readonly string[]): Promise<Crowd> {
  const world = createWorld(seed)
  world.network.setDirectPossible(false)
  const one = await world.person(name)
  await one.messenger.settings.set({ whoMayWrite: 'anyone' })
  const { link } = await one.messenger.invites.create({ uses: names.length })
  const others: Person[] = []
  for (const other of names) {
    const person = await world.person(other)
    await person.messenger.invites.connect(link)
    others.push(person)
  }
  for (const person of others)
    await world.until(async () => (await person.messenger.contacts.list())[0]?.state === 'accepted')
  await one.messenger.settings.set({ whoMayWrite: 'following' })
  return { world, one, others }
}

/** They follow who they know, with the word of that one. */
export async function follow(crowd: Crowd, followers: readonly Person[]): Promise<void> {
  await crowd.one.messenger.settings.set({ openFollowers: true })
  for (const person of followers) await person.messenger.follows.add(await contactIdOf(person, crowd.one.name))
  await crowd.world.until(async () => (await crowd.one.messenger.follows.followers()).length === followers.length)
}

/** @throws when they do not know each other */
export async function contactIdOf(person: Person, name: string): Promise<string> {
  const found = (await person.messenger.contacts.list()).find((contact) => contact.name === name)
  if (found === undefined) throw new Error(`${person.name} does not know ${name}`)
  return found.id
}

/** @throws when they do not know each other */
export async function conversationIdOf(person: Person, name: string): Promise<string> {
  const contact = await person.messenger.contacts.get(await contactIdOf(person, name))
  if (contact === undefined) throw new Error(`${person.name} does not know ${name}`)
  return contact.conversationId
}
