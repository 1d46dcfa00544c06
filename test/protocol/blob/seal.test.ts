import { describe, expect, it } from 'vitest'
import { segmentLayout } from '../../../src/protocol/blob/layout.ts'
import type { BlobReaderOptions } from '../../../src/protocol/blob/read.ts'
import { createBlobReader } from '../../../src/protocol/blob/read.ts'
import type { SealBlobOptions } from '../../../src/protocol/blob/seal.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import { limits } from '../../../src/protocol/limits.ts'
import type { Sealed } from './sealed.ts'
import { sealInMemory } from './sealed.ts'
import { pattern, seededRandom } from './seeded-random.ts'

const plain = 256 * 1024 - 32

describe('a sealed blob', () => {
  it('gives back every byte, whatever its size', async () => {
    for (const size of [0, 1, 1000, plain - 9, plain - 8, plain - 7, plain, 2 * plain - 8, 3 * plain + 12_345]) {
      const bytes = pattern(size)
      const reader = readerOf(await sealInMemory(bytes))
      expect(await reader.read(0, size)).toEqual(bytes)
    }
  })

  it('gives back any range, and touches only the segments of that range', async () => {
    const bytes = pattern(4 * plain)
    const sealed = await sealInMemory(bytes)
    for (const [start, end, touched] of [
      [0, 1, [0]],
      [plain - 9, plain - 7, [0, 1]],
      [plain - 8, plain, [1]],
      [2 * plain, 2 * plain + 500, [2]],
      [plain, 3 * plain, [1, 2, 3]],
      [4 * plain - 1, 4 * plain, [4]],
      [77, 77, []],
    ] as const) {
      const asked: number[] = []
      const reader = readerOf(sealed, {
        segment: async (index) => {
          asked.push(index)
          return segmentOf(sealed, index)
        },
      })
      expect(await reader.read(start, end)).toEqual(bytes.subarray(start, end))
      expect(asked.toSorted((a, b) => a - b)).toEqual(touched)
    }
  })

  it('gives every byte to many reads at a time that share segments', async () => {
    const bytes = pattern(6 * plain)
    const reader = readerOf(await sealInMemory(bytes))
    const ranges = Array.from({ length: 40 }, (_, round) => {
      const start = (round * 7919 * 97) % (5 * plain)
      return [start, start + (round % 3) * plain + 1000] as const
    })
    const read = await Promise.all(ranges.map(([start, end]) => reader.read(start, Math.min(end, bytes.length))))
    for (const [round, [start, end]] of ranges.entries())
      expect(Buffer.compare(read[round] ?? new Uint8Array(), bytes.subarray(start, end))).toBe(0)
  })

  it('opens a segment once for reads in small steps', async () => {
    const sealed = await sealInMemory(pattern(1000))
    let asked = 0
    const reader = readerOf(sealed, {
      segment: async (index) => {
        asked++
        return segmentOf(sealed, index)
      },
    })
    for (let at = 0; at < 1000; at += 100)
      expect(await reader.read(at, at + 100)).toEqual(pattern(1000).slice(at, at + 100))
    expect(asked).toBe(1)
  })

  it('hands out bytes that belong to the caller', async () => {
    const reader = readerOf(await sealInMemory(pattern(100)))
    const first = await reader.read(0, 100)
    first.fill(0)
    expect(await reader.read(0, 100)).toEqual(pattern(100))
  })

  it('hides the exact length in the padding', async () => {
    const [a, b] = [await sealInMemory(pattern(100_400)), await sealInMemory(pattern(102_000))]
    expect(a.segments.map((segment) => segment.length)).toEqual(b.segments.map((segment) => segment.length))
  })

  it('never uses a nonce twice', async () => {
    const { segments } = await sealInMemory(pattern(6 * plain))
    const nonces = new Set(segments.map((segment) => Buffer.from(segment.subarray(4, 16)).toString('hex')))
    expect(nonces.size).toBe(segments.length)
  })
})

