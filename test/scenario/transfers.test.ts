// What a person does with transfers: stop, go on, give up, try again; what comes by itself; and what makes room.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageView, TransferView } from '../../src/messenger/api.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import { clearMedia } from '../../src/messenger/transfer/make-room.ts'
import { equalBytes } from '../../src/protocol/bytes.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { limits } from '../../src/protocol/limits.ts'
import { inspect } from '../support/world/sessions.ts'
import { bytesOf, refusalOf } from '../support/world/reading.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { giveSegments, serverOf } from '../support/world/segments.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld } from '../support/world/world.ts'

const secondMs = 1000
const never = { photo: 0, video: 0, voice: 0, file: 0 }
const bytes = (length: number, seed = 13): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * seed + seed) % 249)

/** 46 segments, and a list of their hashes. */
const filmBytes = bytes(12_000_000)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct: false }))
}

const at = (person: Person, id: string): Promise<MessageView | undefined> => person.messenger.messages.get(id)
const transferOf = async (person: Person, id: string): Promise<TransferView['kind'] | undefined> =>
  (await at(person, id))?.attachments[0]?.transfer.kind
const stateOf = async (id: string) => (await at(ana, id))?.recipients[0]?.state

/** The relay takes so many segments, then none until it is opened again. */
function takes(count: number): () => void {
  const relay = serverOf(world)
  const { putSegment } = relay
  let left = count
  relay.putSegment = (...segment) => {
    left -= 1
    return left < 0 ? Promise.reject(new TransportError('relay-unreachable')) : putSegment(...segment)
  }
  return () => void (relay.putSegment = putSegment)
}

const gives = (count: number): (() => void) => giveSegments(world, count)

/** Of Ana's, before Bo, who has not asked for it. */
async function offeredFilm(): Promise<string> {
  await bo.messenger.settings.set({ autoDownload: never })
  const id = await sendPhoto(filmBytes)
  await world.until(async () => (await stateOf(id))?.kind === 'kept' && (await transferOf(bo, id)) === 'offered')
  return id
}

/** Bo reads a little of it. */
async function readPart(id: string, start: number): Promise<void> {
  let got: Uint8Array | undefined
  const read = async (): Promise<void> => {
    for await (const part of bo.messenger.media.read(`${id}.0`, { start, end: start + 1000 })) got = part
  }
  void read()
  await world.until(() => got !== undefined)
  expect(got).toEqual(filmBytes.slice(start, start + 1000))
}

async function sendPhoto(data = bytes(1_500_000)): Promise<string> {
  return (await ana.messenger.send(ids.ana, { media: [{ data }] })).id
}

