// Content of any length, hidden in a buffer of a given one: u32 length ‖ content ‖ zeros (docs/protocol.md §6).
// It always stands inside an AEAD, so a reader meets only paddings that the peer itself made.

import { type Bytes, u32 } from '../bytes.ts'

export const lengthFieldBytes = 4

/** The content in exactly `sizeBytes` bytes. @throws RangeError when it does not fit: the caller chose the size. */
export function pad(content: Bytes, sizeBytes: number): Bytes {
  if (content.length + lengthFieldBytes > sizeBytes) throw new RangeError('content does not fit its padding')
  const padded = new Uint8Array(sizeBytes)
  padded.set(u32(content.length))
  padded.set(content, lengthFieldBytes)
  return padded
}

/** The content, as a copy; undefined when the length lies or the padding is not all zeros. */
export function unpad(padded: Bytes): Bytes | undefined {
  if (padded.length < lengthFieldBytes) return undefined
  const end = lengthFieldBytes + new DataView(padded.buffer, padded.byteOffset, padded.byteLength).getUint32(0)
  if (end > padded.length) return undefined
  for (let at = end; at < padded.length; at++) if (padded[at] !== 0) return undefined
  return padded.slice(lengthFieldBytes, end)
}
