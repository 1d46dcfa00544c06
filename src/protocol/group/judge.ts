// Goes through a segment of the log in the order of the fold and says of each operation whether it counts. Which departures
// (removals, leaving, the loss of an admin's right) are in force is given: decide.ts finds it out by asking several times.
// Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import { limits } from '../limits.ts'
import type { GroupSettings } from './action.ts'
import { isDeparture } from './log.ts'
import { type Person, isHeld, isHeldAt, personOf, placeOf } from './members.ts'
import type { GroupOperation } from './operation.ts'
import type { Segment } from './past.ts'
import type { GroupState, Ignored, Place } from './state.ts'
import { comparePlaces } from './state.ts'

/** What a segment begins with. */
export type Base = Pick<GroupState, 'members' | 'settings' | 'usedConsents' | 'revokedDevices'>

/** What is looked up again and again in a segment. Numbers are places in it. */
export interface Plan {
  readonly segment: Segment
  readonly operations: readonly GroupOperation[]
  /** By whom they are about. */
  readonly departures: ReadonlyMap<string, readonly number[]>
  readonly allDepartures: readonly number[]
  /** By device. */
  readonly revocations: ReadonlyMap<string, readonly number[]>
}

/** Which departures count. */
export interface Departures {
  /** In force whatever happens at the same time: they were found to be. */
  readonly decided: ReadonlySet<number>
  /** These, and others that are supposed to be. Others yet are judged and have no effect. */
  readonly inForce: ReadonlySet<number>
}

export interface Run {
  /** By place; undefined for what counts. */
  readonly ignored: (Ignored | undefined)[]
  /** Who is touched by the segment. */
  readonly persons: Map<string, Person>
  readonly usedConsents: Map<string, number[]>
  readonly settings: { readonly at: number; readonly settings: GroupSettings }[]
  name?: string
  picture?: { readonly manifest?: Bytes }
  timerMs?: number
  memberCount: number
}

export function planOf(segment: Segment): Plan {
  const operations = segment.entries.map(({ operation }) => operation)
  const departures = new Map<string, number[]>()
  const allDepartures: number[] = []
  const revocations = new Map<string, number[]>()
  for (const [index, operation] of operations.entries()) {
    const { memberId, revokedDeviceKey } = operation
    if (revokedDeviceKey !== undefined) append(revocations, revokedDeviceKey, index)
    else if (memberId !== undefined && isDeparture(operation)) {
      append(departures, memberId, index)
      allDepartures.push(index)
    }
  }
  return { segment, operations, departures, allDepartures, revocations }
}

export function judge(base: Base, plan: Plan, departures: Departures): Run {
  const run: Run = {
    ignored: [],
    persons: new Map(),
    usedConsents: new Map(),
    settings: [],
    memberCount: base.members.size,
  }
  for (const [index, operation] of plan.operations.entries()) {
    const ignored = reasonToIgnore(base, plan, departures, run, operation, index)
    run.ignored.push(ignored)
    const isOpen = operation.action.kind !== 'revoke' && isDeparture(operation) && !departures.inForce.has(index)
    if (ignored === undefined && !isOpen) perform(base, plan, departures, run, operation, index)
  }
  return run
}

/** Of somebody in a run, without being touched by it. */
function placeIn(base: Base, run: Run, id: string): Place | undefined {
  const person = run.persons.get(id)
  return person === undefined ? base.members.get(id)?.place : placeOf(person)
}

function reasonToIgnore(
  base: Base,
  plan: Plan,
  departures: Departures,
  run: Run,
  operation: GroupOperation,
  index: number,
): Ignored | undefined {
  const { action, authorId, deviceKey, memberId, consent } = operation
  const { segment } = plan
  // The account's own signature is inside, and it takes from this account alone.
  if (action.kind === 'revoke') return undefined
  if (action.kind === 'unknown' || action.kind === 'create') return 'unknown-action'
  if (isFull(segment, index) && !isDeparture(operation)) return 'log-full'
  if (isRevoked(base, plan, deviceKey, index)) return 'device-revoked'
  const author = look(base, run, authorId)
  if (author === undefined || !isHeldAt(author.memberships, segment, index)) return 'not-a-member'
  const asAdmin = needsAdmin(base, segment, run, operation, index)
  if (asAdmin && !isHeldAt(author.adminships, segment, index)) return 'not-an-admin'
  if (action.kind !== 'leave' && !departures.decided.has(index)) {
    const isLost = hasConcurrent(plan, departures, authorId, index, (ends) => asAdmin || ends === 'membership')
    if (isLost) return 'author-departed'
  }
  if (action.kind === 'add' && consent !== undefined && memberId !== undefined) {
    if (isRevoked(base, plan, consent.deviceKey, index)) return 'device-revoked'
    const uses = run.usedConsents.get(consent.id) ?? []
    if (base.usedConsents.has(consent.id) || uses.some((use) => segment.hasInPast(index, use))) return 'consent-used'
    if (hasConcurrent(plan, departures, memberId, index, (ends) => ends === 'membership')) return 'member-departed'
    const isThere = isMember(base, run, memberId)
    return !isThere && run.memberCount >= limits.groupMembers ? 'group-full' : undefined
  }
  if (action.kind === 'remove' || action.kind === 'admin') {
    // Who goes says so with `leave`.
    if (action.kind === 'remove' && memberId === authorId) return 'no-such-member'
    const member = look(base, run, memberId ?? '')
    if (member === undefined || !isHeldAt(member.memberships, segment, index)) return 'no-such-member'
    if (action.kind === 'remove') return undefined
    if (!action.isAdmin) return isHeldAt(member.adminships, segment, index) ? undefined : 'no-such-member'
    return hasConcurrent(plan, departures, memberId ?? '', index, () => true) ? 'member-departed' : undefined
  }
  return undefined
}