describe('a download', () => {
  it('is stopped and goes on where it was, over a restart', async () => {
    await begin('pause')
    const open = gives(2)
    const id = await sendPhoto()
    await world.until(async () => (await transferOf(bo, id)) !== undefined)
    await world.clock.advance(20 * secondMs)
    await bo.messenger.transfers.pause(`${id}.0`)
    open()
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(bo, id)).toBe('paused')
    bo = await bo.crash()
    await world.clock.advance(60 * secondMs)
    expect(await bo.messenger.transfers.list()).toMatchObject([
      {
        attachmentId: `${id}.0`,
        conversationId: ids.bo,
        direction: 'download',
        rendition: 'display',
        transfer: { kind: 'paused' },
      },
    ])
    expect((await stateOf(id))?.kind).toBe('kept')
    await bo.messenger.transfers.resume(`${id}.0`)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(1_500_000))
    expect(await bo.messenger.transfers.list()).toEqual([])
  })

  it('is stopped while it runs', async () => {
    await begin('running')
    const id = await sendPhoto(bytes(6_000_000))
    await world.until(async () => (await transferOf(bo, id)) !== undefined)
    await bo.messenger.transfers.pause(`${id}.0`)
    await world.clock.advance(60 * secondMs)
    const transfer = (await at(bo, id))?.attachments[0]?.transfer
    expect(['paused', 'done']).toContain(transfer?.kind)
    await bo.messenger.transfers.resume(`${id}.0`)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
  })

  it('that is given up leaves nothing, and can be had after all', async () => {
    await begin('cancel')
    const open = gives(2)
    const id = await sendPhoto()
    await world.until(async () => (await transferOf(bo, id)) !== undefined)
    await world.clock.advance(20 * secondMs)
    await bo.messenger.transfers.cancel(`${id}.0`)
    open()
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(bo, id)).toBe('offered')
    expect(await bo.messenger.transfers.usage()).toEqual([])
    await bo.messenger.transfers.start(`${id}.0`)
    await world.until(async () => (await stateOf(id))?.kind === 'delivered')
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(1_500_000))
  })

  it('that is given up tells whoever reads it so, and not that it will come', async () => {
    await begin('cancel-read')
    gives(2)
    const id = await sendPhoto()
    await world.until(async () => (await transferOf(bo, id)) !== undefined)
    const read = bytesOf(bo, `${id}.0`).catch((error: unknown) => error)
    await world.clock.advance(20 * secondMs)
    await bo.messenger.transfers.cancel(`${id}.0`)
    expect(await read).toMatchObject({ name: 'MediaError', code: 'cancelled' })
    expect(await transferOf(bo, id)).toBe('offered')
  })

  it('of a request never begins, whatever is asked for', async () => {
    world = createWorld('request')
    world.network.setDirectPossible(false)
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link)
    const { id } = await bo.messenger.send(contact.conversationId, { media: [{ data: bytes(1000) }] })
    await world.until(async () => (await ana.messenger.requests.list()).length > 0)
    await world.until(async () => (await at(ana, id)) !== undefined)
    for (const act of ['start', 'resume', 'retry'] as const) await ana.messenger.transfers[act](`${id}.0`)
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(ana, id)).toBe('waiting')
    expect(await ana.messenger.transfers.list()).toEqual([])
    const [request] = await ana.messenger.requests.list()
    await ana.messenger.requests.accept(request?.id ?? '')
    await world.until(async () => (await transferOf(ana, id)) === 'done')
  })

  it('of nothing is refused', async () => {
    await begin('unknown')
    for (const act of ['start', 'pause', 'resume', 'cancel', 'retry'] as const)
      expect(await refusalOf(bo.messenger.transfers[act]('00.0'))).toBe('unknown-attachment')
  })
})

