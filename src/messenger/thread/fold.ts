// The row of a message after an action; undefined where it changes nothing, or was not theirs to do. Times that are stored
// are believed as those that come are: what I did while my clock was wrong wins for no longer than what others do.

import { believedTime } from '../believed-time.ts'
import { limits } from '../limits.ts'
import type { MessageRow } from '../records/rows.ts'
import type { ThreadAction } from './apply.ts'

export function fold(row: MessageRow, { by, at, body }: ThreadAction, nowMs: number): MessageRow | undefined {
  const believed = believedAt(row, nowMs)
  if (row.unsentAt !== undefined) return undefined
  switch (body.kind) {
    case 'reaction':
      return react(believed, by, at, body.emoji)
    case 'edit':
      return by === row.senderId ? edit(believed, at, body.text) : undefined
    case 'unsend':
      return by === row.senderId ? unsend(row, at) : undefined
    case 'pin':
      return pin(believed, at, body.isPinned)
  }
}

function believedAt(row: MessageRow, nowMs: number): MessageRow {
  const believe = <T extends { readonly at: number }>(entry: T): T => ({ ...entry, at: believedTime(entry.at, nowMs) })
  const { reactions, edits, pin: pinned } = row
  return {
    ...row,
    ...(reactions === undefined ? {} : { reactions: reactions.map(believe) }),
    ...(edits === undefined ? {} : { edits: edits.map(believe) }),
    ...(pinned === undefined ? {} : { pin: believe(pinned) }),
  }
}

/** Nothing that was said of it stays either. */
function unsend(row: MessageRow, at: number): MessageRow {
  const { edits: _edits, reactions: _reactions, pin: _pin, ...rest } = row
  return { ...rest, unsentAt: at }
}

function pin(row: MessageRow, at: number, isPinned: boolean): MessageRow | undefined {
  const { pin: before } = row
  // Two people at the same moment: it stays pinned with both.
  const isOlder = before !== undefined && (at < before.at || (at === before.at && before.isPinned))
  return isOlder ? undefined : { ...row, pin: { isPinned, at } }
}

function react(row: MessageRow, by: string | undefined, at: number, emoji: string | undefined): MessageRow | undefined {
  const { reactions = [] } = row
  const before = reactions.find((entry) => entry.by === by)
  if (before !== undefined && at < before.at) return undefined
  const mine = { at, ...(by === undefined ? {} : { by }), ...(emoji === undefined ? {} : { emoji }) }
  return { ...row, reactions: [...reactions.filter((entry) => entry !== before), mine] }
}

function edit(row: MessageRow, at: number, text: string): MessageRow | undefined {
  const { edits = [] } = row
  // The same one again.
  if (edits.some((entry) => entry.at === at && entry.text === text)) return undefined
  return { ...row, edits: [...edits, { text, at }].toSorted((a, b) => a.at - b.at).slice(-limits.edits) }
}
