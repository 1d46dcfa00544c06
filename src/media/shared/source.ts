// Random access to the bytes of a file, wherever they are.

import { MediaError } from '../../messenger/ports.ts'

export interface ByteSource {
  readonly sizeBytes: number
  /** Exactly the bytes [start, end), in a buffer of the caller. @throws MediaError `unreadable`, `damaged` when it ends before */
  read(start: number, end: number): Promise<Uint8Array>
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (start, end) => whole(bytes.slice(start, end), end - start),
  }
}

/** The file behind a Blob may change or vanish while it is read. */
export function blobSource(blob: Blob): ByteSource {
  return {
    sizeBytes: blob.size,
    async read(start, end) {
      let buffer: ArrayBuffer
      try {
        buffer = await blob.slice(start, end).arrayBuffer()
      } catch (cause) {
        throw new MediaError('unreadable', { cause })
      }
      return whole(new Uint8Array(buffer), end - start)
    },
  }
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new MediaError('damaged')
  return bytes
}
