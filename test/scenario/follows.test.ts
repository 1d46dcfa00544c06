// Who follows whom, and whose first words come where.

import { afterEach, describe, expect, it } from 'vitest'
import type { ContactView } from '../../src/messenger/api.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import { refusalOf } from '../support/world/reading.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const secondMs = 1000

let world: World
let ana: Person
let bo: Person

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function begin(seed: string, ...options: readonly 'strangers'[]): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  if (options.includes('strangers')) return
  await introduce(world, ana, bo)
  await world.clock.advance(30 * secondMs)
}

const only = async (person: Person): Promise<ContactView> => {
  const [contact] = await person.messenger.contacts.list()
  if (contact === undefined) throw new Error('nobody there')
  return contact
}

/** Bo asks Ana by a link of hers. */
async function ask(text: string): Promise<void> {
  const { link } = await ana.messenger.invites.create()
  await bo.messenger.invites.connect(link, { text })
  await world.clock.advance(30 * secondMs)
}

describe('following', () => {
  it('is told to the one who is followed, who decides', async () => {
    await begin('follow')
    await ana.messenger.follows.add((await only(ana)).id)
    await world.until(async () => (await only(bo)).followsMe === 'asked')
    expect(await bo.messenger.follows.followers()).toMatchObject([{ name: 'Ana', state: 'asked' }])
    expect((await only(ana)).approvesMe).toBeUndefined()
    await bo.messenger.follows.approve((await only(bo)).id)
    await world.until(async () => (await only(ana)).approvesMe === true)
    expect(await bo.messenger.follows.followers()).toMatchObject([{ name: 'Ana', state: 'approved' }])
    await bo.messenger.follows.decline((await only(bo)).id)
    await world.until(async () => (await only(ana)).approvesMe === false)
    expect(await bo.messenger.follows.followers()).toEqual([])
    await ana.messenger.follows.remove((await only(ana)).id)
    await world.clock.advance(30 * secondMs)
    await ana.messenger.follows.add((await only(ana)).id)
    await world.until(async () => (await only(bo)).followsMe === 'asked')
  })

  it('needs no word where somebody is open to all', async () => {
    await begin('open')
    await bo.messenger.settings.set({ openFollowers: true })
    await ana.messenger.follows.add((await only(ana)).id)
    await world.until(async () => (await only(ana)).approvesMe === true)
  })

  it('survives a crash right after it', async () => {
    await begin('crash')
    await ana.messenger.follows.add((await only(ana)).id)
    ana = await ana.crash()
    expect((await only(ana)).following).toBe(true)
    await world.until(async () => (await only(bo)).followsMe === 'asked')
  })

  it('before they are a contact is told when they are one', async () => {
    await begin('early', 'strangers')
    const { link } = await bo.messenger.invites.create()
    await ana.messenger.invites.connect(link)
    await ana.messenger.follows.add((await only(ana)).id)
    await world.until(async () => (await bo.messenger.requests.list()).length === 1)
    await bo.messenger.requests.accept((await bo.messenger.requests.list())[0]?.id ?? '')
    await world.until(async () => (await only(bo)).followsMe === 'asked')
  })

  it('and unfollowing in turn is answered once, and then as it ended, over a crash', async () => {
    await begin('in turn')
    await bo.messenger.settings.set({ openFollowers: true })
    await world.clock.advance(2 * 60 * secondMs)
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const before = world.network.relay(relayUrl).counters.putEnvelopes
    await hands.put(Array.from({ length: 21 }, (_, turn) => ({ kind: 'follow', isFollowing: turn % 2 === 0 })))
    const isOwed = async (): Promise<boolean> =>
      [...(await tablesOf(bo)).contacts.held()].some(([, { answerDue }]) => answerDue === true)
    await world.until(isOwed)
    await world.clock.advance(secondMs)
    expect(await isOwed()).toBe(true)
    bo = await bo.crash()
    await world.clock.advance(5 * 60 * secondMs)
    // Two answers, and receipts of all that came in these seconds.
    const sent = world.network.relay(relayUrl).counters.putEnvelopes - before - 21
    expect(sent).toBeGreaterThanOrEqual(2)
    expect(sent).toBeLessThanOrEqual(2 + 3)
    expect(await isOwed()).toBe(false)
    expect(await bo.messenger.follows.followers()).toMatchObject([{ name: 'Ana', state: 'approved' }])
  })

  it('that was ended and begun anew before they heard of either is answered as it stands', async () => {
    await begin('unheard')
    await bo.messenger.settings.set({ openFollowers: true })
    const { id } = await only(ana)
    await ana.messenger.follows.add(id)
    await world.until(async () => (await only(ana)).approvesMe === true)
    await world.clock.advance(2 * 60 * secondMs)
    world.network.relay(relayUrl).setUp(false)
    for (let turn = 0; turn < 5; turn++) {
      await ana.messenger.follows.remove(id)
      await ana.messenger.follows.add(id)
    }
    // Of all that only the last word is to go.
    expect([...(await tablesOf(ana)).outbox.held()].filter(([, { isAction }]) => isAction === true)).toHaveLength(1)
    expect((await only(ana)).approvesMe).toBeUndefined()
    world.network.relay(relayUrl).setUp(true)
    await world.until(async () => (await only(ana)).approvesMe === true)
    expect(await bo.messenger.follows.followers()).toMatchObject([{ name: 'Ana', state: 'approved' }])
  })

  it('that ended in between is what both are left with, though much went out', async () => {
    await begin('ended')
    await bo.messenger.settings.set({ openFollowers: true })
    const { id } = await only(ana)
    for (let turn = 0; turn < 5; turn++) {
      await ana.messenger.follows.add(id)
      await world.clock.advance(secondMs)
      await ana.messenger.follows.remove(id)
      await world.clock.advance(secondMs)
    }
    await world.clock.advance(5 * 60 * secondMs)
    expect(await bo.messenger.follows.followers()).toEqual([])
    expect((await only(ana)).approvesMe).toBeUndefined()
  })

  it('is over for who is blocked', async () => {
    await begin('blocked')
    await bo.messenger.settings.set({ openFollowers: true })
    await ana.messenger.follows.add((await only(ana)).id)
    await world.until(async () => (await only(bo)).followsMe === 'approved')
    await bo.messenger.contacts.block((await only(bo)).id)
    expect(await bo.messenger.follows.followers()).toEqual([])
  })
})

