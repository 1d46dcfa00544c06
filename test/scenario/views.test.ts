// Messages that are to be viewed and not kept.

import { afterEach, describe, expect, it, test } from 'vitest'
import type { MessageView, OpenedView, ViewPolicy } from '../../src/messenger/api.ts'
import { mediaOf } from '../../src/messenger/transfer/blob-refs.ts'
import type { MediaItem } from '../../src/protocol/content/content.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { handsOf } from '../support/world/hands.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Fault, Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

const secondMs = 1000
const hourMs = 3600 * secondMs
const dayMs = 24 * hourMs
const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string, direct = false): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct }))
}

/** Ana sends a photo to be viewed; resolves when Bo has all of it. */
async function sendView(view: ViewPolicy, text = 'for your eyes'): Promise<string> {
  const media = [{ data: photo, caption: 'the roof', altText: 'a roof at night' }]
  const { id } = await ana.messenger.send(ids.ana, { text, media, view })
  await world.until(async () => (await at(bo, id))?.attachments[0]?.transfer.kind === 'done')
  return id
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)
const stageOf = async (person: Person, id: string) => (await at(person, id))?.viewing?.stage
const saidTo = async (person: Person, id: string) => (await at(person, id))?.recipients[0]
const firstOf = (view: OpenedView): string => view.attachments[0]?.id ?? ''

/** Asks Bo by an invite, and gives the conversation, which is the same on both sides. */
async function askedBy(person: Person): Promise<string> {
  const { link } = await bo.messenger.invites.create()
  const { conversationId } = await person.messenger.invites.connect(link)
  await world.until(async () => (await bo.messenger.requests.list()).length > 0)
  return conversationId
}

/** Blobs and content that a disk still has of anything. */
async function left(
  person: Person,
): Promise<{ readonly blobs: number; readonly rows: number; readonly words: number }> {
  const found = { blobs: 0, rows: 0, words: 0 }
  await inspect(crashedCopy(person.disk), async ({ tables, blobs }) => {
    found.blobs = (await blobs.list()).length
    found.rows = (await tables.blobs.list()).length
    found.words = (await tables.messages.list()).filter(({ row }) => row.content.length > 0).length
  })
  return found
}

