// What came out of an envelope, and where it came from.

import type { Position } from '../records/rows.ts'

export type Via = 'relay' | 'direct'

/** What came out of an envelope. */
export interface Opened {
  readonly content: Uint8Array
  readonly mailboxId: string
  readonly via: Via
  /** It came in the newest session, or in one that crossed it. */
  readonly isCurrent: boolean
  /** It came in a session that I began. */
  readonly isMine: boolean
  /** It was written before others of its session that were opened already. */
  readonly isLate: boolean
  /** Where they wrote it, whenever it came. */
  readonly position: Omit<Position, 'sentAt'>
}

/** What was opened before and waited since: as late as anything can be. */
export function releasedFrom(content: Uint8Array): Opened {
  const position = { generation: 0, epoch: 0, n: 0, sid: new Uint8Array() }
  return { content, mailboxId: '', via: 'relay', isCurrent: false, isMine: false, isLate: true, position }
}
