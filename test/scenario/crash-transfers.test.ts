// The crash rule for what a person does with transfers: whatever step of its storage a process dies at, what was done is
// done, what was not can be done, no byte is wrong, and nothing is left on the disk of what is gone.

import { expect, test } from 'vitest'
import { TransportError } from '../../src/messenger/ports.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import type { MemoryRelayServer } from '../../src/transport/memory/relay.ts'
import { bytesOf } from '../support/world/reading.ts'
import { serverOf } from '../support/world/segments.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Fault, Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'

const secondMs = 1000
const photo = Uint8Array.from({ length: 1_500_000 }, (_, index) => (index * 13) % 249)

interface Scene {
  readonly world: World
  readonly ids: { readonly ana: string; readonly bo: string }
  /** Of the photo that Ana sent. */
  readonly id: string
  readonly ana: Person
  readonly bo: Person
  /** The relay moves segments again. */
  readonly open: () => void
}

interface Story {
  readonly who: 'Ana' | 'Bo'
  /** Up to the moment before. */
  prepare(): Promise<Scene>
  act(person: Person, scene: Scene): Promise<void>
  /** After the process was started again, with an open relay. `promised`: `act` had resolved. */
  after(scene: Scene, promised: boolean): Promise<void>
}

const place = ({ id }: Scene): string => `${id}.0`
const transferOf = async (person: Person, { id }: Scene) =>
  (await person.messenger.messages.get(id))?.attachments[0]?.transfer.kind
const stateOf = async ({ ana, id }: Scene) => (await ana.messenger.messages.get(id))?.recipients[0]?.state

const stories: Readonly<Record<string, Story>> = {
  'a download is stopped': {
    who: 'Bo',
    prepare: () => halfDownloaded('wanted'),
    act: (bo, scene) => bo.messenger.transfers.pause(place(scene)),
    async after(scene, promised) {
      await scene.world.clock.advance(60 * secondMs)
      if (promised) expect(await transferOf(scene.bo, scene)).toBe('paused')
      await scene.bo.messenger.transfers.resume(place(scene))
      await arrives(scene)
    },
  },
  'a stopped download goes on': {
    who: 'Bo',
    prepare: () => halfDownloaded('paused'),
    act: (bo, scene) => bo.messenger.transfers.resume(place(scene)),
    async after(scene, promised) {
      if (!promised) await scene.bo.messenger.transfers.resume(place(scene))
      await arrives(scene)
    },
  },
  'a download is given up': {
    who: 'Bo',
    prepare: () => halfDownloaded('wanted'),
    act: (bo, scene) => bo.messenger.transfers.cancel(place(scene)),
    async after(scene, promised) {
      await scene.world.clock.advance(60 * secondMs)
      if (promised) expect(await transferOf(scene.bo, scene)).toBe('offered')
      if ((await transferOf(scene.bo, scene)) === 'offered') await hasNothing(scene.bo)
      await scene.bo.messenger.transfers.start(place(scene))
      await arrives(scene)
    },
  },
  'a damaged download is tried again': {
    who: 'Bo',
    prepare: () => halfDownloaded('damaged'),
    act: (bo, scene) => bo.messenger.transfers.retry(place(scene)),
    async after(scene, promised) {
      if (!promised) await scene.bo.messenger.transfers.retry(place(scene))
      await arrives(scene)
    },
  },
  'received media make room': {
    who: 'Bo',
    prepare: downloaded,
    act: (bo, { ids }) => bo.messenger.transfers.clear(ids.bo),
    async after(scene, promised) {
      const kind = await transferOf(scene.bo, scene)
      expect(promised ? ['evicted'] : ['evicted', 'done']).toContain(kind)
      if (kind === 'evicted') await hasNothing(scene.bo)
      expect((await stateOf(scene))?.kind).toBe('delivered')
      await scene.bo.messenger.transfers.start(place(scene))
      await arrives(scene)
    },
  },
  'an upload is stopped': {
    who: 'Ana',
    prepare: () => halfUploaded('going'),
    act: (ana, scene) => ana.messenger.transfers.pause(place(scene)),
    async after(scene, promised) {
      await scene.world.clock.advance(60 * secondMs)
      if (promised) expect(await transferOf(scene.ana, scene)).toBe('paused')
      await scene.ana.messenger.transfers.resume(place(scene))
      await reachesBo(scene)
    },
  },
  'a stopped upload goes on': {
    who: 'Ana',
    prepare: () => halfUploaded('paused'),
    act: (ana, scene) => ana.messenger.transfers.resume(place(scene)),
    async after(scene, promised) {
      if (!promised) await scene.ana.messenger.transfers.resume(place(scene))
      await reachesBo(scene)
    },
  },
  'an upload is given up': {
    who: 'Ana',
    prepare: () => halfUploaded('going'),
    act: (ana, scene) => ana.messenger.transfers.cancel(place(scene)),
    async after(scene, promised) {
      await scene.world.clock.advance(60 * secondMs)
      const state = await stateOf(scene)
      const given = { kind: 'failed', reason: 'cancelled' }
      if (promised) expect(state).toEqual(given)
      else expect([given.kind, 'kept']).toContain(state?.kind)
      await scene.ana.messenger.transfers.retry(place(scene))
      await reachesBo(scene)
    },
  },
  'an upload that was given up goes again': {
    who: 'Ana',
    prepare: () => halfUploaded('cancelled'),
    act: (ana, scene) => ana.messenger.transfers.retry(place(scene)),
    async after(scene, promised) {
      if (!promised) await scene.ana.messenger.transfers.retry(place(scene))
      await reachesBo(scene)
    },
  },
}

