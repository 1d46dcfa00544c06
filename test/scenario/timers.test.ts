// Messages that disappear after they were seen.

import { afterEach, describe, expect, it } from 'vitest'
import { crashedCopy } from '../../src/storage/memory.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { introduce, relayUrl } from '../support/world/world.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct: false }))
}

const isThere = async (person: Person, id: string): Promise<boolean> =>
  (await person.messenger.messages.get(id)) !== undefined
const timerOf = async (person: Person, id: string) => (await person.messenger.conversations.get(id))?.timerMs

/** Messages of which it was said that they are not what they were. */
const toldOf = (person: Person): readonly unknown[] =>
  person.heard.flatMap(({ type, detail }) =>
    type === 'view' && typeof detail === 'object' && detail !== null && 'messageId' in detail ? [detail.messageId] : [],
  )

/** Ana sends a text and a photo; resolves when Bo has all of it. */
async function send(): Promise<string> {
  const { id } = await ana.messenger.send(ids.ana, { text: 'for now', media: [{ data: photo }] })
  await world.until(async () => (await bo.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done')
  return id
}

/** How much of anything is left on a disk. */
async function leftOf(person: Person): Promise<{ readonly words: number; readonly blobs: number }> {
  const found = { words: 0, blobs: 0 }
  await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
    found.words = (await tables.messages.list()).filter(({ row }) => row.line === undefined).length
    found.blobs = (await blobs.list()).length + (await tables.blobs.list()).length
  })
  return found
}

