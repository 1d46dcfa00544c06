// One blob from several sources, each of which may have some of it, none, or something else.

import { describe, expect, it } from 'vitest'
import type { BlobFetch } from '../../src/messenger/transfer/fetch-blob.ts'
import { createBlobFetch } from '../../src/messenger/transfer/fetch-blob.ts'
import { createPaces } from '../../src/messenger/transfer/pace.ts'
import { createProgress } from '../../src/messenger/transfer/progress.ts'
import type { SegmentSource } from '../../src/messenger/transfer/segment-source.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import { pause } from '../../src/messenger/wait.ts'
import type { Manifest } from '../../src/protocol/content/manifest.ts'
import { equalBytes, toHex } from '../../src/protocol/bytes.ts'
import { sealBlob } from '../../src/protocol/blob/seal.ts'
import { crashedCopy, createMemoryDisk, memoryBlobStore } from '../../src/storage/memory.ts'
import { systemClock } from '../../src/system.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve))
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const none = new Uint8Array(0)

async function sealed(count: number) {
  const content = new Uint8Array(count * 250_000).map((_, index) => (index * 31) % 251)
  const [blobId, key] = [random(32), random(32)]
  const segments: Uint8Array[] = []
  const { header, sizeBytes, segmentCount, root, hashes } = await sealBlob({
    blobId,
    key,
    rendition: 'display',
    source: { sizeBytes: content.length, read: async (start, end) => content.slice(start, end) },
    random,
    write: async (index, bytes) => void (segments[index] = bytes),
  })
  // More than fit are inline here: how a list comes is another matter.
  const list = { kind: 'inline', list: hashes } as const
  const shown = { mime: 'image/png', width: 1, height: 1 }
  const manifest: Manifest = { blobId, key, header, sizeBytes, segmentCount, root, hashes: list, ...shown }
  return { manifest, segments, id: toHex(blobId) }
}

/** A relay that has the segments of these indexes. */
function relay(has: readonly number[], give: (index: number) => Uint8Array | undefined | Promise<never>) {
  const asked: number[] = []
  const open: SegmentSource = {
    present: () => {
      const bitmap = new Uint8Array(64)
      for (const index of has) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (0x80 >> (index & 7))
      return Promise.resolve(bitmap)
    },
    async fetch(_, indexes, sink, signal) {
      for (const index of indexes.filter((each) => has.includes(each))) {
        asked.push(index)
        const aborted = new Promise<never>((__, reject) =>
          signal.addEventListener('abort', () => reject(new TransportError('cancelled'))),
        )
        const bytes = await Promise.race([give(index), aborted])
        if (bytes !== undefined) await sink(index, bytes.slice())
      }
    },
  }
  return { open, asked }
}

/** Answers one segment at a time, and writes down what it was asked for. */
function source(give: (index: number) => Uint8Array | undefined, holderId?: string) {
  const asked: number[] = []
  const open: SegmentSource = {
    ...(holderId === undefined ? {} : { holderId }),
    async fetch(_, indexes, sink, signal) {
      for (const index of indexes) {
        await Promise.resolve()
        if (signal.aborted) throw new TransportError('cancelled')
        asked.push(index)
        const bytes = give(index)
        if (bytes !== undefined) await sink(index, bytes.slice())
      }
    },
  }
  return { open, asked }
}

/** `betweenMs`: how long a segment takes to come. Unless said, a line of some 20 Mb/s. */
async function fetching(segmentCount = 20, betweenMs = 100) {
  const { manifest, segments, id } = await sealed(segmentCount)
  const disk = createMemoryDisk()
  const blobs = memoryBlobStore(disk)
  /** The newest wish first. */
  const awaited: number[] = []
  let others: Pick<BlobFetch, 'isServing' | 'nudge'>[] = []
  let nowMs = 0
  const fetch = createBlobFetch(manifest, {
    blobs,
    progress: createProgress(() => {}),
    pace: createPaces(() => (nowMs += betweenMs)),
    // Real, because hashing takes real time.
    pause: (ms, signal) => pause(systemClock, ms / 2, signal),
    stored(_, index) {
      const at = awaited.indexOf(index)
      if (at >= 0) awaited.splice(at, 1)
    },
    awaited: () => [...awaited],
    all: () => others,
  })
  /** For each segment whether it is there as it was sealed. */
  const here = async () =>
    Promise.all(segments.map(async (segment, index) => equalBytes((await blobs.read(id, index)) ?? none, segment)))
  /** How many a crash at this moment would leave. */
  const surelyHere = (): number => crashedCopy(disk).blobs.get(id)?.synced.size ?? 0
  const wrong = (index: number) => segments[index]?.slice().fill(9)
  const stop = new AbortController()
  const beside = (...next: typeof others) => void (others = next)
  return { segments, fetch, here, surelyHere, wrong, awaited, beside, stop, signal: stop.signal }
}

