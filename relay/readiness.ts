// Whether the relay takes what is new: what `/readyz` answers, and `status` and `doctor` say. A relay that is full goes on giving
// out and deleting what it has, so `/healthz` is what a supervisor should look at.

import { statfs } from 'node:fs/promises'
import type { RelayLimits } from './limits.ts'
import type { DiskBudget } from './storage/disk-budget.ts'
import type { RelayStore, StoreErrorCode } from './storage/store.ts'
import { rowBytes, StoreError } from './storage/store.ts'

/** A sentence for the operator, without paths or figures of theirs; undefined: it is ready. Never rejects. */
export type Readiness = () => Promise<string | undefined>

const storeSentences: Readonly<Record<StoreErrorCode, string>> = {
  'disk-full': 'The disk is full: nothing can be written.',
  damaged: 'The database is damaged: stop the relay and restore a backup.',
  failed: 'The database cannot be written. The log may say why.',
}

export function createReadiness(options: {
  readonly store: Pick<RelayStore, 'check'>
  readonly disk: Pick<DiskBudget, 'couldHold'>
  readonly limits: RelayLimits
  readonly dataDirectory: string
}): Readiness {
  const { store, disk, limits, dataDirectory } = options

  async function freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(dataDirectory)
    return bavail * bsize
  }

  return async () => {
    try {
      await store.check()
      const largest = limits.envelopeBytes + rowBytes
      if ((await freeBytes()) - largest < limits.freeBytes)
        return 'The disk has nothing to spare (free-bytes in [limits]): nothing new is taken.'
      if (!disk.couldHold(largest)) return 'Mailboxes take all that the relay may use (max-disk): nothing new is taken.'
      return undefined
    } catch (error) {
      return storeSentences[error instanceof StoreError ? error.code : 'failed']
    }
  }
}