describe('an upload', () => {
  it('is stopped and goes on, over a restart', async () => {
    await begin('upload')
    const open = takes(2)
    await bo.messenger.close()
    const id = await sendPhoto()
    await world.clock.advance(10 * secondMs)
    await ana.messenger.transfers.pause(`${id}.0`)
    open()
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(ana, id)).toBe('paused')
    expect((await stateOf(id))?.kind).toBe('sending')
    ana = await ana.crash()
    await world.clock.advance(60 * secondMs)
    expect(await ana.messenger.transfers.list()).toMatchObject([{ direction: 'upload', transfer: { kind: 'paused' } }])
    await ana.messenger.transfers.resume(`${id}.0`)
    await world.until(async () => (await stateOf(id))?.kind === 'kept')
    expect(await ana.messenger.transfers.list()).toEqual([])
  })

  /** The relay takes so many segments at once, and one more each second. */
  function takesSlowly(burst: number, retryAfterMs = 1000): { readonly refused: () => number; readonly put: string[] } {
    const relay = serverOf(world)
    const { putSegment } = relay
    const put: string[] = []
    let refused = 0
    const openedAt = world.clock.now()
    relay.putSegment = (...segment) => {
      if (put.length < burst + Math.floor((world.clock.now() - openedAt) / secondMs)) {
        put.push(`${segment[1]}/${segment[2]}`)
        return putSegment(...segment)
      }
      refused += 1
      return Promise.reject(new TransportError('relay-refused', { status: 429, retryAfterMs }))
    }
    return { refused: () => refused, put }
  }

  it('waits as long as a relay asks that has too much to do, and goes on, putting no segment twice', async () => {
    await begin('too-many')
    const relay = takesSlowly(3)
    const begunAt = world.clock.now()
    const id = await sendPhoto(bytes(4_000_000))
    await world.until(async () => (await stateOf(id))?.kind === 'kept')
    expect(relay.refused()).toBeGreaterThan(10)
    // A pause that grows with each refusal would take minutes.
    expect(world.clock.now() - begunAt).toBeLessThan(40 * secondMs)
    expect(relay.put.length).toBeGreaterThan(15)
    expect(new Set(relay.put).size).toBe(relay.put.length)
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(4_000_000))
  })

  it('lets a message go by while it waits', async () => {
    await begin('too-many-message')
    takesSlowly(2, 20 * secondMs)
    const id = await sendPhoto(filmBytes)
    await world.clock.advance(5 * secondMs)
    const text = await ana.messenger.send(ids.ana, { text: 'while it waits' })
    await world.clock.advance(4 * secondMs)
    expect((await stateOf(text.id))?.kind).not.toBe('sending')
    expect((await stateOf(id))?.kind).toBe('sending')
  })

  it('tries later where a relay asks for more patience than it has, and loses nothing', async () => {
    await begin('too-many-late')
    const relay = serverOf(world)
    const { putSegment } = relay
    let isOpen = false
    let asked = 0
    relay.putSegment = (...segment) => {
      if (isOpen) return putSegment(...segment)
      asked += 1
      return Promise.reject(new TransportError('relay-refused', { status: 429, retryAfterMs: 3600 * secondMs }))
    }
    const id = await sendPhoto()
    await world.clock.advance(600 * secondMs)
    expect((await stateOf(id))?.kind).toBe('sending')
    expect(asked).toBeGreaterThan(4)
    expect(asked).toBeLessThan(200)
    isOpen = true
    await world.until(async () => (await stateOf(id))?.kind === 'kept')
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(1_500_000))
  })

  it('that is stopped does not hold up the next message', async () => {
    await begin('next')
    await bo.messenger.close()
    const open = takes(0)
    const id = await sendPhoto()
    await world.clock.advance(5 * secondMs)
    await ana.messenger.transfers.pause(`${id}.0`)
    open()
    const next = await sendPhoto(bytes(2000, 7))
    await world.until(async () => (await stateOf(next))?.kind === 'kept')
    expect((await stateOf(id))?.kind).toBe('sending')
  })

  it('that is given up has failed, and goes again when it is wanted', async () => {
    await begin('give up')
    await bo.messenger.close()
    const open = takes(2)
    const id = await sendPhoto()
    await world.clock.advance(10 * secondMs)
    await ana.messenger.transfers.cancel(`${id}.0`)
    open()
    await world.clock.advance(60 * secondMs)
    expect(await stateOf(id)).toEqual({ kind: 'failed', reason: 'cancelled' })
    expect(await ana.messenger.transfers.list()).toMatchObject([{ transfer: { kind: 'failed', reason: 'cancelled' } }])
    await ana.messenger.transfers.retry(`${id}.0`)
    await world.until(async () => (await stateOf(id))?.kind === 'kept')
    bo = await world.person('Bo', bo.disk)
    await world.until(async () => (await stateOf(id))?.kind === 'delivered')
  })
})

