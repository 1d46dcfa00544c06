// Which invitation to a group waits for my word. One may come after I gave it to somebody else, or while I ask to join: then it
// waits beside that, which goes on.

import type { GroupRow } from '../records/rows.ts'

export function waitingInvitation({ stage, invitation, again }: GroupRow): GroupRow['invitation'] {
  return stage === 'invited' || again === true ? invitation : undefined
}
