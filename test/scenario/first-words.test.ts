import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeWorld, openApart } from '../support/world/pair.ts'
import { introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person

beforeEach(async () => {
  ;({ world, ana, bo } = await openApart())
})
afterEach(() => closeWorld(world))

const texts = async (person: Person, conversationId: string): Promise<(string | undefined)[]> =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)

describe('two people who found each other', () => {
  test('write both ways, straight from device to device', async () => {
    const ids = await introduce(world, ana, bo)
    await world.until(() => world.network.directCount > 0)
    const before = world.network.relay(relayUrl).counters.putEnvelopes

    const sent = await ana.messenger.send(ids.ana, { text: 'hello Bo' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('hello Bo'))
    await bo.messenger.send(ids.bo, { text: 'hello Ana' })
    await world.until(async () => (await texts(ana, ids.ana)).includes('hello Ana'))

    await sent.state('delivered')
    expect(world.network.relay(relayUrl).counters.putEnvelopes).toBe(before)
  })

  test('see the state of what they sent: delivered, then seen', async () => {
    const ids = await introduce(world, ana, bo)
    const sent = await ana.messenger.send(ids.ana, { text: 'look' })
    await world.until(async () => (await texts(bo, ids.bo)).length === 1)
    await world.until(
      async () => (await ana.messenger.messages.get(sent.id))?.recipients[0]?.state.kind === 'delivered',
    )
    await bo.messenger.conversations.markSeen(ids.bo, sent.id)
    await world.until(async () => (await ana.messenger.messages.get(sent.id))?.recipients[0]?.state.kind === 'seen')
  })

  test('are never told that a photo was seen before it was delivered', async () => {
    const ids = await introduce(world, ana, bo)
    bo.messenger.addEventListener('message', ({ detail }) => {
      void bo.messenger.conversations.markSeen(ids.bo, detail.id)
    })
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: new Uint8Array(400_000).fill(1) }] })
    const reaches = (state: string): Promise<void> =>
      world.until(async () => (await ana.messenger.messages.get(sent.id))?.recipients[0]?.state.kind === state)
    await reaches('delivered')
    await bo.messenger.conversations.markSeen(ids.bo, sent.id)
    await reaches('seen')
    const states = ana.heard.filter(({ type }) => type === 'state').map(({ detail }) => detail)
    expect(states).toMatchObject([
      { recipient: { state: { kind: 'delivered' } } },
      { recipient: { state: { kind: 'seen' } } },
    ])
  })

  test('send the same message once, however often it is asked for by its id', async () => {
    const ids = await introduce(world, ana, bo)
    const id = '00112233445566778899aabbccddeeff'
    const first = await ana.messenger.send(ids.ana, { text: 'once' }, { id })
    const second = await ana.messenger.send(ids.ana, { text: 'once' }, { id })
    expect(second.id).toBe(first.id)
    await first.state('delivered')
    await world.clock.advance(30_000)
    expect(await texts(bo, ids.bo)).toEqual(['once'])
  })

  test('send a photo, and the bytes that arrive are those that left', async () => {
    const ids = await introduce(world, ana, bo)
    const photo = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251)
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo, caption: 'the sea' }] })
    await world.until(async () => {
      const [message] = await bo.messenger.conversations.page(ids.bo)
      return message?.attachments[0]?.transfer.kind === 'done'
    })
    const [message] = await bo.messenger.conversations.page(ids.bo)
    expect(message?.attachments[0]).toMatchObject({ caption: 'the sea', width: 640, sizeBytes: 700_000 })
    const parts: Uint8Array[] = []
    for await (const part of bo.messenger.media.read(`${sent.id}.0`)) parts.push(part)
    expect(Buffer.concat(parts).equals(photo)).toBe(true)
    await world.until(
      async () => (await ana.messenger.messages.get(sent.id))?.recipients[0]?.state.kind === 'delivered',
    )
  })
})