describe('a message to be viewed once', () => {
  it('shows nothing of itself before, and is gone after', async () => {
    await begin('once')
    const id = await sendView({ seconds: 5, replays: 0 })
    const sealed = await at(bo, id)
    expect(sealed).toMatchObject({ viewing: { stage: 'sealed', seconds: 5, replays: 0, photos: 1, videos: 0 } })
    expect(sealed?.text).toBeUndefined()
    expect(sealed?.attachments[0]).toMatchObject({ kind: 'photo', viewOnly: true, hasPoster: false })
    for (const field of ['caption', 'altText', 'thumbhash']) expect(sealed?.attachments[0]).not.toHaveProperty(field)
    expect(await refusalOf(bytesOf(bo, `${id}.0`))).toBe('view-only')
    expect(await refusalOf(bytesOf(bo, `${id}.0.00`))).toBe('view-only')

    const view = await bo.messenger.messages.openView(id)
    expect(view).toMatchObject({ text: 'for your eyes', seconds: 5, isReplay: false })
    expect(view.attachments[0]).toMatchObject({ caption: 'the roof', altText: 'a roof at night', viewOnly: true })
    expect(await bytesOf(bo, firstOf(view))).toEqual(photo)
    expect(await refusalOf(bytesOf(bo, `${id}.0`))).toBe('view-only')
    await bo.messenger.messages.closeView(view.viewId)

    expect(await refusalOf(bytesOf(bo, firstOf(view)))).toBeDefined()
    const over = await at(bo, id)
    expect(over).toMatchObject({ attachments: [], viewing: { stage: 'over', photos: 1, openedAt: expect.any(Number) } })
    expect(over?.text).toBeUndefined()
    await world.clock.advance(secondMs)
    expect(await left(bo)).toEqual({ blobs: 0, rows: 0, words: 0 })
    expect(await refusalOf(bo.messenger.messages.openView(id))).toBe('view-over')
    expect(await refusalOf(bo.messenger.messages.replayView(id))).toBe('view-over')
  })

  it('is open in one place only', async () => {
    await begin('two tabs')
    const id = await sendView({ replays: 1 })
    const both = await Promise.allSettled([bo.messenger.messages.openView(id), bo.messenger.messages.openView(id)])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await refusalOf(bo.messenger.messages.openView(id))).toBe('view-open')
    expect(await refusalOf(bo.messenger.messages.replayView(id))).toBe('view-open')
  })

  it('ends by itself, for a tab that died closes nothing', async () => {
    await begin('alone')
    const id = await sendView({ seconds: 3, replays: 0 })
    const view = await bo.messenger.messages.openView(id)
    const reading = bo.messenger.media.read(firstOf(view))[Symbol.asyncIterator]()
    await reading.next()
    await world.clock.advance(view.endsAt - world.clock.now() + secondMs)
    expect(await stageOf(bo, id)).toBe('over')
    expect(await refusalOf(reading.next())).toBe('view-over')
  })

  it('cannot be opened before all of it is here', async () => {
    await begin('on its way')
    await bo.messenger.settings.set({ autoDownload: { photo: 0, video: 0, voice: 0, file: 0 } })
    const { id } = await ana.messenger.send(ids.ana, { media: [{ data: photo }], view: { replays: 0 } })
    await world.until(async () => (await at(bo, id)) !== undefined)
    expect(await refusalOf(bo.messenger.messages.openView(id))).toBe('view-waiting')
    await bo.messenger.transfers.start(`${id}.0`)
    await world.until(async () => (await at(bo, id))?.attachments[0]?.transfer.kind === 'done')
    expect(await bytesOf(bo, firstOf(await bo.messenger.messages.openView(id)))).toEqual(photo)
  })

  it('goes after 30 days when nobody opens it', async () => {
    await begin('expires')
    const id = await sendView({ replays: 0 })
    expect((await at(bo, id))?.viewing?.until).toBeGreaterThan(world.clock.now() + 29 * dayMs)
    await Promise.all([ana.messenger.close(), bo.messenger.close()])
    await world.clock.advance(31 * dayMs)
    bo = await world.person('Bo', bo.disk)
    // A clock that leapt so far is not believed at once.
    expect(await stageOf(bo, id)).toBe('sealed')
    await world.clock.advance(3 * hourMs)
    expect(await stageOf(bo, id)).toBe('expired')
    expect((await left(bo)).rows).toBe(0)
    expect(await refusalOf(bo.messenger.messages.openView(id))).toBe('view-over')
  })

  for (const isRequest of [false, true])
    it(`is never said to be delivered or seen when it never came, and its time is over${isRequest ? ', by who is accepted after that either' : ''}`, async () => {
      await begin('never came')
      await bo.messenger.settings.set({ autoDownload: { photo: 0, video: 0, voice: 0, file: 0 } })
      let from = isRequest ? await world.person('Cleo') : ana
      const conversationId = isRequest ? await askedBy(from) : ids.ana
      const { id } = await from.messenger.send(conversationId, { media: [{ data: photo }], view: { replays: 0 } })
      await world.until(async () => (await bo.messenger.messages.get(id)) !== undefined)
      await Promise.all([ana, bo, from].map(({ messenger }) => messenger.close()))
      await world.clock.advance(31 * dayMs)
      bo = await world.person('Bo', bo.disk)
      from = await world.person(isRequest ? 'Cleo' : 'Ana', from.disk)
      await world.clock.advance(3 * hourMs)
      expect(await stageOf(bo, id)).toBe('expired')
      for (const { id: request } of await bo.messenger.requests.list()) await bo.messenger.requests.accept(request)
      await bo.messenger.conversations.markSeen(isRequest ? conversationId : ids.bo, id)
      await world.clock.advance(hourMs)
      expect((await saidTo(from, id))?.state.kind).toBe('failed')
    })

  it('is gone from its sender once the other has it, and never shown there again', async () => {
    await begin('mine')
    await bo.messenger.close()
    const media = [{ data: photo, caption: 'the roof' }]
    const { id } = await ana.messenger.send(ids.ana, { text: 'x', media, view: { replays: 0 } })
    expect(await at(ana, id)).toMatchObject({ viewing: { stage: 'sent' }, attachments: [{ viewOnly: true }] })
    expect((await at(ana, id))?.text).toBeUndefined()
    expect(await refusalOf(bytesOf(ana, `${id}.0`))).toBe('view-only')
    expect(await refusalOf(ana.messenger.messages.openView(id))).toBe('no-view')
    bo = await world.person('Bo', bo.disk)
    await world.until(async () => (await stageOf(ana, id)) === 'delivered')
    await world.clock.advance(secondMs)
    expect(await left(ana)).toEqual({ blobs: 0, rows: 0, words: 0 })
    expect(await at(ana, id)).toMatchObject({ attachments: [], viewing: { stage: 'delivered', photos: 1 } })
  })

  it('takes its stub with it when it is deleted, open or not', async () => {
    await begin('deleted')
    const id = await sendView({ replays: 1 })
    const view = await bo.messenger.messages.openView(id)
    await bo.messenger.messages.delete(id)
    expect(await refusalOf(bytesOf(bo, firstOf(view)))).toBeDefined()
    await bo.messenger.messages.closeView(view.viewId)
    expect(await at(bo, id)).toBeUndefined()
    expect(await left(bo)).toEqual({ blobs: 0, rows: 0, words: 0 })
    bo = await bo.reopen()
    expect(await at(bo, id)).toBeUndefined()
  })
})

