// Reads a file in large blocks while it is sealed in small segments, the next block ahead: in a browser each read of a
// file is a round trip between processes.

import type { BlobSource } from '../../protocol/blob/seal.ts'
import { MediaError } from '../ports.ts'

/** 16 segments. Up to three blocks are held at a time: 12 MiB. */
export const blockBytes = 4 * 1024 * 1024

/** For reads in rising order, each of less than a block. What it gives are views of shared blocks, not to be changed. */
export function readAhead(source: BlobSource): BlobSource {
  const { sizeBytes } = source
  const blocks = new Map<number, Promise<Uint8Array>>()

  const readBlock = async (index: number): Promise<Uint8Array> => {
    const start = index * blockBytes
    const end = Math.min(sizeBytes, start + blockBytes)
    const bytes = await source.read(start, end)
    if (bytes.length !== end - start) throw new MediaError('damaged')
    return bytes
  }

  const block = (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index)
    if (known !== undefined) return known
    const reading = readBlock(index)
    // Whoever asks for the block hears of its failure.
    reading.catch(() => {})
    blocks.set(index, reading)
    blocks.delete(index - 3)
    return reading
  }

  return {
    sizeBytes,
    async read(start, end) {
      if (start >= end) return new Uint8Array(0)
      const first = Math.floor(start / blockBytes)
      const last = Math.floor((end - 1) / blockBytes)
      const wanted = block(first)
      if ((first + 1) * blockBytes < sizeBytes) void block(first + 1)
      const head = (await wanted).subarray(start - first * blockBytes, end - first * blockBytes)
      if (first === last) return head
      const bytes = new Uint8Array(end - start)
      bytes.set(head)
      bytes.set((await block(last)).subarray(0, end - last * blockBytes), head.length)
      return bytes
    },
  }
}
