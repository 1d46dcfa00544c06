// What people do to messages of a thread: answers, reactions, new texts, taking back, pins, and that somebody writes.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageView } from '../../src/messenger/api.ts'
import { messageIdBytes } from '../../src/messenger/ids.ts'
import { limits } from '../../src/messenger/limits.ts'
import type { Body } from '../../src/protocol/content/content.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { handsOf } from '../support/world/hands.ts'
import { refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const secondMs = 1000
const hourMs = 60 * 60 * secondMs
const dayMs = 24 * hourMs
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function begin(seed: string, direct = false): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(direct)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  ids = await introduce(world, ana, bo)
  await world.clock.advance(30 * secondMs)
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)

/** Ana sends a text; resolves when Bo has it. */
async function say(text: string): Promise<string> {
  const { id } = await ana.messenger.send(ids.ana, { text })
  await world.until(async () => (await at(bo, id)) !== undefined)
  return id
}

/** How many rows of messages and actions a disk has, and how many of them say something. */
async function rowsOf(
  person: Person,
): Promise<{ readonly actions: number; readonly words: number; readonly early: number }> {
  const found = { actions: 0, words: 0, early: 0 }
  await inspect(crashedCopy(person.disk), async ({ tables }) => {
    const rows = await tables.messages.list()
    found.actions = rows.filter(({ key }) => key.includes('!/')).length
    found.words = rows.filter(({ row }) => row.content.length > 0).length
    found.early = (await tables.earlyActions.list()).length
  })
  return found
}

describe('a reaction', () => {
  it('is seen by both, replaced by the next one, and taken back', async () => {
    await begin('reaction')
    const id = await say('the sea')
    await bo.messenger.messages.react(id, '❤️')
    await world.until(async () => (await at(ana, id))?.reactions.length === 1)
    expect((await at(ana, id))?.reactions).toMatchObject([{ name: 'Bo', emoji: '❤️' }])
    expect((await at(bo, id))?.reactions).toMatchObject([{ name: 'Bo', emoji: '❤️' }])
    await ana.messenger.messages.react(id, '🌊')
    await bo.messenger.messages.react(id, '😮')
    await world.until(async () => (await at(ana, id))?.reactions.some(({ emoji }) => emoji === '😮') === true)
    await world.until(async () => (await at(bo, id))?.reactions.length === 2)
    await bo.messenger.messages.react(id, undefined)
    await world.until(async () => (await at(ana, id))?.reactions.length === 1)
    expect((await at(ana, id))?.reactions).toMatchObject([{ name: 'Ana', emoji: '🌊' }])
  })

  it('is no message: nothing is unread, and its row goes once it is there', async () => {
    await begin('quiet')
    const id = await say('the sea')
    await bo.messenger.messages.react(id, '❤️')
    expect((await rowsOf(bo)).actions).toBe(1)
    await world.until(async () => (await at(ana, id))?.reactions.length === 1)
    expect((await ana.messenger.conversations.get(ids.ana))?.unread).toBe(0)
    expect(await ana.messenger.conversations.page(ids.ana)).toHaveLength(1)
    await world.until(async () => (await rowsOf(bo)).actions === 0)
  })

  it('is refused when it is no sign, or for nothing', async () => {
    await begin('refused')
    const id = await say('the sea')
    for (const emoji of ['', 'a b', '\u{202e}', 'x'.repeat(17)])
      expect(await refusalOf(bo.messenger.messages.react(id, emoji))).toBe('bad-reaction')
    expect(await refusalOf(bo.messenger.messages.react('00'.repeat(16), '❤️'))).toBe('unknown-message')
  })

  it('survives that Bo is killed right after it', async () => {
    await begin('killed')
    const id = await say('the sea')
    await bo.messenger.messages.react(id, '❤️')
    bo = await bo.crash()
    expect((await at(bo, id))?.reactions).toHaveLength(1)
    await world.until(async () => (await at(ana, id))?.reactions.length === 1)
  })
})