describe('somebody who is away', () => {
  test('finds a text, a photo and a long film when they come back, in order, once, though the sender has gone', async () => {
    const ids = await introduce(world, ana, bo)
    await bo.messenger.close()
    const film = Uint8Array.from({ length: 10_000_000 }, (_, index) => (index * 7) % 253)
    const first = await ana.messenger.send(ids.ana, { text: 'one' })
    const second = await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    const third = await ana.messenger.send(ids.ana, { text: 'three' })
    await world.until(async () => {
      const states = await Promise.all([first, second, third].map(({ id }) => ana.messenger.messages.get(id)))
      return states.every((view) => view?.recipients[0]?.state.kind === 'kept')
    })
    expect((await ana.messenger.messages.get(second.id))?.recipients[0]?.state).toMatchObject({
      relay: 'relay.example',
    })
    await ana.messenger.close()

    const again = await world.person('Bo', bo.disk)
    await world.until(async () => {
      const page = await again.messenger.conversations.page(ids.bo)
      return (
        page.length === 3 &&
        page.every(({ attachments }) => attachments.every(({ transfer }) => transfer.kind === 'done'))
      )
    })
    expect(await texts(again, ids.bo)).toEqual(['one', undefined, 'three'])
    const parts: Uint8Array[] = []
    for await (const part of again.messenger.media.read(`${second.id}.0`)) parts.push(part)
    expect(Buffer.concat(parts).equals(film)).toBe(true)
  })
})

describe('requests', () => {
  test('show nothing of the sender but a name and a text, fetch nothing and answer nothing until accepted', async () => {
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link, { text: 'we met at the lake' })
    const photo = await bo.messenger.send(contact.conversationId, { media: [{ data: new Uint8Array(9_000).fill(7) }] })
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await world.clock.advance(60_000)
    expect(await ana.messenger.requests.list()).toMatchObject([{ name: 'Bo', text: 'we met at the lake' }])
    expect(await ana.messenger.conversations.list()).toEqual([])
    expect([...ana.disk.blobs.keys()]).toEqual([])
    expect(world.network.directCount).toBe(0)
    expect((await bo.messenger.messages.get(photo.id))?.recipients[0]?.state.kind).toBe('kept')

    const [request] = await ana.messenger.requests.list()
    const accepted = await ana.messenger.requests.accept(request?.id ?? '')
    expect(accepted).toMatchObject({ name: 'Bo', state: 'accepted', following: false })
    await world.until(
      async () => (await bo.messenger.messages.get(photo.id))?.recipients[0]?.state.kind === 'delivered',
    )
  })

  test('tell of media what came in the messages, and nothing at all of the sender is asked for it', async () => {
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link, { text: 'look' })
    const say = (draft: Parameters<typeof bo.messenger.send>[1]) => bo.messenger.send(contact.conversationId, draft)
    await say({ text: 'from the lake', media: [{ data: new Uint8Array(9_000).fill(7) }] })
    await say({ media: [{ data: new Uint8Array(9_000).fill(0x76) }, { data: new Uint8Array(900), voice: true }] })
    await say({ media: [{ data: new Uint8Array(8_000).fill(8) }], view: { replays: 0 } })
    const taken = await say({ media: [{ data: new Uint8Array(7_000).fill(8) }] })
    await world.until(async () => (await ana.messenger.requests.list())[0]?.messages === 4)
    await bo.messenger.messages.unsend([taken.id])
    await world.until(async () => (await ana.messenger.requests.list())[0]?.messages === 3)
    const asked = world.network.relay(relayUrl).counters.putEnvelopes

    const [request] = await ana.messenger.requests.list()
    expect(request).toEqual({
      id: expect.any(String),
      name: 'Bo',
      inviteId: invite.id,
      text: 'look',
      receivedAt: expect.any(Number),
      fingerprint: expect.any(String),
      messages: 3,
      previews: [
        { kind: 'photo', width: 640, height: 480, thumbhash: new Uint8Array(21).fill(9) },
        { kind: 'video', width: 640, height: 480, durationMs: 4000 },
        { kind: 'voice', width: 0, height: 0, durationMs: 4000 },
        { kind: 'photo', width: 640, height: 480 },
      ],
    })
    await world.clock.advance(120_000)
    expect([...ana.disk.blobs.keys()]).toEqual([])
    expect(world.network.directCount).toBe(0)
    expect(world.network.relay(relayUrl).counters.putEnvelopes).toBe(asked)
  })

  test('once deleted they stay deleted, whatever is sent after', async () => {
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    const [request] = await ana.messenger.requests.list()
    await ana.messenger.requests.delete(request?.id ?? '')
    await bo.messenger.send(contact.conversationId, { text: 'hello?' })
    await world.clock.advance(60_000)
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await ana.messenger.conversations.list()).toEqual([])
  })

  test('cross when two people use each other’s invites, and make one conversation', async () => {
    const fromAna = await ana.messenger.invites.create()
    const fromBo = await bo.messenger.invites.create()
    const [a, b] = await Promise.all([
      bo.messenger.invites.connect(fromAna.link),
      ana.messenger.invites.connect(fromBo.link),
    ])
    await world.until(async () => (await ana.messenger.contacts.get(b.id))?.state === 'accepted')
    await world.until(async () => (await bo.messenger.contacts.get(a.id))?.state === 'accepted')
    expect(a.conversationId).toBe(b.conversationId)
    await ana.messenger.send(b.conversationId, { text: 'from Ana' })
    await bo.messenger.send(a.conversationId, { text: 'from Bo' })
    await world.until(async () => (await texts(ana, b.conversationId)).length === 2)
    await world.until(async () => (await texts(bo, a.conversationId)).length === 2)
    expect(await ana.messenger.contacts.list()).toHaveLength(1)
    expect(await bo.messenger.contacts.list()).toHaveLength(1)
  })

  test('that crossed, of which one comes much later, are no change of keys, and lose nothing', async () => {
    const fromAna = await ana.messenger.invites.create()
    const fromBo = await bo.messenger.invites.create()
    world.network.relay(relayUrl).onPush(() => 'drop')
    const a = await bo.messenger.invites.connect(fromAna.link)
    await bo.messenger.send(a.conversationId, { text: 'already' })
    await world.clock.advance(1_000)
    world.network.relay(relayUrl).onPush(undefined)
    const b = await ana.messenger.invites.connect(fromBo.link)
    await world.until(async () => (await ana.messenger.contacts.get(b.id))?.state === 'accepted')
    for (const word of ['one', 'two']) {
      await ana.messenger.send(b.conversationId, { text: `${word}, says Ana` })
      await bo.messenger.send(a.conversationId, { text: `${word}, says Bo` })
      await world.until(async () => (await texts(bo, a.conversationId)).includes(`${word}, says Ana`))
      await world.until(async () => (await texts(ana, b.conversationId)).includes(`${word}, says Bo`))
    }
    // By now all that lay in the mailboxes was looked for.
    await world.clock.advance(10 * 60_000)
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('known')
    expect((await bo.messenger.contacts.list())[0]?.keys).toBe('known')
    expect([...ana.heard, ...bo.heard].filter(({ type }) => type === 'error')).toEqual([])
    expect((await texts(ana, b.conversationId)).filter((text) => text === 'already')).toHaveLength(1)
  })
})

