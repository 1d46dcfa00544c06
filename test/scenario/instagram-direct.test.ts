// Instagram Direct, as it began in December 2013: one photo or video to up to fifteen people, who have it as one thread; an
// inbox for those who follow each other, and requests for the rest.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GroupView, MessageView } from '../../src/messenger/api.ts'
import { decodeContent } from '../../src/protocol/content/codec.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import { pause } from '../../src/messenger/wait.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { isLong } from '../support/long.ts'
import { conversationIdOf, contactIdOf, follow, openCrowd } from '../support/world/crowd.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { serverOf } from '../support/world/segments.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { introduce, relayUrl } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 120_000 })

const secondMs = 1000
/** Fifteen who write to each other are a hundred sessions. */
const most = isLong ? 15 : 6
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)
const film = Uint8Array.from({ length: 90_000 }, (_, index) => (index === 0 ? 0x76 : (index * 17) % 251))

let world: World
let ana: Person
let others: readonly Person[]
let group: GroupView

afterEach(() => closeWorld(world))

/** Ana asks so many people into one thread; the first `following` of them follow her, and are in it. */
async function begin(seed: string, count: number, following = count): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `Person ${index + 1}`)
  const crowd = await openCrowd(seed, 'Ana', names)
  ;({ world, one: ana, others } = crowd)
  await follow(crowd, others.slice(0, following))
  const contactIds = await Promise.all(names.map((name) => contactIdOf(ana, name)))
  group = await ana.messenger.groups.create({ contactIds, name: 'The sea at six' })
  for (const person of [ana, ...others.slice(0, following)])
    await world.until(async () => (await people(person)).length === following + 1)
}

const people = async (person: Person): Promise<readonly string[]> =>
  ((await person.messenger.groups.get(group.id))?.members ?? []).map(({ name }) => name)
const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)
const person = (index: number): Person => {
  const found = others[index]
  if (found === undefined) throw new Error('nobody there')
  return found
}

async function arrives(readers: readonly Person[], id: string): Promise<void> {
  for (const reader of readers)
    await world.until(async () => {
      const view = await at(reader, id)
      return view !== undefined && view.attachments.every(({ transfer }) => transfer.kind === 'done')
    })
}

async function anaSends(draft: Parameters<typeof ana.messenger.send>[1]): Promise<string> {
  const { id } = await ana.messenger.send(group.conversationId, draft)
  return id
}