describe('people who follow each other in a circle', () => {
  it('have a word, a post and an end for each, and nothing goes round', async () => {
    const trio = await openTrio('circle', { known: 'both', following: false })
    const people = [trio.ana, trio.bo, trio.cem]
    ;({ world, ana, bo } = trio)
    const { cem } = trio
    await introduce(world, bo, cem)
    for (const { messenger } of people) await messenger.settings.set({ openFollowers: true, whoMayWrite: 'introduced' })
    const circle = [[ana, bo] as const, [bo, cem] as const, [cem, ana] as const]
    const at = async (person: Person, name: string): Promise<ContactView | undefined> =>
      (await person.messenger.contacts.list()).find((contact) => contact.name === name)
    const { counters } = world.network.relay(relayUrl)
    const sent = (): number => world.network.relay(relayUrl).counters.putEnvelopes - counters.putEnvelopes
    /** Ten minutes in which nobody does anything: receipts go, and then nothing. Gives what went since `before`. */
    const quiet = async (before: number): Promise<number> => {
      await world.clock.advance(5 * 60 * secondMs)
      const all = sent()
      await world.clock.advance(5 * 60 * secondMs)
      expect(sent()).toBe(all)
      return all - before
    }
    const postsAt = async (person: Person): Promise<string[]> =>
      (await person.messenger.posts.list()).flatMap(({ contactId, name }) => (contactId === undefined ? [] : [name]))

    await quiet(0)
    let before = sent()
    await Promise.all(circle.map(async ([from, to]) => from.messenger.follows.add((await at(from, to.name))?.id ?? '')))
    for (const [from, to] of circle) await world.until(async () => (await at(from, to.name))?.approvesMe === true)
    for (const [from, to] of circle)
      expect(await to.messenger.follows.followers()).toMatchObject([{ name: from.name, state: 'approved' }])
    // A question, an answer and a receipt of either.
    expect(await quiet(before)).toBeLessThanOrEqual(4 * circle.length)

    before = sent()
    for (const { messenger } of people) await messenger.posts.create({ text: 'at the sea', media: [] })
    for (const [from, to] of circle) await world.until(async () => (await postsAt(from)).includes(to.name))
    // A post and a receipt of it.
    expect(await quiet(before)).toBeLessThanOrEqual(2 * circle.length)
    for (const [from, to] of circle) expect(await postsAt(from)).toEqual([to.name])

    before = sent()
    await ana.messenger.follows.remove((await at(ana, 'Bo'))?.id ?? '')
    await world.until(async () => (await bo.messenger.follows.followers()).length === 0)
    expect(await quiet(before)).toBeLessThanOrEqual(2)
    expect((await cem.messenger.follows.followers()).map(({ name }) => name)).toEqual(['Bo'])
    before = sent()
    for (const { messenger } of people) await messenger.posts.create({ text: 'and again', media: [] })
    await world.until(async () => (await postsAt(bo)).includes('Cem') && (await postsAt(cem)).includes('Ana'))
    // Bo's goes to nobody.
    expect(await quiet(before)).toBeLessThanOrEqual(2 * 2)
  })
})

