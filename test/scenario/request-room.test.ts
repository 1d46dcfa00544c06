// What is kept of people whom nobody answered yet: so many messages of each, and so many bytes of all.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { newConversation } from '../../src/messenger/conversation/append.ts'
import { limits } from '../../src/messenger/limits.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { deriveMailboxId } from '../../src/protocol/mailbox/capability.ts'
import { writeKeyOf } from '../hostile/support/story.ts'
import { handsOf } from '../support/world/hands.ts'
import { closeWorld } from '../support/world/pair.ts'
import { inspect } from '../support/world/sessions.ts'
import { tablesOf } from '../support/world/inside.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const minuteMs = 60_000
/** As much as a message may say: four bytes for each character. */
const longText = '😀'.repeat(10_000)
const fakeId = 'fa'.repeat(16)

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

const requestOf = async (person: Person, name: string) =>
  (await person.messenger.requests.list()).find((request) => request.name === name)
const messagesOf = async (person: Person, name: string) => (await requestOf(person, name))?.messages
const idOf = async (person: Person, name: string): Promise<string> => (await requestOf(person, name))?.id ?? ''
const waitingAt = async (person: Person, name: string) =>
  [...(await tablesOf(person)).contacts.held()].find(([, row]) => row.name === name)?.[1].waiting

async function writePrivately(count: number, from: Person, conversationId: string): Promise<void> {
  for (let n = 0; n < count; n++) await from.messenger.send(conversationId, { text: `${n}` })
}

describe('somebody known from a group', () => {
  /** Bo and Cem know each other from a group of Ana's alone. */
  async function begin(seed: string): Promise<{ readonly groupId: string; readonly conversationId: string }> {
    ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: true }))
    const contactIds = (await ana.messenger.contacts.list()).map(({ id }) => id)
    const group = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
    await world.until(async () => (await cem.messenger.groups.get(group.id))?.members.length === 3)
    await world.clock.advance(minuteMs)
    const conversationId = await cem.messenger.groups.writeTo(group.id, (await bo.messenger.profile.get()).fingerprint)
    return { groupId: group.id, conversationId }
  }

  it('is heard again after what they wrote was deleted, however much that was', async () => {
    const { conversationId } = await begin('deleted')
    for (let round = 0; round < 2; round++) {
      await writePrivately(limits.messagesPerRequest + 1, cem, conversationId)
      await world.until(async () => (await messagesOf(bo, 'Cem')) === limits.messagesPerRequest)
      await world.clock.advance(minuteMs)
      expect(await messagesOf(bo, 'Cem')).toBe(limits.messagesPerRequest)
      await bo.messenger.requests.delete(await idOf(bo, 'Cem'))
      expect(await requestOf(bo, 'Cem')).toBeUndefined()
    }
    await cem.messenger.send(conversationId, { text: 'one more' })
    await world.until(async () => (await requestOf(bo, 'Cem'))?.text === 'one more')
    expect(await messagesOf(bo, 'Cem')).toBe(1)
    await bo.messenger.requests.accept(await idOf(bo, 'Cem'))
    expect((await bo.messenger.conversations.list()).find(({ name }) => name === 'Cem')?.unread).toBe(1)
    expect(await waitingAt(bo, 'Cem')).toBeUndefined()
  })

  it('has as little room for edits of that as for more of it', async () => {
    const { conversationId } = await begin('edits')
    const { id } = await cem.messenger.send(conversationId, { text: 'short' })
    await world.until(async () => (await messagesOf(bo, 'Cem')) === 1)
    await cem.messenger.close()
    await bo.messenger.close()
    await inspect(bo.disk, async ({ tables, ledger }) =>
      ledger.change(async (change) => {
        for (const [key, row] of tables.contacts.held())
          if (row.waiting !== undefined)
            change.put(tables.contacts, key, {
              ...row,
              waiting: { messages: 1, bytes: limits.bytesPerRequest - 60_000 },
            })
      }),
    )
    bo = await world.person('Bo', bo.disk)
    const hands = await handsOf(world, cem, 'Bo')
    const messageId = Uint8Array.from(Buffer.from(id, 'hex'))
    for (const text of ['first', 'second'])
      await hands.put([{ kind: 'edit', of: messageId, text: text + longText.slice(0, 19_000) }])
    await world.clock.advance(minuteMs)
    const text = (await bo.messenger.messages.get(id))?.text
    expect(text?.slice(0, 5)).toBe('first')
  })
})

