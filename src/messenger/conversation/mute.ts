// Conversations of which nothing tells when something comes in them: for a time, or until that is taken back.

import type { ConversationRow } from '../records/rows.ts'

type Muted = Pick<ConversationRow, 'mutedUntil'>

/** What stands in a row in place of Infinity. */
const forGood = Number.MAX_SAFE_INTEGER

/** As it is stored; undefined takes it back. */
export function mutedUntil(until: number | undefined): Muted {
  return until === undefined ? {} : { mutedUntil: Math.min(forGood, Math.floor(until)) }
}

export function isMuted({ mutedUntil: until = 0 }: Muted, nowMs: number): boolean {
  return until > nowMs
}

export function isMutedForGood({ mutedUntil: until }: Muted): boolean {
  return until === forGood
}