describe('the follow list', () => {
  it('has a history, and its newest change is taken back', async () => {
    await begin('history')
    const { id } = await only(ana)
    await ana.messenger.follows.add(id)
    await world.clock.advance(secondMs)
    await ana.messenger.follows.remove(id)
    expect((await ana.messenger.follows.history()).map(({ following }) => following)).toEqual([false, true])
    expect(await ana.messenger.follows.undo()).toMatchObject({ contactId: id, following: true })
    expect(await ana.messenger.follows.list()).toEqual([id])
  })

  it('merges with one from a file, and loses nothing of either', async () => {
    await begin('file')
    const { id, fingerprint } = await only(ana)
    await ana.messenger.follows.add(id)
    const file = await ana.messenger.follows.export()
    expect(new TextDecoder().decode(file)).toContain(fingerprint)
    await world.clock.advance(secondMs)
    await ana.messenger.follows.remove(id)
    // What is in the file is of before.
    expect(await ana.messenger.follows.import(file)).toBe(0)
    expect(await ana.messenger.follows.list()).toEqual([])
    const other = new TextEncoder().encode(
      JSON.stringify({
        format: 'safelight follow list',
        version: 1,
        follows: [
          { fingerprint, following: true, clock: 9, at: 1 },
          { fingerprint: '5a'.repeat(32), following: true, clock: 1, at: 1 },
        ],
      }),
    )
    expect(await ana.messenger.follows.import(other)).toBe(2)
    expect(await ana.messenger.follows.list()).toEqual([id])
    await world.until(async () => (await only(bo)).followsMe === 'asked')
  })

  it('takes no file that is something else', async () => {
    await begin('bad-file')
    const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
    const file = (entry: unknown): Uint8Array => text({ format: 'safelight follow list', version: 1, follows: [entry] })
    const fingerprint = '5a'.repeat(32)
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(0xff, 0xfe),
      text([]),
      text({ format: 'another', version: 1, follows: [] }),
      text({ format: 'safelight follow list', version: 2, follows: [] }),
      file({ fingerprint: 'zz', following: true, clock: 1, at: 1 }),
      file({ fingerprint, following: 'yes', clock: 1, at: 1 }),
      file({ fingerprint, following: true, clock: -1, at: 1 }),
      file({ fingerprint, following: true, clock: 1e300, at: 1 }),
      file({ fingerprint, following: true, clock: 1, at: 1, past: [{}] }),
    ])
      expect(await refusalOf(ana.messenger.follows.import(bytes))).toBe('bad-file')
  })
})

describe('who may write to me', () => {
  it('is whom I follow: the others ask, and accepting is not following', async () => {
    await begin('policy-following', 'strangers')
    await ask('hello')
    const [request] = await ana.messenger.requests.list()
    expect(request).toMatchObject({ name: 'Bo', text: 'hello' })
    await ana.messenger.requests.accept(request?.id ?? '')
    expect((await only(ana)).following).toBe(false)
  })

  it('is anybody with my address, where I say so', async () => {
    await begin('policy-anyone', 'strangers')
    await ana.messenger.settings.set({ whoMayWrite: 'anyone' })
    await ask('hello')
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await only(ana)).toMatchObject({ name: 'Bo', state: 'accepted', following: false })
    await world.until(async () => (await only(bo)).state === 'accepted')
  })

  it('is nobody, and what came meanwhile is there when that is over', async () => {
    await begin('policy-nobody', 'strangers')
    await ana.messenger.settings.set({ whoMayWrite: 'nobody' })
    await ask('hello')
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(ana.heard.filter(({ type }) => type === 'request')).toEqual([])
    await ana.messenger.settings.set({ whoMayWrite: 'following' })
    expect(await ana.messenger.requests.list()).toMatchObject([{ name: 'Bo', text: 'hello' }])
  })

  it('leaves contacts as they are, both ways', async () => {
    await begin('policy-contacts')
    for (const whoMayWrite of ['nobody', 'anyone', 'following'] as const) {
      await ana.messenger.settings.set({ whoMayWrite })
      const { id } = await bo.messenger.send((await only(bo)).conversationId, { text: whoMayWrite })
      await world.until(async () => (await ana.messenger.messages.get(id)) !== undefined)
    }
  })
})

describe('an ignored request', () => {
  it('stays out of sight, also when the same person asks again, until it is taken back', async () => {
    await begin('ignored', 'strangers')
    await ask('hello')
    const [request] = await ana.messenger.requests.list()
    const id = request?.id ?? ''
    await ana.messenger.requests.ignore(id)
    expect(await ana.messenger.requests.list()).toEqual([])
    await bo.messenger.send((await only(bo)).conversationId, { text: 'hello?' })
    await world.clock.advance(60 * secondMs)
    ana = await ana.crash()
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await ana.messenger.requests.list({ ignored: true })).toMatchObject([{ id, name: 'Bo' }])
    await ana.messenger.requests.ignore(id, false)
    expect(await ana.messenger.requests.list()).toMatchObject([{ id }])
    await ana.messenger.requests.accept(id)
    expect(await refusalOf(ana.messenger.requests.ignore(id))).toBe('unknown-request')
  })
})

describe('a muted conversation', () => {
  it('says so until its time is over', async () => {
    await begin('muted')
    const { conversationId } = await only(ana)
    const isMuted = async () => (await ana.messenger.conversations.get(conversationId))?.isMuted
    await ana.messenger.conversations.mute(conversationId, world.clock.now() + 60 * secondMs)
    expect(await isMuted()).toBe(true)
    await world.clock.advance(61 * secondMs)
    expect(await isMuted()).toBe(false)
    await ana.messenger.conversations.mute(conversationId, Infinity)
    ana = await ana.crash()
    expect(await isMuted()).toBe(true)
    await ana.messenger.conversations.mute(conversationId, undefined)
    expect(await isMuted()).toBe(false)
  })
})