describe('what comes by itself', () => {
  it('is what the person set, by kind and size', async () => {
    await begin('rules')
    expect((await bo.messenger.settings.get()).autoDownload).toMatchObject({ file: 0, video: limits.blobBytes })
    await bo.messenger.settings.set({ autoDownload: { ...never, photo: 1000 } })
    bo = await bo.reopen()
    const small = await sendPhoto(bytes(1000))
    const large = await sendPhoto(bytes(1001))
    await world.until(async () => (await transferOf(bo, small)) === 'done')
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(bo, large)).toBe('offered')
    // It keeps what a person says as it can: never less than nothing, never a fraction.
    await bo.messenger.settings.set({ autoDownload: { photo: Infinity, video: -1, voice: 1.5, file: NaN } })
    expect((await bo.messenger.settings.get()).autoDownload).toEqual({
      photo: Number.MAX_SAFE_INTEGER,
      video: 0,
      voice: 1,
      file: 0,
    })
  })

  it('waits for Wi-Fi where the person wants that, over a restart; what they ask for does not', async () => {
    await begin('mobile')
    expect(await bo.messenger.settings.get()).toMatchObject({ onlyOnWifi: false, tellsWifi: false })
    world.setUplink('Bo', 'mobile')
    expect((await bo.messenger.settings.get()).tellsWifi).toBe(true)
    await bo.messenger.settings.set({ onlyOnWifi: true })
    const [asked, waits] = [await sendPhoto(), await sendPhoto(bytes(400_000, 3))]
    for (const id of [asked, waits])
      await world.until(async () => (await stateOf(id))?.kind === 'kept' && (await at(bo, id)) !== undefined)
    await bo.messenger.transfers.start(`${asked}.0`)
    await world.until(async () => (await transferOf(bo, asked)) === 'done')
    bo = await bo.reopen()
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(bo, waits)).toBe('offered')
    world.setUplink('Bo', 'wifi')
    await world.until(async () => (await transferOf(bo, waits)) === 'done')
    expect(await bytesOf(bo, `${waits}.0`)).toEqual(bytes(400_000, 3))
    await world.until(async () => (await stateOf(waits))?.kind === 'delivered')
  })

  it('stops when the device leaves Wi-Fi, and keeps what is here', async () => {
    await begin('leaves')
    world.setUplink('Bo', 'wifi')
    await bo.messenger.settings.set({ onlyOnWifi: true })
    const open = gives(2)
    const [first, second] = [await sendPhoto(), await sendPhoto(bytes(400_000, 3))]
    for (const id of [first, second]) await world.until(async () => (await at(bo, id)) !== undefined)
    await world.clock.advance(20 * secondMs)
    world.setUplink('Bo', 'mobile')
    await world.until(async () => (await transferOf(bo, first)) === 'paused')
    open()
    bo = await bo.crash()
    await world.clock.advance(60 * secondMs)
    const paused = (await at(bo, first))?.attachments[0]?.transfer
    expect(paused).toMatchObject({ kind: 'paused', doneBytes: expect.closeTo(2 * 262_144, -5) })
    // The person's own word counts from then on, on whatever network.
    await bo.messenger.transfers.pause(`${second}.0`)
    await bo.messenger.transfers.resume(`${second}.0`)
    await world.until(async () => (await transferOf(bo, second)) === 'done')
    expect(await transferOf(bo, first)).toBe('paused')
    // So does the rule's end.
    await bo.messenger.settings.set({ onlyOnWifi: false })
    await world.until(async () => (await transferOf(bo, first)) === 'done')
    expect(await bytesOf(bo, `${first}.0`)).toEqual(bytes(1_500_000))
  })

  it('is what somebody looks at', async () => {
    await begin('look')
    await bo.messenger.settings.set({ autoDownload: never })
    const id = await sendPhoto(bytes(300_000))
    await world.until(async () => (await stateOf(id))?.kind === 'kept' && (await at(bo, id)) !== undefined)
    expect(await transferOf(bo, id)).toBe('offered')
    let got: Uint8Array | undefined
    void bytesOf(bo, `${id}.0`).then((read) => (got = read))
    await world.until(() => got !== undefined)
    expect(got).toEqual(bytes(300_000))
    await world.until(async () => (await stateOf(id))?.kind === 'delivered')
  })
})

