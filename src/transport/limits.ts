// Every size, count and time of the transport that a relay or a peer can drive, with its reason.

import { limits as protocolLimits } from '../protocol/limits.ts'

const secondMs = 1000
const kibibyte = 1024

export const limits = {
  // ---- frames
  /** A data channel message carries this much of a frame; what a long frame has beyond it is sent without a copy. */
  framePartBytes: 64 * kibibyte,

  // ---- relay
  /** A description is about 1 KiB. */
  relayInfoBytes: 16 * kibibyte,
  iceServers: 8,
  iceUrlBytes: 256,
  /** A dial goes on without TURN credentials after this; they serve the next. */
  turnWaitMs: 2 * secondMs,
  /** Not asked for again sooner, whatever came of it. */
  turnRestMs: 10 * secondMs,
  /** Credentials that are as good as over: a connection is still being made with them. */
  turnSpareMs: 60 * secondMs,
  /** Frames of the mailbox stream and bodies of HTTP answers. */
  requestBytes: protocolLimits.requestBytes,
  responseBytes: protocolLimits.responseBytes,
  /** One bit for each segment of the largest blob. */
  presentBytes: Math.ceil(protocolLimits.blobSegments / 8),
  /** Long enough for a slow phone, short enough that somebody still waits for it. */
  infoTimeoutMs: 10 * secondMs,
  requestTimeoutMs: 20 * secondMs,
  /** 256 KiB at 5 KiB/s. */
  segmentTimeoutMs: 60 * secondMs,
  connectTimeoutMs: 15 * secondMs,
  /** Proxies end silent WebSockets after 60 s, some after 30. */
  heartbeatMs: 25 * secondMs,
  heartbeatTimeoutMs: 10 * secondMs,
  /** After waking up or coming online an answer that takes longer means that the old connection is dead. */
  wakeTimeoutMs: 4 * secondMs,
  redialFirstMs: 500,
  redialMostMs: 30 * secondMs,
  reserveAgainMs: 30 * secondMs,

  // ---- direct connections
  /** One envelope and its frame; larger things are blobs. */
  peerFrameBytes: protocolLimits.peerFrameBytes,
  /**
   * Frames a peer may have sent that are not handled yet. WebRTC has no backpressure of its own: what is not handled
   * lies in memory, so this bounds it to 1 MiB per link.
   */
  peerFramesInFlight: 16,
  /**
   * One dial: when an attempt has not succeeded after the head start the next one begins beside it, and the first that
   * succeeds wins. An attempt that hangs is cheaper to repeat than to wait for; a slow one still may win.
   */
  dialAttempts: 3,
  dialHeadStartMs: 2.5 * secondMs,
  dialTimeoutMs: 15 * secondMs,
  /** A link whose peer has proved nothing after this time is closed. */
  unprovenLinkMs: 10 * secondMs,
  /** A relayed connection carries the signalling of one dial, and its repetitions. */
  relayedMs: 20 * secondMs,
  /** Inbound connections accepted at once, and then per second: a person's contacts all coming online together. */
  inboundBurst: 32,
  inboundPerSecond: 4,
  /** Direct connections at a time: contacts of one person that are online, with room. Each costs some 100 KiB. */
  links: 128,
  /** Signalling exchanges per relayed connection: each makes an RTCPeerConnection before anybody proved anything. */
  signallingStreams: 3,
  /** Goodbyes are polite, not necessary. */
  closeTimeoutMs: 1 * secondMs,

  // ---- segments between peers
  /** Nothing larger than one sealed segment is ever asked for or served. */
  segmentBytes: protocolLimits.segmentBytes,
  blobSegments: protocolLimits.blobSegments,
  /** One stream drains to empty before it fills again; a few together keep the channel busy. */
  blobStreams: 4,
  /** Streams a peer may have open to us: its own four, and four that are just ending. */
  inboundBlobStreams: 8,
  /** Requests on one stream that are not answered yet. The credit window: 4 × 256 KiB = 1 MiB. */
  blobRequestsInFlight: 4,
  /** Segments of one stream that have arrived and are not stored yet: the line stays busy while the disk is. */
  blobSegmentsStoring: 4,
  /** Without a byte for this long a peer that owes segments is taken to be gone. */
  blobStallMs: 30 * secondMs,
} as const
