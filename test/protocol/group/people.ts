// People of a group for tests: each signs operations upon whatever heads they are given, and the order of arrival is the
// test's. Keys come from seeds, so that hashes are the same in every run.

import type { Bytes } from '../../../src/protocol/bytes.ts'
import { toHex } from '../../../src/protocol/bytes.ts'
import type { GroupAction } from '../../../src/protocol/group/action.ts'
import { type Consent, createInvitationId, signConsent } from '../../../src/protocol/group/consent.ts'
import { fold } from '../../../src/protocol/group/fold.ts'
import { type GroupLog, emptyLog, takeOperations } from '../../../src/protocol/group/log.ts'
import { compareBytes } from '../../../src/protocol/cbor/encode.ts'
import {
  type GroupOperation,
  type OpenedCertificates,
  type OperationBody,
  encodeOperation,
  signOperation,
  unsafeReadOperation,
} from '../../../src/protocol/group/operation.ts'
import type { GroupState } from '../../../src/protocol/group/state.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { type Identity, createIdentity } from '../../../src/protocol/identity/identity.ts'
import { encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { seededRandom } from '../seeded-random.ts'

export const startMs = 1_800_000_000_000

/** Of everybody in the tests: certificates take the most time to verify. */
const opened: OpenedCertificates = new Map()

export interface GroupPerson {
  readonly name: string
  readonly identity: Identity
  readonly fingerprint: Bytes
  /** The fingerprint as states have it. */
  readonly id: string
  readonly link: string
}

export function personNamed(name: string): GroupPerson {
  const random = seededRandom(`group ${name}`)
  const identity = createIdentity({ random, nowMs: startMs })
  const fingerprint = fingerprintOf(identity.account.publicKey)
  return { name, identity, fingerprint, id: toHex(fingerprint), link: linkOf(fingerprint, name) }
}

export function linkOf(fingerprint: Bytes, name: string, seed = name): string {
  const random = seededRandom(`link ${seed}`)
  const relays = ['https://relay.example']
  const [writeKey, psk] = [random(32), random(32)]
  return encodeInviteLink({ fingerprint, relays, writeKey, psk, uses: 31, expiresAtMs: startMs + 1e9, name })
}

/** The operations of one group, as its people make them. */
export class TestGroup {
  readonly first: GroupOperation
  readonly operations: GroupOperation[] = []
  readonly #random = seededRandom('group operations')
  #atMs = startMs

  constructor(creator: GroupPerson, name = 'Hikers') {
    this.first = signOperation(
      creator.identity,
      {
        parents: [],
        atMs: startMs,
        action: { kind: 'create', seed: this.#random(32), name, creatorName: creator.name, link: creator.link },
      },
      opened,
    )
    this.operations.push(this.first)
  }

  /** Upon the given operations; upon the last one made without any. */
  by(person: GroupPerson, action: GroupAction, ...parents: readonly GroupOperation[]): GroupOperation {
    const upon = parents.length > 0 ? parents : this.operations.slice(-1)
    const operation = signOperation(
      person.identity,
      {
        group: this.first.hash,
        parents: upon.map(({ hash }) => hash),
        atMs: this.#atMs++,
        action,
      },
      opened,
    )
    this.operations.push(operation)
    return operation
  }

  consent(person: GroupPerson, changed: Partial<Omit<Consent, 'certificate'>> = {}): Bytes {
    const { name, link, identity } = person
    const invitation = createInvitationId(this.#random)
    const expiresAtMs = startMs + 1e9
    return signConsent(identity, { group: this.first.hash, invitation, name, link, expiresAtMs, ...changed })
  }

  adds(person: GroupPerson, added: GroupPerson, ...parents: readonly GroupOperation[]): GroupOperation {
    return this.by(person, { kind: 'add', consent: this.consent(added), isAdmin: false }, ...parents)
  }

  addsAdmin(person: GroupPerson, added: GroupPerson, ...parents: readonly GroupOperation[]): GroupOperation {
    return this.by(person, { kind: 'add', consent: this.consent(added), isAdmin: true }, ...parents)
  }

  removes(person: GroupPerson, removed: GroupPerson, ...parents: readonly GroupOperation[]): GroupOperation {
    return this.by(person, { kind: 'remove', member: removed.fingerprint }, ...parents)
  }

  leaves(person: GroupPerson, ...parents: readonly GroupOperation[]): GroupOperation {
    return this.by(person, { kind: 'leave' }, ...parents)
  }

  renames(person: GroupPerson, name: string, ...parents: readonly GroupOperation[]): GroupOperation {
    return this.by(person, { kind: 'rename', name }, ...parents)
  }

  makesAdmin(
    person: GroupPerson,
    member: GroupPerson,
    isAdmin: boolean,
    ...parents: readonly GroupOperation[]
  ): GroupOperation {
    return this.by(person, { kind: 'admin', member: member.fingerprint, isAdmin }, ...parents)
  }

  log(operations: readonly GroupOperation[] = this.operations): GroupLog {
    return takeOperations(emptyLog(this.first.hash), operations).log
  }

  /** What everybody who has all operations sees. */
  state(operations: readonly GroupOperation[] = this.operations): GroupState {
    const state = fold(this.log(operations))
    if (state === undefined) throw new Error('the first operation is missing')
    return state
  }

  names(operations: readonly GroupOperation[] = this.operations): readonly string[] {
    return Array.from(this.state(operations).members.values(), ({ name }) => name)
  }

  admins(operations: readonly GroupOperation[] = this.operations): readonly string[] {
    const members = [...this.state(operations).members.values()]
    return members.filter(({ role }) => role === 'admin').map(({ name }) => name)
  }

  ignored(operation: GroupOperation): string | undefined {
    return this.state().ignored.get(operation.id)
  }
}

/** Without a signature, as if it had been verified before: where thousands are made. */
export function unsignedOperation(person: GroupPerson, body: Omit<OperationBody, 'certificate'>): GroupOperation {
  const parents = body.parents.toSorted(compareBytes)
  const { certificate } = person.identity
  const bytes = encodeOperation({ ...body, parents, certificate, signature: new Uint8Array(64) })
  const operation = unsafeReadOperation(bytes)
  if (operation === undefined) throw new Error('no operation')
  return operation
}

/** In reverse, rotated, and one after the other twice: cheap stand-ins for every order (properties try the others). */
export function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const half = Math.floor(items.length / 2)
  return [items, items.toReversed(), [...items.slice(half), ...items.slice(0, half)], [...items, ...items]]
}
