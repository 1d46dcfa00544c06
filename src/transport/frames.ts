// Frames with a u32 length before them, on a libp2p stream. Used for mailbox requests, envelopes and segments.

import type { Stream } from '@libp2p/interface'
import { TransportError } from '../messenger/ports.ts'
import { concatBytes, u32 } from '../protocol/bytes.ts'
import { limits } from './limits.ts'

const headerBytes = 4

/** Bytes as libp2p hands them over: one array, or a list of them. */
export type Chunk = Uint8Array | Iterable<Uint8Array>

export interface FrameReader {
  /** False when the bytes announce a frame that is too large: nothing after it can be read. */
  push(chunk: Chunk): boolean
}

/** Calls back for each whole frame, which is the callee's to keep. Allocates at most `maxFrameBytes` ahead. */
export function createFrameReader(maxFrameBytes: number, onFrame: (frame: Uint8Array) => void): FrameReader {
  const header = new Uint8Array(headerBytes)
  let headerFilled = 0
  let frame = new Uint8Array(0)
  let frameFilled = 0

  const take = (bytes: Uint8Array): boolean => {
    for (let offset = 0; offset < bytes.length;) {
      if (headerFilled < headerBytes) {
        header[headerFilled++] = bytes[offset++] ?? 0
        if (headerFilled < headerBytes) continue
        const length = new DataView(header.buffer).getUint32(0)
        if (length > maxFrameBytes) return false
        frame = new Uint8Array(length)
        frameFilled = 0
      } else {
        const part = bytes.subarray(offset, offset + frame.length - frameFilled)
        frame.set(part, frameFilled)
        frameFilled += part.length
        offset += part.length
      }
      if (frameFilled === frame.length) {
        headerFilled = 0
        onFrame(frame)
      }
    }
    return true
  }

  return {
    push(chunk) {
      if (chunk instanceof Uint8Array) return take(chunk)
      for (const bytes of chunk) if (!take(bytes)) return false
      return true
    },
  }
}

export interface FrameStream {
  /** Resolves when the network took the frame, which must not change before. @throws TransportError `peer-closed` */
  send(frame: Uint8Array): Promise<void>
  /** Says goodbye after everything sent is on its way; never throws. */
  close(timeoutMs: number): Promise<void>
  /** Ends the stream at once; the other side sees a reset. */
  abort(): void
}

export interface FrameStreamOptions {
  readonly maxFrameBytes: number
  readonly onFrame: (frame: Uint8Array) => void
  /** Called once, when nothing more can come. `violation`: the other side sent too much or too large. */
  readonly onClosed: (reason: 'ended' | 'violation') => void
}

export function createFrameStream(stream: Stream, options: FrameStreamOptions): FrameStream {
  let open = true
  const end = (reason: 'ended' | 'violation'): void => {
    if (!open) return
    open = false
    options.onClosed(reason)
  }
  const reader = createFrameReader(options.maxFrameBytes, (frame) => {
    if (open) options.onFrame(frame)
  })
  stream.addEventListener('message', ({ data }) => {
    if (!open || reader.push(data)) return
    end('violation')
    stream.abort(new TransportError('peer-protocol'))
  })
  stream.addEventListener('remoteCloseWrite', () => end('ended'))
  stream.addEventListener('close', () => end('ended'))
  // The stream may have ended before anybody listened.
  if (stream.status !== 'open') queueMicrotask(() => end('ended'))

  return {
    async send(frame) {
      if (!open) throw new TransportError('peer-closed')
      try {
        // The length goes with the first part: alone it would be a message of its own.
        const first = frame.subarray(0, limits.framePartBytes)
        const rest = frame.subarray(first.length)
        let mayGoOn = stream.send(concatBytes(u32(frame.length), first))
        if (rest.length > 0) mayGoOn = stream.send(rest)
        if (!mayGoOn) await stream.onDrain()
      } catch (error) {
        throw new TransportError('peer-closed', { cause: error })
      }
    },
    async close(timeoutMs) {
      try {
        await stream.close({ signal: AbortSignal.timeout(timeoutMs) })
      } catch (error) {
        stream.abort(new TransportError('peer-closed', { cause: error }))
      }
      end('ended')
    },
    abort() {
      stream.abort(new TransportError('peer-closed'))
      end('ended')
    },
  }
}
