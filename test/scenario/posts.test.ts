// Posts: for those who follow, until their time is over.

import { afterEach, describe, expect, it } from 'vitest'
import type { PostView } from '../../src/messenger/api.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { closeWorld } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let cem: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

/** Bo follows Ana with her word, Cem only knows her. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, cem, ids } = await openTrio(seed, { known: 'both', following: false }))
  await ana.messenger.settings.set({ openFollowers: true })
  const [anaAtBo] = await bo.messenger.contacts.list()
  await bo.messenger.follows.add(anaAtBo?.id ?? '')
  await world.until(async () => (await ana.messenger.follows.followers()).length === 1)
  await world.clock.advance(30_000)
}

const postsOf = async (person: Person, name: string): Promise<readonly PostView[]> =>
  (await person.messenger.posts.list()).find((entry) => entry.name === name)?.posts ?? []

/** Ana posts; resolves when Bo has all of it. */
async function post(text: string): Promise<string> {
  const { id } = await ana.messenger.posts.create({ text, media: [{ data: photo }] })
  await world.until(async () =>
    (await postsOf(bo, 'Ana')).some((entry) => entry.id === id && entry.attachments[0]?.transfer.kind === 'done'),
  )
  return id
}

describe('a post', () => {
  it('comes to who follows, in no conversation, and to nobody else', async () => {
    await begin('post')
    const id = await post('at the sea')
    expect((await bo.messenger.posts.list()).map(({ name, hasNew }) => ({ name, hasNew }))).toEqual([
      { name: 'Ana', hasNew: true },
    ])
    expect((await postsOf(bo, 'Ana'))[0]).toMatchObject({ id, text: 'at the sea', isSeen: false })
    await world.clock.advance(minuteMs)
    expect(await cem.messenger.posts.list()).toEqual([])
    for (const person of [ana, bo])
      expect(
        (await person.messenger.conversations.list()).every(
          ({ unread, lastMessage }) => unread === 0 && lastMessage === undefined,
        ),
      ).toBe(true)
  })

  it('tells its author who looked at it, and when', async () => {
    await begin('viewers')
    const id = await post('at the sea')
    await bo.messenger.posts.markSeen(id)
    expect((await bo.messenger.posts.list())[0]?.hasNew).toBe(false)
    await world.until(async () => (await postsOf(ana, 'Ana'))[0]?.recipients[0]?.state.kind === 'seen')
    expect((await postsOf(ana, 'Ana'))[0]?.recipients).toMatchObject([{ name: 'Bo', state: { kind: 'seen' } }])
  })

  it('is answered in the conversation of the two', async () => {
    await begin('answer')
    const id = await post('at the sea')
    const { id: answer } = await bo.messenger.send(ids.bo, { text: 'where?', replyTo: id })
    await world.until(async () => (await ana.messenger.messages.get(answer)) !== undefined)
    for (const person of [ana, bo])
      expect((await person.messenger.messages.get(answer))?.replyTo).toMatchObject({
        senderName: 'Ana',
        text: 'at the sea',
      })
  })

  it('is gone everywhere when its time is over', async () => {
    await begin('over')
    const { id } = await ana.messenger.posts.create({ text: 'for an hour', media: [{ data: photo }], lifeMs: hourMs })
    await world.until(async () => (await postsOf(bo, 'Ana')).length === 1)
    await world.clock.advance(hourMs + minuteMs)
    for (const person of [ana, bo]) {
      expect(await person.messenger.posts.list()).toEqual([])
      expect(await person.messenger.messages.get(id)).toBeUndefined()
      await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
        expect(await tables.blobs.list()).toEqual([])
        expect(await blobs.list()).toEqual([])
      })
    }
  })

  it('has its original for who asks for it, as long as it is there', async () => {
    await begin('original')
    const media = [{ data: photo, quality: 'original' }] as const
    const { id, until } = await ana.messenger.posts.create({ media, lifeMs: hourMs })
    const original = async () => (await postsOf(bo, 'Ana'))[0]?.attachments[0]?.original
    await world.until(async () => (await postsOf(bo, 'Ana'))[0]?.attachments[0]?.transfer.kind === 'done')
    expect(await original()).toMatchObject({ sizeBytes: photo.length, transfer: { kind: 'offered' } })
    await bo.messenger.transfers.start(`${id}.0`, 'original')
    await world.until(async () => (await original())?.transfer.kind === 'done')
    await world.clock.advance(until - world.clock.now() + minuteMs)
    for (const person of [ana, bo])
      await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
        expect(await tables.blobs.list()).toEqual([])
        expect(await blobs.list()).toEqual([])
      })
  })

  it('is deleted by its author for everybody, by others only where they are', async () => {
    await begin('deleted')
    const id = await post('not this one')
    const other = await post('nor this one')
    await bo.messenger.posts.delete(other)
    expect(await postsOf(bo, 'Ana')).toHaveLength(1)
    expect(await postsOf(ana, 'Ana')).toHaveLength(2)
    await ana.messenger.posts.delete(id)
    await world.until(async () => (await postsOf(bo, 'Ana')).length === 0)
    expect(await postsOf(ana, 'Ana')).toHaveLength(1)
  })

  it('comes after a crash of either side, once', async () => {
    await begin('crash')
    await ana.messenger.posts.create({ text: 'at the sea' })
    ana = await ana.crash()
    await world.until(async () => (await postsOf(bo, 'Ana')).length === 1)
    bo = await bo.crash()
    await world.clock.advance(minuteMs)
    expect(await postsOf(bo, 'Ana')).toHaveLength(1)
  })

  it('is not kept of who is not followed any more, nor sent to who may not follow any more', async () => {
    await begin('no-more')
    const [boAtAna] = (await ana.messenger.contacts.list()).filter(({ name }) => name === 'Bo')
    await ana.messenger.follows.decline(boAtAna?.id ?? '')
    const { recipients } = await ana.messenger.posts.create({ text: 'without Bo' })
    expect(recipients).toEqual([])
    await world.clock.advance(minuteMs)
    expect(await bo.messenger.posts.list()).toEqual([])
  })

  it('is refused without anything in it, and for longer than a week', async () => {
    await begin('refused')
    expect(await refusalOf(ana.messenger.posts.create({ text: '  ' }))).toBe('empty-message')
    for (const lifeMs of [0, -1, NaN, 8 * 24 * hourMs])
      expect(await refusalOf(ana.messenger.posts.create({ text: 'x', lifeMs }))).toBe('bad-timer')
    expect(await refusalOf(bo.messenger.posts.markSeen('00'.repeat(16)))).toBe('unknown-message')
  })
})