describe('an edit', () => {
  it('takes the place of the text, and shows what was there before', async () => {
    await begin('edit')
    const id = await say('see you at 6')
    await ana.messenger.messages.edit(id, ' see you at 7 ')
    await world.until(async () => (await at(bo, id))?.text === 'see you at 7')
    for (const person of [ana, bo])
      expect(await at(person, id)).toMatchObject({ text: 'see you at 7', earlierTexts: [{ text: 'see you at 6' }] })
    await ana.messenger.messages.edit(id, 'see you at 8')
    await world.until(async () => (await at(bo, id))?.text === 'see you at 8')
    expect((await at(bo, id))?.earlierTexts?.map(({ text }) => text)).toEqual(['see you at 6', 'see you at 7'])
  })

  it('is for who wrote it alone', async () => {
    await begin('foreign-edit')
    const id = await say('mine')
    expect(await refusalOf(bo.messenger.messages.edit(id, 'yours'))).toBe('not-yours')
    expect(await refusalOf(bo.messenger.messages.unsend([id]))).toBe('not-yours')
    expect(await refusalOf(ana.messenger.messages.edit(id, '  '))).toBe('empty-message')
    expect(await refusalOf(ana.messenger.messages.edit(id, 'x'.repeat(10_001)))).toBe('text-too-long')
  })
})

describe('a message taken back', () => {
  it('is gone on both sides, with its media, and an answer to it shows nothing of it', async () => {
    await begin('unsend')
    const { id } = await ana.messenger.send(ids.ana, { text: 'look', media: [{ data: photo, caption: 'the roof' }] })
    await world.until(async () => (await at(bo, id))?.attachments[0]?.transfer.kind === 'done')
    const { id: answer } = await bo.messenger.send(ids.bo, { text: 'wow', replyTo: id })
    expect((await at(bo, answer))?.replyTo).toMatchObject({ id, senderName: 'Ana', text: 'look', media: 'photo' })
    await ana.messenger.messages.edit(id, 'look at this')
    await bo.messenger.messages.react(id, '❤️')
    await bo.messenger.messages.pin(id, true)
    await world.until(async () => (await at(bo, id))?.text === 'look at this')
    await world.until(async () => (await at(ana, id))?.isPinned === true && (await at(ana, id))?.reactions.length === 1)
    await ana.messenger.messages.unsend([id])
    await world.until(async () => (await at(bo, id))?.unsentAt !== undefined)
    for (const person of [ana, bo]) {
      const view = await at(person, id)
      expect(view).toMatchObject({ attachments: [], reactions: [], isPinned: false })
      expect(view).not.toHaveProperty('text')
      expect((await at(person, answer))?.replyTo).toEqual({ id })
      await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
        expect(await tables.blobs.list()).toEqual([])
        expect(await blobs.list()).toEqual([])
        const row = (await tables.messages.list()).find(({ row: { id: of } }) => of === id)?.row
        expect(row?.unsentAt).toBeDefined()
        for (const said of ['edits', 'reactions', 'pin']) expect(row).not.toHaveProperty(said)
      })
    }
  })

  it('never leaves when it had not left', async () => {
    await begin('unsent-in-time')
    world.network.relay(relayUrl).setUp(false)
    const sent = await ana.messenger.send(ids.ana, { text: 'never mind' })
    await ana.messenger.messages.unsend([sent.id])
    await expect(sent.state('kept')).rejects.toMatchObject({ code: 'failed' })
    world.network.relay(relayUrl).setUp(true)
    await world.clock.advance(120 * secondMs)
    expect(await at(bo, sent.id)).toBeUndefined()
    expect(bo.heard.filter(({ type }) => type === 'message')).toEqual([])
  })

  it('is not shown when the word of it came first', async () => {
    await begin('overtaken')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const messageId = new Uint8Array(16).fill(7)
    await hands.put([
      { kind: 'unsend', of: [messageId] },
      { kind: 'reaction', to: messageId, emoji: '❤️' },
    ])
    await world.until(async () => (await rowsOf(bo)).early === 2)
    await hands.put([{ kind: 'message', text: 'too early', media: [] }], { messageId })
    await world.until(async () => (await at(bo, toHex(messageId)))?.unsentAt !== undefined)
    await world.clock.advance(secondMs)
    expect(await at(bo, toHex(messageId))).not.toHaveProperty('text')
    expect(bo.heard.filter(({ type }) => type === 'message')).toEqual([])
    expect(await rowsOf(bo)).toMatchObject({ early: 0, words: 0 })
  })

  it('cannot be answered by a reaction, an edit or a pin', async () => {
    await begin('nothing-left')
    const id = await say('gone')
    await ana.messenger.messages.unsend([id])
    expect(await refusalOf(ana.messenger.messages.edit(id, 'back'))).toBe('not-yours')
    expect(await refusalOf(ana.messenger.messages.react(id, '❤️'))).toBe('unknown-message')
    expect(await refusalOf(ana.messenger.messages.pin(id, true))).toBe('unknown-message')
  })
})

