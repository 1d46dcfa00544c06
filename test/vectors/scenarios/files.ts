// The newer frozen files, and what makes each.

import type { CaseFile } from '../cases.ts'
import { contentEdgesFile } from './content.ts'
import { continuityFile } from './continuity.ts'
import { groupFile } from './group.ts'
import { bundleFile, handshakeBegunFile, handshakeRefusedFile } from './handshake.ts'
import { deviceLogFile } from './identity.ts'
import { joiningFile } from './joining.ts'
import { mediaFile } from './media.ts'
import { membershipFile } from './membership.ts'
import { ratchetInOrderFile, ratchetOldEpochsFile, ratchetRefusedFile, ratchetSkippedFile } from './ratchet.ts'
import { reportFile } from './report.ts'
import { blobRefusedFile, envelopeKindFile } from './sealed.ts'
import { threadsFile } from './threads.ts'
import { turnFile } from './turn.ts'
import { vaultSlotsFile } from './vault.ts'
import { workFile } from './work.ts'

export const files: Readonly<Record<string, () => Promise<CaseFile>>> = {
  'content-edges.json': contentEdgesFile,
  'media.json': mediaFile,
  'continuity.json': continuityFile,
  'device-log.json': deviceLogFile,
  'bundle.json': bundleFile,
  'handshake-begun.json': handshakeBegunFile,
  'handshake-refused.json': handshakeRefusedFile,
  'ratchet-in-order.json': ratchetInOrderFile,
  'ratchet-skipped.json': ratchetSkippedFile,
  'ratchet-old-epochs.json': ratchetOldEpochsFile,
  'ratchet-refused.json': ratchetRefusedFile,
  'envelope-kind.json': envelopeKindFile,
  'blob-refused.json': blobRefusedFile,
  'membership.json': membershipFile,
  'vault-slots.json': vaultSlotsFile,
  'work.json': workFile,
  'group.json': groupFile,
  'turn.json': turnFile,
  'threads.json': threadsFile,
  'report.json': reportFile,
  'joining.json': joiningFile,
}
