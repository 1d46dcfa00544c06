// Snapchat, as it was in December 2013: pictures for one to ten seconds, one replay, and stories that last a day and name who
// looked at them.

import { afterEach, describe, expect, it } from 'vitest'
import type { BroadcastResult, MessageView, PostView } from '../../src/messenger/api.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { contactIdOf, conversationIdOf, follow, openCrowd } from '../support/world/crowd.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'

const secondMs = 1000
const hourMs = 3600 * secondMs
const dayMs = 24 * hourMs
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

/** Bo follows Ana, Cem only knows her. */
async function begin(seed: string): Promise<void> {
  const crowd = await openCrowd(seed, 'Ana', ['Bo', 'Cem'])
  world = crowd.world
  ana = crowd.one
  const [first, second] = crowd.others
  if (first === undefined || second === undefined) throw new Error('nobody there')
  bo = first
  cem = second
  await follow(crowd, [bo])
}

/** Time passes for people whose apps are closed. */
async function pass(ms: number): Promise<void> {
  await Promise.all([ana, bo, cem].map(({ messenger }) => messenger.close()))
  await world.clock.advance(ms)
  ana = await ana.reopen()
  bo = await bo.reopen()
  cem = await cem.reopen()
  await world.clock.advance(secondMs)
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)

/** Ana sends one picture to both; gives the message of each, once it is there. */
async function snap(seconds: number, replays = 1): Promise<readonly [string, string]> {
  const contactIds = [await contactIdOf(ana, 'Bo'), await contactIdOf(ana, 'Cem')]
  const results = await ana.messenger.broadcast(contactIds, { media: [{ data: photo }], view: { seconds, replays } })
  const [toBo, toCem] = results.map(sentId)
  for (const [person, id] of [
    [bo, toBo],
    [cem, toCem],
  ] as const)
    await world.until(async () => (await at(person, id ?? ''))?.attachments[0]?.transfer.kind === 'done')
  return [toBo ?? '', toCem ?? '']
}

function sentId(result: BroadcastResult): string {
  if ('error' in result) throw result.error
  return result.sent.id
}

async function look(person: Person, id: string, how: 'openView' | 'replayView' = 'openView'): Promise<void> {
  const view = await person.messenger.messages[how](id)
  expect(await bytesOf(person, view.attachments[0]?.id ?? '')).toEqual(photo)
  await person.messenger.messages.closeView(view.viewId)
}

/** Nothing of it is on the disk. */
async function isGone(person: Person): Promise<void> {
  await world.clock.advance(secondMs)
  await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
    expect(await blobs.list()).toEqual([])
    expect(await tables.blobs.list()).toEqual([])
  })
}

const posts = async (person: Person): Promise<readonly PostView[]> =>
  (await person.messenger.posts.list()).find(({ name }) => name === 'Ana')?.posts ?? []

describe('a snap', () => {
  it('to two people is for each alone, for its seconds, and Ana sees who opened it', async () => {
    await begin('two')
    const [toBo, toCem] = await snap(10)
    expect(await at(bo, toBo)).toMatchObject({ viewing: { stage: 'sealed', seconds: 10, replays: 1 } })
    // Nobody can tell that there is another one.
    expect((await bo.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
    expect(await at(cem, toBo)).toBeUndefined()

    const view = await bo.messenger.messages.openView(toBo)
    await world.clock.advance(view.endsAt - world.clock.now() + secondMs)
    expect((await at(bo, toBo))?.viewing?.stage).toBe('replayable')
    const opened = async (id: string) => (await at(ana, id))?.recipients[0]?.openedAt
    await world.until(async () => (await opened(toBo)) !== undefined)
    expect(await opened(toCem)).toBeUndefined()
    await isGone(ana)
  })

  it.each([1, 10])('of %s seconds can be sent, and none of more or less', async (seconds) => {
    await begin(`seconds-${seconds}`)
    const [toBo] = await snap(seconds, 0)
    expect((await bo.messenger.messages.openView(toBo)).seconds).toBe(seconds)
    const conversationId = await conversationIdOf(ana, 'Bo')
    for (const other of [0, 0.5, 11])
      expect(
        await refusalOf(
          ana.messenger.send(conversationId, { media: [{ data: photo }], view: { seconds: other, replays: 0 } }),
        ),
      ).toBe('bad-view')
  })

  it('is replayed once, within a day, and Ana is told', async () => {
    await begin('replay')
    const [toBo, toCem] = await snap(5)
    await look(bo, toBo)
    await look(bo, toBo, 'replayView')
    expect(await refusalOf(bo.messenger.messages.replayView(toBo))).toBe('view-over')
    await isGone(bo)
    await world.until(async () => (await at(ana, toBo))?.recipients[0]?.replayedAt !== undefined)

    await look(cem, toCem)
    await pass(dayMs + hourMs)
    expect(await refusalOf(cem.messenger.messages.replayView(toCem))).toBe('view-over')
    await isGone(cem)
  })

  it('tells Ana of a picture that was taken of it, where a device can tell', async () => {
    await begin('capture')
    const [toBo, toCem] = await snap(5, 0)
    for (const [person, id] of [
      [bo, toBo],
      [cem, toCem],
    ] as const)
      await person.messenger.messages.openView(id)
    await bo.messenger.messages.reportCapture(toBo)
    const captured = async (id: string) => (await at(ana, id))?.recipients[0]?.capturedAt
    await world.until(async () => (await captured(toBo)) !== undefined)
    expect(await captured(toCem)).toBeUndefined()
  })
})

describe('a story', () => {
  it('lasts a day, for followers, and names who looked at which part of it', async () => {
    await begin('story')
    const parts: string[] = []
    for (const text of ['morning', 'noon', 'evening']) {
      parts.push((await ana.messenger.posts.create({ text, media: [{ data: photo }] })).id)
      await pass(6 * hourMs)
    }
    await world.until(async () =>
      (await posts(bo)).every(({ attachments }) => attachments[0]?.transfer.kind === 'done'),
    )
    expect((await posts(bo)).map(({ text }) => text)).toEqual(['morning', 'noon', 'evening'])
    expect(await posts(cem)).toEqual([])
    for (const id of parts.slice(0, 2)) await bo.messenger.posts.markSeen(id)
    const viewers = async () =>
      (await posts(ana)).map(({ recipients }) =>
        recipients.flatMap(({ name, state }) => (state.kind === 'seen' ? [name] : [])),
      )
    await world.until(async () => (await viewers()).flat().length === 2)
    expect(await viewers()).toEqual([['Bo'], ['Bo'], []])

    // A day after each of them, one after the other.
    await pass(6 * hourMs)
    for (const person of [ana, bo]) expect((await posts(person)).map(({ text }) => text)).toEqual(['noon', 'evening'])
    await pass(12 * hourMs)
    for (const person of [ana, bo]) {
      expect(await posts(person)).toEqual([])
      await isGone(person)
    }
  })
})
