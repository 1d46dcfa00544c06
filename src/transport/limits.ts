// Every size, count and time of the transport that a relay or a peer can drive, with its reason.

import { limits as protocolLimits } from '../protocol/limits.ts'

export const limits = {
  /** One envelope and its frame; larger things are blobs. */
  peerFrameBytes: protocolLimits.peerFrameBytes,
  /** Nothing larger than one sealed segment is ever asked for or served. */
  segmentBytes: protocolLimits.segmentBytes,
  /** Frames that wait for a slow handler before the sender has to wait. */
  queuedFrames: 16,
} as const
