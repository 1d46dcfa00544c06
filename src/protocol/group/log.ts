// What a device holds of a group's operations: a graph in which every operation comes after its parents, and a bounded
// number of others that wait for theirs. It only grows, and any order of arrival gives the same graph. Spec: §9.

import type { Bytes } from '../bytes.ts'
import { toHex } from '../bytes.ts'
import { limits } from '../limits.ts'
import type { GroupOperation } from './operation.ts'

/** An operation in its place. */
export interface Entry {
  readonly operation: GroupOperation
  readonly parents: readonly Entry[]
  /** The longest way from the first operation. */
  readonly depth: number
}

export interface GroupLog {
  /** In hexadecimal: the id of the first operation. */
  readonly groupId: string
  /** By id, parents first. */
  readonly entries: ReadonlyMap<string, Entry>
  /** Entries that are nobody's parent, in the order of the fold. */
  readonly heads: readonly Entry[]
  /** By id, those that came first first. */
  readonly waiting: ReadonlyMap<string, GroupOperation>
}

/**
 * Why an operation was not kept: it is no operation of this group, nobody whom it knows of added its author, or there is no
 * room (now, for those that wait).
 */
export type Refusal = 'another-group' | 'not-added' | 'full' | 'too-many-waiting'

export interface Taken {
  readonly log: GroupLog
  /** What is new in the log, parents first; also what had been waiting. To be stored, with what waits if one likes. */
  readonly added: readonly Entry[]
  readonly refused: readonly { readonly operation: GroupOperation; readonly reason: Refusal }[]
}

export function emptyLog(group: Bytes): GroupLog {
  return { groupId: toHex(group), entries: new Map(), heads: [], waiting: new Map() }
}

/** The log with these operations too, in whatever order and however often they come. */
export function takeOperations(log: GroupLog, operations: readonly GroupOperation[]): Taken {
  return take(log, operations, refusalOf)
}

/** The log of what was taken before, from the device's own storage: there was room for each of these. */
export function unsafeReadLog(group: Bytes, operations: readonly GroupOperation[]): GroupLog {
  return take(emptyLog(group), operations, () => undefined).log
}

type Judge = (
  entries: ReadonlyMap<string, Entry>,
  operation: GroupOperation,
  parents: readonly Entry[],
) => Refusal | undefined

function take(log: GroupLog, operations: readonly GroupOperation[], judge: Judge): Taken {
  const entries = new Map(log.entries)
  const waiting = new Map(log.waiting)
  const added: Entry[] = []
  const refused: Taken['refused'][number][] = []
  const open: GroupOperation[] = []
  for (const operation of operations) {
    if (entries.has(operation.id) || waiting.has(operation.id)) continue
    if (operation.groupId !== log.groupId) refused.push({ operation, reason: 'another-group' })
    else if (isReady(entries, operation)) add(entries, added, refused, operation, judge)
    else open.push(operation)
  }
  settle(entries, added, refused, waiting, open, judge)
  return { log: { groupId: log.groupId, entries, heads: headsAfter(log.heads, added), waiting }, added, refused }
}

/** The order of the fold: whatever follows something has a greater depth. */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.depth !== b.depth) return a.depth - b.depth
  return a.operation.id < b.operation.id ? -1 : 1
}

/** Whether it ends a membership or a right, or a device's: these have an effect in a full log too. */
export function isDeparture({ action }: GroupOperation): boolean {
  const { kind } = action
  return kind === 'remove' || kind === 'leave' || kind === 'revoke' || (kind === 'admin' && !action.isAdmin)
}

function isReady(entries: ReadonlyMap<string, Entry>, { parentIds }: GroupOperation): boolean {
  return parentIds.every((id) => entries.has(id))
}

function add(
  entries: Map<string, Entry>,
  added: Entry[],
  refused: Taken['refused'][number][],
  operation: GroupOperation,
  judge: Judge,
): void {
  const parents = operation.parentIds.flatMap((id) => entries.get(id) ?? [])
  const reason = judge(entries, operation, parents)
  if (reason !== undefined) {
    refused.push({ operation, reason })
    return
  }
  const depth = parents.reduce((deepest, parent) => Math.max(deepest, parent.depth + 1), 0)
  const entry = { operation, parents, depth }
  entries.set(operation.id, entry)
  added.push(entry)
}

function refusalOf(
  entries: ReadonlyMap<string, Entry>,
  operation: GroupOperation,
  parents: readonly Entry[],
): Refusal | undefined {
  // An account costs nothing: whoever has none of these could fill the log with the departures of a thousand.
  if (operation.action.kind !== 'create' && !wasAdded(operation.authorId, parents)) return 'not-added'
  if (entries.size < limits.groupHeldOperations) return undefined
  if (!isDeparture(operation) || entries.size >= limits.groupHeldOperations + limits.groupHeldDepartures) return 'full'
  let ofOne = 0
  for (const held of [...entries.values()].slice(limits.groupHeldOperations))
    if (held.operation.authorId === operation.authorId) ofOne += 1
  return ofOne >= limits.groupHeldDeparturesOfOne ? 'full' : undefined
}

/** Whether these or what came before them began with this person, or added them, whether or not that counts. */
function wasAdded(personId: string, parents: readonly Entry[]): boolean {
  const seen = new Set(parents)
  const open = [...parents]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { action, authorId, memberId } = entry.operation
    // What they did before is in the log, so they were added before that.
    if (authorId === personId || (action.kind === 'add' && memberId === personId)) return true
    for (const parent of entry.parents) {
      if (seen.has(parent)) continue
      seen.add(parent)
      open.push(parent)
    }
  }
  return false
}

/** Adds what has all its parents now, again and again, and keeps of the rest what there is room for. */
function settle(
  entries: Map<string, Entry>,
  added: Entry[],
  refused: Taken['refused'][number][],
  waiting: Map<string, GroupOperation>,
  open: readonly GroupOperation[],
  judge: Judge,
): void {
  const all = new Map(waiting)
  // What came twice may have been added meanwhile.
  for (const operation of open) if (!entries.has(operation.id)) all.set(operation.id, operation)
  const missing = new Map<string, number>()
  const waitingFor = new Map<string, GroupOperation[]>()
  const ready: GroupOperation[] = []
  for (const operation of all.values()) {
    const absent = operation.parentIds.filter((id) => !entries.has(id))
    missing.set(operation.id, absent.length)
    if (absent.length === 0) ready.push(operation)
    for (const id of absent) {
      const others = waitingFor.get(id)
      if (others) others.push(operation)
      else waitingFor.set(id, [operation])
    }
  }
  for (let operation = ready.pop(); operation !== undefined; operation = ready.pop()) {
    all.delete(operation.id)
    add(entries, added, refused, operation, judge)
    if (!entries.has(operation.id)) continue
    for (const next of waitingFor.get(operation.id) ?? []) {
      const left = (missing.get(next.id) ?? 0) - 1
      missing.set(next.id, left)
      if (left === 0) ready.push(next)
    }
  }
  waiting.clear()
  const counts = new Map<string, number>()
  for (const operation of all.values()) {
    const count = counts.get(operation.authorId) ?? 0
    if (waiting.size >= limits.groupWaiting || count >= limits.groupWaitingOfOne) {
      refused.push({ operation, reason: 'too-many-waiting' })
      continue
    }
    counts.set(operation.authorId, count + 1)
    waiting.set(operation.id, operation)
  }
}

function headsAfter(before: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  if (added.length === 0) return before
  const heads = new Set([...before, ...added])
  for (const { parents } of added) for (const parent of parents) heads.delete(parent)
  return [...heads].toSorted(compareEntries)
}
