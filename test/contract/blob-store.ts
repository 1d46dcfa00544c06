// What every implementation of the BlobStore port must do. The messenger relies on nothing else.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../src/messenger/ports.ts'
import { equalBytes } from '../../src/protocol/bytes.ts'
import { limits } from '../../src/protocol/limits.ts'
import { blobId, segment } from './blob-data.ts'

export interface BlobWorld {
  /** Opens the same blobs each time. */
  open(): Promise<BlobStore>
  /** Opens them as they are after the process or tab that had `blobs` open has died without closing it. */
  crash(blobs: BlobStore): Promise<BlobStore>
  close(): Promise<void>
}

const segmentBytes = limits.segmentBytes

export function blobStoreContract(name: string, createWorld: () => Promise<BlobWorld>): void {
  describe(`${name} as a blob store`, () => {
    let world: BlobWorld
    let blobs: BlobStore

    beforeEach(async () => {
      world = await createWorld()
      blobs = await world.open()
    })
    afterEach(async () => {
      await blobs.close()
      await world.close()
    })

    describe('an unknown blob', () => {
      it('is absent, and can be read, synced and deleted without harm', async () => {
        expect(await blobs.present(blobId(1))).toBeUndefined()
        expect(await blobs.read(blobId(1), 0)).toBeUndefined()
        await blobs.sync(blobId(1))
        await blobs.delete(blobId(1))
        expect(await blobs.list()).toEqual([])
      })

      it('takes no segments', async () => {
        await expect(blobs.write(blobId(1), 0, segment(0))).rejects.toMatchObject({ code: 'conflict' })
        expect(await blobs.present(blobId(1))).toBeUndefined()
      })

      it('is not one whose id could be the name of another file', async () => {
        for (const id of ['', '..', '../../vault.key', 'AB'.repeat(32), `${blobId(1)}0`, blobId(1).slice(1)]) {
          await expect(blobs.create(id, 1)).rejects.toThrow(TypeError)
          await expect(blobs.read(id, 0)).rejects.toThrow(TypeError)
          await expect(blobs.delete(id)).rejects.toThrow(TypeError)
        }
      })
    })

    describe('a reserved blob', () => {
      it('begins without segments', async () => {
        await blobs.create(blobId(1), 9)
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0, 0))
        expect(await blobs.read(blobId(1), 0)).toBeUndefined()
        expect(await blobs.list()).toEqual([blobId(1)])
      })

      it('stays as it is when reserved again with the same count, and refuses another count', async () => {
        await blobs.create(blobId(1), 2)
        await blobs.write(blobId(1), 1, segment(1))
        await blobs.create(blobId(1), 2)
        await expect(blobs.create(blobId(1), 3)).rejects.toMatchObject({ code: 'conflict' })
        expect(await blobs.read(blobId(1), 1)).toEqual(segment(1))
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0b0100_0000))
      })

      it('has a count that a blob can have', async () => {
        for (const count of [0, -1, 1.5, Number.NaN, limits.blobSegments + 1])
          await expect(blobs.create(blobId(1), count)).rejects.toMatchObject({ code: 'conflict' })
        expect(await blobs.list()).toEqual([])
      })
    })

    describe('segments', () => {
      it('come back as they went in, whatever their length', async () => {
        await blobs.create(blobId(1), 4)
        const written = [segment(0, segmentBytes), segment(1, 1), segment(2, 1000), segment(3, segmentBytes - 1)]
        for (const [index, bytes] of written.entries()) await blobs.write(blobId(1), index, bytes.slice())
        for (const [index, bytes] of written.entries())
          expect(equalBytes((await blobs.read(blobId(1), index)) ?? new Uint8Array(), bytes), `segment ${index}`).toBe(
            true,
          )
      })

      it('are shown in a bitmap, most significant bit first', async () => {
        await blobs.create(blobId(1), 11)
        for (const index of [0, 6, 10]) await blobs.write(blobId(1), index, segment(index, 10))
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0b1000_0010, 0b0010_0000))
      })

      it('do not change once they are there', async () => {
        await blobs.create(blobId(1), 1)
        await blobs.write(blobId(1), 0, segment(1))
        await blobs.write(blobId(1), 0, segment(2))
        expect(await blobs.read(blobId(1), 0)).toEqual(segment(1))
        await blobs.sync(blobId(1))
        await blobs.write(blobId(1), 0, segment(2))
        expect(await blobs.read(blobId(1), 0)).toEqual(segment(1))
      })

      it('fit the blob and the limit', async () => {
        await blobs.create(blobId(1), 2)
        for (const index of [-1, 2, 0.5, Number.NaN])
          await expect(blobs.write(blobId(1), index, segment(0, 10))).rejects.toMatchObject({ code: 'conflict' })
        await expect(blobs.write(blobId(1), 0, new Uint8Array())).rejects.toMatchObject({ code: 'conflict' })
        const tooLong = new Uint8Array(segmentBytes + 1)
        await expect(blobs.write(blobId(1), 0, tooLong)).rejects.toMatchObject({ code: 'conflict' })
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0))
        for (const index of [-1, 2, 0.5, Number.NaN]) expect(await blobs.read(blobId(1), index)).toBeUndefined()
      })

      it('take nothing of a buffer but their own part of it', async () => {
        await blobs.create(blobId(1), 2)
        const buffer = new Uint8Array(300).fill(9)
        buffer.set(segment(0, 100), 100)
        await blobs.write(blobId(1), 0, buffer.subarray(100, 200))
        expect(buffer.subarray(0, 100)).toEqual(new Uint8Array(100).fill(9))
        expect(buffer.subarray(200)).toEqual(new Uint8Array(100).fill(9))
        buffer.fill(0, 0, 100)
        buffer.fill(0, 200)
        await blobs.write(blobId(1), 1, buffer.subarray(200))
        expect(await blobs.read(blobId(1), 0)).toEqual(segment(0, 100))
      })

      it('are the reader’s once read: changing them changes nothing stored', async () => {
        await blobs.create(blobId(1), 1)
        await blobs.write(blobId(1), 0, segment(0, 100))
        const read = await blobs.read(blobId(1), 0)
        expect(read).toEqual(segment(0, 100))
        read?.fill(0)
        expect(await blobs.read(blobId(1), 0)).toEqual(segment(0, 100))
      })

      it('may be written to many blobs at once, in any order, without waiting', async () => {
        const ids = Array.from({ length: 40 }, (_, index) => blobId(index))
        await Promise.all(ids.map((id) => blobs.create(id, 3)))
        const indexes = [2, 0, 1]
        await Promise.all(
          indexes.flatMap((index) => ids.map((id, blob) => blobs.write(id, index, segment(blob + index, 500)))),
        )
        await Promise.all(ids.map((id) => blobs.sync(id)))
        for (const [blob, id] of ids.entries()) {
          expect(await blobs.present(id)).toEqual(Uint8Array.of(0b1110_0000))
          const read = await Promise.all(indexes.map((index) => blobs.read(id, index)))
          expect(read).toEqual(indexes.map((index) => segment(blob + index, 500)))
        }
        expect((await blobs.list()).toSorted()).toEqual(ids.toSorted())
      })
    })

    describe('deleting', () => {
      it('removes the segments, and the id can be used again', async () => {
        await blobs.create(blobId(1), 1)
        await blobs.create(blobId(2), 1)
        await blobs.write(blobId(1), 0, segment(0))
        await blobs.write(blobId(2), 0, segment(9))
        await blobs.delete(blobId(1))
        expect(await blobs.present(blobId(1))).toBeUndefined()
        expect(await blobs.read(blobId(1), 0)).toBeUndefined()
        expect(await blobs.list()).toEqual([blobId(2)])
        await blobs.create(blobId(1), 2)
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0))
        expect(await blobs.read(blobId(2), 0)).toEqual(segment(9))
      })

      it('may meet writes on their way, and wins over those asked for before', async () => {
        await blobs.create(blobId(1), 8)
        const writes = Array.from({ length: 8 }, (_, index) => blobs.write(blobId(1), index, segment(index, 100)))
        const deleted = blobs.delete(blobId(1))
        await Promise.all([...writes, deleted])
        expect(await blobs.present(blobId(1))).toBeUndefined()
      })
    })

    describe('closing and opening', () => {
      it('finds everything again, synced or not', async () => {
        await blobs.create(blobId(1), 3)
        await blobs.write(blobId(1), 0, segment(0))
        await blobs.sync(blobId(1))
        await blobs.write(blobId(1), 2, segment(2, 50))
        await blobs.close()
        blobs = await world.open()
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0b1010_0000))
        expect(await blobs.read(blobId(1), 0)).toEqual(segment(0))
        expect(await blobs.read(blobId(1), 2)).toEqual(segment(2, 50))
      })

      it('refuses everything once closed, and closes twice', async () => {
        await blobs.create(blobId(1), 1)
        await blobs.close()
        await blobs.close()
        const refused = { code: 'closed' }
        await expect(blobs.create(blobId(2), 1)).rejects.toMatchObject(refused)
        await expect(blobs.write(blobId(1), 0, segment(0))).rejects.toMatchObject(refused)
        await expect(blobs.read(blobId(1), 0)).rejects.toMatchObject(refused)
        await expect(blobs.sync(blobId(1))).rejects.toMatchObject(refused)
        await expect(blobs.present(blobId(1))).rejects.toMatchObject(refused)
        await expect(blobs.delete(blobId(1))).rejects.toMatchObject(refused)
        await expect(blobs.list()).rejects.toMatchObject(refused)
        await expect(blobs.usage()).rejects.toMatchObject(refused)
      })
    })

    describe('after a crash', () => {
      it('has every segment that was synced, and claims no other that it does not have', async () => {
        await blobs.create(blobId(1), 6)
        for (const index of [0, 3, 5]) await blobs.write(blobId(1), index, segment(index))
        await blobs.sync(blobId(1))
        for (const index of [1, 4]) await blobs.write(blobId(1), index, segment(index))
        blobs = await world.crash(blobs)
        const [bits = 0] = (await blobs.present(blobId(1))) ?? []
        expect(bits & 0b1001_0100).toBe(0b1001_0100)
        for (let index = 0; index < 6; index++) {
          const claimed = (bits & (0x80 >> index)) !== 0
          expect(await blobs.read(blobId(1), index)).toEqual(claimed ? segment(index) : undefined)
        }
      })

      it('takes the rest of an interrupted transfer', async () => {
        await blobs.create(blobId(1), 3)
        await blobs.write(blobId(1), 1, segment(1))
        await blobs.sync(blobId(1))
        blobs = await world.crash(blobs)
        await blobs.create(blobId(1), 3)
        for (const index of [0, 2]) await blobs.write(blobId(1), index, segment(index))
        await blobs.sync(blobId(1))
        expect(await blobs.present(blobId(1))).toEqual(Uint8Array.of(0b1110_0000))
        for (let index = 0; index < 3; index++) expect(await blobs.read(blobId(1), index)).toEqual(segment(index))
      })
    })

    it('says how much is used', async () => {
      await blobs.create(blobId(1), 4)
      for (let index = 0; index < 4; index++) await blobs.write(blobId(1), index, segment(index))
      await blobs.sync(blobId(1))
      const { usedBytes, quotaBytes = Number.POSITIVE_INFINITY } = await blobs.usage()
      expect(usedBytes).toBeGreaterThanOrEqual(0)
      expect(quotaBytes).toBeGreaterThanOrEqual(usedBytes)
    })
  })
}
