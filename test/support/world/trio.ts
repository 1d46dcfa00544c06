// Ana, Bo and Cem, of whom Ana knows one or both of the others and they not each other: the beginning of scenarios about
// three.

import type { Pair } from './pair.ts'
import type { Person } from './world.ts'
import { createWorld, introduce } from './world.ts'

export interface Trio extends Pair {
  readonly cem: Person
}

/**
 * Nothing goes without the relay. `known`: whom Ana knows. `following`: whether those follow her. Resolves half a minute
 * after they met.
 */
export async function openTrio(
  seed: string,
  { known, following }: { readonly known: 'bo' | 'both'; readonly following: boolean },
): Promise<Trio> {
  const world = createWorld(seed)
  world.network.setDirectPossible(false)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const cem = await world.person('Cem')
  const follow = async (person: Person): Promise<void> => {
    const [contact] = await person.messenger.contacts.list()
    if (following) await person.messenger.follows.add(contact?.id ?? '')
  }
  const ids = await introduce(world, ana, bo)
  await follow(bo)
  if (known === 'both') {
    await introduce(world, ana, cem)
    await follow(cem)
  }
  await world.clock.advance(30_000)
  return { world, ana, bo, cem, ids }
}
