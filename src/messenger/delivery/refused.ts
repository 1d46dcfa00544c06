// Whom the person did not recognise (docs/protocol.md §5): who has an old copy of a contact's device, and prekeys that they
// collected, can begin as often as they like. The word about one of those is about the others too, for a while.

import { equalBytes } from '../../protocol/bytes.ts'
import { sha256 } from '../../protocol/primitives/hash.ts'
import { times } from '../limits.ts'
import type { SessionsRow } from '../records/rows.ts'
import { isOver } from '../wait.ts'

type Refused = NonNullable<SessionsRow['refused']>

export function refusedNow(certificate: Uint8Array, nowMs: number): Refused {
  return { certificate: sha256(certificate), at: nowMs }
}

/** `inviteMadeAt`: it came by an invite. Whom the person invites after the word is asked about again. */
export function wasRefused(
  { refused }: SessionsRow,
  certificate: Uint8Array,
  nowMs: number,
  inviteMadeAt?: number,
): boolean {
  if (refused === undefined || isOver(refused.at, times.refusedMs, nowMs)) return false
  if (inviteMadeAt !== undefined && inviteMadeAt > refused.at) return false
  return equalBytes(refused.certificate, sha256(certificate))
}
