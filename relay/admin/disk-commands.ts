// What takes the room, and the removal of what was reported.

import { toHex } from '../../src/protocol/bytes.ts'
import type { SegmentFiles } from '../blobs/segment-files.ts'
import type { RelayLimits } from '../limits.ts'
import { SetupError } from '../setup-error.ts'
import type { DiskBudget } from '../storage/disk-budget.ts'
import type { RelayStore } from '../storage/store.ts'
import { removeBlob } from '../sweep.ts'
import { idOf } from './input.ts'
import type { AdminCommands } from './server.ts'

const largestShown = 10

export function diskCommands(relay: {
  readonly store: RelayStore
  readonly files: SegmentFiles
  readonly disk: DiskBudget
  readonly removeClosed: () => void
  readonly limits: RelayLimits
  readonly now: () => number
}): AdminCommands {
  const { store, files, disk, removeClosed, limits, now } = relay

  return {
    async quota() {
      const { mailboxBytes, blobBytes } = store.usage()
      const largest = await store.largest(largestShown)
      return {
        mailboxBytes,
        blobBytes,
        unusedBytes: disk.unusedBytes(),
        maxBytes: disk.maxBytes,
        largest: largest.map(({ id, tier, envelopes, bytes, blobBytes: media }) => ({
          id: toHex(id),
          tier,
          envelopes,
          envelopeBytes: bytes,
          mediaBytes: media,
        })),
      }
    },

    /** A mailbox goes as if its owner had closed it: it cannot be opened again for as long as that is remembered. */
    async purge(input) {
      const id = idOf(input['id'])
      const nowMs = now()
      const blob = await store.blobs.find(id, { nowMs })
      if (blob !== undefined) {
        await removeBlob(store, files, blob.folder)
        return { removed: 'blob' }
      }
      const closed = await store.mailboxes.close(id, { tombstoneUntilMs: nowMs + limits.tombstoneMs })
      if (closed !== 'ok') throw new SetupError('Neither a mailbox nor a blob of this relay has this id.')
      removeClosed()
      return { removed: 'mailbox' }
    },
  }
}
