// What the transport needs from where it runs, apart from libp2p, which is the same in the browser and in Node.

export interface Network {
  readonly fetch: typeof fetch
  /** Calls back when the device may have come online, or back from sleep; the returned function stops that. */
  onWake(listener: () => void): () => void
  /** Calls back when the device may stop running any moment, with no time for goodbyes. */
  onLeave(listener: () => void): () => void
}
