// Takes what a muxer writes and gives sealed blocks on, in order. Everything is appended, but for the first block: the
// length of `mdat` is known last, so that block waits for the end.

import { MediaError } from '../../../messenger/ports.ts'
import type { ScratchFile } from './scratch-file.ts'
import { createScratchKey, scratchBlockBytes, scratchTagBytes, sealBlock } from './scratch-file.ts'

/** Where sealed blocks go. */
export interface ScratchStore {
  /** Writes at a position of the file, at most once each. @throws MediaError `no-room` */
  write(position: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> | void
  finish(): Promise<{ readonly file: Blob; readonly name?: string }>
  discard(): Promise<void>
}

export interface ScratchWriter {
  /** For mediabunny's `StreamTarget`. */
  readonly writable: WritableStream<{
    readonly type: 'write'
    readonly data: Uint8Array<ArrayBuffer>
    readonly position: number
  }>
  readonly writtenBytes: number
  /** Once, after the stream was closed. */
  finish(): Promise<ScratchFile>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

export async function createScratchWriter(store: ScratchStore): Promise<ScratchWriter> {
  const key = await createScratchKey()
  const first = new Uint8Array(scratchBlockBytes)
  let block = first
  let sizeBytes = 0

  const write = async (data: Uint8Array<ArrayBuffer>, position: number): Promise<void> => {
    const overwritten = Math.min(data.length, sizeBytes - position)
    if (overwritten < 0) throw new RangeError('a gap in a scratch file')
    if (overwritten > 0) {
      if (position + overwritten > scratchBlockBytes) throw new RangeError('a sealed block of a scratch file is final')
      first.set(data.subarray(0, overwritten), position)
    }
    for (let at = overwritten; at < data.length;) {
      const offset = sizeBytes % scratchBlockBytes
      const piece = data.subarray(at, at + scratchBlockBytes - offset)
      block.set(piece, offset)
      at += piece.length
      sizeBytes += piece.length
      if (offset + piece.length < scratchBlockBytes) continue
      if (block !== first) await flush(sizeBytes / scratchBlockBytes - 1, block)
      block = new Uint8Array(scratchBlockBytes)
    }
  }
  const flush = async (index: number, plain: Uint8Array<ArrayBuffer>): Promise<void> => {
    await store.write(index * (scratchBlockBytes + scratchTagBytes), await sealBlock(key, index, plain))
  }

  return {
    writable: new WritableStream({ write: ({ data, position }) => write(data, position) }),
    get writtenBytes() {
      return sizeBytes
    },
    async finish() {
      if (sizeBytes === 0) throw new MediaError('damaged')
      const rest = sizeBytes % scratchBlockBytes
      const index = Math.floor(sizeBytes / scratchBlockBytes)
      if (index > 0) await flush(0, first)
      if (rest > 0) await flush(index, block.slice(0, rest))
      return { ...(await store.finish()), key, sizeBytes }
    },
    discard: () => store.discard(),
  }
}
