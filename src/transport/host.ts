// The libp2p half of the transport as the rest sees it. Everything that imports libp2p lies behind `startHost`, which is
// loaded only when it is needed: a page paints before that.

import type { Clock, Log, Random } from '../messenger/ports.ts'
import type { PeerLink } from '../messenger/ports/peer-link.ts'
import type { FrameStream, FrameStreamOptions } from './frames.ts'

/** Where a relay's libp2p listens, as its description says. */
export interface RelayAddress {
  readonly peerId: string
  /** Origin of the relay. */
  readonly url: string
  readonly webSocketPath: string
}

export interface IceServer {
  readonly urls: string | readonly string[]
  /** Of a TURN server. */
  readonly username?: string
  readonly credential?: string
}

export interface HostOptions {
  readonly random: Random
  readonly clock: Clock
  readonly log: Log
  /** For new direct connections: only what relays offer, never a default. */
  readonly iceServers: () => Promise<readonly IceServer[]>
  /** Whether direct connections are wanted now. */
  readonly directAllowed: () => boolean
  readonly onPeer: (link: PeerLink) => void
}

export interface Host {
  readonly peerId: string
  /** One libp2p connection per relay: a second call joins the first. @throws TransportError */
  connectRelay(relay: RelayAddress, signal: AbortSignal): Promise<RelayLine>
  /** @throws TransportError `peer-unreachable`, `cancelled` */
  dial(relay: RelayAddress, peerId: string, signal: AbortSignal | undefined): Promise<PeerLink>
  /** Ends all direct connections at once, without goodbyes. */
  cutLinks(): void
  close(): Promise<void>
}

/** The libp2p connection to one relay. */
export interface RelayLine {
  /** Opens the mailbox stream. @throws TransportError */
  openMailbox(signal: AbortSignal): Promise<(options: FrameStreamOptions) => FrameStream>
  /** Gets a circuit address there, so that others can dial this device. @throws TransportError */
  reserve(): Promise<void>
  onClosed(listener: () => void): void
  close(): void
}
