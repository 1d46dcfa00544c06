// Watches the WebSocket frames a client sends (RFC 6455 §5.2) and ends the connection at one that is far larger than
// libp2p ever sends: the WebSocket library behind it would collect up to 100 MiB before anybody could object.

import type { TransformCallback } from 'node:stream'
import { Transform } from 'node:stream'

/** Noise messages have at most 64 KiB; a sender may join a few. */
const maxFrameBytes = 1024 * 1024
/** Two bytes, eight of length, four of mask. */
const maxHeaderBytes = 14

export function createFrameGuard(): Transform {
  const header = new Uint8Array(maxHeaderBytes)
  let headerSize = 0
  let payloadLeft = 0
  // A message in fragments is collected like one frame.
  let messageBytes = 0

  function check(chunk: Buffer): boolean {
    for (let offset = 0; offset < chunk.length;) {
      if (payloadLeft > 0) {
        const step = Math.min(payloadLeft, chunk.length - offset)
        payloadLeft -= step
        offset += step
        continue
      }
      header[headerSize++] = chunk[offset++] ?? 0
      const length = payloadLength(header, headerSize)
      if (length === undefined) continue
      const isControl = ((header[0] ?? 0) & 0x08) !== 0
      const isFinal = ((header[0] ?? 0) & 0x80) !== 0
      if (!isControl) messageBytes += length
      if (length > maxFrameBytes || messageBytes > maxFrameBytes) return false
      if (isFinal && !isControl) messageBytes = 0
      payloadLeft = length
      headerSize = 0
    }
    return true
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      if (check(chunk)) done(null, chunk)
      else done(new Error('websocket frame too large'))
    },
  })
}

/** Undefined until the header is whole. */
function payloadLength(header: Uint8Array, size: number): number | undefined {
  if (size < 2) return undefined
  const second = header[1] ?? 0
  const maskBytes = (second & 0x80) === 0 ? 0 : 4
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  if (size < 2 + lengthBytes + maskBytes) return undefined
  if (lengthBytes === 0) return short
  let length = 0
  for (let index = 2; index < 2 + lengthBytes; index++) length = length * 256 + (header[index] ?? 0)
  return length
}
