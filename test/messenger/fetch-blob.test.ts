// One blob from several sources, each of which may have some of it, none, or something else.

import { describe, expect, it } from 'vitest'
import type { SegmentSource } from '../../src/messenger/transfer/fetch-blob.ts'
import { createBlobFetch } from '../../src/messenger/transfer/fetch-blob.ts'
import { createProgress } from '../../src/messenger/transfer/progress.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import type { Manifest } from '../../src/protocol/content/manifest.ts'
import { equalBytes, toHex } from '../../src/protocol/bytes.ts'
import { sealBlob } from '../../src/protocol/blob/seal.ts'
import { memoryBlobStore } from '../../src/storage/memory.ts'

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

async function fetching(segmentCount = 20) {
  const { manifest, segments, id } = await sealed(segmentCount)
  const blobs = memoryBlobStore()
  const fetch = createBlobFetch(
    blobs,
    manifest,
    createProgress(() => {}),
    () => {},
  )
  /** For each segment whether it is there as it was sealed. */
  const here = async () =>
    Promise.all(segments.map(async (segment, index) => equalBytes((await blobs.read(id, index)) ?? none, segment)))
  const wrong = (index: number) => segments[index]?.slice().fill(9)
  return { segments, fetch, here, wrong, signal: new AbortController().signal }
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
    const { segments, fetch, here, wrong, signal } = await fetching()
    const liar = source((index) => (index === 1 ? wrong(1) : segments[index]), 'Cem')
    expect(await fetch.run([liar.open], signal)).toBe('missing')
    expect(liar.asked).toEqual([0, 1])
    expect(await fetch.run([liar.open], signal)).toBe('missing')
    await fetch.urgent([5], [liar.open], signal).catch(() => {})
    expect(liar.asked).toEqual([0, 1])
    const honest = source((index) => segments[index], 'Dan')
    expect(await fetch.run([liar.open, honest.open], signal)).toBe('done')
    expect(honest.asked).not.toContain(0)
    expect(await here()).not.toContain(false)
  })

  it('takes a wrong segment of a relay or the sender for missing, and the others from them', async () => {
    const { segments, fetch, here, wrong, signal } = await fetching()
    const relay = source((index) => (index === 1 ? wrong(1) : segments[index]))
    expect(await fetch.run([relay.open], signal)).toBe('missing')
    expect((await here()).filter((there) => !there)).toHaveLength(1)
    const holder = source((index) => segments[index], 'Cem')
    expect(await fetch.run([holder.open], signal)).toBe('done')
    expect(holder.asked).toEqual([1])
    expect(await here()).not.toContain(false)
  })

  it('takes what the sender put at a relay meanwhile from there, beside the rest that comes directly', async () => {
    const { segments, fetch, here, signal } = await fetching(40)
    const first = source((index) => (index < 10 ? segments[index] : undefined))
    expect(await fetch.run([first.open], signal)).toBe('missing')
    const meanwhile = relay([8, 9, 10, 11, 12], (index) => segments[index])
    const direct = source((index) => segments[index])
    expect(await fetch.run([direct.open, meanwhile.open], signal)).toBe('done')
    expect(meanwhile.asked).toEqual([10, 11, 12])
    expect(direct.asked.filter((index) => index < 13)).toEqual([])
    expect(await here()).not.toContain(false)
  })

  it('waits for no relay that has it and does not give it', async () => {
    const { segments, fetch, here, signal } = await fetching(40)
    const first = source((index) => (index < 10 ? segments[index] : undefined))
    expect(await fetch.run([first.open], signal)).toBe('missing')
    const slow = relay([10, 11, 12], () => new Promise(() => {}))
    const direct = source((index) => segments[index])
    expect(await fetch.run([direct.open, slow.open], signal)).toBe('done')
    expect(slow.asked).toEqual([10])
    expect(await here()).not.toContain(false)
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
