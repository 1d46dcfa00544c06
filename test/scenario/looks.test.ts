// `Seen` of what was not all there when the conversation was looked at: not before somebody looks again.

import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/messenger/limits.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { giveSegments } from '../support/world/segments.ts'
import { inspect, putInto } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'

const minuteMs = 60_000
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct: false }))
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await ana.messenger.messages.get(id))?.recipients[0]?.state.kind
const becomes = (id: string, state: string): Promise<void> => world.until(async () => (await stateOf(id)) === state)
const isHere = (id: string): Promise<void> =>
  world.until(async () => (await bo.messenger.messages.get(id)) !== undefined)
const isWhole = (id: string): Promise<void> =>
  world.until(async () => (await bo.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done')
const look = (id: string): Promise<void> => bo.messenger.conversations.markSeen(ids.bo, id)

/** Ana sends a photo that does not come, and words behind it. */
async function photoAndWords(): Promise<{ photoId: string; wordsId: string; open: () => void }> {
  const open = giveSegments(world, 0)
  const { id: photoId } = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
  const { id: wordsId } = await ana.messenger.send(ids.ana, { text: 'did you get it?' })
  await isHere(wordsId)
  return { photoId, wordsId, open }
}

describe('a photo that comes after what is newer was looked at', () => {
  it('is delivered, and seen when the conversation is looked at again', async () => {
    await begin('late')
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    await becomes(wordsId, 'seen')
    expect((await bo.messenger.conversations.get(ids.bo))?.unread).toBe(0)
    open()
    await becomes(photoId, 'delivered')
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(photoId)).toBe('delivered')
    await look(wordsId)
    await becomes(photoId, 'seen')
  })

  it('is not seen by a look at it before it is there, and not by one at what is older than it', async () => {
    await begin('older')
    const { id: oldId } = await ana.messenger.send(ids.ana, { text: 'look at this' })
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    await look(photoId)
    open()
    await becomes(photoId, 'delivered')
    await look(oldId)
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(photoId)).toBe('delivered')
    await look(photoId)
    await becomes(photoId, 'seen')
  })

  it('is seen at the next look also where the process dies between any two of these', async () => {
    await begin('crash')
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    bo = await bo.crash()
    open()
    await becomes(photoId, 'delivered')
    bo = await bo.crash()
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(photoId)).toBe('delivered')
    await look(wordsId)
    bo = await bo.crash()
    await becomes(photoId, 'seen')
  })

  it('is not seen because receipts are told again, until it was looked at', async () => {
    await begin('again')
    const { id: oldId } = await ana.messenger.send(ids.ana, { text: 'look at this' })
    await isHere(oldId)
    const old = crashedCopy(bo.disk)
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    open()
    await becomes(photoId, 'delivered')
    const kept = crashedCopy(bo.disk)
    await bo.messenger.close()
    // It keeps its messages, and loses what it said of them since.
    putInto(kept, old, ['sessions', 'receipts'])
    bo = await world.person('Bo', kept)
    const { id } = await ana.messenger.send(ids.ana, { text: 'are you there?' })
    await becomes(id, 'delivered')
    await world.clock.advance(2 * minuteMs)
    // What was seen is told again, so that would have been too.
    expect(await stateOf(oldId)).toBe('seen')
    expect(await stateOf(photoId)).toBe('delivered')
  })

  it('is never said to be seen where the person switched that off, and leaves nothing to be told later', async () => {
    await begin('off')
    await bo.messenger.settings.set({ seenReceipts: false })
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    open()
    await becomes(photoId, 'delivered')
    await look(wordsId)
    await bo.messenger.settings.set({ seenReceipts: true })
    await look(wordsId)
    // By then what is new is told, and all that was told is told once more.
    const { id: newId } = await ana.messenger.send(ids.ana, { text: 'and now?' })
    await isHere(newId)
    await look(newId)
    await becomes(newId, 'seen')
    await world.clock.advance(5 * minuteMs)
    expect([await stateOf(wordsId), await stateOf(photoId)]).toEqual(['delivered', 'delivered'])
  })

  it('is forgotten where it was deleted or taken back meanwhile', async () => {
    await begin('deleted')
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    await bo.messenger.messages.delete(photoId)
    open()
    await look(wordsId)
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(photoId)).toBe('kept')
    expect((await tablesOf(bo)).conversations.peek(ids.bo)).not.toHaveProperty('passed')
  })

  it('that was asked for by the person is seen when they look at it', async () => {
    await begin('asked')
    await bo.messenger.settings.set({ autoDownload: { photo: 0, video: 0, voice: 0, file: 0 } })
    const { id } = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    await isHere(id)
    await look(id)
    await bo.messenger.transfers.start(`${id}.0`)
    await isWhole(id)
    await becomes(id, 'delivered')
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(id)).toBe('delivered')
    await look(id)
    await becomes(id, 'seen')
  })

  it('was seen where a row from before this was kept says that it was looked past', async () => {
    await begin('old')
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    await bo.messenger.close()
    await inspect(bo.disk, async ({ tables, ledger }) => {
      const key = (await tables.messageIndex.get(photoId))?.key ?? ''
      const conversation = tables.conversations.peek(ids.bo)
      const message = await tables.messages.get(key)
      if (message === undefined || conversation === undefined) throw new Error('nothing is stored')
      expect([message.passed, conversation.passed]).toEqual([true, [photoId]])
      const { passed: _mark, ...oldMessage } = message
      const { passed: _list, ...oldConversation } = conversation
      await ledger.change(async (change) => {
        change.put(tables.messages, key, oldMessage)
        change.put(tables.conversations, ids.bo, oldConversation)
      })
    })
    bo = await world.person('Bo', bo.disk)
    open()
    await becomes(photoId, 'seen')
  })

  it('is not seen at once where more were passed than are looked at again', async () => {
    await begin('many')
    const { photoId, wordsId, open } = await photoAndWords()
    await look(wordsId)
    await bo.messenger.close()
    await inspect(bo.disk, async ({ tables, ledger }) => {
      const row = tables.conversations.peek(ids.bo)
      if (row === undefined) throw new Error('nothing is stored')
      const others = Array.from({ length: limits.passedMessages }, (_, index) => `${index}`)
      await ledger.change(async (change) => change.put(tables.conversations, ids.bo, { ...row, passed: others }))
    })
    bo = await world.person('Bo', bo.disk)
    open()
    await becomes(photoId, 'delivered')
    await look(wordsId)
    await world.clock.advance(2 * minuteMs)
    expect(await stateOf(photoId)).toBe('delivered')
  })
})

describe('a post that was looked at before all of it was there', () => {
  it('is seen when it is looked at again', async () => {
    await begin('post')
    await ana.messenger.settings.set({ openFollowers: true })
    const [anaAtBo] = await bo.messenger.contacts.list()
    await bo.messenger.follows.add(anaAtBo?.id ?? '')
    await world.until(async () => (await ana.messenger.follows.followers()).length === 1)
    await world.clock.advance(minuteMs)
    const open = giveSegments(world, 0)
    const { id } = await ana.messenger.posts.create({ text: 'at the sea', media: [{ data: photo }] })
    const told = async (): Promise<string | undefined> =>
      (await ana.messenger.posts.list()).flatMap(({ posts }) => posts)[0]?.recipients[0]?.state.kind
    await world.until(async () => (await bo.messenger.posts.list()).length === 1)
    await bo.messenger.posts.markSeen(id)
    open()
    await world.until(async () => (await told()) === 'delivered')
    await world.clock.advance(2 * minuteMs)
    expect(await told()).toBe('delivered')
    await bo.messenger.posts.markSeen(id)
    await world.until(async () => (await told()) === 'seen')
  })
})
