// Media that are read while they are on their way, or without being fetched at all: what is fetched for it, and what is not.

import { afterEach, describe, expect, it } from 'vitest'
import type { TransferView } from '../../src/messenger/api.ts'
import { equalBytes } from '../../src/protocol/bytes.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

const secondMs = 1000
const segmentBytes = 262_144
/** But for their stills. */
const noVideos = { photo: 1_000_000, video: 0, voice: 0, file: 0 }
/** 46 segments, and a list of their hashes. */
const film = Uint8Array.from({ length: 12_000_000 }, (_, index) => (index === 0 ? 0x76 : (index * 13) % 249))

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string, direct: boolean): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct }))
}

const transferOf = async (id: string): Promise<TransferView | undefined> =>
  (await bo.messenger.messages.get(id))?.attachments[0]?.transfer
const stateOf = async (id: string) => (await ana.messenger.messages.get(id))?.recipients[0]?.state.kind
const receivedBytes = async () => (await bo.messenger.transfers.usage())[0]?.receivedBytes ?? 0

/** Bo has a film of Ana's before him that he has not asked for. */
async function offered(): Promise<string> {
  await bo.messenger.settings.set({ autoDownload: noVideos })
  const { id } = await ana.messenger.send(ids.ana, { media: [{ data: film }] })
  await world.until(async () => (await transferOf(id))?.kind === 'offered')
  if ((await bo.messenger.contacts.list())[0]?.direct !== true) {
    await world.until(async () => (await stateOf(id)) === 'kept')
  }
  return `${id}.0`
}

async function read(attachmentId: string, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const options = { start, end, ...(signal === undefined ? {} : { signal }) }
  for await (const part of bo.messenger.media.read(attachmentId, options)) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

describe.each([
  ['over a direct connection', true],
  ['through a relay', false],
] as const)('looking into what was not asked for, %s', (_, direct) => {
  it('fetches what is read and little more, and keeps it as a part', async () => {
    await begin('part', direct)
    const attachmentId = await offered()
    const [id = ''] = attachmentId.split('.')
    let got: Uint8Array | undefined
    void read(attachmentId, 0, 1000).then((bytes) => (got = bytes))
    await world.until(() => got !== undefined)
    expect(got).toEqual(film.slice(0, 1000))
    got = undefined
    void read(attachmentId, 9_600_000, 9_700_000).then((bytes) => (got = bytes))
    await world.until(() => got !== undefined)
    expect(got).toEqual(film.slice(9_600_000, 9_700_000))
    await world.clock.advance(60 * secondMs)
    // The list of hashes, and four segments for each of the two places.
    expect(await receivedBytes()).toBeLessThanOrEqual(10 * segmentBytes)
    expect(await transferOf(id)).toMatchObject({ kind: 'paused' })
    expect(await stateOf(id)).not.toBe('delivered')
    // What is here is not fetched again, and not lost.
    bo = await bo.crash()
    await world.clock.advance(60 * secondMs)
    expect(await read(attachmentId, 0, 1000)).toEqual(film.slice(0, 1000))
    await bo.messenger.transfers.start(attachmentId)
    await world.until(async () => (await transferOf(id))?.kind === 'done')
    await world.until(async () => (await stateOf(id)) === 'delivered')
    expect(equalBytes(await bytesOf(bo, attachmentId), film)).toBe(true)
  })

  it('stops when nobody waits any more', async () => {
    await begin('left', direct)
    const attachmentId = await offered()
    const leave = new AbortController()
    const reading = read(attachmentId, 0, film.length, leave.signal).catch((error: unknown) => error)
    leave.abort()
    expect(await reading).toBeInstanceOf(Error)
    await world.clock.advance(60 * secondMs)
    expect(await receivedBytes()).toBeLessThanOrEqual(6 * segmentBytes)
  })

  it('is having it when all of it was read', async () => {
    await begin('read', direct)
    const attachmentId = await offered()
    const [id = ''] = attachmentId.split('.')
    let got: Uint8Array | undefined
    void bytesOf(bo, attachmentId).then((bytes) => (got = bytes))
    await world.until(() => got !== undefined)
    expect(got !== undefined && equalBytes(got, film)).toBe(true)
    await world.until(async () => (await transferOf(id))?.kind === 'done')
    await world.until(async () => (await stateOf(id)) === 'delivered')
  })
})

describe('looking into what was stopped', () => {
  it('goes on for the one who looks, though the person stops it meanwhile', async () => {
    await begin('stopped', false)
    const attachmentId = await offered()
    await bo.messenger.transfers.start(attachmentId)
    await bo.messenger.transfers.pause(attachmentId)
    let got: Uint8Array | undefined
    void read(attachmentId, 11_000_000, 11_001_000).then((bytes) => (got = bytes))
    await bo.messenger.transfers.pause(attachmentId)
    await world.until(() => got !== undefined)
    expect(got).toEqual(film.slice(11_000_000, 11_001_000))
    expect(['paused', 'done']).toContain((await transferOf(attachmentId.slice(0, -2)))?.kind)
  })

  it('keeps the rule that it waits for Wi-Fi', async () => {
    await begin('wifi', false)
    world.setUplink('Bo', 'mobile')
    await bo.messenger.settings.set({ onlyOnWifi: true })
    const { id } = await ana.messenger.send(ids.ana, { media: [{ data: film }] })
    await world.until(async () => (await stateOf(id)) === 'kept' && (await transferOf(id))?.kind === 'offered')
    let got: Uint8Array | undefined
    void read(`${id}.0`, 0, 10).then((bytes) => (got = bytes))
    await world.until(() => got !== undefined)
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(id)).toMatchObject({ kind: 'paused' })
    world.setUplink('Bo', 'wifi')
    await world.until(async () => (await transferOf(id))?.kind === 'done')
  })
})