describe('a pin', () => {
  it('is the same for both, whoever changed it last', async () => {
    await begin('pin')
    const first = await say('the address')
    const second = await say('the time')
    await bo.messenger.messages.pin(first, true)
    await ana.messenger.messages.pin(second, true)
    const pinned = async (person: Person, conversationId: string) =>
      (await person.messenger.conversations.pinned(conversationId)).map(({ id }) => id).toSorted()
    const both = [first, second].toSorted()
    await world.until(async () => (await pinned(ana, ids.ana)).length === 2 && (await pinned(bo, ids.bo)).length === 2)
    expect([await pinned(ana, ids.ana), await pinned(bo, ids.bo)]).toEqual([both, both])
    await ana.messenger.messages.pin(first, false)
    await world.until(async () => (await pinned(bo, ids.bo)).length === 1)
    expect(await pinned(bo, ids.bo)).toEqual([second])
  })
})

describe('an answer', () => {
  it('names people in its text, in code points', async () => {
    await begin('mention')
    const { fingerprint } = await bo.messenger.profile.get()
    const id = await say('hello')
    const mentions = [{ from: 1, to: 3, fingerprint }]
    const { id: answer } = await ana.messenger.send(ids.ana, { text: '👋Bo, look', replyTo: id, mentions })
    await world.until(async () => (await at(bo, answer)) !== undefined)
    expect(await at(bo, answer)).toMatchObject({ text: '👋Bo, look', mentions, replyTo: { id, text: 'hello' } })
  })

  it('is refused with names that are not in it, or to no message', async () => {
    await begin('bad-mention')
    const { fingerprint } = await bo.messenger.profile.get()
    for (const mentions of [
      [{ from: 0, to: 9, fingerprint }],
      [{ from: 1, to: 1, fingerprint }],
      [{ from: 0.5, to: 1, fingerprint }],
      [{ from: 0, to: 1, fingerprint: 'ff' }],
      [
        { from: 1, to: 2, fingerprint },
        { from: 0, to: 1, fingerprint },
      ],
    ])
      expect(await refusalOf(ana.messenger.send(ids.ana, { text: 'Bo', mentions }))).toBe('bad-mention')
    expect(await refusalOf(ana.messenger.send(ids.ana, { text: 'Bo', replyTo: 'x' }))).toBe('unknown-message')
  })
})

describe('what is begun', () => {
  const begun = async () => {
    const { draft, draftAbout } = (await ana.messenger.conversations.get(ids.ana)) ?? {}
    return { draft, draftAbout }
  }

  it('is kept over a crash with what it is about, and ends with what is sent from there', async () => {
    await begin('draft')
    const id = await say('hello')
    const { setDraft } = ana.messenger.conversations
    await setDraft(ids.ana, 'half', { kind: 'reply', messageId: id })
    ana = await ana.crash()
    expect(await begun()).toEqual({ draft: 'half', draftAbout: { kind: 'reply', messageId: id } })
    const edit = { kind: 'edit', messageId: id, text: '' } as const
    await ana.messenger.conversations.setDraft(ids.ana, 'half', edit)
    expect(await begun()).toEqual({ draft: 'half', draftAbout: edit })
    await ana.messenger.conversations.setDraft(ids.ana, 'half')
    expect(await begun()).toEqual({ draft: 'half', draftAbout: undefined })
    await ana.messenger.conversations.setDraft(ids.ana, 'half', { kind: 'reply', messageId: id })
    // What comes in ends nothing.
    const answer = await bo.messenger.send(ids.bo, { text: 'hello Ana' })
    await world.until(async () => (await at(ana, answer.id)) !== undefined)
    expect((await begun()).draftAbout).toEqual({ kind: 'reply', messageId: id })
    await ana.messenger.send(ids.ana, { text: 'whole', replyTo: id })
    expect(await begun()).toEqual({ draft: '', draftAbout: undefined })
  })

  it('stays when something goes out besides it', async () => {
    await begin('besides')
    const id = await say('hello')
    const about = { kind: 'reply', messageId: id } as const
    await ana.messenger.conversations.setDraft(ids.ana, 'half', about)
    const { contactId = '' } = (await ana.messenger.conversations.get(ids.ana)) ?? {}
    await ana.messenger.broadcast([contactId], { text: 'to many' })
    await ana.messenger.messages.forward(id, [ids.ana])
    expect(await begun()).toEqual({ draft: 'half', draftAbout: about })
  })
})

