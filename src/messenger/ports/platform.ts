// Everything a messenger needs from where it runs, in one.

import type { BlobStore, Clock, Log, MediaPreparer, Random, Store, Transport } from '../ports.ts'
import type { Vault } from './vault.ts'

export interface OpenPlatform {
  readonly store: Store
  readonly blobs: BlobStore
  readonly vault: Vault
  readonly transport: Transport
  /** Closes both stores, then gives the profile's lock back. */
  release(): Promise<void>
}

/** What the device is connected by, where that is known. */
export interface Uplink {
  /** `wifi`: or by a cable. Undefined: it does not tell. */
  kind(): 'wifi' | 'mobile' | undefined
  onChange(listener: () => void, options: { readonly signal: AbortSignal }): void
}

/** Everything a messenger needs from where it runs. */
export interface Platform {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly media: MediaPreparer
  readonly uplink?: Uplink
  /**
   * Takes the profile's lock. @throws StorageError `locked` when another tab or process has it, `sealed` and
   * `wrong-secret` when the device alone does not open it
   */
  open(): Promise<OpenPlatform>
}
