// Which envelopes were opened last. A message number that comes again is a repeat of the same bytes, or was written by a
// device that went back to an old copy of itself and uses its keys once more: only that one has to be answered.

import { concatBytes, equalBytes } from '../../protocol/bytes.ts'
import { envelopeId } from '../../protocol/mailbox/capability.ts'
import { limits } from '../limits.ts'

const idBytes = 8

export function wasHeard(heard: Uint8Array | undefined, envelope: Uint8Array): boolean {
  const id = envelopeId(envelope).subarray(0, idBytes)
  for (let at = 0; at < (heard?.length ?? 0); at += idBytes)
    if (heard !== undefined && equalBytes(heard.subarray(at, at + idBytes), id)) return true
  return false
}

/** With this one in front. */
export function rememberHeard(heard: Uint8Array | undefined, envelope: Uint8Array): Uint8Array {
  const earlier = (heard ?? new Uint8Array()).subarray(0, idBytes * (limits.heardEnvelopes - 1))
  return concatBytes(envelopeId(envelope).subarray(0, idBytes), earlier)
}
