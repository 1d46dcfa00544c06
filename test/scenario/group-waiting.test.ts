// What is written to a group and is to go: it waits for people who cannot be reached yet, and not for ever.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GroupView, MessageView } from '../../src/messenger/api.ts'
import { UsageError } from '../../src/messenger/api.ts'
import { times } from '../../src/messenger/limits.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { closeWorld } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { relayUrl } from '../support/world/world.ts'

// Three people with sessions between all of them are three times the work of two.
vi.setConfig({ testTimeout: 60_000 })

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const photo = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

/** Ana knows Bo and Cem, who do not know each other; they follow her, and so join what she asks them into. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: true }))
}

async function create(): Promise<GroupView> {
  const contacts = await ana.messenger.contacts.list()
  return ana.messenger.groups.create({ contactIds: contacts.map(({ id }) => id), name: 'The sea' })
}

const members = async (person: Person, { id }: GroupView): Promise<number> =>
  (await person.messenger.groups.get(id))?.members.length ?? 0
const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)
const fingerprintOf = async (person: Person): Promise<string> => (await person.messenger.profile.get()).fingerprint
const isDelivered = async (person: Person, id: string, to: string): Promise<boolean> =>
  (await at(person, id))?.recipients.find(({ name }) => name === to)?.state.kind === 'delivered'

async function blobsOf(person: Person): Promise<number> {
  let count = 0
  await inspect(crashedCopy(person.disk), async ({ blobs }) => void (count = (await blobs.list()).length))
  return count
}

/** Opens it, looks at the photo, and closes it. */
async function view(person: Person, id: string): Promise<Uint8Array> {
  await world.until(async () => (await at(person, id))?.attachments[0]?.transfer.kind === 'done')
  const opened = await person.messenger.messages.openView(id)
  const bytes = await bytesOf(person, opened.attachments[0]?.id ?? '')
  await person.messenger.messages.closeView(opened.viewId)
  return bytes
}

/** A group in which what Ana writes goes after a minute; Bo is in it, Cem is asked and away. */
async function withoutCem(): Promise<GroupView> {
  await cem.messenger.close()
  const group = await create()
  await ana.messenger.conversations.setTimer(group.conversationId, minuteMs)
  await world.until(async () => (await members(bo, group)) === 2)
  return group
}

/** Ana writes, and Bo has it. */
async function say(group: GroupView, text: string): Promise<string> {
  const { id } = await ana.messenger.send(group.conversationId, { text })
  await world.until(() => isDelivered(ana, id, 'Bo'))
  return id
}

/** Everybody is away for so long, and Ana and Bo are back. */
async function away(lengthMs: number): Promise<void> {
  await Promise.all([ana.messenger.close(), bo.messenger.close()])
  await world.clock.advance(lengthMs)
  ana = await ana.reopen()
  bo = await bo.reopen()
}

/** From now on its minute runs, and then it is gone. */
async function goes(person: Person, id: string): Promise<void> {
  expect((await at(person, id))?.expiresAt).toBe(world.clock.now() + minuteMs)
  await world.clock.advance(minuteMs + 1_000)
  expect(await at(person, id)).toBeUndefined()
}

describe('what is to be viewed once', () => {
  it('waits for all who were asked, also where nobody has joined yet and the device starts anew', async () => {
    await begin('view-early')
    await Promise.all([bo.messenger.close(), cem.messenger.close()])
    const group = await create()
    const { id } = await ana.messenger.send(group.conversationId, { media: [{ data: photo }], view: { replays: 0 } })
    ana = await ana.reopen()
    await world.clock.advance(2 * hourMs)
    expect((await at(ana, id))?.viewing?.stage).toBe('sent')

    bo = await bo.reopen()
    expect(await view(bo, id)).toEqual(photo)
    await world.until(async () => (await at(ana, id))?.recipients.length === 1)
    await world.clock.advance(2 * hourMs)
    expect((await at(ana, id))?.viewing?.stage).toBe('sent')

    cem = await cem.reopen()
    expect(await view(cem, id)).toEqual(photo)
    await world.until(async () => (await at(ana, id))?.viewing?.stage === 'delivered')
    await world.until(async () => (await blobsOf(ana)) === 0)
  })

  it('is gone at its sender, and not given later, when somebody says nothing to an invitation for a week', async () => {
    await begin('view-late')
    await cem.messenger.close()
    const group = await create()
    await world.until(async () => (await members(bo, group)) === 2)
    const { id } = await ana.messenger.send(group.conversationId, { media: [{ data: photo }], view: { replays: 0 } })
    const kept = await say(group, 'for whoever comes')
    await world.until(async () => (await at(bo, id))?.attachments[0]?.transfer.kind === 'done')
    await world.until(
      async () => (await at(ana, id))?.recipients.every(({ state }) => state.kind === 'delivered') === true,
    )
    await away(times.unreachedMs - 10 * minuteMs)
    expect((await at(ana, id))?.viewing?.stage).toBe('sent')
    await world.clock.advance(12 * minuteMs)
    expect((await at(ana, id))?.viewing?.stage).toBe('delivered')
    expect(await blobsOf(ana)).toBe(0)

    cem = await cem.reopen()
    await world.until(async () => (await at(cem, kept)) !== undefined)
    expect(await at(cem, id)).toBeUndefined()
  })
})

