// What two devices tell each other so that both have all operations, and under which heads one acts. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import { toHex } from '../bytes.ts'
import { limits } from '../limits.ts'
import type { Entry, GroupLog } from './log.ts'
import { compareEntries } from './log.ts'
import type { GroupState } from './state.ts'

/** The head of a byte string in a list, at most. */
const frameBytes = 3

/** The heads of the other that are not in the log: what they lead to has to be asked for. */
export function unknownHeads(log: GroupLog, theirs: readonly Bytes[]): readonly Bytes[] {
  return theirs.filter((head) => !log.entries.has(toHex(head)))
}

/** What somebody with these heads lacks, parents first. Heads that are not in the log say nothing. */
export function operationsSince(log: GroupLog, theirs: readonly Bytes[]): readonly Entry[] {
  const known = pastOf(log, theirs)
  return [...log.entries.values()].filter((entry) => !known.has(entry)).toSorted(compareEntries)
}

/** The bytes of the operations, in their order, so that each part fits a content. */
export function chunkOperations(entries: readonly Entry[]): readonly (readonly Bytes[])[] {
  const chunks: Bytes[][] = []
  let room = 0
  for (const { operation } of entries) {
    const needed = operation.bytes.length + frameBytes
    if (needed > room) {
      chunks.push([])
      room = limits.groupChunkBytes
    }
    chunks.at(-1)?.push(operation.bytes)
    room -= needed
  }
  return chunks
}

/**
 * The heads that an operation or message of this member is made under: all of them, or of too many the 8 that go deepest,
 * with one that knows of their membership. The rest is joined by what follows.
 */
export function headsFor(log: GroupLog, state: GroupState, author: Bytes): readonly Bytes[] {
  const byDepth = log.heads.toReversed()
  if (byDepth.length <= limits.groupHeads) return byDepth.map(({ operation }) => operation.hash)
  const own = byDepth.find(({ operation }) => knowsMember(log, state, author, [operation.hash]))
  const chosen = [...new Set([...(own ? [own] : []), ...byDepth])].slice(0, limits.groupHeads)
  return chosen.map(({ operation }) => operation.hash)
}

/** Whether the past of these heads has an addition by which this person is a member today. */
export function knowsMember(log: GroupLog, state: GroupState, person: Bytes, heads: readonly Bytes[]): boolean {
  const additions = state.members.get(toHex(person))?.additions ?? []
  const wanted = new Set(additions.flatMap((id) => log.entries.get(id) ?? []))
  if (wanted.size === 0) return false
  const named = new Set(heads.map(toHex))
  if (state.heads.every((head) => named.has(toHex(head)))) return true
  const depth = Math.min(...Array.from(wanted, (entry) => entry.depth))
  return [...pastOf(log, heads, depth)].some((entry) => wanted.has(entry))
}

/** With the heads themselves, and without what is less deep. */
function pastOf(log: GroupLog, heads: readonly Bytes[], depth = 0): ReadonlySet<Entry> {
  const past = new Set<Entry>()
  const open = heads.flatMap((head) => log.entries.get(toHex(head)) ?? [])
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (past.has(entry) || entry.depth < depth) continue
    past.add(entry)
    open.push(...entry.parents)
  }
  return past
}
