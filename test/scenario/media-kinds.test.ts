// Voice notes, files, loops and originals: what arrives, and what nobody waits for.

import { afterEach, expect, it } from 'vitest'
import type { Attachment, MediaDraft, MessageView } from '../../src/messenger/api.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'

const secondMs = 1000
const bytes = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index === 0 ? first : (index * 13) % 249))

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function begin(seed: string, direct: boolean): Promise<void> {
  world = createWorld(seed)
  world.network.setDirectPossible(direct)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  ids = await introduce(world, ana, bo)
  await world.clock.advance(30 * secondMs)
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)
const firstAt = async (person: Person, id: string): Promise<Attachment | undefined> =>
  (await at(person, id))?.attachments[0]
const stateOf = async (id: string) => (await at(ana, id))?.recipients[0]?.state.kind

async function arrive(draft: MediaDraft): Promise<Attachment | undefined> {
  const { id } = await ana.messenger.send(ids.ana, { media: [draft] })
  await world.until(async () => (await stateOf(id)) === 'delivered')
  return firstAt(bo, id)
}

it('a voice note arrives with its waveform and length', async () => {
  await begin('voice', true)
  const sound = bytes(40_000)
  const note = await arrive({ data: sound, voice: true, altText: 'On my way' })
  expect(note).toMatchObject({ kind: 'voice', durationMs: 4000, altText: 'On my way', width: 0, height: 0 })
  expect(note?.waveform).toHaveLength(64)
  expect(await bytesOf(bo, note?.id ?? '')).toEqual(sound)
})

it('a video plays in a loop where its sender says so, and nothing else does', async () => {
  await begin('loop', true)
  expect(await arrive({ data: bytes(9_000, 0x76), loop: true })).toMatchObject({ kind: 'video', loop: true })
  expect(await arrive({ data: bytes(9_000, 0x76) })).not.toHaveProperty('loop')
  expect(await arrive({ data: bytes(9_000), loop: true })).not.toHaveProperty('loop')
})

it('a part of a video is what arrives', async () => {
  await begin('part', true)
  const video = { trim: { startMs: 500, endMs: 2000 } }
  expect(await arrive({ data: bytes(9_000, 0x76), video })).toMatchObject({ kind: 'video', durationMs: 1500 })
})

it('a file comes byte for byte under a name that is safe, and only when it is wanted', async () => {
  await begin('file', true)
  const paper = bytes(700_000)
  const sent = await ana.messenger.send(ids.ana, {
    media: [{ data: paper, quality: 'file', name: '../plan\u{202e}.pdf' }],
  })
  const unnamed = await ana.messenger.send(ids.ana, { media: [{ data: paper, quality: 'file' }] })
  await world.until(async () => (await at(bo, unnamed.id)) !== undefined)
  await world.clock.advance(60 * secondMs)
  expect(await firstAt(bo, unnamed.id)).toMatchObject({ kind: 'file', name: 'a.pdf' })
  expect(await firstAt(bo, sent.id)).toMatchObject({
    kind: 'file',
    name: 'plan.pdf',
    transfer: { kind: 'offered', totalBytes: 700_000 },
  })
  // Nothing is said to be delivered that is not there.
  expect(await stateOf(sent.id)).not.toBe('delivered')
  await bo.messenger.transfers.start(`${sent.id}.0`)
  await world.until(async () => (await stateOf(sent.id)) === 'delivered')
  expect(await bytesOf(bo, `${sent.id}.0`)).toEqual(paper)
})

it.each([true, false])('an original is fetched when it is asked for and not before (direct: %s)', async (direct) => {
  await begin('original', direct)
  const whole = bytes(900_000)
  const photo = await arrive({ data: whole, quality: 'original' })
  expect(photo).toMatchObject({
    sizeBytes: 450_000,
    original: { sizeBytes: 900_000, width: 1280, transfer: { kind: 'offered' } },
  })
  await world.clock.advance(120 * secondMs)
  expect((await firstAt(bo, photo?.id.split('.')[0] ?? ''))?.original?.transfer.kind).toBe('offered')
  const reading = bytesOf(bo, photo?.id ?? '', 'original')
  const settled = reading.then(() => true)
  let done = false
  void settled.then(() => (done = true))
  await world.until(() => done)
  expect(await reading).toEqual(whole)
  expect(await bytesOf(bo, photo?.id ?? '')).toEqual(whole.slice(0, 450_000))
})

it('a relay gets the original too, though the rest was fetched before it was there', async () => {
  await begin('at the relay', false)
  const whole = bytes(3_000_000)
  const photo = await arrive({ data: whole, quality: 'original' })
  await world.clock.advance(120 * secondMs)
  // The sender is away: what comes now comes from the relay.
  await ana.messenger.close()
  await bo.messenger.transfers.start(photo?.id ?? '', 'original')
  await world.until(async () => {
    const now = await firstAt(bo, photo?.id.split('.')[0] ?? '')
    return now?.original?.transfer.kind === 'done'
  })
  expect(await bytesOf(bo, photo?.id ?? '', 'original')).toEqual(whole)
})

it('an original goes on coming after a restart', async () => {
  await begin('restart', false)
  const photo = await arrive({ data: bytes(3_000_000), quality: 'original' })
  const id = photo?.id.split('.')[0] ?? ''
  await world.clock.advance(120 * secondMs)
  await bo.messenger.transfers.start(photo?.id ?? '', 'original')
  bo = await bo.crash()
  await world.until(async () => (await firstAt(bo, id))?.original?.transfer.kind === 'done')
  expect(await bytesOf(bo, `${id}.0`, 'original')).toEqual(bytes(3_000_000))
})
