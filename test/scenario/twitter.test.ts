// Direct messages of Twitter, as they were in December 2013: photos in messages for the first time; only who is followed may
// write, or everybody who wants to, and whoever changes that changes it back.

import { afterEach, describe, expect, it } from 'vitest'
import type { SentMessage } from '../../src/messenger/api.ts'
import { contactIdOf } from '../support/world/crowd.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

const secondMs = 1000
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let link: string

afterEach(() => closeWorld(world))

/** Ana has an address that anybody may know. */
async function begin(seed: string): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  link = (await ana.messenger.invites.create({ uses: 10 })).link
}

interface Writer {
  readonly person: Person
  readonly sent: SentMessage
}

/** Somebody writes to Ana's address, with a photo; resolves when all of it has left their device. */
async function writes(name: string): Promise<Writer> {
  const person = await world.person(name)
  const { conversationId } = await person.messenger.invites.connect(link, { text: `I am ${name}` })
  const sent = await person.messenger.send(conversationId, { text: `A photo of ${name}`, media: [{ data: photo }] })
  const state = async () => (await person.messenger.messages.get(sent.id))?.recipients[0]?.state.kind
  await world.until(async () => ['kept', 'delivered', 'seen'].includes((await state()) ?? ''))
  await world.clock.advance(60 * secondMs)
  return { person, sent }
}

const inbox = async (): Promise<readonly string[]> =>
  (await ana.messenger.conversations.list()).map(({ name }) => name).toSorted()
const requests = async (): Promise<readonly string[]> =>
  (await ana.messenger.requests.list()).map(({ name }) => name).toSorted()
const has = async ({ sent }: Writer): Promise<boolean> =>
  (await ana.messenger.messages.get(sent.id))?.attachments[0]?.transfer.kind === 'done'

describe('a photo in a direct message', () => {
  it('comes at once from somebody whom Ana follows, and waits unseen from anybody else', async () => {
    await begin('gate')
    // Whom she follows she knows from elsewhere: by their fingerprint.
    const bo = await world.person('Bo')
    const { fingerprint } = await bo.messenger.profile.get()
    const list = {
      format: 'safelight follow list',
      version: 1,
      follows: [{ fingerprint, following: true, clock: 1, at: world.clock.now() }],
    }
    await ana.messenger.follows.import(new TextEncoder().encode(JSON.stringify(list)))
    const { conversationId } = await bo.messenger.invites.connect(link)
    const { id } = await bo.messenger.send(conversationId, { media: [{ data: photo }] })
    await world.until(async () => (await ana.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done')
    expect(await bytesOf(ana, `${id}.0`)).toEqual(photo)

    const before = ana.disk.blobs.size
    await writes('Cem')
    expect(await inbox()).toEqual(['Bo'])
    expect(await requests()).toEqual(['Cem'])
    expect(ana.disk.blobs.size).toBe(before)
  })
})

describe('who may write', () => {
  it('changes both ways as often as Ana likes, and nothing that was written is lost', async () => {
    await begin('switch')
    expect((await ana.messenger.settings.get()).whoMayWrite).toBe('following')
    const bo = await writes('Bo')
    expect([await inbox(), await requests()]).toEqual([[], ['Bo']])

    await ana.messenger.settings.set({ whoMayWrite: 'anyone' })
    const cem = await writes('Cem')
    // What waited before waits on: it was asked under the other rule.
    expect([await inbox(), await requests()]).toEqual([['Cem'], ['Bo']])
    expect(await has(cem)).toBe(true)

    await ana.messenger.settings.set({ whoMayWrite: 'following' })
    ana = await ana.crash()
    const dora = await writes('Dora')
    expect([await inbox(), await requests()]).toEqual([['Cem'], ['Bo', 'Dora']])
    // Who got in stays in, though Ana follows nobody.
    const { conversationId } = cem.sent
    const more = await cem.person.messenger.send(conversationId, { text: 'Still there?' })
    await world.until(async () => (await ana.messenger.messages.get(more.id)) !== undefined)

    await ana.messenger.settings.set({ whoMayWrite: 'nobody' })
    const emil = await writes('Emil')
    expect([await inbox(), await requests()]).toEqual([['Cem'], []])
    await ana.messenger.settings.set({ whoMayWrite: 'anyone' })
    ana = await ana.crash()
    await world.clock.advance(60 * secondMs)
    expect([await inbox(), await requests()]).toEqual([['Cem'], ['Bo', 'Dora', 'Emil']])

    for (const { id } of await ana.messenger.requests.list()) await ana.messenger.requests.accept(id)
    for (const writer of [bo, cem, dora, emil]) {
      await world.until(() => has(writer))
      expect(await bytesOf(ana, `${writer.sent.id}.0`)).toEqual(photo)
      await world.until(async () => {
        const { recipients = [] } = (await writer.person.messenger.messages.get(writer.sent.id)) ?? {}
        return recipients[0]?.state.kind === 'delivered'
      })
    }
    // Nobody is followed by being answered.
    expect(await ana.messenger.follows.list()).toEqual([])
    expect(await contactIdOf(ana, 'Bo')).toBeDefined()
  })
})
