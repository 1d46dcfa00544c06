// From the operations of a group to what it is: the same for everybody who has the same operations, whatever the order in
// which they came. Spec: docs/protocol.md §9.

import { fromHex, toHex } from '../bytes.ts'
import { decide } from './decide.ts'
import type { Run } from './judge.ts'
import { compareEntries } from './log.ts'
import type { Entry, GroupLog } from './log.ts'
import { memberOf } from './members.ts'
import type { GroupOperation } from './operation.ts'
import type { Segment } from './past.ts'
import { lastSegment, segmentsOf } from './past.ts'
import type { FormerMember, GroupState, Ignored, Member } from './state.ts'
import { comparePlaces } from './state.ts'

/** A state that is being made: its maps and sets are nobody else's. */
type Draft = Writable<Omit<GroupState, 'members' | 'former' | 'ignored' | 'usedConsents' | 'revokedDevices'>> & {
  readonly members: Map<string, Member>
  readonly former: Map<string, FormerMember>
  readonly ignored: Map<string, Ignored>
  readonly usedConsents: Set<string>
  readonly revokedDevices: Set<string>
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Undefined as long as the first operation is missing. */
export function fold(log: GroupLog): GroupState | undefined {
  const [first, ...rest] = segmentsOf([...log.entries.values()].toSorted(compareEntries))
  const draft = first?.entries[0] && begin(first.entries[0].operation)
  if (draft === undefined) return undefined
  for (const segment of rest) take(draft, segment)
  return finish(draft, log.heads)
}

/**
 * The state with more operations, which are in the log: one by one where each follows all that was there, and by a fold of
 * everything otherwise. Both give the same.
 * @param added the new entries, parents first
 */
export function advance(state: GroupState | undefined, log: GroupLog, added: readonly Entry[]): GroupState | undefined {
  if (state === undefined || state.count + added.length !== log.entries.size) return fold(log)
  let heads = new Set(state.heads.map((head) => log.entries.get(toHex(head))))
  for (const entry of added) {
    const parents = new Set<Entry | undefined>(entry.parents)
    if ([...heads].some((head) => !parents.has(head))) return fold(log)
    heads = new Set([entry])
  }
  if (added.length === 0) return state
  const draft = draftOf(state)
  for (const entry of added) take(draft, lastSegment(entry, draft.count))
  return finish(draft, log.heads)
}

function begin(operation: GroupOperation): Draft | undefined {
  const { action, author, authorId, atMs, hash, id } = operation
  if (action.kind !== 'create') return undefined
  const creator: Member = {
    fingerprint: author,
    name: action.creatorName,
    role: 'admin',
    addedBy: author,
    link: action.link,
    sinceMs: atMs,
    additions: [id],
    place: { depth: 0, id },
  }
  return {
    id: hash,
    name: action.name,
    settings: { adders: 'admins', linkApproval: true },
    timerMs: 0,
    members: new Map([[authorId, creator]]),
    former: new Map(),
    heads: [],
    ignored: new Map(),
    count: 1,
    depth: 0,
    usedConsents: new Set(),
    revokedDevices: new Set(),
  }
}

function take(draft: Draft, segment: Segment): void {
  const { entries } = segment
  const run = decide(draft, segment)
  draft.name = run.name ?? draft.name
  if (run.picture !== undefined) {
    delete draft.picture
    if (run.picture.manifest !== undefined) draft.picture = run.picture.manifest
  }
  draft.timerMs = run.timerMs ?? draft.timerMs
  draft.settings = run.settings.at(-1)?.settings ?? draft.settings
  keepPersons(draft, run)
  for (const [index, { operation }] of entries.entries()) {
    const ignored = run.ignored[index]
    if (ignored !== undefined) draft.ignored.set(operation.id, ignored)
    else if (operation.consent !== undefined) draft.usedConsents.add(operation.consent.id)
    if (operation.revokedDeviceKey !== undefined) draft.revokedDevices.add(operation.revokedDeviceKey)
  }
  draft.count += entries.length
  draft.depth = Math.max(draft.depth, entries.at(-1)?.depth ?? 0)
}

function keepPersons({ members, former }: Draft, { persons }: Run): void {
  for (const [id, person] of persons) {
    const before = members.get(id)
    const member = memberOf(id, person, before)
    if (member !== undefined) {
      members.set(id, member)
      former.delete(id)
    } else if (person.departure !== undefined) {
      members.delete(id)
      const fingerprint = before?.fingerprint ?? fromHex(id) ?? new Uint8Array()
      former.set(id, { fingerprint, name: person.name, ...person.departure })
    }
  }
}

function draftOf(state: GroupState): Draft {
  return {
    ...state,
    members: new Map(state.members),
    former: new Map(state.former),
    ignored: new Map(state.ignored),
    usedConsents: new Set(state.usedConsents),
    revokedDevices: new Set(state.revokedDevices),
  }
}

function finish(draft: Draft, heads: readonly Entry[]): GroupState {
  const members = new Map([...draft.members].toSorted(([, a], [, b]) => comparePlaces(a.place, b.place)))
  return { ...draft, members, heads: heads.map(({ operation }) => operation.hash) }
}