describe('a photo or a video', () => {
  it(`goes to ${most} people at once, who all see who else has it, talk about it and like it`, async () => {
    await begin('fifteen', most)
    const relay = world.network.relay(relayUrl)
    const before = relay.counters.putSegments
    const id = await anaSends({ text: 'from the pier', media: [{ data: photo, caption: 'at six' }] })
    await arrives(others, id)
    // Sealed and kept once, however many read it.
    expect(relay.counters.putSegments - before).toBe(2)
    for (const reader of others) {
      expect(await at(reader, id)).toMatchObject({ senderName: 'Ana', attachments: [{ caption: 'at six' }] })
      expect([...(await people(reader))].toSorted()).toEqual(['Ana', ...others.map(({ name }) => name)].toSorted())
    }
    expect(await bytesOf(person(most - 1), `${id}.0`)).toEqual(photo)

    // Two who do not know each other.
    const comment = await person(3).messenger.send(group.conversationId, { text: 'how warm?', replyTo: id })
    await arrives([ana, person(most - 1)], comment.id)
    expect(await at(person(most - 1), comment.id)).toMatchObject({
      senderName: 'Person 4',
      replyTo: { senderName: 'Ana', media: 'photo' },
    })
    await person(4).messenger.messages.react(id, '❤️')
    for (const reader of [ana, person(0)]) await world.until(async () => (await at(reader, id))?.reactions.length === 1)
    expect((await at(person(0), id))?.reactions).toMatchObject([{ name: 'Person 5', emoji: '❤️' }])
  })

  it('goes to the relay once, however many wait for it there and however slow the line is', async () => {
    await begin('once', 4)
    world.network.setDirectPossible(false)
    for (const reader of others) await reader.messenger.close()
    await world.clock.advance(30 * secondMs)
    const relay = serverOf(world)
    const { putSegment } = relay
    const taken: string[] = []
    let failing = 3
    relay.putSegment = async (...segment) => {
      const [, blobId, index] = segment
      await pause(world.clock, secondMs, new AbortController().signal)
      // Who was at it when it broke, or anybody else, goes on with the rest.
      if (taken.length > 4 && failing-- > 0) throw new TransportError('relay-unreachable')
      await putSegment(...segment)
      taken.push(`${blobId}/${index}`)
    }
    const long = Uint8Array.from({ length: 2_500_000 }, (_, index) => (index === 0 ? 0x76 : (index * 17) % 251))
    const id = await anaSends({ media: [{ data: long }] })
    await world.until(async () => (await at(ana, id))?.recipients.every(({ state }) => state.kind === 'kept') === true)
    expect(taken.length).toBeGreaterThan(9)
    expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted())
    relay.putSegment = putSegment
    const again = await world.person('Person 4', person(3).disk)
    await arrives([again], id)
    expect(await bytesOf(again, `${id}.0`)).toEqual(long)
    await again.messenger.close()
  })

  it('tells its sender, of each person, when they got it and when they saw it', async () => {
    await begin('seen', 3)
    await person(2).messenger.close()
    const id = await anaSends({ media: [{ data: film }] })
    await arrives([person(0), person(1)], id)
    await person(1).messenger.conversations.markSeen(group.conversationId, id)
    const states = async () =>
      Object.fromEntries(((await at(ana, id))?.recipients ?? []).map(({ name, state }) => [name, state]))
    await world.until(async () => (await states())['Person 2']?.kind === 'seen')
    await world.until(async () => (await states())['Person 1']?.kind === 'delivered')
    expect(await states()).toEqual({
      'Person 1': { kind: 'delivered', at: expect.any(Number) },
      'Person 2': { kind: 'seen', at: expect.any(Number) },
      'Person 3': { kind: 'kept', relay: 'relay.example', until: expect.any(Number) },
    })
  })

  it('is in the inbox of who follows, and a request of nothing but names to who does not', async () => {
    await begin('gate', 2, 1)
    const id = await anaSends({ text: 'from the pier', media: [{ data: photo }] })
    await arrives([person(0)], id)
    await world.clock.advance(60 * secondMs)
    const stranger = person(1)
    expect(await stranger.messenger.requests.list()).toMatchObject([
      { name: 'The sea at six', previews: [], group: { invitedBy: 'Ana', people: ['Ana', 'Person 1', 'Person 2'] } },
    ])
    expect(await at(stranger, id)).toBeUndefined()
    expect([...stranger.disk.blobs.keys()]).toEqual([])
    expect((await at(ana, id))?.recipients.map(({ name }) => name)).toEqual(['Person 1'])

    await stranger.messenger.requests.accept(group.id)
    await arrives([stranger], id)
    expect(await bytesOf(stranger, `${id}.0`)).toEqual(photo)
    // A word for this thread is not a word for more.
    expect(await stranger.messenger.follows.list()).toEqual([])
    expect(await ana.messenger.follows.followers()).toMatchObject([{ name: 'Person 1' }])
  })

  it('is taken back by its sender from everybody, also from who has not come yet', async () => {
    await begin('back', 3)
    await person(2).messenger.close()
    const id = await anaSends({ media: [{ data: photo }] })
    await arrives([person(0), person(1)], id)
    await ana.messenger.messages.unsend([id])
    const late = await person(2).reopen()
    for (const reader of [ana, person(0), person(1), late]) {
      await world.until(async () => (await at(reader, id))?.unsentAt !== undefined)
      expect(await at(reader, id)).toMatchObject({ attachments: [] })
      await world.clock.advance(secondMs)
      await inspect(crashedCopy(reader.disk), async ({ tables, blobs }) => {
        expect(await tables.blobs.list()).toEqual([])
        expect(await blobs.list()).toEqual([])
      })
    }
  })

  it('leaves the thread without a word of it, and not at all where it was to be viewed once', async () => {
    await begin('shared', 2)
    const [reader, other] = [person(0), person(1)]
    const outsider = await world.person('Dora')
    const { ana: toDora } = await introduce(world, reader, outsider)
    const once = await anaSends({ media: [{ data: photo }], view: { seconds: 10, replays: 0 } })
    const kept = await anaSends({ text: 'the pier', media: [{ data: film }] })
    await arrives([reader, other], once)
    await arrives([reader, other], kept)
    expect(await refusalOf(reader.messenger.messages.forward(once, [toDora]))).toBe('view-only')
    expect(await refusalOf(bytesOf(reader, `${once}.0`))).toBe('view-only')

    const [passed] = await reader.messenger.messages.forward(kept, [toDora])
    await arrives([outsider], passed?.id ?? '')
    let body: unknown
    await inspect(crashedCopy(outsider.disk), async ({ tables }) => {
      const row = await tables.messages.get((await tables.messageIndex.get(passed?.id ?? ''))?.key ?? '')
      body = row === undefined ? undefined : decodeContent(row.content)?.body
    })
    expect(body).toEqual({ kind: 'message', text: 'the pier', media: [expect.objectContaining({ kind: 'video' })] })
    expect((await outsider.messenger.contacts.list()).map(({ name }) => name)).toEqual([reader.name])
  })

  it('wakes the closed app of who is in touch, and nobody by a request', async () => {
    ;({ world, one: ana, others } = await openCrowd('push', 'Ana', ['Person 1']))
    const key = `BA${'A'.repeat(85)}`
    const relay = world.network.relay(relayUrl)
    relay.setPushKey(key)
    const waking = (): number => [...relay.pushes().values()].filter((endpoints) => endpoints.length > 0).length
    await ana.messenger.push.enable({ endpoint: 'https://push.example/ana', key })
    await world.until(() => waking() === 1)
    const stranger = await world.person('Dora')
    const { link } = await ana.messenger.invites.create()
    await stranger.messenger.invites.connect(link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await world.clock.advance(60 * secondMs)
    expect(waking()).toBe(1)
    await ana.messenger.requests.accept((await ana.messenger.requests.list())[0]?.id ?? '')
    await world.until(() => waking() === 2)
  })
})

