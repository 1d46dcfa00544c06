// What an operator can ask of a running relay.

import { isAbsolute } from 'node:path'
import { createBackup } from '../backup/backup.ts'
import type { SegmentFiles } from '../blobs/segment-files.ts'
import type { Membership } from '../config/config.ts'
import type { RelayLimits } from '../limits.ts'
import type { Readiness } from '../readiness.ts'
import { SetupError } from '../setup-error.ts'
import type { DiskBudget } from '../storage/disk-budget.ts'
import type { RelayStore } from '../storage/store.ts'
import { diskCommands } from './disk-commands.ts'
import { membershipCommands } from './membership-commands.ts'
import type { AdminCommands } from './server.ts'

export function adminCommands(relay: {
  readonly store: RelayStore
  readonly files: SegmentFiles
  readonly disk: DiskBudget
  readonly removeClosed: () => void
  readonly dataDirectory: string
  readonly limits: RelayLimits
  readonly membership: Membership
  readonly url: string
  /** Where people reach it. */
  readonly origin: string
  readonly peerId: string
  readonly stunPort: number | undefined
  readonly connections: () => number
  readonly readiness: Readiness
  readonly now: () => number
}): AdminCommands {
  const { store, files, disk, dataDirectory, now } = relay
  const startedAtMs = now()
  let backingUp = false

  return {
    ...membershipCommands({ membership: store.membership, mode: relay.membership, origin: relay.origin, now }),
    ...diskCommands(relay),

    async status() {
      const usage = store.usage()
      return {
        url: relay.url,
        peerId: relay.peerId,
        ...(relay.stunPort === undefined ? {} : { stunPort: relay.stunPort }),
        startedAt: new Date(startedAtMs).toISOString(),
        membership: relay.membership,
        ready: (await relay.readiness()) ?? 'yes',
        connections: relay.connections(),
        ...(await store.count()),
        mailboxBytes: usage.mailboxBytes,
        blobBytes: usage.blobBytes,
        maxBytes: disk.maxBytes,
      }
    },

    async backup({ target }) {
      if (typeof target !== 'string' || !isAbsolute(target)) throw new SetupError('backup needs a folder to write to.')
      if (backingUp) throw new SetupError('A backup is being made already.')
      backingUp = true
      try {
        return await createBackup({ store, files, dataDirectory, target, now })
      } finally {
        backingUp = false
      }
    },
  }
}