describe('media that take more than they may', () => {
  it('make room, those first that nobody looked at for longest, and come again', async () => {
    await begin('budget')
    const all: string[] = []
    for (const seed of [3, 5, 7]) {
      const id = await sendPhoto(bytes(200_000, seed))
      await world.until(async () => (await transferOf(bo, id)) === 'done')
      await world.clock.advance(2 * 3600 * secondMs)
      all.push(id)
    }
    const [first = '', second = '', third = ''] = all
    await bytesOf(bo, `${first}.0`)
    const [usage] = await bo.messenger.transfers.usage()
    expect(usage).toMatchObject({ conversationId: ids.bo, sentBytes: 0 })
    await bo.messenger.settings.set({ mediaBudgetBytes: ((usage?.receivedBytes ?? 0) * 2) / 3 })
    await world.until(async () => (await transferOf(bo, second)) === 'evicted')
    expect([await transferOf(bo, first), await transferOf(bo, third)]).toEqual(['done', 'done'])
    expect((await bo.messenger.transfers.usage())[0]?.receivedBytes).toBe(((usage?.receivedBytes ?? 0) * 2) / 3)
    bo = await bo.reopen()
    expect(await transferOf(bo, second)).toBe('evicted')
    // It is wanted again: now another one goes.
    await bo.messenger.transfers.start(`${second}.0`)
    await world.until(async () => (await transferOf(bo, second)) === 'done')
    expect(await bytesOf(bo, `${second}.0`)).toEqual(bytes(200_000, 5))
    await world.until(async () => (await transferOf(bo, third)) === 'evicted')
    expect(await transferOf(bo, first)).toBe('done')
  })

  it('let go of what was only looked into, which can be looked into again', async () => {
    await begin('looked into')
    const photo = await sendPhoto(bytes(200_000))
    await world.until(async () => (await transferOf(bo, photo)) === 'done')
    await world.clock.advance(2 * 3600 * secondMs)
    const film = await offeredFilm()
    // Room for the photo and a part of the film.
    await bo.messenger.settings.set({ mediaBudgetBytes: 7 * limits.segmentBytes })
    await readPart(film, 0)
    await world.clock.advance(30 * secondMs)
    expect([await transferOf(bo, photo), await transferOf(bo, film)]).toEqual(['done', 'paused'])
    // The next look into it is too much: what was looked at longest ago goes first, and then the part too.
    await readPart(film, 5_000_000)
    await world.until(async () => (await transferOf(bo, photo)) === 'evicted')
    await world.clock.advance(30 * secondMs)
    expect(await transferOf(bo, film)).toBe('offered')
    expect(await bo.messenger.transfers.usage()).toEqual([])
    await inspect(crashedCopy(bo.disk), async ({ blobs }) => expect(await blobs.list()).toEqual([]))
    expect((await stateOf(film))?.kind).toBe('kept')
    await readPart(film, 5_000_000)
    expect(await transferOf(bo, film)).toBe('paused')
    await bo.messenger.settings.set({ mediaBudgetBytes: 0 })
    await bo.messenger.transfers.start(`${film}.0`)
    await world.until(async () => (await stateOf(film))?.kind === 'delivered')
    expect(equalBytes(await bytesOf(bo, `${film}.0`), filmBytes)).toBe(true)
  })

  it('go with their lists of hashes', async () => {
    await begin('lists')
    const id = await sendPhoto(filmBytes)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    await world.clock.advance(30 * secondMs)
    await bo.messenger.transfers.clear(ids.bo)
    expect(await bo.messenger.transfers.usage()).toEqual([])
    await inspect(crashedCopy(bo.disk), async ({ blobs }) => expect(await blobs.list()).toEqual([]))
    await bo.messenger.transfers.start(`${id}.0`)
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    expect(equalBytes(await bytesOf(bo, `${id}.0`), filmBytes)).toBe(true)
  })

  it('are not what somebody reads at this moment', async () => {
    await begin('read now')
    const film = await offeredFilm()
    const parts: Uint8Array[] = []
    const reading = bo.messenger.media.read(`${film}.0`)[Symbol.asyncIterator]()
    const next = async (): Promise<boolean> => {
      let result: IteratorResult<Uint8Array> | undefined
      void reading.next().then((one) => (result = one))
      await world.until(() => result !== undefined)
      if (result?.done === false) parts.push(result.value)
      return result?.done !== true
    }
    await next()
    await bo.messenger.settings.set({ mediaBudgetBytes: 1 })
    await world.clock.advance(60 * secondMs)
    await bo.messenger.transfers.clear(ids.bo)
    expect(await transferOf(bo, film)).toBe('paused')
    while (await next());
    expect(equalBytes(new Uint8Array(Buffer.concat(parts)), filmBytes)).toBe(true)
    await world.until(async () => (await transferOf(bo, film)) === 'evicted')
  })

  it('are not what somebody began to read as it was to go', async () => {
    await begin('began')
    const photo = await sendPhoto(bytes(200_000))
    await world.until(async () => (await transferOf(bo, photo)) === 'done')
    const film = await offeredFilm()
    await readPart(film, 0)
    await world.clock.advance(30 * secondMs)
    const usage = await bo.messenger.transfers.usage()
    await bo.messenger.close()
    const went: string[] = []
    let looks = 0
    // The first look at each is before it is said to be gone, the second after.
    const isRead = (): boolean => (looks += 1) % 2 === 0
    await inspect(bo.disk, (stored) =>
      clearMedia(stored, ids.bo, {
        isRead,
        stop: async (id) => void went.push(id),
        changed: (id) => void went.push(id),
      }),
    )
    expect([looks, went]).toEqual([4, []])
    bo = await world.person('Bo', bo.disk)
    expect([await transferOf(bo, photo), await transferOf(bo, film)]).toEqual(['done', 'paused'])
    expect(await bo.messenger.transfers.usage()).toEqual(usage)
  })

  it('are not what the person stopped, also where they looked into it before, but by their own word', async () => {
    await begin('stopped')
    const open = gives(3)
    const id = await sendPhoto(filmBytes)
    await world.until(async () => (await transferOf(bo, id)) !== undefined)
    await world.clock.advance(20 * secondMs)
    await bo.messenger.transfers.pause(`${id}.0`)
    open()
    const film = await offeredFilm()
    await readPart(film, 0)
    await bo.messenger.transfers.start(`${film}.0`)
    await bo.messenger.transfers.pause(`${film}.0`)
    await bo.messenger.settings.set({ mediaBudgetBytes: 1 })
    await world.clock.advance(60 * secondMs)
    expect([await transferOf(bo, id), await transferOf(bo, film)]).toEqual(['paused', 'paused'])
    const [usage] = await bo.messenger.transfers.usage()
    expect(usage?.receivedBytes).toBeGreaterThanOrEqual(4 * limits.segmentBytes)
    expect(usage?.clearableBytes).toBe(usage?.receivedBytes)
    await bo.messenger.transfers.clear(ids.bo)
    expect([await transferOf(bo, id), await transferOf(bo, film)]).toEqual(['offered', 'offered'])
    expect(await bo.messenger.transfers.usage()).toEqual([])
    await inspect(crashedCopy(bo.disk), async ({ blobs }) => expect(await blobs.list()).toEqual([]))
    expect((await stateOf(id))?.kind).toBe('kept')
    await bo.messenger.settings.set({ mediaBudgetBytes: 0 })
    await bo.messenger.transfers.start(`${id}.0`)
    await world.until(async () => (await stateOf(id))?.kind === 'delivered')
  })

  it('that go by the person’s word beside what was not fetched are said to be delivered when that came too, not before', async () => {
    await begin('beside')
    await bo.messenger.settings.set({ autoDownload: { ...never, photo: 300_000 } })
    const { id } = await ana.messenger.send(ids.ana, { media: [{ data: bytes(200_000) }, { data: filmBytes }] })
    const transfers = async () => (await at(bo, id))?.attachments.map(({ transfer }) => transfer.kind)
    await world.until(async () => (await transfers())?.join(' ') === 'done offered')
    await world.clock.advance(30 * secondMs)
    await bo.messenger.conversations.markSeen(ids.bo, id)
    // The room that it needs is not taken for that.
    await bo.messenger.settings.set({ mediaBudgetBytes: 1 })
    await world.clock.advance(60 * secondMs)
    expect(await transfers()).toEqual(['done', 'offered'])
    await bo.messenger.settings.set({ mediaBudgetBytes: 0 })
    await bo.messenger.transfers.clear(ids.bo)
    expect(await transfers()).toEqual(['evicted', 'offered'])
    expect(await bo.messenger.transfers.usage()).toEqual([])
    await world.clock.advance(60 * secondMs)
    expect((await stateOf(id))?.kind).toBe('kept')
    bo = await bo.reopen()
    await bo.messenger.transfers.start(`${id}.1`)
    await world.until(async () => (await stateOf(id))?.kind === 'delivered')
    expect(await transfers()).toEqual(['evicted', 'done'])
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(200_000))
  })

  it('do not come again by themselves after the person cleared them', async () => {
    await begin('cleared, then Wi-Fi')
    world.setUplink('Bo', 'wifi')
    await bo.messenger.settings.set({ onlyOnWifi: true })
    const open = gives(2)
    const id = await sendPhoto()
    await world.until(async () => (await at(bo, id)) !== undefined)
    await world.clock.advance(20 * secondMs)
    world.setUplink('Bo', 'mobile')
    await world.until(async () => (await transferOf(bo, id)) === 'paused')
    await bo.messenger.transfers.clear(ids.bo)
    expect(await transferOf(bo, id)).toBe('offered')
    open()
    world.setUplink('Bo', 'wifi')
    await world.clock.advance(60 * secondMs)
    expect(await transferOf(bo, id)).toBe('offered')
    expect(await bo.messenger.transfers.usage()).toEqual([])
  })

  it('leave nothing on the disk, though the process dies before their bytes are gone', async () => {
    await begin('swept')
    const id = await sendPhoto(bytes(200_000))
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    await world.clock.advance(30 * secondMs)
    await bo.messenger.close()
    await inspect(bo.disk, async ({ tables, ledger }) => {
      for (const { key, row } of await tables.blobs.list())
        await ledger.change(async (change) => change.put(tables.blobs, key, { ...row, state: 'evicted' }))
    })
    bo = await world.person('Bo', bo.disk)
    expect(await transferOf(bo, id)).toBe('evicted')
    await inspect(crashedCopy(bo.disk), async ({ blobs }) => expect(await blobs.list()).toEqual([]))
    expect(await bo.messenger.transfers.usage()).toEqual([])
  })

  it('go at once where the person wants that of a conversation, and come again; what was sent stays', async () => {
    await begin('cleared')
    const id = await sendPhoto(bytes(200_000))
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    const back = await bo.messenger.send(ids.bo, { media: [{ data: bytes(90_000) }] })
    const { id: once } = await ana.messenger.send(ids.ana, { media: [{ data: bytes(50_000) }], view: { replays: 0 } })
    await world.until(async () => (await transferOf(bo, once)) === 'done')
    await world.clock.advance(30 * secondMs)
    const [before] = await bo.messenger.transfers.usage()
    await bo.messenger.transfers.clear('nobody')
    expect(await transferOf(bo, id)).toBe('done')
    await bo.messenger.transfers.clear(ids.bo)
    expect([await transferOf(bo, id), await transferOf(bo, once)]).toEqual(['evicted', 'done'])
    // What is to be viewed once stays, and was not promised.
    expect(before).toMatchObject({ clearableBytes: limits.segmentBytes, receivedBytes: 2 * limits.segmentBytes })
    expect(await bo.messenger.transfers.usage()).toEqual([
      { ...before, receivedBytes: limits.segmentBytes, clearableBytes: 0 },
    ])
    expect(await bytesOf(bo, `${back.id}.0`)).toEqual(bytes(90_000))
    expect(await bytesOf(bo, `${id}.0`)).toEqual(bytes(200_000))
  })

  it('are never those that were sent, nor those of a view', async () => {
    await begin('mine')
    const { id } = await ana.messenger.send(ids.ana, { media: [{ data: bytes(500_000) }], view: { replays: 0 } })
    await world.until(async () => (await transferOf(bo, id)) === 'done')
    const own = await bo.messenger.send(ids.bo, { media: [{ data: bytes(500_000) }] })
    await bo.messenger.settings.set({ mediaBudgetBytes: 1 })
    await world.clock.advance(60 * secondMs)
    const view = await bo.messenger.messages.openView(id)
    expect(await bytesOf(bo, view.attachments[0]?.id ?? '')).toEqual(bytes(500_000))
    expect(await bytesOf(bo, `${own.id}.0`)).toEqual(bytes(500_000))
  })
})