it('plays a video with its still over a direct connection, and leaves neither', async () => {
  await begin('direct', true)
  const film = Uint8Array.from(photo, (byte, index) => (index === 0 ? 0x76 : byte))
  const media = [{ data: film, loop: true }]
  const { id } = await ana.messenger.send(ids.ana, { media, view: { seconds: 1, replays: 0 } })
  await world.until(async () => (await at(bo, id))?.attachments[0]?.transfer.kind === 'done')
  expect(await refusalOf(bytesOf(bo, `${id}.0`, 'poster'))).toBe('view-only')
  const view = await bo.messenger.messages.openView(id)
  expect(view.attachments[0]).toMatchObject({ kind: 'video', hasPoster: true, loop: true })
  expect(await bytesOf(bo, firstOf(view))).toEqual(film)
  expect(await bytesOf(bo, firstOf(view), 'poster')).toHaveLength(500)
  await bo.messenger.messages.closeView(view.viewId)
  await world.until(async () => (await saidTo(ana, id))?.openedAt !== undefined)
  for (const person of [ana, bo]) expect(await left(person)).toEqual({ blobs: 0, rows: 0, words: 0 })
})

it('of somebody who asks is not to be opened before they are answered', async () => {
  world = createWorld('asks')
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  const invite = await ana.messenger.invites.create()
  const contact = await bo.messenger.invites.connect(invite.link)
  const draft = { media: [{ data: photo }], view: { replays: 0 } }
  const { id } = await bo.messenger.send(contact.conversationId, draft)
  await world.until(async () => (await at(ana, id)) !== undefined)
  expect(await refusalOf(ana.messenger.messages.openView(id))).toBe('unknown-message')
  const [request] = await ana.messenger.requests.list()
  await ana.messenger.requests.accept(request?.id ?? '')
  await world.until(async () => (await at(ana, id))?.attachments[0]?.transfer.kind === 'done')
  expect(await bytesOf(ana, firstOf(await ana.messenger.messages.openView(id)))).toEqual(photo)
})

it('that names one blob twice is dropped', async () => {
  await begin('twice')
  const id = await sendView({ replays: 0 })
  let item: MediaItem | undefined
  await inspect(crashedCopy(bo.disk), async ({ tables }) => {
    const key = (await tables.messageIndex.get(id))?.key ?? ''
    const row = await tables.messages.get(key)
    item = row === undefined ? undefined : mediaOf(row)[0]
  })
  if (item === undefined) throw new Error('the message has a photo')
  const display = { ...item.display, blobId: new Uint8Array(32).fill(5) }
  await ana.messenger.close()
  const hands = await handsOf(world, ana)
  const before = (await bo.messenger.conversations.page(ids.bo)).length
  await hands.put([
    { kind: 'message', media: [{ kind: 'photo', display, original: display }] },
    { kind: 'message', media: [{ kind: 'photo', display: item.display }] },
  ])
  await world.clock.advance(30 * secondMs)
  expect(await bo.messenger.conversations.page(ids.bo)).toHaveLength(before)
})

describe('a replay', () => {
  it('is there once, for a day', async () => {
    await begin('replay')
    const id = await sendView({ replays: 1 })
    await bo.messenger.messages.closeView((await bo.messenger.messages.openView(id)).viewId)
    expect(await stageOf(bo, id)).toBe('replayable')
    expect(await refusalOf(bytesOf(bo, `${id}.0`))).toBe('view-only')
    expect(await refusalOf(bo.messenger.messages.openView(id))).toBe('view-over')
    const again = await bo.messenger.messages.replayView(id)
    expect(again.isReplay).toBe(true)
    expect(await bytesOf(bo, firstOf(again))).toEqual(photo)
    await bo.messenger.messages.closeView(again.viewId)
    expect(await stageOf(bo, id)).toBe('over')
    expect(await refusalOf(bo.messenger.messages.replayView(id))).toBe('view-over')
  })

  it('is not there before the first view, nor after a day', async () => {
    await begin('late replay')
    const id = await sendView({ replays: 1 })
    expect(await refusalOf(bo.messenger.messages.replayView(id))).toBe('view-over')
    await bo.messenger.messages.closeView((await bo.messenger.messages.openView(id)).viewId)
    await Promise.all([ana.messenger.close(), bo.messenger.close()])
    await world.clock.advance(dayMs + hourMs)
    bo = await world.person('Bo', bo.disk)
    expect(await stageOf(bo, id)).toBe('over')
    expect((await left(bo)).rows).toBe(0)
  })
})

