// The end of an invite: it takes nobody new, and what people wrote into it before is not lost with it.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Fault, Person, World } from '../support/world/world.ts'
import { createWorld, relayUrl } from '../support/world/world.ts'

// Forty handshakes, and as many answers.
vi.setConfig({ testTimeout: 120_000 })

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = () => world.network.relay(relayUrl)
const asking = async (person: Person): Promise<string[]> =>
  (await person.messenger.requests.list()).map(({ name }) => name)

async function stateOf(person: Person, messageId: string): Promise<string | undefined> {
  return (await person.messenger.messages.get(messageId))?.recipients[0]?.state.kind
}

describe('an invite that many people use at once', () => {
  it('takes as many as it is for, each once, and one who was too slow gets nothing of theirs', async () => {
    world = createWorld('forty at once')
    world.network.setDirectPossible(false)
    const ana = await world.person('Ana')
    const uses = 40
    const { link } = await ana.messenger.invites.create({ uses })
    const people: Person[] = []
    for (let index = 0; index <= uses; index++) people.push(await world.person(`P${index}`))
    const asked = await Promise.all(
      people.map(async (person) => {
        const { id, conversationId } = await person.messenger.invites.connect(link, { text: `I am ${person.name}` })
        return { person, id, conversationId }
      }),
    )
    await world.until(async () => (await asking(ana)).length === uses)
    await world.clock.advance(minuteMs)
    const requests = await ana.messenger.requests.list()
    expect(new Set(requests.map(({ fingerprint }) => fingerprint)).size).toBe(uses)
    expect(requests.filter(({ name, text }) => text !== `I am ${name}`)).toEqual([])
    expect(await ana.messenger.invites.list()).toEqual([])
    for (const { id } of requests) await ana.messenger.requests.accept(id)
    const names = new Set(requests.map(({ name }) => name))
    const [late] = asked.filter(({ person }) => !names.has(person.name))
    for (const { person, id } of asked)
      if (person !== late?.person)
        await world.until(async () => (await person.messenger.contacts.get(id))?.state === 'accepted')
    for (const { person, conversationId } of asked) await person.messenger.send(conversationId, { text: person.name })
    await world.clock.advance(minuteMs)
    const conversations = await ana.messenger.conversations.list()
    expect(conversations.map(({ name }) => name).toSorted()).toEqual([...names].toSorted())
    for (const { id, name } of conversations) {
      const page = await ana.messenger.conversations.page(id)
      expect(page.filter(({ text }) => text === name)).toHaveLength(1)
    }
    expect((await late?.person.messenger.contacts.get(late.id))?.state).toBe('asked')
    // With the last answer its mailbox goes.
    await world.until(() => relay().mailboxes().length === 1 + 2 * uses)
  })
})

describe('an invite that is withdrawn', () => {
  it('keeps its mailbox while what lies in it does not fit on the disk', async () => {
    world = createWorld('withdrawn on a full disk')
    world.network.setDirectPossible(false)
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link, { text: 'hi' })
    await world.until(async () => (await asking(ana)).length > 0)
    relay().setUp(false)
    await invite.revoke()
    await world.clock.advance(1_000)
    await ana.messenger.close()
    relay().setUp(true)
    const sent = await bo.messenger.send(contact.conversationId, { text: 'important' })
    await world.until(async () => (await stateOf(bo, sent.id)) === 'kept')

    const fault: Fault = { steps: 0, full: true }
    const back = await world.person('Ana', ana.disk, fault)
    await world.clock.advance(minuteMs)
    expect(relay().envelopes()).toHaveLength(1)
    fault.full = false
    await world.clock.advance(10 * minuteMs)
    const [request] = await back.messenger.requests.list()
    await back.messenger.requests.accept(request?.id ?? '')
    const page = await back.messenger.conversations.page(contact.conversationId)
    expect(page.map(({ text }) => text)).toContain('important')
    // Then it goes.
    expect(relay().mailboxes()).not.toContain(invite.id)
  })
})

describe('an invite whose time is over', () => {
  it('takes nobody new while somebody waits for an answer in it, whatever date their link names', async () => {
    world = createWorld('over')
    world.network.setDirectPossible(false)
    const first = await world.person('Ana')
    const bo = await world.person('Bo')
    const late = await world.person('Cem')
    const invite = await first.messenger.invites.create({ uses: 10, expiresInMs: hourMs })
    const contact = await bo.messenger.invites.connect(invite.link)
    await world.until(async () => (await asking(first)).length > 0)
    await first.messenger.close()
    await world.clock.advance(3 * hourMs)
    const ana = await world.person('Ana', first.disk)
    await world.clock.advance(minuteMs)

    const decoded = decodeInviteLink(invite.link)
    if (!decoded.ok) throw new Error(decoded.reason)
    const link = encodeInviteLink({ ...decoded.invite, expiresAtMs: world.clock.now() + hourMs })
    await late.messenger.invites.connect(link, { text: 'too late' })
    await world.clock.advance(minuteMs)
    expect(await asking(ana)).toEqual(['Bo'])
    expect(relay().mailboxes()).toContain(invite.id)

    // Who asked in time is answered, and then it goes.
    const [request] = await ana.messenger.requests.list()
    await ana.messenger.requests.accept(request?.id ?? '')
    await world.until(async () => (await bo.messenger.contacts.get(contact.id))?.state === 'accepted')
    await bo.messenger.send(contact.conversationId, { text: 'here I am' })
    await world.until(() => !relay().mailboxes().includes(invite.id))
  })
})

describe('an invite at a relay that is given up', () => {
  it('is withdrawn at the next start when the process ended in between', async () => {
    world = createWorld('given up')
    const otherUrl = 'https://other.example'
    world.network.relay(otherUrl)
    const first = await world.person('Ana')
    const invite = await first.messenger.invites.create()
    await first.messenger.close()
    // The list was stored, and nothing that follows from it.
    await inspect(first.disk, async ({ tables, ledger }) => {
      const self = await tables.account.get('self')
      if (self === undefined) throw new Error('nobody is on this disk')
      await ledger.change(async (change) => change.put(tables.account, 'self', { ...self, relays: [otherUrl] }))
    })
    const ana = await world.person('Ana', first.disk)
    expect(relay().mailboxes()).toContain(invite.id)
    await world.until(() => !relay().mailboxes().includes(invite.id))
    expect(await ana.messenger.invites.list()).toEqual([])
  })
})
