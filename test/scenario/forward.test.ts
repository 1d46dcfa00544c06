// A message that is passed on: what it shows arrives, and nothing of where it came from.

import { afterEach, expect, it } from 'vitest'
import type { MediaDraft, MessageView } from '../../src/messenger/api.ts'
import { decodeContent } from '../../src/protocol/content/codec.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { blobRefs, mediaOf } from '../../src/messenger/transfer/blob-refs.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'

const secondMs = 1000
const bytesOfAll = 1_000_000
const bytes = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index === 0 ? first : (index * 17) % 251))

let world: World
let ana: Person
let bo: Person
let cleo: Person
let withAna: string
let withCleo: string

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

/** Bo knows Ana and Cleo, who do not know each other. */
async function begin(seed: string): Promise<void> {
  world = createWorld(seed)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  cleo = await world.person('Cleo')
  withAna = (await introduce(world, ana, bo)).bo
  withCleo = (await introduce(world, bo, cleo)).ana
  const all = { photo: bytesOfAll, video: bytesOfAll, voice: bytesOfAll, file: bytesOfAll }
  for (const person of [bo, cleo]) await person.messenger.settings.set({ autoDownload: all })
  await world.clock.advance(30 * secondMs)
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)

async function anaSends(draft: { text?: string; media?: readonly MediaDraft[]; replyTo?: string }): Promise<string> {
  const [conversation] = await ana.messenger.conversations.list()
  const { id } = await ana.messenger.send(conversation?.id ?? '', draft)
  await world.until(async () => {
    const view = await at(bo, id)
    return view?.attachments.every(({ transfer }) => transfer.kind === 'done') === true
  })
  return id
}

async function arrives(id: string): Promise<MessageView> {
  await world.until(
    async () => (await at(cleo, id))?.attachments.every(({ transfer }) => transfer.kind === 'done') === true,
  )
  const view = await at(cleo, id)
  if (view === undefined) throw new Error('it has arrived')
  return view
}

/** Ids, keys and headers of the blobs that a message speaks of. */
async function secretsOf(person: Person, id: string): Promise<string[]> {
  let found: string[] = []
  await inspect(crashedCopy(person.disk), async ({ tables }) => {
    const row = await tables.messages.get((await tables.messageIndex.get(id))?.key ?? '')
    found = blobRefs(row === undefined ? [] : mediaOf(row)).flatMap(({ manifest: { blobId, key, header, root } }) =>
      [blobId, key, header, root].map(toHex),
    )
  })
  return found
}

it('arrives with all its media, byte for byte, in new seals', async () => {
  await begin('all')
  const photo = bytes(300_000)
  const video = bytes(90_000, 0x76)
  const note = bytes(40_000, 1)
  const file = bytes(70_000, 2)
  const id = await anaSends({
    text: 'from the roof',
    media: [
      { data: photo, caption: 'the roof', altText: 'A roof' },
      { data: video, loop: true },
      { data: note, voice: true },
      { data: file, quality: 'file', name: 'plan.pdf' },
    ],
  })
  const [sent] = await bo.messenger.messages.forward(id, [withCleo])
  const view = await arrives(sent?.id ?? '')
  expect(view).toMatchObject({
    text: 'from the roof',
    senderName: 'Bo',
    attachments: [
      { kind: 'photo', caption: 'the roof', altText: 'A roof', mime: 'image/webp', width: 640 },
      { kind: 'video', loop: true, hasPoster: true, durationMs: 4000 },
      { kind: 'voice', durationMs: 4000 },
      { kind: 'file', name: 'plan.pdf', mime: 'application/pdf' },
    ],
  })
  expect(view.attachments[2]?.waveform).toEqual((await at(bo, id))?.attachments[2]?.waveform)
  for (const [index, data] of [photo, video, note, file].entries())
    expect(await bytesOf(cleo, view.attachments[index]?.id ?? '')).toEqual(data)
  const before = await secretsOf(bo, id)
  const after = await secretsOf(bo, view.id)
  expect(after).toHaveLength(before.length)
  expect(after.filter((secret) => before.includes(secret))).toEqual([])
})

it('says nothing of who wrote it, what it answers, or what it said before', async () => {
  await begin('nothing')
  const first = await anaSends({ text: 'who comes' })
  const id = await anaSends({ text: 'at six', replyTo: first })
  await ana.messenger.messages.edit(id, 'at seven')
  await world.until(async () => (await at(bo, id))?.text === 'at seven')
  await bo.messenger.messages.react(id, '👍')
  const [sent] = await bo.messenger.messages.forward(id, [withCleo])
  const view = await arrives(sent?.id ?? '')
  expect(view).toMatchObject({ text: 'at seven', senderName: 'Bo', reactions: [], isPinned: false })
  for (const field of ['replyTo', 'earlierTexts']) expect(view).not.toHaveProperty(field)
  let body: unknown
  await inspect(crashedCopy(cleo.disk), async ({ tables }) => {
    const row = await tables.messages.get((await tables.messageIndex.get(view.id))?.key ?? '')
    body = row === undefined ? undefined : decodeContent(row.content)?.body
  })
  expect(body).toEqual({ kind: 'message', text: 'at seven', media: [] })
})

