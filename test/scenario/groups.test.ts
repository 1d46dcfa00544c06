// Groups: made from a send to several people, joined with a word of one's own, read alike by everybody.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GroupView, MessageView } from '../../src/messenger/api.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { introduce, relayUrl } from '../support/world/world.ts'

// Three people with sessions between all of them are three times the work of two.
vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

/** Ana knows Bo and Cem, who do not know each other; they follow her. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: true }))
}

const contactIds = async (person: Person, ...names: readonly string[]): Promise<string[]> => {
  const all = await person.messenger.contacts.list()
  return names.map((name) => all.find((contact) => contact.name === name)?.id ?? '')
}

const groupOf = async (person: Person, id: string): Promise<GroupView | undefined> => person.messenger.groups.get(id)
const membersOf = async (person: Person, id: string): Promise<string[]> =>
  ((await groupOf(person, id))?.members ?? []).map(({ name }) => name).toSorted()
const page = (person: Person, group: GroupView): Promise<readonly MessageView[]> =>
  person.messenger.conversations.page(group.conversationId)
const textsOf = async (person: Person, group: GroupView): Promise<string[]> => {
  if ((await person.messenger.conversations.get(group.conversationId)) === undefined) return []
  return (await page(person, group)).flatMap(({ text }) => text ?? [])
}
const fingerprintOf = async (person: Person): Promise<string> => (await person.messenger.profile.get()).fingerprint

/** Ana makes a group of all three, and everybody is in it. */
async function three(): Promise<GroupView> {
  const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo', 'Cem'), name: 'The sea' })
  for (const person of [ana, bo, cem]) await world.until(async () => (await membersOf(person, group.id)).length === 3)
  return group
}

