// Vine messages, as they came soon after: loops of six seconds to one or several people, each of whom has them in a thread of
// their own; an inbox of friends and one of everybody else.

import { afterEach, describe, expect, it } from 'vitest'
import { contactIdOf, openCrowd } from '../support/world/crowd.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'

const secondMs = 1000
const film = Uint8Array.from({ length: 700_000 }, (_, index) => (index === 0 ? 0x76 : (index * 17) % 251))
const loop = { data: film, loop: true, video: { trim: { startMs: 0, endMs: 6 * secondMs } } }
const names = ['Bo', 'Cem', 'Dora']

let world: World
let ana: Person
let friends: readonly Person[]

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, one: ana, others: friends } = await openCrowd(seed, 'Ana', names))
}

async function newest(person: Person) {
  const [conversation] = await person.messenger.conversations.list()
  return (await person.messenger.conversations.page(conversation?.id ?? '')).at(-1)
}

describe('a loop of six seconds', () => {
  it('goes to several people, who each have it in a thread of their own', async () => {
    await begin('several')
    const contactIds = await Promise.all(names.map((name) => contactIdOf(ana, name)))
    const results = await ana.messenger.broadcast(contactIds, { text: 'The wheel', media: [loop] })
    expect(results.every((result) => 'sent' in result)).toBe(true)
    for (const friend of friends) {
      await world.until(async () => (await newest(friend))?.attachments[0]?.transfer.kind === 'done')
      const message = await newest(friend)
      expect(message?.attachments[0]).toMatchObject({ kind: 'video', loop: true, durationMs: 6000, hasPoster: true })
      expect(await bytesOf(friend, message?.attachments[0]?.id ?? '')).toEqual(film)
      expect((await friend.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
    }

    // An answer is for Ana alone.
    const [bo, ...rest] = friends
    const before = await Promise.all(rest.map(async (friend) => (await newest(friend))?.id))
    const [toAna] = (await bo?.messenger.conversations.list()) ?? []
    const answer = await bo?.messenger.send(toAna?.id ?? '', { media: [loop] })
    await world.until(async () => (await ana.messenger.messages.get(answer?.id ?? '')) !== undefined)
    await world.clock.advance(60 * secondMs)
    expect(await Promise.all(rest.map(async (friend) => (await newest(friend))?.id))).toEqual(before)
  })

  it('of a friend is in the inbox, and of others apart from it, as nothing but its length', async () => {
    await begin('inboxes')
    const stranger = await world.person('Emil')
    const { link } = await ana.messenger.invites.create()
    const { conversationId } = await stranger.messenger.invites.connect(link)
    const other = await stranger.messenger.send(conversationId, { media: [loop] })
    const [toAna] = (await friends[0]?.messenger.conversations.list()) ?? []
    const friendly = await friends[0]?.messenger.send(toAna?.id ?? '', { media: [loop] })
    const isHere = async (id = '') => (await ana.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done'
    await world.until(() => isHere(friendly?.id))
    await world.until(async () => (await ana.messenger.requests.list())[0]?.messages === 1)
    expect((await ana.messenger.conversations.list()).map(({ name }) => name).toSorted()).toEqual(names)
    const [request] = await ana.messenger.requests.list()
    expect(request).toMatchObject({ name: 'Emil', previews: [{ kind: 'video', durationMs: 6000 }] })
    expect(await isHere(other.id)).toBe(false)

    await ana.messenger.requests.accept(request?.id ?? '')
    await world.until(() => isHere(other.id))
    expect((await ana.messenger.conversations.list()).map(({ name }) => name).toSorted()).toEqual([...names, 'Emil'])
    expect(await bytesOf(ana, `${other.id}.0`)).toEqual(film)
  })
})