/** A source that gives each segment when it is told to, and writes down what it was asked for. */
function byHand(segments: readonly Uint8Array[]) {
  const asked: number[] = []
  const gives = new Map<number, PromiseWithResolvers<void>>()
  const open: SegmentSource = {
    async fetch(_, indexes, sink, signal) {
      for (const index of indexes) {
        asked.push(index)
        const given = Promise.withResolvers<void>()
        gives.set(index, given)
        signal.addEventListener('abort', () => given.reject(new TransportError('cancelled')))
        await given.promise
        await sink(index, segments[index]?.slice() ?? none)
      }
    },
  }
  return { open, asked, give: (index: number) => gives.get(index)?.resolve() }
}

describe('fetching from several sources', () => {
  it('takes from each what it has', async () => {
    const { segments, fetch, here, signal } = await fetching()
    const even = source((index) => (index % 2 === 0 ? segments[index] : undefined))
    const all = source((index) => segments[index], 'Cem')
    expect(await fetch.run([even.open, all.open], signal)).toBe('done')
    expect(all.asked.toSorted((a, b) => a - b)).toEqual(segments.map((_, index) => index).filter((index) => index % 2))
    expect(await here()).not.toContain(false)
  })

  it('takes nothing more of a holder that gave one wrong segment, now or later', async () => {
    const { segments, fetch, here, wrong, awaited, signal } = await fetching()
    const liar = source((index) => (index === 1 ? wrong(1) : segments[index]), 'Cem')
    expect(await fetch.run([liar.open], signal)).toBe('partly')
    // What was under way with it is all that they were asked for.
    const asked = liar.asked.length
    expect(asked).toBeLessThanOrEqual(8)
    expect(await fetch.run([liar.open], signal)).toBe('missing')
    awaited.push(15)
    expect(await fetch.serve([liar.open], signal)).toBe('missing')
    expect(liar.asked).toHaveLength(asked)
    awaited.length = 0
    const honest = source((index) => segments[index], 'Dan')
    expect(await fetch.run([liar.open, honest.open], signal)).toBe('done')
    expect(honest.asked).not.toContain(0)
    expect(await here()).not.toContain(false)
  })

  it('takes a wrong segment of a relay or the sender for missing, and the others from them', async () => {
    const { segments, fetch, here, wrong, signal } = await fetching()
    const relay = source((index) => (index === 1 ? wrong(1) : segments[index]))
    expect(await fetch.run([relay.open], signal)).toBe('partly')
    expect((await here()).filter((there) => !there)).toHaveLength(1)
    const holder = source((index) => segments[index], 'Cem')
    expect(await fetch.run([holder.open], signal)).toBe('done')
    expect(holder.asked).toEqual([1])
    expect(await here()).not.toContain(false)
  })

  it('takes what the sender put at a relay meanwhile from there, beside the rest that comes directly', async () => {
    const { segments, fetch, here, signal } = await fetching(40)
    const first = source((index) => (index < 10 ? segments[index] : undefined))
    expect(await fetch.run([first.open], signal)).toBe('partly')
    const meanwhile = relay([8, 9, 30, 31, 32], (index) => segments[index])
    const direct = source((index) => segments[index])
    expect(await fetch.run([direct.open, meanwhile.open], signal)).toBe('done')
    expect(meanwhile.asked).toEqual([30, 31, 32])
    expect(direct.asked.filter((index) => index < 10 || (index >= 30 && index < 33))).toEqual([])
    expect(await here()).not.toContain(false)
  })

  it('begins directly before a relay has said what it has, and takes the rest from there though it is slower', async () => {
    const { segments, fetch, here, signal } = await fetching(40)
    const first = source((index) => (index < 10 ? segments[index] : undefined))
    expect(await fetch.run([first.open], signal)).toBe('partly')
    const rest = segments.map((_, index) => index).slice(20)
    const slow = relay(rest, (index) => segments[index])
    const said = Promise.withResolvers<void>()
    const { present, fetch: give } = slow.open
    const open: SegmentSource = {
      async present(...about) {
        await said.promise
        return present?.(...about)
      },
      async fetch(...wanted) {
        for (let turn = 0; turn < 3; turn += 1) await Promise.resolve()
        await give(...wanted)
      },
    }
    const direct = source((index) => {
      if (index === 15) said.resolve()
      return segments[index]
    })
    expect(await fetch.run([direct.open, open], signal)).toBe('done')
    expect(direct.asked.filter((index) => index >= 20)).toEqual([])
    expect(slow.asked.toSorted((a, b) => a - b)).toEqual(rest)
    expect(await here()).not.toContain(false)
  })

  it('waits for no relay that has it and does not give it', async () => {
    const { segments, fetch, here, signal } = await fetching(40)
    const first = source((index) => (index < 10 ? segments[index] : undefined))
    expect(await fetch.run([first.open], signal)).toBe('partly')
    const slow = relay([10, 11, 12], () => new Promise(() => {}))
    const direct = source((index) => segments[index])
    expect(await fetch.run([direct.open, slow.open], signal)).toBe('done')
    expect(slow.asked).toContain(10)
    expect(direct.asked).toContain(10)
    expect(await here()).not.toContain(false)
  })

  it('asks a relay for a few segments without asking first what it has, and for nothing again', async () => {
    const { segments, fetch, signal } = await fetching(3)
    const all = relay([0, 1, 2], (index) => segments[index])
    let looks = 0
    const present: SegmentSource['present'] = (...about) => {
      looks += 1
      return all.open.present?.(...about) ?? Promise.resolve(undefined)
    }
    expect(await fetch.run([{ ...all.open, present }], signal)).toBe('done')
    expect(looks).toBe(0)
    expect(all.asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2])
  })

  it('asks no relay about what only begins over a direct connection', async () => {
    const { segments, fetch, signal } = await fetching(40)
    const direct = source((index) => segments[index])
    const silent = relay([0, 1], (index) => segments[index])
    expect(await fetch.run([direct.open, silent.open], signal)).toBe('done')
    expect(silent.asked).toEqual([])
  })

  it('goes on to the next when a connection is lost, and tells of it when nobody has the rest', async () => {
    const { segments, fetch, here, signal } = await fetching()
    const lost = source((index) => {
      if (index === 3) throw new TransportError('peer-closed')
      return segments[index]
    })
    await expect(fetch.run([lost.open], signal)).rejects.toMatchObject({ code: 'peer-closed' })
    const holder = source((index) => segments[index], 'Cem')
    expect(await fetch.run([lost.open, holder.open], signal)).toBe('done')
    expect(await here()).not.toContain(false)
  })
})