describe('what disappears', () => {
  it('waits for who was asked, and begins when the invitation is taken back', async () => {
    await begin('withdrawn')
    const group = await withoutCem()
    const id = await say(group, 'for now')
    await world.clock.advance(hourMs)
    expect(await at(ana, id)).toMatchObject({ text: 'for now' })
    expect((await at(ana, id))?.expiresAt).toBeUndefined()
    await ana.messenger.groups.withdraw(group.id, await fingerprintOf(cem))
    await goes(ana, id)
  })

  it('is not given to who was asked once more after their invitation was taken back', async () => {
    await begin('asked-again')
    const group = await withoutCem()
    await ana.messenger.conversations.setTimer(group.conversationId, 0)
    const before = await say(group, 'of the first time')
    await ana.messenger.groups.withdraw(group.id, await fingerprintOf(cem))
    const contacts = await ana.messenger.contacts.list()
    const cemId = contacts.find(({ name }) => name === 'Cem')?.id ?? ''
    await ana.messenger.groups.invite(group.id, [cemId])
    const after = await say(group, 'of the second')
    cem = await cem.reopen()
    await world.until(async () => (await at(cem, after)) !== undefined)
    await world.clock.advance(minuteMs)
    expect(await at(cem, before)).toBeUndefined()
  })

  it('begins when who was waited for leaves the group to itself', async () => {
    await begin('left')
    const group = await withoutCem()
    const id = await say(group, 'for now')
    await ana.messenger.groups.leave(group.id)
    await goes(ana, id)
  })

  it('begins a week later when nobody answers the invitation, over restarts, and is not given after that', async () => {
    await begin('unanswered')
    const group = await withoutCem()
    const id = await say(group, 'for now')
    await away(times.unreachedMs - 10 * minuteMs)
    expect(await at(ana, id)).toMatchObject({ text: 'for now' })
    expect((await at(ana, id))?.expiresAt).toBeUndefined()
    await world.clock.advance(12 * minuteMs)
    expect(await at(ana, id)).toBeUndefined()
    cem = await cem.reopen()
    await world.until(async () => (await members(cem, group)) === 3)
    await world.clock.advance(minuteMs)
    expect(await at(cem, id)).toBeUndefined()
  })

  it('begins when they join, and have it', async () => {
    await begin('joined')
    const group = await withoutCem()
    const id = await say(group, 'for now')
    await world.clock.advance(hourMs)
    cem = await cem.reopen()
    await world.until(async () => (await at(cem, id)) !== undefined)
    await world.until(async () => (await at(ana, id))?.expiresAt !== undefined)
    await world.clock.advance(minuteMs + 1_000)
    expect(await at(ana, id)).toBeUndefined()
  })

  it('begins when a member is removed whom this device never met', async () => {
    await begin('removed-unmet')
    world.network.setDirectPossible(true)
    for (const person of [bo, cem]) {
      const [contact] = await person.messenger.contacts.list()
      await person.messenger.conversations.warm(contact?.conversationId ?? '')
    }
    await world.until(async () => (await ana.messenger.contacts.list()).every(({ direct }) => direct))
    // Bo and Cem hear of each other from Ana alone, and nothing of theirs is open at their relay.
    world.network.relay(relayUrl).setUp(false)
    const group = await create()
    await ana.messenger.conversations.setTimer(group.conversationId, minuteMs)
    for (const person of [ana, bo, cem]) await world.until(async () => (await members(person, group)) === 3)
    await world.until(async () => (await bo.messenger.conversations.get(group.conversationId))?.timerMs === minuteMs)
    const { id } = await bo.messenger.send(group.conversationId, { text: 'Hello, whoever you are' })
    await world.until(() => isDelivered(bo, id, 'Ana'))
    await world.clock.advance(5 * minuteMs)
    expect((await at(bo, id))?.expiresAt).toBeUndefined()
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await world.until(async () => (await members(bo, group)) === 2)
    expect((await at(bo, id))?.expiresAt).toBeDefined()
    await world.clock.advance(minuteMs + 1_000)
    expect(await at(bo, id)).toBeUndefined()
  })

  it('begins when a member is removed who did not fetch it', async () => {
    await begin('removed-away')
    const group = await create()
    await ana.messenger.conversations.setTimer(group.conversationId, minuteMs)
    for (const person of [ana, bo, cem]) await world.until(async () => (await members(person, group)) === 3)
    await cem.messenger.close()
    const id = await say(group, 'for now')
    await world.until(async () => (await at(ana, id))?.recipients.some(({ state }) => state.kind === 'kept') === true)
    expect((await at(ana, id))?.expiresAt).toBeUndefined()
    await ana.messenger.groups.remove(group.id, await fingerprintOf(cem))
    await goes(ana, id)
  })

  it('begins at once where there is nobody else', async () => {
    await begin('alone')
    const group = await withoutCem()
    await ana.messenger.groups.withdraw(group.id, await fingerprintOf(cem))
    await ana.messenger.groups.remove(group.id, await fingerprintOf(bo))
    const { id } = await ana.messenger.send(group.conversationId, { text: 'to myself' })
    await goes(ana, id)
  })
})