describe('what somebody known from a group writes to me alone', () => {
  /** Bo and Cem know each other from a group of Ana's alone, and Cem has written. */
  async function begin(seed: string): Promise<{ readonly groupId: string; readonly messageId: string }> {
    ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: true }))
    const contactIds = (await ana.messenger.contacts.list()).map(({ id }) => id)
    const { id: groupId } = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
    await world.until(async () => (await cem.messenger.groups.get(groupId))?.members.length === 3)
    await world.clock.advance(minuteMs)
    const conversationId = await cem.messenger.groups.writeTo(groupId, (await bo.messenger.profile.get()).fingerprint)
    const { id: messageId } = await cem.messenger.send(conversationId, { text: 'short' })
    await world.until(async () => (await messagesOf(bo, 'Cem')) === 1)
    return { groupId, messageId }
  }

  it('takes no room by changes of what is not there, or is not theirs', async () => {
    await begin('edits-of-nothing')
    const before = await waitingAt(bo, 'Cem')
    expect(before?.bytes).toBeGreaterThan(0)
    await cem.messenger.close()
    const hands = await handsOf(world, cem, 'Bo')
    for (const fill of [1, 2, 3])
      await hands.put([{ kind: 'edit', of: new Uint8Array(16).fill(fill), text: longText.slice(0, 19_000) }])
    await world.clock.advance(minuteMs)
    expect(await waitingAt(bo, 'Cem')).toEqual(before)
  })

  it('is no request any more when they were blocked', async () => {
    await begin('blocked-member')
    const id = await idOf(bo, 'Cem')
    await bo.messenger.requests.block(id)
    expect(await bo.messenger.requests.list()).toEqual([])
    expect((await tablesOf(bo)).contacts.peek(id)?.state).toBe('blocked')
  })

  it('is there when I write to them first, and waits for no word', async () => {
    const { groupId } = await begin('answered')
    const conversationId = await bo.messenger.groups.writeTo(groupId, (await cem.messenger.profile.get()).fingerprint)
    expect((await bo.messenger.conversations.page(conversationId)).map(({ text }) => text)).toEqual(['short'])
    expect(await bo.messenger.requests.list()).toEqual([])
    expect((await bo.messenger.conversations.list()).map(({ name }) => name)).toContain('Cem')
  })
})

describe('strangers', () => {
  /** Ana has an address, and so much is there of somebody who came by it before. */
  async function begin(seed: string, freeBytes: number): Promise<string> {
    world = createWorld(seed)
    world.network.setDirectPossible(false)
    ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ uses: 100 })
    await ana.messenger.close()
    await inspect(ana.disk, async ({ tables, ledger }) =>
      ledger.change(async (change) => {
        const now = world.clock.now()
        const conversationId = 'fb'.repeat(16)
        change.put(tables.contacts, fakeId, {
          fingerprint: new Uint8Array(32).fill(7),
          name: 'Many',
          state: 'request',
          conversationId,
          inviteId: toHex(deriveMailboxId(writeKeyOf(link))),
          createdAt: now,
          waiting: { messages: 1, bytes: limits.requestBytes - freeBytes },
        })
        change.put(tables.conversations, conversationId, newConversation({ contactId: fakeId }, now))
      }),
    )
    ana = await world.person('Ana', ana.disk)
    return link
  }

  const ask = async (person: Person, link: string, texts: readonly string[]): Promise<string> => {
    const { conversationId } = await person.messenger.invites.connect(link, { text: 'Hello' })
    for (const text of texts) await person.messenger.send(conversationId, { text })
    return conversationId
  }

  it('at an address fill no more than their room together, and take none from who has a link of their own', async () => {
    const link = await begin('room', 100_000)
    bo = await world.person('Bo')
    const own = await ana.messenger.invites.create()
    const conversationId = await ask(bo, link, [longText, longText, longText])
    await world.until(async () => (await messagesOf(ana, 'Bo')) === 2)
    await world.clock.advance(minuteMs)
    expect(await messagesOf(ana, 'Bo')).toBe(2)
    const { bytes = 0 } = (await waitingAt(ana, 'Bo')) ?? {}
    expect(bytes).toBeGreaterThan(80_000)
    expect(bytes).toBeLessThan(100_000)
    cem = await world.person('Cem')
    await ask(cem, own.link, [longText, longText, longText])
    await world.until(async () => (await messagesOf(ana, 'Cem')) === 3)
    // Who was answered writes as much as they like.
    await ana.messenger.requests.accept(await idOf(ana, 'Bo'))
    await bo.messenger.send(conversationId, { text: longText })
    await world.until(
      async () => (await ana.messenger.conversations.list()).find(({ name }) => name === 'Bo')?.unread === 3,
    )
  })

  it('at an address where there is no room wait at the relay until somebody was answered', async () => {
    const link = await begin('full', 100)
    bo = await world.person('Bo')
    await ask(bo, link, [])
    await world.clock.advance(minuteMs)
    expect(await requestOf(ana, 'Bo')).toBeUndefined()
    await ana.messenger.requests.delete(fakeId)
    await world.until(async () => (await requestOf(ana, 'Bo')) !== undefined)
  })
})