describe('a damaged blob', () => {
  const bytes = pattern(3 * plain)

  it('does not open with two segments swapped', async () => {
    const sealed = await sealInMemory(bytes)
    const swapped = readerOf(sealed, {
      segment: async (index) => segmentOf(sealed, index === 0 ? 1 : index === 1 ? 0 : index),
    })
    await expect(swapped.read(0, bytes.length)).rejects.toThrow('damaged')
    await expect(swapped.read(plain, plain + 10)).rejects.toThrow('damaged')
  })

  it('does not open with the last segment in place of another, or another in place of the last', async () => {
    const sealed = await sealInMemory(bytes)
    const last = sealed.segments.length - 1
    const lastFirst = readerOf(sealed, { segment: async () => segmentOf(sealed, last) })
    await expect(lastFirst.read(0, 1)).rejects.toThrow('damaged')
    const firstLast = readerOf(sealed, { segment: async () => segmentOf(sealed, 0) })
    await expect(firstLast.read(bytes.length - 1, bytes.length)).rejects.toThrow('damaged')
  })

  it('does not open with a segment spliced in from another blob', async () => {
    const sealed = await sealInMemory(bytes)
    const other = await sealInMemory(bytes, { seed: 'other' })
    const spliced = readerOf(sealed, { segment: async (index) => segmentOf(index === 1 ? other : sealed, index) })
    expect(await spliced.read(0, 10)).toEqual(bytes.subarray(0, 10))
    await expect(spliced.read(plain, plain + 10)).rejects.toThrow('damaged')
  })

  it('does not open with a segment that is cut or changed', async () => {
    const sealed = await sealInMemory(bytes)
    const cut = readerOf(sealed, { segment: async (index) => segmentOf(sealed, index).subarray(0, -1) })
    await expect(cut.read(0, 1)).rejects.toThrow('damaged')
    const changed = readerOf(sealed, {
      segment: async (index) => {
        const copy = segmentOf(sealed, index)
        copy[5000] = (copy[5000] ?? 0) ^ 1
        return copy
      },
    })
    await expect(changed.read(0, 1)).rejects.toThrow('damaged')
  })

  it('does not open when its manifest claims fewer segments, a smaller size, or a larger one', async () => {
    const sealed = await sealInMemory(bytes)
    const { manifest } = sealed
    const fewer = () => readerOf(sealed, { manifest: { ...manifest, segmentCount: manifest.segmentCount - 1 } })
    expect(fewer).toThrow('damaged')
    const shorter = readerOf(sealed, { manifest: { ...manifest, sizeBytes: manifest.sizeBytes - 1 } })
    await expect(shorter.read(0, 1)).rejects.toThrow('damaged')
    for (const sizeBytes of [-1, 0.5, 2 ** 53, 2 ** 33]) {
      expect(() => readerOf(sealed, { manifest: { ...manifest, sizeBytes } })).toThrow('damaged')
    }
  })

  it('does not open as another rendition, under another blob id, or with another key', async () => {
    const sealed = await sealInMemory(bytes)
    const { manifest } = sealed
    const other = new Uint8Array(32).fill(9)
    expect(() => readerOf(sealed, { rendition: 'poster' })).toThrow('damaged')
    expect(() => readerOf(sealed, { manifest: { ...manifest, blobId: other } })).toThrow('damaged')
    expect(() => readerOf(sealed, { manifest: { ...manifest, key: other } })).toThrow('damaged')
  })

  it('is no hash list when it is longer than any', async () => {
    const { manifest } = await sealInMemory(pattern(40), { rendition: 'hashes' })
    const { sizeBytes, segmentCount } = segmentLayout(32 * limits.blobSegments + 1)
    const long = { ...manifest, sizeBytes, segmentCount }
    expect(() =>
      createBlobReader({ manifest: long, rendition: 'hashes', segment: async () => new Uint8Array() }),
    ).toThrow('damaged')
  })

  it('passes on what the store of segments throws, and opens again afterwards', async () => {
    const sealed = await sealInMemory(bytes)
    let broken = true
    const reader = readerOf(sealed, {
      segment: async (index) => {
        if (broken) throw new Error('disk')
        return segmentOf(sealed, index)
      },
    })
    await expect(reader.read(0, 1)).rejects.toThrow('disk')
    broken = false
    expect(await reader.read(0, 1)).toEqual(bytes.subarray(0, 1))
  })
})