describe('invites', () => {
  test('work once', async () => {
    await introduceWith(world, ana, bo)
  })

  test('are named by the requests that come of them', async () => {
    const [first, second] = [await ana.messenger.invites.create(), await ana.messenger.invites.create({ uses: 5 })]
    const cy = await world.person('Cy')
    await bo.messenger.invites.connect(first.link)
    await cy.messenger.invites.connect(second.link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 2)
    const byName = new Map((await ana.messenger.requests.list()).map(({ name, inviteId }) => [name, inviteId]))
    expect(byName).toEqual(
      new Map([
        ['Bo', first.id],
        ['Cy', second.id],
      ]),
    )
    const told = ana.heard.flatMap(({ type, detail }) => (type === 'request' ? [detail] : []))
    expect(told).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Cy', inviteId: second.id })]))
  })

  test('tell what is wrong with them', async () => {
    const invite = await ana.messenger.invites.create()
    expect(() => bo.messenger.invites.inspect('https://relay.example/#i/AAAA')).toThrow(
      expect.objectContaining({ code: 'broken' }),
    )
    expect(() => bo.messenger.invites.inspect('hello')).toThrow(expect.objectContaining({ code: 'broken' }))
    expect(() => ana.messenger.invites.inspect(invite.link)).toThrow(expect.objectContaining({ code: 'own' }))
    expect(bo.messenger.invites.inspect(` ${invite.link}\n`)).toMatchObject({ name: 'Ana', relay: 'relay.example' })
    await invite.revoke()
    await world.clock.advance(1_000)
    await expect(bo.messenger.invites.connect(invite.link)).rejects.toMatchObject({ code: 'used' })
    const short = await ana.messenger.invites.create({ expiresInMs: 1_000 })
    await world.clock.advance(2_000)
    await expect(bo.messenger.invites.connect(short.link)).rejects.toMatchObject({ code: 'expired' })
  })
})

async function introduceWith(inWorld: World, inviter: Person, first: Person): Promise<void> {
  const cy = await inWorld.person('Cy')
  const invite = await inviter.messenger.invites.create()
  const contact = await first.messenger.invites.connect(invite.link)
  expect((await first.messenger.invites.connect(invite.link)).id).toBe(contact.id)
  await expect(cy.messenger.invites.connect(invite.link)).rejects.toMatchObject({ code: 'used' })
}
