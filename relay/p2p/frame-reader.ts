// Cuts a stream of bytes into frames: u32 length (big-endian) ‖ that many bytes.

import { concatBytes } from '../../src/protocol/bytes.ts'

type FrameResult =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** The announced length is 0 or above the bound: nothing after it can be trusted. */
  | { readonly kind: 'bad-length' }
  | undefined

export interface FrameReader {
  push(bytes: Uint8Array): void
  /** The next whole frame, if there is one. */
  next(): FrameResult
  /** Bytes of frames that were not taken yet. */
  readonly sizeBytes: number
}

export function createFrameReader(maxBytes: number): FrameReader {
  // Never holds more than one frame and what arrived with its end: the stream is paused while a frame is handled.
  let chunks: Uint8Array[] = []
  let size = 0

  function joined(): Uint8Array {
    const [only] = chunks
    if (chunks.length === 1 && only !== undefined) return only
    const all = concatBytes(...chunks)
    chunks = [all]
    return all
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return
      // libp2p passes Buffers at times, whose slices would be Buffers too.
      chunks.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      size += bytes.length
    },
    next() {
      if (size < 4) return undefined
      if ((chunks[0]?.length ?? 0) < 4) joined()
      const head = chunks[0] ?? new Uint8Array(4)
      const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
      if (length === 0 || length > maxBytes) return { kind: 'bad-length' }
      if (size < 4 + length) return undefined
      const all = joined()
      const rest = all.subarray(4 + length)
      chunks = rest.length === 0 ? [] : [rest]
      size = rest.length
      return { kind: 'frame', bytes: all.subarray(4, 4 + length) }
    },
    get sizeBytes() {
      return size
    },
  }
}

/** The frame with its length before it. */
export function withFrameLength(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, 4)
  return frame
}