describe('what somebody waits for', () => {
  it('is asked for at once, with what lies behind it, and nothing else is', async () => {
    const { segments, fetch, here, awaited, signal } = await fetching(40)
    const all = source((index) => segments[index])
    awaited.unshift(30)
    expect(await fetch.serve([all.open], signal)).toBe('rested')
    expect(all.asked[0]).toBe(30)
    expect(all.asked.every((index) => index >= 30 && index < 34)).toBe(true)
    expect((await here()).filter(Boolean)).toHaveLength(all.asked.length)
  })

  it('has the line for itself, and what lies behind it comes when it is here though nobody waits for that', async () => {
    const { segments, fetch, awaited, signal } = await fetching(40)
    const line = byHand(segments)
    awaited.unshift(30)
    const serve = fetch.serve([line.open], signal)
    await settled()
    expect(line.asked).toEqual([30])
    line.give(30)
    await expect.poll(() => line.asked.length).toBeGreaterThan(1)
    expect(awaited).toEqual([])
    // Another jump: nothing more is put beside it, whatever is under way.
    const before = line.asked.length
    awaited.unshift(10)
    fetch.nudge()
    await settled()
    for (const index of line.asked.slice(0, before)) line.give(index)
    await settled()
    expect(line.asked.slice(before)).toEqual([10])
    line.give(10)
    let isOver = false
    const served = serve.finally(() => (isOver = true))
    while (!isOver) {
      for (const index of line.asked) line.give(index)
      await settled()
    }
    expect(await served).toBe('rested')
    expect(line.asked.slice(before).toSorted((a, b) => a - b)).toEqual([10, 11, 12, 13])
  })

  it('overtakes what is fetched whole, which is added to when it is here', async () => {
    const { segments, fetch, awaited, stop, signal } = await fetching(40)
    const line = byHand(segments)
    const run = fetch.run([line.open], signal).catch(() => 'stopped')
    await settled()
    const before = line.asked.length
    expect(line.asked).toEqual(segments.map((_, index) => index).slice(0, before))
    awaited.unshift(30)
    const serve = fetch.serve([line.open], signal)
    await settled()
    expect(line.asked.slice(before)).toEqual([30])
    // Room for more, and nothing is put behind what somebody waits for.
    for (const index of line.asked.slice(0, before)) line.give(index)
    await settled()
    expect(line.asked.slice(before).every((index) => index >= 30)).toBe(true)
    for (const index of line.asked.slice(before)) line.give(index)
    await expect.poll(() => line.asked).toContain(before)
    for (const index of line.asked) line.give(index)
    expect(await serve).toBe('rested')
    stop.abort()
    expect(await run).toBe('stopped')
  })

  it('goes before the rest of another medium', async () => {
    const { segments, fetch, beside, stop, signal } = await fetching(40)
    let isServing = true
    beside({ isServing: () => isServing, nudge: () => {} })
    const line = byHand(segments)
    const run = fetch.run([line.open], signal).catch(() => 'stopped')
    await settled()
    expect(line.asked).toEqual([])
    isServing = false
    fetch.nudge()
    await settled()
    expect(line.asked).not.toEqual([])
    stop.abort()
    expect(await run).toBe('stopped')
  })

  it('is asked for elsewhere when the first has it not, or is gone', async () => {
    const { segments, fetch, here, awaited, signal } = await fetching()
    const gone = source(() => {
      throw new TransportError('peer-closed')
    })
    const empty = source(() => undefined, 'Cem')
    const relayed = source((index) => segments[index])
    awaited.unshift(7)
    expect(await fetch.serve([gone.open, empty.open], signal)).toBe('missing')
    expect(await fetch.serve([gone.open, empty.open, relayed.open], signal)).toBe('rested')
    expect((await here())[7]).toBe(true)
  })

  it('that is under way for the whole is not asked for twice, and asked for when that fails', async () => {
    const { segments, fetch, awaited, signal } = await fetching()
    const line = byHand(segments)
    const lost = new AbortController()
    const run = fetch.run([line.open], lost.signal).catch(() => 'stopped')
    await settled()
    awaited.unshift(0)
    const serve = fetch.serve([line.open], signal)
    await settled()
    expect(line.asked.filter((index) => index === 0)).toHaveLength(1)
    lost.abort()
    expect(await run).toBe('stopped')
    await settled()
    expect(line.asked.filter((index) => index === 0)).toHaveLength(2)
    let isOver = false
    const served = serve.finally(() => (isOver = true))
    while (!isOver) {
      for (const index of line.asked) line.give(index)
      await settled()
    }
    expect(await served).toBe('rested')
  })

  it('that nobody waits for any more is not asked for', async () => {
    const { segments, fetch, awaited, signal } = await fetching(40)
    const line = byHand(segments)
    awaited.unshift(20)
    const serve = fetch.serve([line.open], signal)
    await settled()
    const before = [...line.asked]
    awaited.length = 0
    for (const index of before) line.give(index)
    expect(await serve).toBe('rested')
    expect(line.asked).toEqual(before)
  })

  it('can be all of it', async () => {
    const { segments, fetch, here, awaited, signal } = await fetching(3)
    const all = source((index) => segments[index])
    awaited.push(2, 1, 0)
    expect(await fetch.serve([all.open], signal)).toBe('done')
    expect(await here()).not.toContain(false)
  })
})

describe('a process that dies', () => {
  it('loses what is under way and one segment more at most, however fast the line is', async () => {
    const { segments, fetch, surelyHere, signal } = await fetching(60, 0)
    let most = 0
    const all = source((index) => {
      most = Math.max(most, all.asked.length - surelyHere())
      return segments[index]
    })
    expect(await fetch.run([all.open], signal)).toBe('done')
    expect(most).toBeGreaterThanOrEqual(8)
    expect(most).toBeLessThanOrEqual(9)
    expect(surelyHere()).toBe(segments.length)
  })

  it('keeps all that somebody looked into and left', async () => {
    const { segments, fetch, surelyHere, awaited, signal } = await fetching(40)
    const all = source((index) => segments[index])
    // The last one, which nothing lies behind.
    awaited.unshift(segments.length - 1)
    expect(await fetch.serve([all.open], signal)).toBe('rested')
    expect(all.asked).toHaveLength(1)
    expect(surelyHere()).toBe(1)
  })
})