describe('the sender is told', () => {
  it('that it was opened, replayed, and of a picture that was taken', async () => {
    await begin('told')
    const id = await sendView({ replays: 1 })
    expect(await saidTo(ana, id)).not.toHaveProperty('openedAt')
    await bo.messenger.messages.reportCapture(id)
    const view = await bo.messenger.messages.openView(id)
    await world.until(async () => (await saidTo(ana, id))?.openedAt !== undefined)
    expect(await saidTo(ana, id)).toMatchObject({ state: { kind: 'seen' } })
    expect(await saidTo(ana, id)).not.toHaveProperty('capturedAt')
    await bo.messenger.messages.reportCapture(id)
    await world.until(async () => (await saidTo(ana, id))?.capturedAt !== undefined)
    await bo.messenger.messages.closeView(view.viewId)
    await bo.messenger.messages.replayView(id)
    await world.until(async () => (await saidTo(ana, id))?.replayedAt !== undefined)
    expect(ana.heard.filter(({ type }) => type === 'view').length).toBeGreaterThan(0)
  })

  it('nothing of looking by who says nothing about it, but of a picture that was taken', async () => {
    await begin('silent')
    await bo.messenger.settings.set({ seenReceipts: false })
    const id = await sendView({ replays: 0 })
    const view = await bo.messenger.messages.openView(id)
    await bo.messenger.messages.reportCapture(id)
    await bo.messenger.messages.closeView(view.viewId)
    await world.until(async () => (await saidTo(ana, id))?.capturedAt !== undefined)
    await world.clock.advance(60 * secondMs)
    expect(await saidTo(ana, id)).toMatchObject({ state: { kind: 'delivered' } })
    expect(await saidTo(ana, id)).not.toHaveProperty('openedAt')
  })

  it('only by a recipient, and only of a message with a view', async () => {
    await begin('lies')
    const plain = await ana.messenger.send(ids.ana, { text: 'kept' })
    await world.until(async () => (await saidTo(ana, plain.id))?.state.kind === 'delivered')
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const named = Uint8Array.from(Buffer.from(plain.id, 'hex'))
    const lists = { opened: [named], replayed: [named], captured: [named, new Uint8Array(16)] }
    await hands.put([{ kind: 'receipt', delivered: [], seen: [], ...lists }])
    await world.clock.advance(30 * secondMs)
    expect(await saidTo(ana, plain.id)).toEqual({
      contactId: expect.any(String),
      name: 'Bo',
      state: expect.objectContaining({ kind: 'delivered' }),
    })
  })
})

it('is refused for what cannot be viewed', async () => {
  await begin('bad')
  const view = { replays: 0 }
  const media = [{ data: photo }]
  for (const draft of [
    { text: 'words alone', view },
    { media: [{ data: photo, quality: 'file' as const }], view },
    { media: [{ data: photo, voice: true }], view },
    { media, view: { seconds: 0, replays: 0 } },
    { media, view: { seconds: 11, replays: 0 } },
    { media, view: { seconds: 1.5, replays: 0 } },
    { media, view: { replays: 2 } },
  ])
    expect(await refusalOf(ana.messenger.send(ids.ana, draft))).toBe('bad-view')
  const { id } = await ana.messenger.send(ids.ana, { media: [{ data: photo, quality: 'original' }], view })
  await world.until(async () => (await at(bo, id)) !== undefined)
  expect((await at(bo, id))?.attachments[0]).not.toHaveProperty('original')
  const plain = await ana.messenger.send(ids.ana, { media })
  await world.until(async () => (await at(bo, plain.id))?.attachments[0]?.transfer.kind === 'done')
  expect(await refusalOf(bo.messenger.messages.openView(plain.id))).toBe('no-view')
  expect(await refusalOf(bo.messenger.messages.openView('00'.repeat(16)))).toBe('unknown-message')
})