describe('a group', () => {
  it('is made from a send to several people, who all see each other, and write to each other', async () => {
    await begin('made')
    const group = await three()
    for (const person of [ana, bo, cem]) expect(await membersOf(person, group.id)).toEqual(['Ana', 'Bo', 'Cem'])
    await ana.messenger.send(group.conversationId, { text: 'hello all', media: [{ data: photo }] })
    for (const person of [bo, cem])
      await world.until(async () => (await page(person, group)).at(-1)?.attachments[0]?.transfer.kind === 'done')
    // Bo and Cem have no conversation of their own, and write in the group all the same.
    await bo.messenger.send(group.conversationId, { text: 'from Bo' })
    await world.until(async () => (await textsOf(cem, group)).includes('from Bo'))
    await cem.messenger.send(group.conversationId, { text: 'from Cem' })
    await world.until(async () => (await textsOf(bo, group)).includes('from Cem'))
    expect((await bo.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
    expect((await bo.messenger.conversations.list()).map(({ name }) => name).toSorted()).toEqual(['Ana', 'The sea'])
    expect(await bo.messenger.requests.list()).toEqual([])
  })

  it('sends one photo once to their relay, and one envelope to each', async () => {
    await begin('once')
    const group = await three()
    await world.clock.advance(60 * secondMs)
    const relay = world.network.relay('https://relay.example')
    const before = { ...relay.counters }
    await ana.messenger.send(group.conversationId, { media: [{ data: photo }] })
    for (const person of [bo, cem])
      await world.until(async () => (await page(person, group)).at(-1)?.attachments[0]?.transfer.kind === 'done')
    expect(relay.counters.putSegments - before.putSegments).toBe(2)
    // Two of the message, and receipts of two people.
    expect(relay.counters.putEnvelopes - before.putEnvelopes).toBeLessThanOrEqual(4)
  })

  it('shows for each person how far a message got', async () => {
    await begin('states')
    const group = await three()
    const sent = await ana.messenger.send(group.conversationId, { text: 'hello all' })
    expect(sent.recipients.map(({ name }) => name).toSorted()).toEqual(['Bo', 'Cem'])
    await world.until(async () => (await textsOf(bo, group)).length === 1)
    await bo.messenger.conversations.markSeen(group.conversationId, sent.id)
    const stateOf = async (name: string) =>
      (await ana.messenger.messages.get(sent.id))?.recipients.find((person) => person.name === name)?.state.kind
    await world.until(async () => (await stateOf('Bo')) === 'seen' && (await stateOf('Cem')) === 'delivered')
  })

  it('gives those who join late what was written since they were asked', async () => {
    await begin('late')
    await cem.messenger.close()
    const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo', 'Cem') })
    expect(group.name).toBe('Ana, Bo, Cem')
    const early = await ana.messenger.send(group.conversationId, { text: 'before anybody joined' })
    const told = new Set<string>()
    ana.messenger.addEventListener('state', ({ detail }) => {
      if (detail.messageId === early.id && detail.recipient.state.kind === 'sending') told.add(detail.recipient.name)
    })
    await world.until(async () => (await textsOf(bo, group)).length === 1)
    expect([...told]).toEqual(['Bo'])
    await bo.messenger.send(group.conversationId, { text: 'where is Cem?' })
    await world.until(async () => (await textsOf(ana, group)).length === 2)
    cem = await cem.reopen()
    await world.until(async () => (await membersOf(cem, group.id)).length === 3)
    await world.until(async () => (await textsOf(cem, group)).includes('before anybody joined'))
    expect(await textsOf(bo, group)).toEqual(['before anybody joined', 'where is Cem?'])
  })

  it('says of members whom nobody could ask yet that it is still going to them, and brings it there', async () => {
    await begin('unmet')
    world.network.setDirectPossible(true)
    for (const person of [bo, cem]) {
      const [contact] = await person.messenger.contacts.list()
      await person.messenger.conversations.warm(contact?.conversationId ?? '')
    }
    await world.until(async () => (await ana.messenger.contacts.list()).every(({ direct }) => direct))
    // Bo and Cem hear of each other from Ana alone, and nothing of theirs is open at their relay.
    world.network.relay(relayUrl).setUp(false)
    const group = await three()
    const sent = await bo.messenger.send(group.conversationId, { text: 'Hello, whoever you are' })
    const states = async () =>
      (await bo.messenger.messages.get(sent.id))?.recipients.map(({ name, state }) => `${name} ${state.kind}`)
    await world.until(async () => (await states())?.includes('Ana delivered') === true)
    expect(await states()).toEqual(['Ana delivered', 'Cem sending'])
    world.network.relay(relayUrl).setUp(true)
    await world.until(async () => (await states())?.includes('Cem delivered') === true)
    expect(await textsOf(cem, group)).toContain('Hello, whoever you are')
    expect((await states())?.toSorted()).toEqual(['Ana delivered', 'Cem delivered'])
  })

  it('gives those who join late the text as it was changed meanwhile, as everybody else has it', async () => {
    await begin('late-edit')
    await cem.messenger.close()
    const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo', 'Cem') })
    const { id } = await ana.messenger.send(group.conversationId, { text: 'at six' })
    await world.until(async () => (await textsOf(bo, group)).length === 1)
    for (const text of ['at seven', 'at eight']) {
      await ana.messenger.messages.edit(id, text)
      await world.until(async () => (await textsOf(bo, group)).includes(text))
    }
    cem = await cem.reopen()
    await world.until(async () => (await cem.messenger.messages.get(id))?.text === 'at eight')
    expect((await cem.messenger.messages.get(id))?.earlierTexts).toMatchObject([{ text: 'at six' }])
    expect((await bo.messenger.messages.get(id))?.text).toBe('at eight')
    // One more is the newest for both.
    await ana.messenger.messages.edit(id, 'at nine')
    for (const person of [bo, cem])
      await world.until(async () => (await person.messenger.messages.get(id))?.text === 'at nine')
  })

  /** What goes to the one who next hears from Ana gets lost, while `act` runs: their device asks for it when it opens again. */
  async function deafTo(anas: GroupView, act: () => Promise<void>): Promise<void> {
    const relay = world.network.relay(relayUrl)
    let lost: string | undefined
    relay.onPush(({ mailboxId }) => {
      lost ??= toHex(mailboxId)
      return 'deliver'
    })
    await ana.messenger.send(anas.conversationId, { text: 'for Bo' })
    await world.until(async () => (await textsOf(bo, anas)).includes('for Bo'))
    relay.onPush(({ mailboxId }) => (toHex(mailboxId) === lost ? 'drop' : 'deliver'))
    await act()
    relay.onPush(undefined)
  }

  /** Ana makes a group with Bo and takes Cem in, of which Bo hears after writing `text`. */
  async function takeInUnheard(text: string): Promise<GroupView> {
    const [boId = '', cemId = ''] = await contactIds(ana, 'Bo', 'Cem')
    const group = await ana.messenger.groups.create({ contactIds: [boId], name: 'The sea' })
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    await bo.messenger.send(group.conversationId, { text: 'long ago' })
    await world.clock.advance(2 * 60 * 60 * secondMs)
    await bo.messenger.send(group.conversationId, { text: 'among ourselves' })
    await world.clock.advance(10 * 60 * secondMs)
    await deafTo(group, async () => {
      await ana.messenger.groups.invite(group.id, [cemId])
      await world.until(async () => (await membersOf(cem, group.id)).length === 3)
      expect(await membersOf(bo, group.id)).toEqual(['Ana', 'Bo'])
      await bo.messenger.send(group.conversationId, { text })
      await world.until(async () => (await textsOf(ana, group)).includes(text))
    })
    bo = await bo.reopen()
    await world.until(async () => (await membersOf(bo, group.id)).length === 3)
    await world.until(async () => (await textsOf(cem, group)).includes(text))
    return group
  }

  it('gives a newcomer what a member wrote who had not heard of them, and nothing of before', async () => {
    await begin('unheard')
    const group = await takeInUnheard('who is that?')
    await world.clock.advance(60 * secondMs)
    expect(await textsOf(cem, group)).toEqual(['who is that?'])
    const [told] = (await page(bo, group)).filter(({ text }) => text === 'who is that?')
    expect(told?.recipients.map(({ name }) => name).toSorted()).toEqual(['Ana', 'Cem'])
  })

  it('gives them little more when the addition says that it is old', async () => {
    await begin('backdated')
    await ana.messenger.close()
    ana = await world.person('Ana', ana.disk, undefined, -5 * 60 * 60 * secondMs)
    const group = await takeInUnheard('who is that?')
    await world.clock.advance(60 * secondMs)
    expect((await textsOf(cem, group)).toSorted()).toEqual(['among ourselves', 'who is that?'])
  })

  it('asks who does not follow, and is nothing until they accept', async () => {
    await begin('asked')
    const [anaAtBo = ''] = await contactIds(bo, 'Ana')
    await bo.messenger.follows.remove(anaAtBo)
    const group = await ana.messenger.groups.create({
      contactIds: await contactIds(ana, 'Bo', 'Cem'),
      name: 'The sea',
      text: 'come along',
    })
    await world.until(async () => (await bo.messenger.requests.list()).length === 1)
    expect(await bo.messenger.requests.list()).toMatchObject([
      { id: group.id, name: 'The sea', text: 'come along', group: { invitedBy: 'Ana', people: ['Ana', 'Bo', 'Cem'] } },
    ])
    await ana.messenger.send(group.conversationId, { text: 'hello all' })
    await world.clock.advance(60 * secondMs)
    expect(await bo.messenger.conversations.get(group.conversationId)).toBeUndefined()
    expect((await groupOf(ana, group.id))?.asked.map(({ name }) => name)).toEqual(['Bo'])
    await bo.messenger.requests.accept(group.id)
    await world.until(async () => (await textsOf(bo, group)).includes('hello all'))
    expect(await bo.messenger.requests.list()).toEqual([])
  })

  it('is out of sight for who ignores it, however often they are asked, and joined when they want to', async () => {
    await begin('ignored')
    const [anaAtBo = ''] = await contactIds(bo, 'Ana')
    await bo.messenger.follows.remove(anaAtBo)
    const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo'), name: 'The sea' })
    await world.until(async () => (await bo.messenger.requests.list()).length === 1)
    await bo.messenger.requests.ignore(group.id)
    bo = await bo.crash()
    await ana.messenger.groups.invite(group.id, await contactIds(ana, 'Bo'))
    await world.clock.advance(60 * secondMs)
    expect(await bo.messenger.requests.list()).toEqual([])
    expect(await bo.messenger.requests.list({ ignored: true })).toMatchObject([{ id: group.id, name: 'The sea' }])
    expect((await groupOf(ana, group.id))?.asked.map(({ name }) => name)).toEqual(['Bo'])
    await bo.messenger.requests.accept(group.id)
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    expect(await bo.messenger.requests.list({ ignored: true })).toEqual([])
  })

  it('is one group, however often it is asked for with the same seed', async () => {
    await begin('seed')
    const options = { contactIds: await contactIds(ana, 'Bo'), name: 'The sea', seed: 'a7'.repeat(32) }
    const group = await ana.messenger.groups.create(options)
    ana = await ana.crash()
    expect((await ana.messenger.groups.create(options)).id).toBe(group.id)
    expect((await ana.messenger.groups.create({ ...options, seed: 'a8'.repeat(32) })).id).not.toBe(group.id)
    expect((await ana.messenger.conversations.list()).filter(({ name }) => name === 'The sea')).toHaveLength(2)
  })

  it('tells of everything that happens in it', async () => {
    await begin('told')
    const told: string[] = []
    bo.messenger.addEventListener('view', ({ detail }) => told.push(detail.messageId))
    const group = await three()
    const lines = (await page(bo, group)).flatMap(({ id, line }) => (line === undefined ? [] : id))
    expect(lines).toHaveLength(3)
    expect(told).toEqual(lines)
  })

  it('is forgotten by who does not want it', async () => {
    await begin('declined')
    const [anaAtBo = ''] = await contactIds(bo, 'Ana')
    await bo.messenger.follows.remove(anaAtBo)
    const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo'), name: 'The sea' })
    await world.until(async () => (await bo.messenger.requests.list()).length === 1)
    await bo.messenger.requests.delete(group.id)
    expect(await bo.messenger.requests.list()).toEqual([])
    expect(await refusalOf(bo.messenger.requests.accept(group.id))).toBe('unknown-request')
  })

  it('goes with every other of the contact who asks, when that one is blocked', async () => {
    await begin('blocked-inviter')
    const [anaAtBo = ''] = await contactIds(bo, 'Ana')
    await bo.messenger.follows.remove(anaAtBo)
    const [boAtAna] = [await contactIds(ana, 'Bo')]
    const group = await ana.messenger.groups.create({ contactIds: boAtAna, name: 'The sea' })
    await ana.messenger.groups.create({ contactIds: boAtAna, name: 'The lake' })
    await world.until(async () => (await bo.messenger.requests.list()).length === 2)
    await bo.messenger.requests.block(group.id)
    expect(await bo.messenger.requests.list()).toEqual([])
    expect((await bo.messenger.contacts.get(anaAtBo))?.state).toBe('blocked')
    expect(await refusalOf(bo.messenger.requests.block(group.id))).toBe('unknown-request')
  })

  it('that was accepted blocks nobody any more', async () => {
    await begin('block-joined')
    const group = await three()
    expect(await refusalOf(bo.messenger.requests.block(group.id))).toBe('unknown-request')
    expect((await bo.messenger.contacts.list()).map(({ state }) => state)).not.toContain('blocked')
  })
})

describe('a member who is removed', () => {
  it('gets nothing more, and is not heard any more', async () => {
    await begin('removed')
    const group = await three()
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === false)
    await ana.messenger.send(group.conversationId, { text: 'without Cem' })
    await world.until(async () => (await textsOf(bo, group)).includes('without Cem'))
    expect(await textsOf(cem, group)).toEqual([])
    expect(await refusalOf(cem.messenger.send(group.conversationId, { text: 'still here' }))).toBe('not-a-member')
    expect((await page(bo, group)).at(-2)?.line).toMatchObject({ kind: 'removed', who: { name: 'Cem' } })
  })

  it('does not get what waited to leave', async () => {
    await begin('removed-waiting')
    const group = await three()
    world.network.relay('https://relay.example').setUp(false)
    const sent = await ana.messenger.send(group.conversationId, { text: 'not for Cem' })
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    world.network.relay('https://relay.example').setUp(true)
    await world.until(async () => (await textsOf(bo, group)).includes('not for Cem'))
    await world.clock.advance(120 * secondMs)
    expect(await textsOf(cem, group)).toEqual([])
    const states = (await ana.messenger.messages.get(sent.id))?.recipients.map(({ name, state }) => [name, state.kind])
    expect(Object.fromEntries(states ?? [])).toMatchObject({ Cem: 'failed' })
  })

  it('and comes back by the word of a slow clock has what went to them before, and once', async () => {
    await begin('removed-slow')
    const group = await three()
    await ana.messenger.close()
    ana = await world.person('Ana', ana.disk, undefined, -10 * 60 * secondMs)
    await world.clock.advance(60 * secondMs)
    const { id } = await bo.messenger.send(group.conversationId, { text: 'for all of us' })
    const recipients = async () => (await bo.messenger.messages.get(id))?.recipients ?? []
    const areThere = async () => (await recipients()).every(({ state }) => state.kind === 'delivered')
    await world.until(areThere)
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    await ana.messenger.groups.invite(group.id, await contactIds(ana, 'Cem'))
    await world.until(async () => (await membersOf(bo, group.id)).length === 3)
    await world.clock.advance(60 * secondMs)
    expect((await recipients()).map(({ name }) => name).toSorted()).toEqual(['Ana', 'Cem'])
    expect(await areThere()).toBe(true)
    expect((await textsOf(cem, group)).filter((text) => text === 'for all of us')).toHaveLength(1)
  })

  it('is brought back only with a new word of their own', async () => {
    await begin('back')
    const group = await three()
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === false)
    await ana.messenger.groups.invite(group.id, await contactIds(ana, 'Cem'))
    await world.until(async () => (await membersOf(bo, group.id)).length === 3)
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === true)
    await cem.messenger.send(group.conversationId, { text: 'back again' })
    await world.until(async () => (await textsOf(bo, group)).includes('back again'))
  })
})

