// What a group is after its operations: for people to see, and to go on from. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import type { GroupSettings } from './action.ts'

export interface GroupState {
  /** The hash of the first operation. */
  readonly id: Bytes
  readonly name: string
  /** An encoded manifest. */
  readonly picture?: Bytes
  readonly settings: GroupSettings
  /** Messages disappear after it; 0 is never. */
  readonly timerMs: number
  /** By fingerprint in hexadecimal; the most senior first. */
  readonly members: ReadonlyMap<string, Member>
  /** Who was a member once and is none now, likewise. */
  readonly former: ReadonlyMap<string, FormerMember>
  /** Hashes of the operations that are nobody's parent: what a message or an operation of today is made under. */
  readonly heads: readonly Bytes[]
  /** Operations without an effect, by id. */
  readonly ignored: ReadonlyMap<string, Ignored>
  /** How many operations there are, those without an effect too, and the greatest depth of one. */
  readonly count: number
  readonly depth: number
  /** Consents that were used, as `person/invitation`, and devices that were revoked. */
  readonly usedConsents: ReadonlySet<string>
  readonly revokedDevices: ReadonlySet<string>
}

export interface Member {
  /** 32 bytes. */
  readonly fingerprint: Bytes
  readonly name: string
  readonly role: 'admin' | 'member'
  /** A fingerprint; their own of who created the group. */
  readonly addedBy: Bytes
  /** An invite of theirs. */
  readonly link: string
  /** As the one who added them says. */
  readonly sinceMs: number
  /** What made them a member, by id: one addition, or several that were concurrent. */
  readonly additions: readonly string[]
  /** Place of the first of these in the order of the fold: who has an earlier one is more senior. */
  readonly place: Place
}

export interface Place {
  readonly depth: number
  readonly id: string
}

export interface FormerMember {
  readonly fingerprint: Bytes
  readonly name: string
  readonly how: 'left' | 'removed'
  /** Who removed them, or they themselves. */
  readonly by: Bytes
}

export type Ignored =
  /** Its author was no member in its past. */
  | 'not-a-member'
  /** Only an admin may. */
  | 'not-an-admin'
  /** Its author was removed, left, or lost the right, without having this in the past. */
  | 'author-departed'
  /** Whom it adds or makes an admin was removed, left, or lost the right, concurrently. */
  | 'member-departed'
  /** Whom it is about was no member, or no admin, in its past. */
  | 'no-such-member'
  | 'consent-used'
  /** There are as many members as can be. */
  | 'group-full'
  | 'log-full'
  /** Signed, or its consent was, by a device that was revoked without having this in the past. */
  | 'device-revoked'
  /** Of a later version. */
  | 'unknown-action'

export function comparePlaces(a: Place, b: Place): number {
  if (a.depth !== b.depth) return a.depth - b.depth
  return a.id < b.id ? -1 : 1
}