it('is given other words, or none, and shows the same', async () => {
  await begin('words')
  const id = await anaSends({ text: 'from the roof', media: [{ data: bytes(50_000), caption: 'the roof' }] })
  const [other] = await bo.messenger.messages.forward(id, [withCleo], { text: ' Ana says hello ' })
  expect(await arrives(other?.id ?? '')).toMatchObject({
    text: 'Ana says hello',
    attachments: [{ caption: 'the roof' }],
  })
  const [none] = await bo.messenger.messages.forward(id, [withCleo], { text: '' })
  const view = await arrives(none?.id ?? '')
  expect(view).not.toHaveProperty('text')
  expect(await bytesOf(cleo, view.attachments[0]?.id ?? '')).toEqual(bytes(50_000))
  const words = await anaSends({ text: 'words alone' })
  expect(await refusalOf(bo.messenger.messages.forward(words, [withCleo], { text: '' }))).toBe('empty-message')
  expect(await refusalOf(bo.messenger.messages.forward(id, [withCleo], { text: 'x'.repeat(10_001) }))).toBe(
    'text-too-long',
  )
})

it('goes to several conversations, each with seals of its own, and not twice when it is asked for again', async () => {
  await begin('several')
  const id = await anaSends({ media: [{ data: bytes(50_000) }] })
  const ids = ['ab'.repeat(16), 'cd'.repeat(16)]
  await bo.messenger.messages.forward(id, [withCleo, withAna], { ids })
  await bo.messenger.messages.forward(id, [withCleo, withAna], { ids })
  expect(await bo.messenger.conversations.page(withCleo)).toHaveLength(1)
  expect(await bo.messenger.conversations.page(withAna)).toHaveLength(2)
  const [one = [], other = []] = await Promise.all(ids.map((newId) => secretsOf(bo, newId)))
  expect(one.filter((secret) => other.includes(secret))).toEqual([])
})

it('takes the original along where it is here, and goes without it where it is not', async () => {
  await begin('original')
  const data = bytes(40_000)
  const id = await anaSends({ media: [{ data, quality: 'original' }] })
  const [without] = await bo.messenger.messages.forward(id, [withCleo])
  expect((await arrives(without?.id ?? '')).attachments[0]).not.toHaveProperty('original')
  expect(await bytesOf(bo, `${id}.0`, 'original')).toEqual(data)
  const [whole] = await bo.messenger.messages.forward(id, [withCleo])
  const view = await arrives(whole?.id ?? '')
  expect(await bytesOf(cleo, view.attachments[0]?.id ?? '', 'original')).toEqual(data)
})

it('disappears as what is written there does', async () => {
  await begin('timer')
  await bo.messenger.conversations.setTimer(withCleo, 60 * secondMs)
  const id = await anaSends({ text: 'soon gone' })
  const [sent] = await bo.messenger.messages.forward(id, [withCleo])
  const view = await arrives(sent?.id ?? '')
  await cleo.messenger.conversations.markSeen(view.conversationId, view.id)
  await world.clock.advance(61 * secondMs)
  expect(await at(cleo, view.id)).toBeUndefined()
  expect(await at(bo, id)).toBeDefined()
})

it('is refused for what may not be kept, was taken back, is not here, or says nothing', async () => {
  await begin('refused')
  const forward = (id: string, to = withCleo) => refusalOf(bo.messenger.messages.forward(id, [to]))
  const [mine] = await ana.messenger.conversations.list()
  const { id: once } = await ana.messenger.send(mine?.id ?? '', {
    media: [{ data: bytes(9000) }],
    view: { replays: 0 },
  })
  await world.until(async () => (await at(bo, once)) !== undefined)
  expect(await forward(once)).toBe('view-only')
  const unsent = await anaSends({ text: 'oh' })
  await ana.messenger.messages.unsend([unsent])
  await world.until(async () => (await at(bo, unsent))?.unsentAt !== undefined)
  expect(await forward(unsent)).toBe('unknown-message')
  const photo = await anaSends({ media: [{ data: bytes(9000) }] })
  await bo.messenger.transfers.clear(withAna)
  expect(await forward(photo)).toBe('media-not-here')
  await bo.messenger.conversations.setTimer(withAna, 60 * secondMs)
  const [line] = (await bo.messenger.conversations.page(withAna)).filter((view) => view.line !== undefined)
  expect(await forward(line?.id ?? '')).toBe('unknown-message')
  const text = await anaSends({ text: 'hello' })
  expect(await forward(text, 'nowhere')).toBe('unknown-conversation')
  expect(await forward('00'.repeat(16))).toBe('unknown-message')
  expect(await bo.messenger.conversations.page(withCleo)).toEqual([])
})