describe('that somebody writes', () => {
  it('is told over a direct connection, and kept nowhere', async () => {
    await begin('typing', true)
    await say('hello')
    await ana.messenger.conversations.warm(ids.ana)
    await world.until(() => ana.heard.some(({ type }) => type === 'presence'))
    await ana.messenger.conversations.typing(ids.ana, true)
    await world.until(() => bo.heard.some(({ type }) => type === 'typing'))
    expect(bo.heard.filter(({ type }) => type === 'typing').map(({ detail }) => detail)).toMatchObject([
      { conversationId: ids.bo, isTyping: true },
    ])
    // The next message opens as ever.
    await say('here it is')
  })

  it('is not told through a relay, nor by who does not want to', async () => {
    await begin('typing-away')
    await ana.messenger.conversations.typing(ids.ana, true)
    await world.clock.advance(60 * secondMs)
    expect(bo.heard.filter(({ type }) => type === 'typing')).toEqual([])
    await ana.messenger.settings.set({ typing: false })
    world.network.setDirectPossible(true)
    await ana.messenger.conversations.warm(ids.ana)
    await world.until(() => ana.heard.some(({ type }) => type === 'presence'))
    await ana.messenger.conversations.typing(ids.ana, true)
    await world.clock.advance(60 * secondMs)
    expect(bo.heard.filter(({ type }) => type === 'typing')).toEqual([])
  })
})

