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