describe('a reader', () => {
  it('who is eager gets what is here, and asks again for the rest', async () => {
    await begin('eager', false)
    const attachmentId = await offered()
    const parts: number[] = []
    let isOver = false
    const options = { start: 100, end: 2_000_000, isEager: true }
    void (async () => {
      for await (const part of bo.messenger.media.read(attachmentId, options)) parts.push(part.length)
      isOver = true
    })()
    await world.until(() => isOver)
    const given = parts.reduce((sum, length) => sum + length, 0)
    expect(given).toBeGreaterThan(0)
    expect(given).toBeLessThan(2_000_000 - 100)
    expect(Math.max(...parts)).toBeLessThanOrEqual(segmentBytes)
  })

  it('of a request gets nothing, and nothing is fetched for it', async () => {
    world = createWorld('request')
    world.network.setDirectPossible(false)
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    const invite = await bo.messenger.invites.create()
    const contact = await ana.messenger.invites.connect(invite.link)
    const { id } = await ana.messenger.send(contact.conversationId, { media: [{ data: film }] })
    await world.until(async () => (await bo.messenger.requests.list()).length > 0)
    await world.until(async () => (await transferOf(id)) !== undefined)
    const leave = new AbortController()
    const reading = read(`${id}.0`, 0, 10, leave.signal).catch((error: unknown) => error)
    await world.clock.advance(120 * secondMs)
    expect(await receivedBytes()).toBe(0)
    leave.abort()
    expect(await reading).toBeInstanceOf(Error)
  })

  it('waits until somebody has it, and gets it then', async () => {
    await begin('away', true)
    const attachmentId = await offered()
    await ana.messenger.close()
    await world.clock.advance(60 * secondMs)
    let got: Uint8Array | undefined
    void read(attachmentId, 5_000_000, 5_000_010).then((bytes) => (got = bytes))
    await world.clock.advance(60 * secondMs)
    expect(got).toBeUndefined()
    ana = await world.person('Ana', ana.disk)
    await world.until(() => got !== undefined)
    expect(got).toEqual(film.slice(5_000_000, 5_000_010))
  })
})
