// What every front (browser.ts, node.ts, memory.ts) hands out: one profile, open and locked.

import type { BlobStore, Store } from '../messenger/ports.ts'
import type { Vault } from '../messenger/ports/vault.ts'

export interface OpenStorage {
  readonly store: Store
  readonly blobs: BlobStore
  readonly vault: Vault
  /** Closes both and gives the profile's lock back. Calling it again does nothing. */
  release(): Promise<void>
}

/**
 * Opens parts one after the other; when one fails, those already open are closed, last first. Closing goes on when a
 * part fails to close, and the first failure is thrown at the end.
 */
export class Opened {
  readonly #closers: (() => Promise<void>)[] = []

  add(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  async close(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}
