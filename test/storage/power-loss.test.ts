// Segment files on a disk that loses, when the power fails, any part of what was not flushed, in any order.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BlobFile, BlobFolder } from '../../src/storage/blob-file/blob-file.ts'
import { blobFiles } from '../../src/storage/blob-file/blob-files.ts'
import { limits } from '../../src/protocol/limits.ts'
import { blobId, segment } from '../contract/blob-data.ts'

const id = blobId(1)
const segmentCount = 4

type Step = { readonly kind: 'write'; readonly index: number } | { readonly kind: 'sync' }

class PowerFailure extends Error {}

/** Sparse content: pieces by offset, later ones over earlier ones. */
interface Change {
  readonly at: number
  readonly bytes: Uint8Array
}

/** One file. Changes and its size count once flushed; of the others, a power failure keeps whichever it likes. */
class UnreliableDisk {
  #exists = false
  #size = 0
  #flushedSize = 0
  #flushed: Change[] = []
  #unflushed: Change[] = []
  #stepsLeft: number

  constructor(stepsUntilFailure: number) {
    this.#stepsLeft = stepsUntilFailure
  }

  restart(keeps: (change: number) => boolean): void {
    if (!keeps(-1)) this.#resize(this.#flushedSize)
    this.#flushedSize = this.#size
    this.#flushed.push(...this.#unflushed.filter((_, change) => keeps(change)))
    this.#unflushed = []
    this.#stepsLeft = Number.POSITIVE_INFINITY
  }

  folder(): BlobFolder {
    return {
      open: async (_, create) => {
        this.#step()
        this.#exists ||= create
        return this.#exists ? this.#file() : undefined
      },
      remove: async () => {
        this.#step()
        this.#exists = false
        this.#resize(0)
      },
      list: async () => (this.#exists ? [id] : []),
      usage: async () => ({ usedBytes: 0 }),
    }
  }

  #step(): void {
    if (this.#stepsLeft-- <= 0) throw new PowerFailure()
  }

  #resize(size: number): void {
    this.#size = size
    if (size === 0) {
      this.#flushed = []
      this.#unflushed = []
    }
  }

  #file(): BlobFile {
    return {
      read: async (at, length) => {
        const bytes = new Uint8Array(length)
        for (const change of [...this.#flushed, ...this.#unflushed]) copyInto(bytes, at, change)
        return bytes
      },
      write: async (at, bytes) => {
        this.#step()
        this.#unflushed.push({ at, bytes: bytes.slice() })
      },
      flush: async () => {
        this.#step()
        this.#flushed.push(...this.#unflushed)
        this.#unflushed = []
        this.#flushedSize = this.#size
      },
      size: async () => this.#size,
      resize: async (size) => {
        this.#step()
        this.#resize(size)
      },
      close: async () => {},
    }
  }
}

function copyInto(target: Uint8Array, targetAt: number, { at, bytes }: Change): void {
  const from = Math.max(at, targetAt)
  const to = Math.min(at + bytes.length, targetAt + target.length)
  if (from < to) target.set(bytes.subarray(from - at, to - at), from - targetAt)
}

describe('a power failure', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), index: fc.nat(segmentCount - 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const) }) },
  )

  it('leaves every synced segment, and no claim on one that is not whole', async () => {
    // One of full length; short ones say as much, and there is time for more disks.
    const contents = Array.from({ length: segmentCount }, (_, index) =>
      segment(index, index === 1 ? limits.segmentBytes : 1000 - index),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.nat(20),
        fc.infiniteStream(fc.boolean()),
        async (steps, failsAfter, kept) => {
          const disk = new UnreliableDisk(failsAfter)
          const synced = await runUntilFailure(disk, steps, contents)
          disk.restart(() => kept.next().value === true)
          const blobs = blobFiles(disk.folder())
          const bits = await blobs.present(id)
          for (const [index, content] of contents.entries()) {
            const claimed = ((bits?.[0] ?? 0) & (0x80 >> index)) !== 0
            const bytes = await blobs.read(id, index)
            const whole = bytes !== undefined && Buffer.compare(bytes, content) === 0
            const expected = { index, claimed: claimed || synced.has(index), read: claimed, whole: claimed }
            expect({ index, claimed, read: bytes !== undefined, whole }).toEqual(expected)
          }
          await blobs.close()
        },
      ),
      { numRuns: 1000 },
    )
  })

  /** The segments whose `sync` resolved. */
  async function runUntilFailure(
    disk: UnreliableDisk,
    steps: readonly Step[],
    contents: readonly Uint8Array[],
  ): Promise<ReadonlySet<number>> {
    const blobs = blobFiles(disk.folder())
    const written = new Set<number>()
    let synced = new Set<number>()
    try {
      await blobs.create(id, segmentCount)
      for (const each of steps) {
        if (each.kind === 'write') {
          await blobs.write(id, each.index, (contents[each.index] ?? new Uint8Array()).slice())
          written.add(each.index)
        } else {
          await blobs.sync(id)
          synced = new Set(written)
        }
      }
    } catch (error) {
      if (!(error instanceof PowerFailure)) throw error
    }
    return synced
  }
})

describe('a failed sync', () => {
  it('can be called again, and then holds', async () => {
    const disk = new UnreliableDisk(Number.POSITIVE_INFINITY)
    const folder = disk.folder()
    let failures = 1
    const blobs = blobFiles({
      ...folder,
      async open(name, create) {
        const file = await folder.open(name, create)
        return (
          file && {
            ...file,
            async write(at, bytes) {
              // The table, behind the segments: its first update fails.
              if (at > segmentCount * limits.segmentBytes && failures-- > 0) throw new PowerFailure()
              await file.write(at, bytes)
            },
          }
        )
      },
    })
    await blobs.create(id, segmentCount)
    await blobs.write(id, 2, segment(2))
    await expect(blobs.sync(id)).rejects.toThrow(PowerFailure)
    await blobs.sync(id)
    disk.restart(() => false)
    expect(await blobFiles(folder).present(id)).toEqual(Uint8Array.of(0b0010_0000))
  })
})
