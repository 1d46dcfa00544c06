// Answers the segment requests of one `/safelight/blob/1` stream, in their order.
//
//   request  = blob id (32) ‖ u32 index
//   answer   = the segment, or an empty frame for one that is not here

import { toHex } from '../../protocol/bytes.ts'
import type { FrameStream, FrameStreamOptions } from '../frames.ts'
import { limits } from '../limits.ts'

export type SegmentSource = (blobId: string, index: number) => Promise<Uint8Array | undefined>

const requestBytes = 36
const missing = new Uint8Array(0)

export function serveSegments(open: (options: FrameStreamOptions) => FrameStream, source: SegmentSource): void {
  let pending = 0
  let last: Promise<void> = Promise.resolve()

  /** Reads ahead while earlier answers are still on their way out. */
  const read = async (blobId: string, index: number): Promise<Uint8Array> => {
    try {
      const segment = await source(blobId, index)
      return segment === undefined || segment.length > limits.segmentBytes ? missing : segment
    } catch {
      return missing
    }
  }
  const answer = async (segment: Promise<Uint8Array>, earlier: Promise<void>): Promise<void> => {
    const bytes = await segment
    await earlier
    await frames.send(bytes)
    pending--
  }

  const frames = open({
    maxFrameBytes: requestBytes,
    onClosed: () => {},
    onFrame(frame) {
      const index = frame.length === requestBytes ? new DataView(frame.buffer).getUint32(32) : Infinity
      if (index >= limits.blobSegments || ++pending > limits.blobRequestsInFlight) return frames.abort()
      last = answer(read(toHex(frame.subarray(0, 32)), index), last)
      // The stream ended: whoever asked knows.
      last.catch(() => {})
    },
  })
}
