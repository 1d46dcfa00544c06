// Ana and Bo in a world of their own: the beginning of most scenarios.

import { expect } from 'vitest'
import type { Person, World } from './world.ts'
import { createWorld, introduce } from './world.ts'

export interface Pair {
  readonly world: World
  readonly ana: Person
  readonly bo: Person
  /** The conversation, as each of them calls it. */
  readonly ids: { readonly ana: string; readonly bo: string }
}

/** They do not know each other yet. */
export async function openApart(): Promise<Omit<Pair, 'ids'>> {
  const world = createWorld()
  return { world, ana: await world.person('Ana'), bo: await world.person('Bo') }
}

/** They know each other. `direct`: whether they can be connected without the relay. Resolves half a minute after they met. */
export async function openPair(seed: string, { direct }: { readonly direct: boolean }): Promise<Pair> {
  const world = createWorld(seed)
  world.network.setDirectPossible(direct)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await world.clock.advance(30_000)
  return { world, ana, bo, ids }
}

/** Nothing that ran in it said that it is a bug. */
export async function closeWorld(world: World): Promise<void> {
  await world.close()
  expect(world.bugs).toEqual([])
}
