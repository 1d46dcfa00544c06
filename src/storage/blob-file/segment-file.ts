// One blob in one file: segments at fixed places, and behind them the table that says which of them count.
//
//   0            262,144       524,288                 n · 262,144
//   | segment 0  | segment 1   | …                     | magic (8) | n (4) | length of segment 0 (4) | … |
//
// Numbers are big-endian. A length of zero means that the segment is absent.
//
// [Note: The table never runs ahead]
// A length is written only after a flush that covered the segment's bytes, and is itself flushed before `sync` resolves.
// So after a crash at any moment the table claims only segments that are whole. Segments written since the last sync
// are lost to the table, and are simply fetched again.

import type { Bytes } from '../../protocol/bytes.ts'
import { concatBytes, equalBytes, u32, utf8 } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import { bitmapOf, isIndexIn, requireSegment } from '../blob-shape.ts'
import type { BlobFile } from './blob-file.ts'

const magic = utf8('SLBLOB1\n')
const headBytes = magic.length + 4
const entryBytes = 4

/** Bytes of the file of a blob with this many segments, reserved when it is created. */
export function segmentFileBytes(segmentCount: number): number {
  return segmentCount * (limits.segmentBytes + entryBytes) + headBytes
}

export class SegmentFile {
  readonly segmentCount: number
  readonly #file: BlobFile
  readonly #lengths: Uint32Array
  /** Written, not yet claimed by the table. */
  #unsynced = new Set<number>()

  private constructor(file: BlobFile, lengths: Uint32Array) {
    this.segmentCount = lengths.length
    this.#file = file
    this.#lengths = lengths
  }

  /** Undefined, and the file left to the caller, when it was never completely created. */
  static async open(file: BlobFile): Promise<SegmentFile | undefined> {
    const segmentCount = ((await file.size()) - headBytes) / (limits.segmentBytes + entryBytes)
    if (!Number.isInteger(segmentCount) || segmentCount < 1 || segmentCount > limits.blobSegments) return undefined
    const table = await file.read(segmentCount * limits.segmentBytes, headBytes + segmentCount * entryBytes)
    if (!equalBytes(table.subarray(0, headBytes), concatBytes(magic, u32(segmentCount)))) return undefined
    const view = new DataView(table.buffer, table.byteOffset + headBytes)
    const lengths = new Uint32Array(segmentCount)
    for (let index = 0; index < segmentCount; index++) {
      const length = view.getUint32(index * entryBytes)
      // Anything else was not written here; the segment is fetched again.
      lengths[index] = length <= limits.segmentBytes ? length : 0
    }
    return new SegmentFile(file, lengths)
  }

  /**
   * Reserves the space. A file without its head does not open. Nothing needs to last before the first sync, whose flush
   * covers the head as well. @throws StorageError `full`
   */
  static async create(file: BlobFile, segmentCount: number): Promise<SegmentFile> {
    await file.resize(0)
    await file.resize(segmentFileBytes(segmentCount))
    await file.write(segmentCount * limits.segmentBytes, concatBytes(magic, u32(segmentCount)))
    return new SegmentFile(file, new Uint32Array(segmentCount))
  }

  get hasUnsynced(): boolean {
    return this.#unsynced.size > 0
  }

  has(index: number): boolean {
    return isIndexIn(this.segmentCount, index) && this.#lengths[index] !== 0
  }

  bitmap(): Bytes {
    return bitmapOf(this.segmentCount, (index) => this.has(index))
  }

  async write(index: number, bytes: Bytes): Promise<void> {
    requireSegment(this.segmentCount, index, bytes)
    if (this.has(index)) return
    await this.#file.write(index * limits.segmentBytes, bytes)
    this.#lengths[index] = bytes.length
    this.#unsynced.add(index)
  }

  async read(index: number): Promise<Bytes | undefined> {
    if (!this.has(index)) return undefined
    return this.#file.read(index * limits.segmentBytes, this.#lengths[index] ?? 0)
  }

  /** See [Note: The table never runs ahead]. When it throws, the segments stay unsynced and it can be called again. */
  async sync(): Promise<void> {
    if (this.#unsynced.size === 0) return
    await this.#file.flush()
    const indexes = [...this.#unsynced].toSorted((a, b) => a - b)
    for (const [first, last] of runsOf(indexes)) {
      const at = this.segmentCount * limits.segmentBytes + headBytes + first * entryBytes
      await this.#file.write(at, concatBytes(...[...this.#lengths.subarray(first, last + 1)].map(u32)))
    }
    await this.#file.flush()
    this.#unsynced.clear()
  }

  async close(): Promise<void> {
    try {
      await this.sync()
    } finally {
      await this.#file.close()
    }
  }

  /** Without a sync, for a file that is about to be removed. @throws StorageError */
  async abandon(): Promise<void> {
    this.#unsynced.clear()
    await this.#file.close()
  }
}

/** Neighbouring numbers as [first, last]: one write each. */
function runsOf(indexes: readonly number[]): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = []
  for (const index of indexes) {
    const run = runs.at(-1)
    if (run && run[1] + 1 === index) run[1] = index
    else runs.push([index, index])
  }
  return runs
}
