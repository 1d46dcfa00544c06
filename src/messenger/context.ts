// What every part of a running messenger shares.

import type { Self } from './account/self.ts'
import type { EventHub } from './events.ts'
import type { BlobStore, Clock, Log, MediaPreparer, Random, Transport } from './ports.ts'
import type { Uplink } from './ports/platform.ts'
import type { GroupGate } from './groups/gate.ts'
import type { Ledger } from './records/ledger.ts'
import type { Tables } from './records/tables.ts'

export interface Context {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly media: MediaPreparer
  readonly uplink: Uplink | undefined
  readonly blobs: BlobStore
  readonly transport: Transport
  readonly tables: Tables
  readonly ledger: Ledger
  readonly events: EventHub
  readonly groups: GroupGate
  readonly self: Self
  /** Lets work go on by itself; a failure that is not the end of the messenger is logged, never thrown away or thrown on. */
  background(work: Promise<unknown>, event: string): void
  /** Aborted when the messenger closes. */
  readonly closing: AbortSignal
}