describe('people of a group', () => {
  it('rename it, make admins and leave, and everybody sees it', async () => {
    await begin('changes')
    const group = await three()
    expect(await refusalOf(bo.messenger.groups.remove(group.id, await fingerprintOf(cem)))).toBe('not-an-admin')
    await bo.messenger.groups.rename(group.id, 'The lake')
    await world.until(async () => (await groupOf(cem, group.id))?.name === 'The lake')
    await ana.messenger.groups.setAdmin(group.id, await fingerprintOf(bo), true)
    await world.until(async () => (await groupOf(bo, group.id))?.isAdmin === true)
    await ana.messenger.groups.leave(group.id)
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    await bo.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === false)
    const kinds = (await page(bo, group)).flatMap(({ line }) => line?.kind ?? [])
    expect(kinds).toEqual(['created', 'added', 'added', 'renamed', 'admin', 'left', 'removed'])
  })

  it('write to one of them alone, which waits as a request does', async () => {
    await begin('alone')
    const group = await three()
    await world.clock.advance(30 * secondMs)
    const conversationId = await bo.messenger.groups.writeTo(group.id, await fingerprintOf(cem))
    const sent = await bo.messenger.send(conversationId, { text: 'only you', media: [{ data: photo }] })
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    expect(await cem.messenger.requests.list()).toMatchObject([{ name: 'Bo', text: 'only you' }])
    await world.clock.advance(60 * secondMs)
    // Nothing is fetched and nothing is said before their word.
    expect((await bo.messenger.messages.get(sent.id))?.recipients[0]?.state.kind).toBe('kept')
    expect((await cem.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
    const [request] = await cem.messenger.requests.list()
    await cem.messenger.requests.accept(request?.id ?? '')
    await world.until(async () => (await bo.messenger.messages.get(sent.id))?.recipients[0]?.state.kind === 'delivered')
    expect((await cem.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana', 'Bo'])
  })

  it('react, change and take back there as between two', async () => {
    await begin('thread')
    const group = await three()
    const { id } = await ana.messenger.send(group.conversationId, { text: 'at 6' })
    await world.until(async () => (await textsOf(cem, group)).length === 1 && (await textsOf(bo, group)).length === 1)
    await bo.messenger.messages.react(id, '❤️')
    const reactions = async (person: Person) => (await person.messenger.messages.get(id))?.reactions ?? []
    for (const person of [ana, cem]) await world.until(async () => (await reactions(person)).length === 1)
    expect((await reactions(cem))[0]).toMatchObject({ name: 'Bo', emoji: '❤️' })
    await ana.messenger.messages.edit(id, 'at 7')
    for (const person of [bo, cem]) await world.until(async () => (await textsOf(person, group)).includes('at 7'))
    await ana.messenger.messages.unsend([id])
    for (const person of [bo, cem])
      await world.until(async () => (await person.messenger.messages.get(id))?.unsentAt !== undefined)
  })

  it('are all there again after everybody was killed', async () => {
    await begin('killed')
    const group = await three()
    ana = await ana.crash()
    bo = await bo.crash()
    cem = await cem.crash()
    await bo.messenger.send(group.conversationId, { text: 'still here' })
    for (const person of [ana, cem])
      await world.until(async () => (await textsOf(person, group)).includes('still here'))
  })
})

describe('somebody who comes back to a group', () => {
  it('finds what was said before', async () => {
    await begin('back-with-history')
    const group = await three()
    await ana.messenger.send(group.conversationId, { text: 'the first time' })
    await world.until(async () => (await textsOf(cem, group)).includes('the first time'))
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === false)
    await ana.messenger.groups.invite(group.id, await contactIds(ana, 'Cem'))
    await world.until(async () => (await groupOf(cem, group.id))?.isMember === true)
    await ana.messenger.send(group.conversationId, { text: 'the second time' })
    await world.until(async () => (await textsOf(cem, group)).includes('the second time'))
    expect(await textsOf(cem, group)).toEqual(['the first time', 'the second time'])
  })
})

describe('two invitations to one group', () => {
  /** Ana and Bo are admins of it; both know Cem, who follows nobody and has said yes to Ana, who is away. */
  async function begun(seed: string): Promise<GroupView> {
    ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: false }))
    await introduce(world, bo, cem)
    const group = await ana.messenger.groups.create({ contactIds: await contactIds(ana, 'Bo'), name: 'The sea' })
    await world.until(async () => (await bo.messenger.requests.list()).length === 1)
    await bo.messenger.requests.accept(group.id)
    await world.until(async () => (await membersOf(bo, group.id)).length === 2)
    await ana.messenger.groups.setAdmin(group.id, await fingerprintOf(bo), true)
    await world.until(async () => (await groupOf(bo, group.id))?.isAdmin === true)
    await ana.messenger.groups.invite(group.id, await contactIds(ana, 'Cem'))
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    await world.clock.advance(10 * secondMs)
    await ana.messenger.close()
    await cem.messenger.requests.accept(group.id)
    expect(await cem.messenger.requests.list()).toEqual([])
    await bo.messenger.groups.invite(group.id, await contactIds(bo, 'Cem'))
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    expect(await cem.messenger.requests.list()).toMatchObject([{ group: { invitedBy: 'Bo' } }])
    return group
  }

  async function isHeardBy(person: Person, group: GroupView): Promise<void> {
    for (const one of [ana, bo, cem]) await world.until(async () => (await membersOf(one, group.id)).length === 3)
    const text = `Hello, ${person.name}`
    await ana.messenger.send(group.conversationId, { text })
    await world.until(async () => (await textsOf(person, group)).includes(text))
    expect(await person.messenger.requests.list()).toEqual([])
  }

  it('leave the word for the first one as it was: they are in when that admin is back', async () => {
    const group = await begun('first-word')
    cem = await cem.crash()
    ana = await world.person('Ana', ana.disk)
    await isHeardBy(cem, group)
  })

  it('are answered apart: who does not want the second is in by the first', async () => {
    const group = await begun('second-declined')
    await cem.messenger.requests.delete(group.id)
    expect(await cem.messenger.requests.list()).toEqual([])
    ana = await world.person('Ana', ana.disk)
    await isHeardBy(cem, group)
  })

  it('are answered apart: who blocks the second person is in by the first', async () => {
    const group = await begun('second-blocked')
    const [boAtCem = ''] = await contactIds(cem, 'Bo')
    await cem.messenger.requests.block(group.id)
    expect(await cem.messenger.requests.list()).toEqual([])
    expect((await cem.messenger.contacts.get(boAtCem))?.state).toBe('blocked')
    ana = await world.person('Ana', ana.disk)
    await isHeardBy(cem, group)
  })

  it('can both have a yes, and make one member who is reached by one link', async () => {
    const group = await begun('both')
    await cem.messenger.requests.accept(group.id)
    await world.until(async () => (await membersOf(cem, group.id)).length === 3)
    const links = [...(await tablesOf(cem)).invites.held()].filter(([, row]) => row.group === group.id)
    expect(links).toHaveLength(1)
    ana = await world.person('Ana', ana.disk)
    await isHeardBy(cem, group)
  })
})

