// The port of a direct connection to another device.

import type { CallOptions } from '../ports.ts'

/**
 * A libp2p connection to one device, not authenticated as anybody: the messenger proves the session over `send` and
 * `onFrame` before it trusts the link, and the link serves no segment before `serve` is called.
 */
export interface PeerLink {
  readonly role: 'initiator' | 'responder'
  readonly localPeerId: string
  readonly remotePeerId: string
  /** Resolves when handed to the network. Frames are ≤ `limits.peerFrameBytes`. @throws TransportError */
  send(frame: Uint8Array): Promise<void>
  /** Frames arrive in order, one at a time: the next waits until the handler's promise settles. Set once. */
  onFrame(handler: (frame: Uint8Array) => Promise<void> | void): void
  /** Begins to answer the peer's segment requests from this source. */
  serve(source: (blobId: string, index: number) => Promise<Uint8Array | undefined>): void
  /**
   * Asks the peer for segments over up to 4 streams with a credit window. `sink` is called for each one that arrives,
   * in any order and unverified; segments that the peer does not have are left out. @throws TransportError
   */
  fetchSegments(
    blobId: string,
    indexes: readonly number[],
    sink: (index: number, bytes: Uint8Array) => Promise<void>,
    options?: CallOptions,
  ): Promise<void>
  /** Resolves when the link has ended, for whatever reason. */
  readonly closed: Promise<void>
  close(): Promise<void>
}