describe('hands that do what no messenger does', () => {
  it('neither edit nor take back what another one wrote, nor touch another conversation', async () => {
    await begin('hands')
    const { id } = await bo.messenger.send(ids.bo, { text: 'mine' })
    const of = bytes(id)
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    await hands.put([
      { kind: 'edit', of, text: 'yours' },
      { kind: 'unsend', of: [of] },
    ])
    const cem = await world.person('Cem')
    const others = await introduce(world, cem, bo)
    const { id: foreign } = await cem.messenger.send(others.ana, { text: 'of Cem' })
    await world.until(async () => (await at(bo, foreign)) !== undefined)
    await hands.put([
      { kind: 'reaction', to: bytes(foreign), emoji: '👎' },
      { kind: 'pin', of: bytes(foreign), isPinned: true },
    ])
    await world.clock.advance(5 * secondMs)
    expect(await at(bo, id)).toMatchObject({ text: 'mine', reactions: [] })
    expect(await at(bo, id)).not.toHaveProperty('earlierTexts')
    expect(await at(bo, foreign)).toMatchObject({ reactions: [], isPinned: false })
  })

  it('fill nothing with actions for messages that never come', async () => {
    await begin('flood')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const body = (index: number): Body => ({
      kind: 'reaction',
      to: sha256(Uint8Array.of(index)).slice(0, 16),
      emoji: '❤️',
    })
    await hands.put(Array.from({ length: limits.earlyActions + 20 }, (_, index) => body(index)))
    await world.until(async () => (await rowsOf(bo)).early >= limits.earlyActions)
    await world.clock.advance(10 * secondMs)
    expect((await rowsOf(bo)).early).toBe(limits.earlyActions)
  })

  it('pin nothing for ever by a time far ahead, before its message came or after', async () => {
    await begin('pin-ahead')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const sentAtMs = world.clock.now() + 1000 * dayMs
    const early = new Uint8Array(16).fill(7)
    const late = new Uint8Array(16).fill(8)
    await hands.put([{ kind: 'message', text: 'the time', media: [] }], { messageId: late })
    for (const of of [early, late]) await hands.put([{ kind: 'pin', of, isPinned: true }], { sentAtMs })
    await world.until(async () => (await rowsOf(bo)).early === 1)
    await hands.put([{ kind: 'message', text: 'the address', media: [] }], { messageId: early })
    const both = [early, late].map(toHex)
    for (const id of both) await world.until(async () => (await at(bo, id))?.isPinned === true)
    // Undone at once, though they count as of tomorrow.
    for (const id of both) await bo.messenger.messages.pin(id, false)
    for (const id of both) expect((await at(bo, id))?.isPinned).toBe(false)
  })

  it('keep nothing pinned, changed or timed by a time that is still to come', async () => {
    await begin('ahead')
    const id = await say('the time')
    await bo.messenger.close()
    // Bo's clock is most of a day ahead, and everything that he says is of then.
    bo = await world.person('Bo', bo.disk, undefined, 20 * hourMs)
    const isPinned = async (person: Person): Promise<boolean | undefined> => (await at(person, id))?.isPinned
    const timerOf = async (person: Person, conversationId: string): Promise<number | undefined> =>
      (await person.messenger.conversations.get(conversationId))?.timerMs
    await bo.messenger.messages.pin(id, true)
    await bo.messenger.conversations.setTimer(ids.bo, 60 * secondMs)
    await world.until(async () => (await isPinned(ana)) === true && (await timerOf(ana, ids.ana)) === 60 * secondMs)
    await ana.messenger.messages.pin(id, false)
    await ana.messenger.conversations.setTimer(ids.ana, 0)
    expect([await isPinned(ana), await timerOf(ana, ids.ana)]).toEqual([false, 0])
    await world.until(async () => (await isPinned(bo)) === false && (await timerOf(bo, ids.bo)) === 0)
    expect([await isPinned(ana), await timerOf(ana, ids.ana)]).toEqual([false, 0])
  })

  it('of my own from while my clock was ahead stand in the way of none of mine, here and there', async () => {
    await begin('own ahead')
    const id = await say('the time')
    await ana.messenger.close()
    const wrong = await world.person('Ana', ana.disk, undefined, 20 * hourMs)
    await wrong.messenger.messages.edit(id, 'the wrong time')
    await wrong.messenger.messages.react(id, '🌊')
    await wrong.messenger.messages.pin(id, true)
    await world.until(async () => (await at(bo, id))?.isPinned === true)
    await wrong.messenger.close()
    ana = await world.person('Ana', wrong.disk)
    await ana.messenger.messages.edit(id, 'the right time')
    await ana.messenger.messages.react(id, '❤️')
    await ana.messenger.messages.pin(id, false)
    const shown = async (person: Person): Promise<unknown> => {
      const view = await at(person, id)
      return [view?.text, view?.reactions.map(({ emoji }) => emoji), view?.isPinned]
    }
    expect(await shown(ana)).toEqual(['the right time', ['❤️'], false])
    await world.until(async () => (await at(bo, id))?.isPinned === false)
    expect(await shown(bo)).toEqual(['the right time', ['❤️'], false])
  })

  it('of the end of time drive what is said against them no further than a day ahead', async () => {
    await begin('driven')
    const id = await say('the time')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const of = messageIdBytes(id)
    const saidAt: number[] = []
    for (let round = 0; round < 3; round += 1) {
      await hands.put([{ kind: 'pin', of, isPinned: true }], { sentAtMs: 8_640_000_000_000_000 })
      await world.until(async () => (await at(bo, id))?.isPinned === true)
      await bo.messenger.messages.pin(id, false)
      expect((await at(bo, id))?.isPinned).toBe(false)
      await inspect(crashedCopy(bo.disk), async ({ tables }) => {
        const key = (await tables.messageIndex.get(id))?.key ?? ''
        saidAt.push(((await tables.messages.get(key))?.pin?.at ?? Infinity) - world.clock.now())
      })
      await world.clock.advance(secondMs)
    }
    for (const ahead of saidAt) expect(ahead).toBeLessThanOrEqual(dayMs + 1)
  })

  it('that say it twice have said it once', async () => {
    await begin('twice')
    const id = await say('the sea')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const edit: Body = { kind: 'edit', of: bytes(id), text: 'the lake' }
    const messageId = new Uint8Array(16).fill(9)
    await hands.put([edit, edit], { messageId })
    await world.until(async () => (await at(bo, id))?.text === 'the lake')
    await world.clock.advance(5 * secondMs)
    expect((await at(bo, id))?.earlierTexts).toHaveLength(1)
  })
})

function bytes(id: string): Uint8Array {
  return Uint8Array.from(Buffer.from(id, 'hex'))
}