describe('whoever writes in a group', () => {
  it('is seen to, by those who have a direct connection with them', async () => {
    await begin('typing')
    const group = await three()
    world.network.setDirectPossible(true)
    await ana.messenger.conversations.warm(group.conversationId)
    await world.until(() => world.network.directCount > 0)
    await world.until(async () => {
      await ana.messenger.conversations.typing(group.conversationId, true)
      return bo.heard.some(({ type }) => type === 'typing')
    })
    const [anaAtBo = ''] = await contactIds(bo, 'Ana')
    expect(bo.heard.filter(({ type }) => type === 'typing').map(({ detail }) => detail)[0]).toEqual({
      conversationId: group.conversationId,
      contactId: anaAtBo,
      isTyping: true,
    })
  })

  it('is not seen to once they were removed', async () => {
    await begin('typing-removed')
    const group = await three()
    world.network.setDirectPossible(true)
    await cem.messenger.conversations.warm(group.conversationId)
    await world.until(() => world.network.directCount > 0)
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await membersOf(ana, group.id)).length === 2)
    const before = ana.heard.filter(({ type }) => type === 'typing').length
    await cem.messenger.conversations.typing(group.conversationId, true).catch(() => undefined)
    await world.clock.advance(5 * secondMs)
    expect(ana.heard.filter(({ type }) => type === 'typing')).toHaveLength(before)
  })
})