describe('a process that dies', () => {
  it('in a view has used it up, and keeps nothing of it', async () => {
    await begin('dies')
    const id = await sendView({ replays: 0 })
    const view = await bo.messenger.messages.openView(id)
    await bytesOf(bo, firstOf(view))
    bo = await bo.crash()
    expect(await stageOf(bo, id)).toBe('over')
    await world.clock.advance(secondMs)
    expect(await left(bo)).toEqual({ blobs: 0, rows: 0, words: 0 })
  })

  test.each([0, 1])(
    'at any step shows it at most once, and once more where allowed (replays: %s)',
    { timeout: 120_000 },
    async (replays) => {
      const count: Fault = { steps: 0 }
      await reopened('steps', replays, count)
      const before = count.steps
      await look(bo)
      const steps = count.steps - before
      expect(steps).toBeGreaterThan(2)
      await world.close()

      for (let step = 1; step <= steps; step++)
        for (const when of ['before', 'after'] as const) {
          const fault: Fault = { steps: 0, when }
          await reopened('steps', replays, fault)
          fault.dieAt = fault.steps + step
          await Promise.race([look(bo), gone(fault)])
          if (fault.left === undefined) {
            await world.close()
            continue
          }
          const risen = await world.person('Bo', fault.left)
          const id = (await risen.messenger.conversations.page(ids.bo)).at(-1)?.id ?? ''
          // Whatever it shows now, bytes were given out as often as was allowed at most.
          const more = await look(risen)
          expect(shownBefore + more).toBeLessThanOrEqual(1 + replays)
          expect(await stageOf(risen, id)).toBe('over')
          await world.clock.advance(secondMs)
          const rest = await left(risen)
          expect(rest).toEqual({ blobs: 0, rows: 0, words: 0 })
          expect(world.bugs).toEqual([])
          // The one that died answers nothing, not even that it closes.
          await Promise.all([risen.messenger.close(), ana.messenger.close()])
          world = createWorld()
        }
    },
  )

  it('at any step of sending keeps no copy once the other has it', { timeout: 120_000 }, async () => {
    /** Ana sends while Bo is away, then Bo comes. */
    async function send(fault: Fault): Promise<void> {
      await begin('sender')
      await Promise.all([ana.messenger.close(), bo.messenger.close()])
      ana = await world.person('Ana', crashedCopy(ana.disk), fault)
    }
    const story = async (fault: Fault): Promise<void> => {
      const sent = ana.messenger.send(ids.ana, { media: [{ data: photo }], view: { replays: 0 } })
      void sent.catch(() => undefined)
      await world.clock.advance(5 * secondMs)
      bo = await world.person('Bo', bo.disk)
      for (let turn = 0; turn < 60 && fault.left === undefined; turn++) await world.clock.advance(secondMs)
    }
    const count: Fault = { steps: 0 }
    await send(count)
    const before = count.steps
    await story(count)
    const steps = count.steps - before
    expect(steps).toBeGreaterThan(5)
    await world.close()

    for (let step = 1; step <= steps; step++)
      for (const when of ['before', 'after'] as const) {
        const fault: Fault = { steps: 0, when }
        await send(fault)
        fault.dieAt = fault.steps + step
        await story(fault)
        const risen = fault.left === undefined ? ana : await world.person('Ana', fault.left)
        const [message] = (await risen.messenger.conversations.page(ids.ana)).slice(-1)
        if (message !== undefined) await world.until(async () => (await stageOf(risen, message.id)) === 'delivered')
        await world.clock.advance(secondMs)
        expect(await left(risen)).toEqual({ blobs: 0, rows: 0, words: 0 })
        expect(world.bugs).toEqual([])
        await Promise.all([risen.messenger.close(), bo.messenger.close()])
        world = createWorld()
      }
  })

  /** How often bytes came out of the run that died. */
  let shownBefore = 0

  async function reopened(seed: string, replays: number, fault: Fault): Promise<void> {
    await begin(seed)
    await sendView({ replays })
    await bo.messenger.close()
    bo = await world.person('Bo', crashedCopy(bo.disk), fault)
    shownBefore = 0
  }

  async function gone(fault: Fault): Promise<void> {
    for (let turn = 0; turn < 40 && fault.left === undefined; turn++) await world.clock.advance(250)
  }

  /** Opens it as often as it lets itself be opened; gives how often bytes came out. */
  async function look(person: Person): Promise<number> {
    const id = (await person.messenger.conversations.page(ids.bo)).at(-1)?.id ?? ''
    let shown = 0
    for (const open of ['openView', 'replayView'] as const) {
      const view = await person.messenger.messages[open](id).catch(() => undefined)
      if (view === undefined) continue
      expect(await bytesOf(person, firstOf(view))).toEqual(photo)
      shown += 1
      if (person === bo) shownBefore = shown
      await person.messenger.messages.closeView(view.viewId)
    }
    return shown
  }
})
