// Blocking somebody who was asked something takes the question back: nothing more goes to them, and a yes opens nothing.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ContactView } from '../../src/messenger/api.ts'
import { closeWorld, openApart, openPair } from '../support/world/pair.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { relayUrl } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const minuteMs = 60_000

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

async function beginPair(seed: string): Promise<void> {
  ;({ world, ana, bo } = await openPair(seed, { direct: false }))
}

/** Ana knows Bo and Cem. */
async function beginTrio(seed: string): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: false }))
}

async function of(person: Person, name: string): Promise<ContactView> {
  const found = (await person.messenger.contacts.list()).find((contact) => contact.name === name)
  if (found === undefined) throw new Error('they do not know them')
  return found
}

const block = async (person: Person, name: string): Promise<void> =>
  person.messenger.contacts.block((await of(person, name)).id)
const unblock = async (person: Person, name: string): Promise<void> =>
  person.messenger.contacts.unblock((await of(person, name)).id)
const sentBy = (): number => world.network.relay(relayUrl).counters.putEnvelopes
const textsOf = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).flatMap(({ text }) => text ?? [])

/** The only request of somebody; resolves when it is there. */
async function requestOf(person: Person): Promise<string> {
  await world.until(async () => (await person.messenger.requests.list()).length === 1)
  return (await person.messenger.requests.list())[0]?.id ?? ''
}

describe('somebody who was asked to be a contact, and is blocked before they answer', () => {
  it('finds nobody when they say yes, is asked no more, and again once they are unblocked', async () => {
    ;({ world, ana, bo } = await openApart())
    world.network.setDirectPossible(false)
    const { link } = await bo.messenger.invites.create()
    const { conversationId } = await ana.messenger.invites.connect(link)
    const request = await requestOf(bo)
    await block(ana, 'Bo')
    await world.clock.advance(minuteMs)
    const before = sentBy()
    await world.clock.advance(25 * 60 * minuteMs)
    expect(sentBy()).toBe(before)

    await bo.messenger.requests.accept(request)
    const theirs = (await of(bo, 'Ana')).conversationId
    const { id } = await bo.messenger.send(theirs, { text: 'yes' })
    await world.until(async () => (await bo.messenger.messages.get(id))?.recipients[0]?.state.kind === 'failed')
    expect((await bo.messenger.messages.get(id))?.recipients[0]?.state).toEqual({ kind: 'failed', reason: 'blocked' })
    expect((await of(ana, 'Bo')).state).toBe('blocked')
    expect(await textsOf(ana, conversationId)).toEqual([])

    ana = await ana.crash()
    await unblock(ana, 'Bo')
    await world.until(async () => (await of(ana, 'Bo')).state === 'accepted')
    await bo.messenger.send(theirs, { text: 'at last' })
    await world.until(async () => (await textsOf(ana, conversationId)).includes('at last'))
    await ana.messenger.send(conversationId, { text: 'welcome' })
    await world.until(async () => (await textsOf(bo, theirs)).includes('welcome'))
  })

  it('who has not answered either when they are unblocked may still say yes', async () => {
    ;({ world, ana, bo } = await openApart())
    world.network.setDirectPossible(false)
    const { link } = await bo.messenger.invites.create()
    await ana.messenger.invites.connect(link)
    const request = await requestOf(bo)
    await block(ana, 'Bo')
    await world.clock.advance(minuteMs)
    await unblock(ana, 'Bo')
    await world.clock.advance(minuteMs)
    expect((await of(ana, 'Bo')).state).toBe('asked')
    await bo.messenger.requests.accept(request)
    await world.until(async () => (await of(ana, 'Bo')).state === 'accepted')
  })
})