describe('the state of what is written to a group before anybody joined', () => {
  /** What has been heard of a promise so far. */
  function watched(promise: Promise<void>): { outcome: string } {
    const seen = { outcome: 'open' }
    promise.then(
      () => (seen.outcome = 'reached'),
      (error: unknown) => (seen.outcome = error instanceof UsageError ? error.code : 'aborted'),
    )
    return seen
  }

  it('is reached by nobody until the first has it', async () => {
    await begin('state')
    await Promise.all([bo.messenger.close(), cem.messenger.close()])
    const group = await create()
    const sent = await ana.messenger.send(group.conversationId, { text: 'who is there?' })
    const kept = watched(sent.state('kept'))
    const delivered = watched(sent.state('delivered'))
    await world.clock.advance(hourMs)
    expect([kept.outcome, delivered.outcome]).toEqual(['open', 'open'])
    expect(await at(ana, sent.id)).toMatchObject({ recipients: [], awaited: 2 })
    bo = await bo.reopen()
    await world.until(() => isDelivered(ana, sent.id, 'Bo'))
    await world.until(() => delivered.outcome === 'reached')
    expect(kept.outcome).toBe('reached')
    expect((await at(ana, sent.id))?.awaited).toBe(1)
  })

  it('ends when it is taken back, when the caller waits no longer, and with the messenger', async () => {
    await begin('state ends')
    await Promise.all([bo.messenger.close(), cem.messenger.close()])
    const group = await create()
    const first = await ana.messenger.send(group.conversationId, { text: 'first' })
    const second = await ana.messenger.send(group.conversationId, { text: 'second' })
    const leaving = new AbortController()
    const aborted = watched(second.state('delivered', { signal: leaving.signal }))
    const closed = watched(second.state('delivered'))
    const unsent = watched(first.state('delivered'))
    await ana.messenger.messages.unsend([first.id])
    leaving.abort()
    await world.until(() => unsent.outcome !== 'open' && aborted.outcome !== 'open')
    expect([unsent.outcome, aborted.outcome, closed.outcome]).toEqual(['failed', 'aborted', 'open'])
    for (const { fingerprint } of (await ana.messenger.groups.get(group.id))?.asked ?? [])
      await ana.messenger.groups.withdraw(group.id, fingerprint)
    expect((await at(ana, second.id))?.awaited).toBeUndefined()
    expect(closed.outcome).toBe('open')
    await ana.messenger.close()
    expect(closed.outcome).toBe('closed')
  })
})