describe('a timer', () => {
  it('is a line for both, and what is written then goes after it was seen', async () => {
    await begin('seen')
    await ana.messenger.conversations.setTimer(ids.ana, minuteMs)
    await world.until(async () => (await timerOf(bo, ids.bo)) === minuteMs)
    const lines = async (person: Person, id: string) =>
      (await person.messenger.conversations.page(id)).flatMap(({ line }) => line ?? [])
    expect(await lines(bo, ids.bo)).toEqual([{ kind: 'timer', by: { name: 'Ana', isMe: false }, lifeMs: minuteMs }])
    expect(await lines(ana, ids.ana)).toEqual([{ kind: 'timer', by: { name: 'Ana', isMe: true }, lifeMs: minuteMs }])
    expect((await bo.messenger.conversations.get(ids.bo))?.unread).toBe(0)
    const id = await send()
    // Nobody has looked at it.
    await world.clock.advance(10 * minuteMs)
    expect(await isThere(bo, id)).toBe(true)
    await bo.messenger.conversations.markSeen(ids.bo, id)
    expect((await bo.messenger.messages.get(id))?.expiresAt).toBe(world.clock.now() + minuteMs)
    expect(toldOf(bo)).toContain(id)
    await world.clock.advance(minuteMs + 1_000)
    expect(await isThere(bo, id)).toBe(false)
    expect(bo.heard.filter(({ type }) => type === 'deleted')).toMatchObject([{ detail: { messageId: id } }])
    await world.until(async () => (await leftOf(bo)).blobs === 0)
    expect(await leftOf(bo)).toEqual({ words: 0, blobs: 0 })
  })

  it('takes nothing away that a relay says is for nobody, but for a week', async () => {
    await begin('gone')
    await ana.messenger.conversations.setTimer(ids.ana, minuteMs)
    await world.until(async () => (await timerOf(bo, ids.bo)) === minuteMs)
    const [contact] = await bo.messenger.contacts.list()
    await bo.messenger.contacts.block(contact?.id ?? '')
    await world.clock.advance(minuteMs)
    const { id } = await ana.messenger.send(ids.ana, { text: 'are you there', media: [{ data: photo }] })
    await world.until(async () => (await ana.messenger.messages.get(id))?.recipients[0]?.state.kind === 'failed')
    const away = async (lengthMs: number) => {
      await Promise.all([ana.messenger.close(), bo.messenger.close()])
      await world.clock.advance(lengthMs)
      ana = await ana.reopen()
      await world.clock.advance(3 * minuteMs)
    }
    await away(6 * dayMs)
    expect((await ana.messenger.messages.get(id))?.attachments).toHaveLength(1)
    await away(dayMs)
    expect(await isThere(ana, id)).toBe(false)
  })

  it('begins for the sender when it is there', async () => {
    await begin('sender')
    await ana.messenger.conversations.setTimer(ids.ana, minuteMs)
    const id = await send()
    await world.until(async () => (await ana.messenger.messages.get(id))?.expiresAt !== undefined)
    expect(toldOf(ana)).toContain(id)
    await world.clock.advance(minuteMs + 1_000)
    expect(await isThere(ana, id)).toBe(false)
    await world.until(async () => (await leftOf(ana)).blobs === 0)
  })

  it('leaves alone what was written before, and what is written after it was taken away', async () => {
    await begin('before')
    const before = await send()
    await bo.messenger.conversations.setTimer(ids.bo, minuteMs)
    await world.until(async () => (await timerOf(ana, ids.ana)) === minuteMs)
    await ana.messenger.conversations.setTimer(ids.ana, 0)
    await world.until(async () => (await timerOf(bo, ids.bo)) === 0)
    const after = await send()
    await bo.messenger.conversations.markSeen(ids.bo, after)
    await world.clock.advance(10 * minuteMs)
    for (const id of [before, after]) expect(await isThere(bo, id)).toBe(true)
  })

  it('goes on over a crash, and what was over meanwhile is gone before anybody looks', async () => {
    await begin('crash')
    await ana.messenger.conversations.setTimer(ids.ana, minuteMs)
    const id = await send()
    await bo.messenger.conversations.markSeen(ids.bo, id)
    await bo.messenger.close()
    await world.clock.advance(2 * minuteMs)
    bo = await bo.crash()
    expect(await isThere(bo, id)).toBe(false)
  })

  it('goes on after a block, for what was seen and for what will never arrive, and is not theirs to change any more', async () => {
    await begin('block')
    await ana.messenger.conversations.setTimer(ids.ana, minuteMs)
    await world.until(async () => (await timerOf(bo, ids.bo)) === minuteMs)
    const earlier = await send()
    const seen = await send()
    await bo.messenger.close()
    await ana.messenger.conversations.setTimer(ids.ana, 10 * dayMs)
    const last = await ana.messenger.send(ids.ana, { text: 'too late' })
    await world.until(async () => (await ana.messenger.messages.get(last.id))?.recipients[0]?.state.kind === 'kept')
    await ana.messenger.close()

    // Blocked by somebody who has not heard of that yet.
    world.network.relay(relayUrl).setUp(false)
    bo = await bo.reopen()
    const mine = await bo.messenger.send(ids.bo, { text: 'never there' })
    await bo.messenger.conversations.markSeen(ids.bo, seen)
    const { expiresAt } = (await bo.messenger.messages.get(seen)) ?? {}
    expect(expiresAt).toBe(world.clock.now() + minuteMs)
    const [contact] = await bo.messenger.contacts.list()
    await bo.messenger.contacts.block(contact?.id ?? '')
    expect((await bo.messenger.messages.get(mine.id))?.expiresAt).toBe(expiresAt)
    world.network.relay(relayUrl).setUp(true)
    await world.clock.advance(minuteMs / 2)
    bo = await bo.crash()
    expect(await timerOf(bo, ids.bo)).toBe(minuteMs)
    expect((await bo.messenger.messages.get(seen))?.expiresAt).toBe(expiresAt)
    await world.clock.advance(minuteMs)
    for (const id of [seen, mine.id]) expect(await isThere(bo, id)).toBe(false)
    expect(await isThere(bo, last.id)).toBe(false)
    expect(await timerOf(bo, ids.bo)).toBe(minuteMs)
    // Seen with the one behind it.
    expect(await isThere(bo, earlier)).toBe(false)
    await world.until(async () => (await leftOf(bo)).blobs === 0)
    expect(await leftOf(bo)).toEqual({ words: 0, blobs: 0 })
  })

  it('takes nothing away because a clock is wrong for a while', async () => {
    await begin('wrong-clock')
    await ana.messenger.conversations.setTimer(ids.ana, dayMs)
    const id = await send()
    await bo.messenger.conversations.markSeen(ids.bo, id)
    await bo.messenger.close()
    bo = await world.person('Bo', crashedCopy(bo.disk), undefined, 300 * dayMs)
    expect(await isThere(bo, id)).toBe(true)
  })

  it('of two at the same time ends alike, with nothing that one of them wants gone', async () => {
    await begin('both')
    await Promise.all([
      ana.messenger.conversations.setTimer(ids.ana, minuteMs),
      bo.messenger.conversations.setTimer(ids.bo, dayMs),
    ])
    await world.clock.advance(2 * minuteMs)
    expect(await timerOf(ana, ids.ana)).toBe(await timerOf(bo, ids.bo))
  })

  it('is what a new conversation begins with, where a person wants that', async () => {
    await begin('default')
    await ana.messenger.settings.set({ timerMs: dayMs })
    const cem = await world.person('Cem')
    const others = await introduce(world, ana, cem)
    await world.until(async () => (await timerOf(cem, others.bo)) === dayMs)
    expect(await timerOf(ana, others.ana)).toBe(dayMs)
    expect(await timerOf(ana, ids.ana)).toBe(0)
  })

  it('is what a group begins with too, as its maker wants it', async () => {
    await begin('group-default')
    const [boAtAna] = await ana.messenger.contacts.list()
    const [anaAtBo] = await bo.messenger.contacts.list()
    await bo.messenger.follows.add(anaAtBo?.id ?? '')
    await ana.messenger.settings.set({ timerMs: dayMs })
    await bo.messenger.settings.set({ timerMs: minuteMs })
    await world.clock.advance(30_000)
    const group = await ana.messenger.groups.create({ contactIds: [boAtAna?.id ?? ''], name: 'The sea' })
    expect(await timerOf(ana, group.conversationId)).toBe(dayMs)
    await world.until(async () => (await timerOf(bo, group.conversationId)) === dayMs)
    for (const { messenger } of [ana, bo]) {
      const lines = (await messenger.conversations.page(group.conversationId)).flatMap(({ line }) => line ?? [])
      expect(lines.map(({ kind }) => kind)).toEqual(['created', 'timer', 'added'])
    }
    const sent = await bo.messenger.send(group.conversationId, { text: 'for a day' })
    await world.until(async () => isThere(ana, sent.id))
    await ana.messenger.conversations.markSeen(group.conversationId, sent.id)
    expect((await ana.messenger.messages.get(sent.id))?.expiresAt).toBe(world.clock.now() + dayMs)
  })

  it('has bounds', async () => {
    await begin('bounds')
    for (const lifeMs of [-1, 1, 4_999, 0.5, NaN, Infinity, 367 * dayMs]) {
      expect(await refusalOf(ana.messenger.conversations.setTimer(ids.ana, lifeMs))).toBe('bad-timer')
      expect(await refusalOf(ana.messenger.settings.set({ timerMs: lifeMs }))).toBe('bad-timer')
    }
    expect((await ana.messenger.settings.get()).timerMs).toBe(0)
  })
})