test.each(Object.entries(stories))('%s, and the process dies at any step', { timeout: 120_000 }, async (_, story) => {
  const count: Fault = { steps: 0 }
  const { steps } = await run(story, count, Number.POSITIVE_INFINITY)
  expect(steps).toBeGreaterThan(0)
  for (let step = 1; step <= steps; step++)
    for (const when of ['before', 'after'] as const) await run(story, { steps: 0, when }, step)
})

/** Tells a story whose process dies at a step of the act. Gives the steps that the act took. */
async function run(story: Story, fault: Fault, step: number): Promise<{ readonly steps: number }> {
  const before = await story.prepare()
  const { world } = before
  const victim = story.who === 'Ana' ? before.ana : before.bo
  await victim.messenger.close()
  const faulty = await world.person(story.who, crashedCopy(victim.disk), fault)
  await world.clock.advance(secondMs)
  const begun = fault.steps
  fault.dieAt = begun + step
  let promised = false
  void story.act(faulty, before).then(() => (promised = true))
  // What is loaded at its first use takes real time, which the clock of the world does not wait for.
  const isOver = async (): Promise<boolean> => {
    if (!promised && fault.left === undefined) await world.clock.advance(100)
    return promised || fault.left !== undefined
  }
  await expect.poll(isOver, { interval: 1, timeout: 15_000 }).toBe(true)
  const steps = fault.steps - begun
  before.open()
  if (fault.left === undefined) await faulty.messenger.close()
  const risen = await world.person(story.who, fault.left ?? faulty.disk)
  const scene = story.who === 'Ana' ? { ...before, ana: risen } : { ...before, bo: risen }
  await story.after(scene, promised)
  expect(world.bugs).toEqual([])
  await Promise.all([scene.ana.messenger.close(), scene.bo.messenger.close()])
  return { steps }
}

/** Bo has all of the photo, whole, and Ana knows. */
async function arrives(scene: Scene): Promise<void> {
  const { world, bo } = scene
  await world.until(async () => (await transferOf(bo, scene)) === 'done')
  await world.until(async () => (await stateOf(scene))?.kind === 'delivered')
  expect(Buffer.from(await bytesOf(bo, place(scene))).equals(photo)).toBe(true)
}

/** The relay keeps it, and Bo, who comes back, gets it once. */
async function reachesBo(scene: Scene): Promise<void> {
  const { world, ids, bo } = scene
  await world.until(async () => (await stateOf(scene))?.kind === 'kept')
  const again = { ...scene, bo: await world.person('Bo', bo.disk) }
  await arrives(again)
  expect(await again.bo.messenger.conversations.page(ids.bo)).toHaveLength(1)
  await again.bo.messenger.close()
}

/** Nothing of media is on a person's disk. */
async function hasNothing(person: Person): Promise<void> {
  expect(await person.messenger.transfers.usage()).toEqual([])
  await inspect(crashedCopy(person.disk), async ({ blobs }) => expect(await blobs.list()).toEqual([]))
}

async function begin(): Promise<Pick<Scene, 'world' | 'ids' | 'ana' | 'bo'> & { relay: MemoryRelayServer }> {
  const world = createWorld('transfers')
  world.network.setDirectPossible(false)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await world.clock.advance(30 * secondMs)
  return { world, ids, ana, bo, relay: serverOf(world) }
}

async function downloaded(): Promise<Scene> {
  const { relay: _, ...scene } = await begin()
  const { id } = await scene.ana.messenger.send(scene.ids.ana, { media: [{ data: photo }] })
  const whole = { ...scene, id, open() {} }
  await arrives(whole)
  await scene.world.clock.advance(30 * secondMs)
  return whole
}

/** The relay has it, and gave Bo two segments. */
async function halfDownloaded(state: 'wanted' | 'paused' | 'damaged'): Promise<Scene> {
  const { relay, ...scene } = await begin()
  const { blobs } = relay
  let left = 2
  relay.blobs = (use) =>
    blobs((all) =>
      use({
        ...all,
        get(blobId, index) {
          left -= 1
          if (left < 0) throw new TransportError('relay-unreachable')
          return all.get(blobId, index)
        },
      }),
    )
  const { id } = await scene.ana.messenger.send(scene.ids.ana, { media: [{ data: photo }] })
  await scene.world.until(() => left < 0)
  await scene.world.clock.advance(20 * secondMs)
  const half = { ...scene, id, open: () => void (relay.blobs = blobs) }
  if (state === 'wanted') return half
  if (state === 'paused') await scene.bo.messenger.transfers.pause(place(half))
  await scene.bo.messenger.close()
  if (state === 'damaged')
    await inspect(scene.bo.disk, async ({ tables, ledger }) => {
      for (const { key, row } of await tables.blobs.list())
        await ledger.change(async (change) => change.put(tables.blobs, key, { ...row, state }))
    })
  return { ...half, bo: await scene.world.person('Bo', scene.bo.disk) }
}

/** Bo is away, and the relay took two segments. */
async function halfUploaded(state: 'going' | 'paused' | 'cancelled'): Promise<Scene> {
  const { relay, ...scene } = await begin()
  await scene.bo.messenger.close()
  const { putSegment } = relay
  let left = 2
  relay.putSegment = (...segment) => {
    left -= 1
    return left < 0 ? Promise.reject(new TransportError('relay-unreachable')) : putSegment(...segment)
  }
  const { id } = await scene.ana.messenger.send(scene.ids.ana, { media: [{ data: photo }] })
  await scene.world.until(() => left < 0)
  const half = { ...scene, id, open: () => void (relay.putSegment = putSegment) }
  if (state === 'paused') await scene.ana.messenger.transfers.pause(place(half))
  if (state === 'cancelled') await scene.ana.messenger.transfers.cancel(place(half))
  await scene.world.clock.advance(20 * secondMs)
  return half
}