describe('sealing', () => {
  const options = (change: Partial<SealBlobOptions>): SealBlobOptions => ({
    blobId: new Uint8Array(32).fill(1),
    key: new Uint8Array(32).fill(2),
    rendition: 'display',
    random: seededRandom('seal'),
    source: { sizeBytes: 12 * plain, read: async (start, end) => new Uint8Array(end - start) },
    write: async () => {},
    ...change,
  })

  it('is the same for the same randomness, whatever finishes first', async () => {
    const straight = await sealBlob(options({}))
    const jumbled = await sealBlob(
      options({
        write: async (index) => {
          for (let turn = 0; turn < (index % 3) * 5; turn++) await Promise.resolve()
        },
      }),
    )
    expect(jumbled).toEqual(straight)
  })

  it('keeps at most four segments in memory', async () => {
    let open = 0
    let most = 0
    await sealBlob(
      options({
        source: {
          sizeBytes: 40 * plain,
          read: async (start, end) => {
            most = Math.max(most, ++open)
            return new Uint8Array(end - start)
          },
        },
        write: async () => {
          open--
        },
      }),
    )
    expect(most).toBeLessThanOrEqual(4)
  })

  it('counts its progress up to the padded length', async () => {
    const steps: number[] = []
    await sealBlob(options({ onProgress: (bytes) => steps.push(bytes) }))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(steps.at(-1)).toBeGreaterThanOrEqual(12 * plain + 8)
  })

  it('stops when aborted, and touches nothing any more', async () => {
    const controller = new AbortController()
    let written = 0
    const sealing = sealBlob(
      options({
        signal: controller.signal,
        write: async () => {
          if (++written === 3) controller.abort(new Error('stop'))
        },
      }),
    )
    await expect(sealing).rejects.toThrow('stop')
    const after = written
    await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBe(after)
    expect(written).toBeLessThan(13)
  })

  it('ends with the error of a failing write or read', async () => {
    const full = options({
      write: async (index) => {
        if (index === 2) throw new Error('full')
      },
    })
    await expect(sealBlob(full)).rejects.toThrow('full')
  })

  it('refuses a source that gives fewer or more bytes than it announced', async () => {
    for (const difference of [-1, 1]) {
      const source = {
        sizeBytes: 1000,
        read: async (start: number, end: number) => new Uint8Array(end - start + difference),
      }
      await expect(sealBlob(options({ source }))).rejects.toThrow('usage')
    }
  })

  it('refuses keys, ids and sizes of a wrong length', async () => {
    await expect(sealBlob(options({ key: new Uint8Array(16) }))).rejects.toThrow('usage')
    await expect(sealBlob(options({ blobId: new Uint8Array(16) }))).rejects.toThrow('usage')
    const source = { sizeBytes: 2 ** 40, read: async () => new Uint8Array() }
    await expect(sealBlob(options({ source }))).rejects.toThrow('usage')
  })
})

function segmentOf(sealed: Sealed, index: number): Uint8Array {
  const segment = sealed.segments[index]
  if (segment === undefined) throw new Error(`no segment ${index}`)
  // The reader keeps what it is given.
  return segment.slice()
}

function readerOf(sealed: Sealed, change: Partial<BlobReaderOptions> = {}) {
  return createBlobReader({
    manifest: sealed.manifest,
    rendition: 'display',
    segment: async (index) => segmentOf(sealed, index),
    ...change,
  })
}