describe('a contact who was asked something, and is blocked before they answer', () => {
  it('does not come into the group that they were asked into, also once they are unblocked', async () => {
    await beginTrio('group')
    const contactIds = [(await of(ana, 'Bo')).id, (await of(ana, 'Cem')).id]
    const group = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
    const members = async (): Promise<string[]> =>
      ((await ana.messenger.groups.get(group.id))?.members ?? []).map(({ name }) => name).toSorted()
    const invitation = await requestOf(bo)
    await cem.messenger.requests.accept(await requestOf(cem))
    await world.until(async () => (await members()).length === 2)
    await block(ana, 'Bo')
    expect((await ana.messenger.groups.get(group.id))?.asked).toEqual([])
    ana = await ana.crash()
    await unblock(ana, 'Bo')
    await world.clock.advance(minuteMs)
    await bo.messenger.requests.accept(invitation)
    await world.clock.advance(5 * minuteMs)
    expect(await members()).toEqual(['Ana', 'Cem'])
    // Asked anew they come.
    await ana.messenger.groups.invite(group.id, [(await of(ana, 'Bo')).id])
    await bo.messenger.requests.accept(await requestOf(bo))
    await world.until(async () => (await members()).length === 3)
  })

  it.each(['Cem', 'Bo'])('is introduced to nobody, and nobody to them (%s is blocked)', async (name) => {
    await beginTrio(`introduction of ${name}`)
    await ana.messenger.contacts.introduce((await of(ana, 'Cem')).id, (await of(ana, 'Bo')).id)
    const question = await requestOf(cem)
    await block(ana, name)
    await unblock(ana, name)
    await world.clock.advance(minuteMs)
    await cem.messenger.requests.accept(question)
    await world.clock.advance(5 * minuteMs)
    expect(await bo.messenger.requests.list()).toEqual([])
  })

  it('is followed no more, whatever they say to it', async () => {
    await beginPair('follow')
    const { id } = await of(ana, 'Bo')
    await ana.messenger.follows.add(id)
    await world.until(async () => (await of(bo, 'Ana')).followsMe === 'asked')
    await block(ana, 'Bo')
    expect(await ana.messenger.follows.list()).toEqual([])
    await unblock(ana, 'Bo')
    await world.clock.advance(minuteMs)
    await bo.messenger.follows.approve((await of(bo, 'Ana')).id)
    await world.clock.advance(minuteMs)
    expect(await of(ana, 'Bo')).toMatchObject({ following: false })
    expect((await of(ana, 'Bo')).approvesMe).toBeUndefined()
  })

  it('lets nobody into a group by themselves who asked them to join it', async () => {
    await beginTrio('join')
    const group = await ana.messenger.groups.create({ contactIds: [(await of(ana, 'Cem')).id], name: 'The sea' })
    const link = await ana.messenger.groups.createLink(group.id)
    await bo.messenger.groups.askToJoin(typeof link === 'string' ? link : link.link)
    const askers = async () => (await ana.messenger.groups.get(group.id))?.askers ?? []
    await world.until(async () => (await askers()).length === 1)
    await block(bo, 'Ana')
    expect(await bo.messenger.groups.asks()).toEqual([])
    await unblock(bo, 'Ana')
    await world.clock.advance(minuteMs)
    await ana.messenger.groups.acceptAsker(group.id, (await askers())[0]?.contactId ?? '')
    // As any other invitation it waits for a word.
    expect(await requestOf(bo)).toBe(group.id)
  })
})

