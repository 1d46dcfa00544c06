// Whether this device can still hear a contact (docs/protocol.md §5). They may have gone on with a session that it does not
// know, when it went back to an old copy of itself; a relay that damages what it carries makes it look the same.

import { limits } from '../../protocol/limits.ts'
import { isUnanswered } from '../../protocol/session/sessions.ts'
import type { SessionsRow } from '../records/rows.ts'
import { isOver } from '../wait.ts'

/** Nothing to hear them with, which is sure whatever a relay does. */
export function hasNothing({ sessions, psks }: SessionsRow): boolean {
  return sessions.length === 0 && psks.length === 0
}

/**
 * Whether this device seems to have been left behind: nothing of theirs opens, and beginning anew did not help for an hour.
 * A relay that damages or keeps everything makes it look the same (docs/decisions/0008-sessions.md).
 */
export function seemsLeftBehind(row: SessionsRow, nowMs: number): boolean {
  if (waitsForBelief(row, nowMs)) return true
  const { sessions, wantedAt, unreadSince } = row
  const { sessionRefreshMs } = limits
  if (wantedAt === undefined || !isOver(wantedAt, sessionRefreshMs, nowMs)) return false
  // Without a session nothing could be heard. With one, a contact who is heard has not gone on without this device.
  return sessions.length === 0 || (unreadSince !== undefined && isOver(unreadSince, sessionRefreshMs, nowMs))
}

/**
 * Whether they go on without taking up what this device began: what it proves is old, and their person has not said yet
 * that it is this one, or their device does not know it any more. They said something twice, an hour apart: one thing that
 * does not open is easily a relay's.
 */
export function waitsForBelief({ sessions: [active], unreadAgain }: SessionsRow, nowMs: number): boolean {
  if (active === undefined || active.generation <= 1 || !isUnanswered(active.session)) return false
  return unreadAgain === true && isOver(active.session.createdAtMs, limits.sessionRefreshMs, nowMs)
}

/** Whether a new invite of theirs should lead to a new session, and this device give up what it has with them. */
export function isCutOff(row: SessionsRow | undefined, nowMs: number): boolean {
  if (row === undefined || hasNothing(row)) return true
  const [active] = row.sessions
  // Taken for theirs by the person's word, and nobody answered. A first one may wait for somebody who was away since.
  if (row.psks.length === 0 && active !== undefined && active.generation > 1 && !active.session.acknowledged)
    if (isOver(active.session.createdAtMs, limits.sessionRefreshMs, nowMs)) return true
  return seemsLeftBehind(row, nowMs)
}