function perform(
  base: Base,
  plan: Plan,
  departures: Departures,
  run: Run,
  operation: GroupOperation,
  index: number,
): void {
  const { action, author, authorId, memberId = '', consent } = operation
  switch (action.kind) {
    case 'add': {
      if (consent === undefined) return
      const person = touch(base, run, memberId)
      if (!isHeld(person.memberships)) run.memberCount++
      const place = { depth: plan.segment.entries[index]?.depth ?? 0, id: operation.id }
      person.memberships.push({ at: index, enders: [], place, addedBy: author, sinceMs: operation.atMs })
      const isLost = hasConcurrent(plan, departures, memberId, index, () => true)
      if (action.isAdmin && !isLost) person.adminships.push({ at: index, enders: [] })
      person.name = consent.name
      person.link = consent.link
      append(run.usedConsents, consent.id, index)
      return
    }
    case 'remove':
    case 'leave': {
      const person = touch(base, run, memberId)
      const wasMember = isHeld(person.memberships)
      end(person.memberships, plan.segment, index)
      // With the last membership the right goes too, however it was given.
      for (const { enders } of person.adminships) enders.push(index)
      if (!wasMember || isHeld(person.memberships)) return
      run.memberCount--
      person.departure = { how: action.kind === 'leave' ? 'left' : 'removed', by: author }
      return keepAnAdmin(base, run, index)
    }
    case 'admin': {
      const { adminships } = touch(base, run, memberId)
      if (action.isAdmin) adminships.push({ at: index, enders: [] })
      else end(adminships, plan.segment, index)
      return action.isAdmin ? undefined : keepAnAdmin(base, run, index)
    }
    case 'rename':
      run.name = action.name
      return
    case 'picture':
      run.picture = action
      return
    case 'settings': {
      const { adders, linkApproval } = action
      run.settings.push({ at: index, settings: { adders, linkApproval } })
      return
    }
    case 'timer':
      run.timerMs = action.timerMs
      return
    case 'address':
      touch(base, run, authorId).link = action.link
      return
    default:
  }
}

/** Where nobody is an admin, the most senior member is, by what took the last one away. */
function keepAnAdmin(base: Base, run: Run, index: number): void {
  let senior: { readonly id: string; readonly place: Place } | undefined
  for (const id of new Set([...base.members.keys(), ...run.persons.keys()])) {
    const place = placeIn(base, run, id)
    if (place === undefined) continue
    const person = run.persons.get(id)
    if (person === undefined ? base.members.get(id)?.role === 'admin' : isHeld(person.adminships)) return
    if (senior === undefined || comparePlaces(place, senior.place) < 0) senior = { id, place }
  }
  if (senior !== undefined) touch(base, run, senior.id).adminships.push({ at: index, enders: [] })
}

function needsAdmin(base: Base, segment: Segment, run: Run, { action }: GroupOperation, index: number): boolean {
  const { kind } = action
  if (kind === 'remove' || kind === 'admin' || kind === 'settings' || kind === 'timer') return true
  if (kind !== 'add') return false
  const { settings } = run.settings.findLast(({ at }) => segment.hasInPast(index, at)) ?? base
  return action.isAdmin || settings.adders === 'admins'
}

/** Whether somebody departs, by what is in force, without the operation at `index` knowing of it or being known. */
function hasConcurrent(
  { segment, operations, departures }: Plan,
  { inForce }: Departures,
  memberId: string,
  index: number,
  matters: (ends: 'membership' | 'right') => boolean,
): boolean {
  return (departures.get(memberId) ?? []).some(
    (departure) =>
      inForce.has(departure) &&
      departure !== index &&
      !segment.hasInPast(index, departure) &&
      !segment.hasInPast(departure, index) &&
      matters(operations[departure]?.action.kind === 'admin' ? 'right' : 'membership'),
  )
}

function isRevoked({ revokedDevices }: Base, plan: Plan, deviceKey: string, index: number): boolean {
  if (revokedDevices.has(deviceKey)) return true
  return (plan.revocations.get(deviceKey) ?? []).some((revocation) => !plan.segment.hasInPast(revocation, index))
}

function isFull({ before, entries, countPast }: Segment, index: number): boolean {
  return before + entries.length > limits.groupOperations && countPast(index) >= limits.groupOperations
}

function isMember(base: Base, run: Run, id: string): boolean {
  return placeIn(base, run, id) !== undefined
}

/** Undefined for somebody who never was a member. */
function look(base: Base, run: Run, id: string): Person | undefined {
  return base.members.has(id) ? touch(base, run, id) : run.persons.get(id)
}

function touch(base: Base, run: Run, id: string): Person {
  let person = run.persons.get(id)
  if (person === undefined) run.persons.set(id, (person = personOf(base.members.get(id))))
  return person
}

function end(
  grants: readonly { readonly at: number; readonly enders: number[] }[],
  { hasInPast }: Segment,
  index: number,
): void {
  for (const { at, enders } of grants) if (hasInPast(index, at)) enders.push(index)
}

function append<K>(map: Map<K, number[]>, key: K, index: number): void {
  const list = map.get(key)
  if (list) list.push(index)
  else map.set(key, [index])
}