describe('who follows whom', () => {
  const followers = async (person: Person): Promise<string[]> =>
    (await person.messenger.follows.followers()).map(({ name, state }) => `${name} ${state}`)
  const follow = async (person: Person, name: string): Promise<void> =>
    person.messenger.follows.add((await of(person, name)).id)

  /** Each follows the other with their word, and Bo has blocked Ana. */
  async function beginBlocked(seed: string): Promise<void> {
    await beginPair(seed)
    for (const person of [ana, bo]) await person.messenger.settings.set({ openFollowers: true })
    await follow(ana, 'Bo')
    await follow(bo, 'Ana')
    await world.until(async () => (await of(ana, 'Bo')).approvesMe === true)
    await world.until(async () => (await of(bo, 'Ana')).approvesMe === true)
    await world.clock.advance(2 * minuteMs)
    await block(bo, 'Ana')
    await world.clock.advance(minuteMs)
  }

  it('is the same on both sides after a block that ended: who was blocked follows no more, and hears of it', async () => {
    await beginBlocked('again')
    expect(await followers(bo)).toEqual([])
    bo = await bo.crash()
    await unblock(bo, 'Ana')
    bo = await bo.crash()
    await world.until(async () => (await of(ana, 'Bo')).approvesMe === false)
    await world.until(async () => (await of(bo, 'Ana')).approvesMe === true)
    expect(await followers(ana)).toEqual(['Bo approved'])
    expect(await followers(bo)).toEqual([])
    // Asked anew, with a word anew.
    await ana.messenger.follows.remove((await of(ana, 'Bo')).id)
    await follow(ana, 'Bo')
    await world.until(async () => (await of(ana, 'Bo')).approvesMe === true)
    expect(await followers(bo)).toEqual(['Ana approved'])
  })

  it('is the same also after each changed it in between, which the other could not hear', async () => {
    await beginBlocked('between')
    await ana.messenger.follows.decline((await of(ana, 'Bo')).id)
    await ana.messenger.follows.remove((await of(ana, 'Bo')).id)
    await follow(ana, 'Bo')
    await bo.messenger.follows.remove((await of(bo, 'Ana')).id)
    await world.clock.advance(minuteMs)
    await unblock(bo, 'Ana')
    await world.until(async () => (await of(ana, 'Bo')).approvesMe === false)
    await world.clock.advance(2 * minuteMs)
    expect([await of(bo, 'Ana'), await of(ana, 'Bo')]).toMatchObject([
      { following: false, followsMe: 'no' },
      { following: true, followsMe: 'no' },
    ])
    expect((await of(bo, 'Ana')).approvesMe).toBeUndefined()
  })

  it('is not told to a stranger whose request was blocked', async () => {
    ;({ world, ana, bo } = await openApart())
    world.network.setDirectPossible(false)
    const { link } = await bo.messenger.invites.create()
    await ana.messenger.invites.connect(link)
    const request = await requestOf(bo)
    await bo.messenger.requests.block(request)
    await world.clock.advance(minuteMs)
    const before = sentBy()
    await bo.messenger.contacts.unblock(request)
    await world.clock.advance(minuteMs)
    expect(sentBy()).toBe(before)
  })
})

describe('a link that was given for an introduction', () => {
  /** Cem has said yes to Bo, who has not used it yet. Gives Bo's request. */
  async function given(seed: string): Promise<string> {
    await beginTrio(seed)
    await ana.messenger.contacts.introduce((await of(ana, 'Cem')).id, (await of(ana, 'Bo')).id)
    await cem.messenger.requests.accept(await requestOf(cem))
    return requestOf(bo)
  }
  const knowsCem = async (): Promise<string | undefined> =>
    (await bo.messenger.contacts.list()).find(({ name }) => name === 'Cem')?.state

  it('is withdrawn when who brought it is blocked, also once they are unblocked', async () => {
    const request = await given('bringer')
    await block(cem, 'Ana')
    cem = await cem.crash()
    await unblock(cem, 'Ana')
    await world.clock.advance(minuteMs)
    await expect(bo.messenger.requests.accept(request)).rejects.toThrow(/gone|closed|used|invite/u)
    expect(await knowsCem()).toBeUndefined()
    expect((await cem.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
  })

  it('is withdrawn when the one whom it is for is blocked, whom another one introduces', async () => {
    const request = await given('stranger')
    await ana.messenger.contacts.introduce((await of(ana, 'Cem')).id, (await of(ana, 'Bo')).id)
    await cem.messenger.requests.block(await requestOf(cem))
    await world.clock.advance(minuteMs)
    await expect(bo.messenger.requests.accept(request)).rejects.toThrow(/gone|closed|used|invite/u)
    expect(await knowsCem()).toBeUndefined()
  })

  it('stays where somebody else is blocked', async () => {
    const request = await given('other')
    const { link } = await cem.messenger.invites.create()
    const dan = await world.person('Dan')
    await dan.messenger.invites.connect(link)
    await cem.messenger.requests.block(await requestOf(cem))
    await world.clock.advance(minuteMs)
    await bo.messenger.requests.accept(request)
    await world.until(async () => (await knowsCem()) === 'accepted')
  })
})
