// Memberships while a segment of the log is judged. A membership, and the right of an admin, is given by one operation and
// ended by others; what an operation may do depends on those in its own past alone. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import { fromHex } from '../bytes.ts'
import type { Segment } from './past.ts'
import type { FormerMember, Member, Place } from './state.ts'
import { comparePlaces } from './state.ts'

/** A right, by the place in the segment of what gave it (−1: before the segment) and of what ended it. */
interface Grant {
  readonly at: number
  readonly enders: number[]
}

interface Membership extends Grant {
  /** The addition. */
  readonly place: Place
  readonly addedBy: Bytes
  readonly sinceMs: number
}

export interface Person {
  readonly memberships: Membership[]
  readonly adminships: Grant[]
  name: string
  link: string
  departure?: Pick<FormerMember, 'how' | 'by'>
}

/** As a segment finds them; without a `member`, somebody who comes in it. */
export function personOf(member: Member | undefined): Person {
  if (member === undefined) return { memberships: [], adminships: [], name: '', link: '' }
  const { name, link, role, place, additions, addedBy, sinceMs } = member
  // Several additions stand for one membership: nothing in this segment is concurrent with them.
  const membership = { at: -1, enders: [], place: { ...place, id: additions[0] ?? place.id }, addedBy, sinceMs }
  return { memberships: [membership], adminships: role === 'admin' ? [{ at: -1, enders: [] }] : [], name, link }
}

/** Whether what was given is there for the operation at `index`, by its past. */
export function isHeldAt(grants: readonly Grant[], { hasInPast }: Segment, index: number): boolean {
  return grants.some(({ at, enders }) => hasInPast(index, at) && !enders.some((ender) => hasInPast(index, ender)))
}

export function isHeld(grants: readonly Grant[]): boolean {
  return grants.some(({ enders }) => enders.length === 0)
}

/** Where a member stands; undefined for somebody who is none. */
export function placeOf({ memberships }: Person): Place | undefined {
  return first(memberships.filter(({ enders }) => enders.length === 0))
}

/** Where somebody stood as a member in the past of the operation at `index`. */
export function placeAt({ memberships }: Person, segment: Segment, index: number): Place | undefined {
  return first(memberships.filter((membership) => isHeldAt([membership], segment, index)))
}

/** What is left at the end of the segment. `before` is what the person was at its beginning. */
export function memberOf(id: string, person: Person, before: Member | undefined): Member | undefined {
  const held = person.memberships
    .filter(({ enders }) => enders.length === 0)
    .toSorted((a, b) => comparePlaces(a.place, b.place))
  const [oldest] = held
  if (oldest === undefined) return undefined
  const additions = held.flatMap(({ at, place }) => (at < 0 ? (before?.additions ?? []) : [place.id]))
  return {
    fingerprint: before?.fingerprint ?? fromHex(id) ?? new Uint8Array(),
    name: person.name,
    role: isHeld(person.adminships) ? 'admin' : 'member',
    addedBy: oldest.addedBy,
    link: person.link,
    sinceMs: oldest.sinceMs,
    additions,
    place: oldest.place,
  }
}

function first(memberships: readonly Membership[]): Place | undefined {
  return memberships.map(({ place }) => place).toSorted(comparePlaces)[0]
}
