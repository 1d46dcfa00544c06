// Whether a message to a group is taken. Strict: who is no member in what this device knows now is not heard, whenever the
// message was written; what they wrote before and what is still on its way is lost. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import type { GroupLog } from './log.ts'
import type { GroupState } from './state.ts'
import { knowsMember, unknownHeads } from './sync.ts'

/** `later`: it was written under operations that are not here yet, and is judged again when they are. */
export type MessageVerdict = 'allowed' | 'refused' | 'later'

/** @param state the fold of this log */
export function judgeMessage(
  log: GroupLog,
  state: GroupState,
  message: { readonly author: Bytes; readonly groupHeads: readonly Bytes[] },
): MessageVerdict {
  const { author, groupHeads } = message
  if (groupHeads.length === 0) return 'refused'
  if (unknownHeads(log, groupHeads).length > 0) return 'later'
  // A membership that is in force has no end in any past: to know how it began is enough.
  return knowsMember(log, state, author, groupHeads) ? 'allowed' : 'refused'
}