describe('somebody who is not followed', () => {
  /** They ask by a link, with a photo and a video. */
  async function asks(name: string): Promise<{ readonly asker: Person; readonly id: string }> {
    const asker = await world.person(name)
    const { link } = await ana.messenger.invites.create()
    const { conversationId } = await asker.messenger.invites.connect(link, { text: 'We met at the pier' })
    const { id } = await asker.messenger.send(conversationId, { media: [{ data: photo }, { data: film }] })
    await world.until(async () =>
      (await ana.messenger.requests.list()).some((request) => request.name === name && request.messages === 1),
    )
    return { asker, id }
  }
  const requestOf = async (name: string, ignored = false) =>
    (await ana.messenger.requests.list({ ignored })).find((request) => request.name === name)
  const stateAt = async (asker: Person, id: string) => (await at(asker, id))?.recipients[0]?.state.kind

  it('waits with hidden media, and once accepted is a contact and not followed', async () => {
    ;({ world, one: ana, others } = await openCrowd('pending', 'Ana', ['Person 1']))
    const { asker, id } = await asks('Dora')
    expect(await requestOf('Dora')).toMatchObject({
      text: 'We met at the pier',
      previews: [{ kind: 'photo' }, { kind: 'video', durationMs: 4000 }],
    })
    await world.clock.advance(120 * secondMs)
    expect([...ana.disk.blobs.keys()]).toEqual([])
    expect(await stateAt(asker, id)).toBe('kept')
    await ana.messenger.requests.accept((await requestOf('Dora'))?.id ?? '')
    await arrives([ana], id)
    await world.until(async () => (await stateAt(asker, id)) === 'delivered')
    const contact = await ana.messenger.contacts.get(await contactIdOf(ana, 'Dora'))
    expect(contact).toMatchObject({ following: false, followsMe: 'no' })
    // What Ana shows to those who follow is not for Dora.
    expect((await ana.messenger.posts.create({ text: 'for followers' })).recipients).toEqual([])
  })

  it('stays ignored, whatever they send, and hears nothing of it', async () => {
    ;({ world, one: ana, others } = await openCrowd('ignored', 'Ana', ['Person 1']))
    const { asker, id } = await asks('Dora')
    await ana.messenger.requests.ignore((await requestOf('Dora'))?.id ?? '')
    const conversationId = await conversationIdOf(asker, 'Ana')
    const again = await asker.messenger.send(conversationId, { text: 'Hello?', media: [{ data: photo }] })
    await world.clock.advance(120 * secondMs)
    ana = await ana.crash()
    await world.clock.advance(60 * secondMs)
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await requestOf('Dora', true)).toMatchObject({ messages: 2 })
    expect(ana.heard.filter(({ type }) => type === 'request' || type === 'message')).toEqual([])
    for (const sent of [id, again.id]) expect(await stateAt(asker, sent)).toBe('kept')
    expect([...ana.disk.blobs.keys()]).toEqual([])
  })
})
