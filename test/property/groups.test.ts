// Six devices that do anything at any time, some of them honestly, under whatever they know, over a network that delivers in
// any order, more than once, or late: everybody ends with the same group, and some things hold in every group.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { GroupAction } from '../../src/protocol/group/action.ts'
import { advance, fold } from '../../src/protocol/group/fold.ts'
import { type Entry, type GroupLog, emptyLog, takeOperations } from '../../src/protocol/group/log.ts'
import type { GroupOperation } from '../../src/protocol/group/operation.ts'
import type { GroupState } from '../../src/protocol/group/state.ts'
import { headsFor, operationsSince } from '../../src/protocol/group/sync.ts'
import { appendDevice } from '../../src/protocol/identity/device-log.ts'
import {
  type GroupPerson,
  TestGroup,
  linkOf,
  personNamed,
  startMs,
  unsignedOperation,
} from '../protocol/group/people.ts'
import { referenceFold } from '../protocol/group/reference-fold.ts'
import { runs, timeoutMs } from './runs.ts'

const people = ['Ana', 'Bo', 'Cleo', 'Dan', 'Eva', 'Finn'].map(personNamed)
const group = new TestGroup(at(people, 0))
group.addsAdmin(at(people, 0), at(people, 1))
group.addsAdmin(at(people, 1), at(people, 2))
group.adds(at(people, 0), at(people, 3))
/** What everybody has at the beginning: three admins and a member. */
const beginning = [...group.operations]
/** Made once: signing is what takes long. */
const consents: readonly (readonly Bytes[])[] = people.map((person) => [1, 2, 3].map(() => group.consent(person)))
const revocations = people.map(({ identity: { log, account, device } }) => {
  const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
  return at(revoked.entries, 1)
})
const links = people.map(({ fingerprint, name }) => linkOf(fingerprint, name, `${name} anew`))

interface Step {
  readonly device: number
  readonly kind: 'act' | 'fork' | 'take' | 'takeSome'
  readonly action: GroupAction['kind']
  readonly other: number
  readonly choice: number
}

const person = fc.nat({ max: people.length - 1 })
const step: fc.Arbitrary<Step> = fc.record({
  device: person,
  kind: fc.constantFrom('act', 'act', 'act', 'fork', 'take', 'take', 'takeSome'),
  action: fc.constantFrom(
    ...(['add', 'add', 'add', 'remove', 'remove', 'leave', 'admin', 'admin', 'rename', 'settings', 'address'] as const),
    'revoke',
  ),
  other: person,
  choice: fc.nat({ max: 1000 }),
})

class Device {
  readonly person: GroupPerson
  log: GroupLog = emptyLog(group.first.hash)
  state: GroupState | undefined

  constructor(owner: GroupPerson) {
    this.person = owner
    this.take(beginning)
  }

  take(operations: readonly GroupOperation[]): void {
    const taken = takeOperations(this.log, operations)
    this.state = advance(this.state, taken.log, taken.added)
    this.log = taken.log
  }

  get operations(): GroupOperation[] {
    return Array.from(this.log.entries.values(), ({ operation }) => operation)
  }
}

function run(steps: readonly Step[]): readonly Device[] {
  const devices = people.map((owner) => new Device(owner))
  for (const [index, { kind, device: number, other, choice, action }] of steps.entries()) {
    const device = at(devices, number)
    const from = at(devices, other)
    if (kind === 'take') {
      device.take(operationsSince(from.log, device.state?.heads ?? []).map(({ operation }) => operation))
    } else if (kind === 'takeSome') {
      device.take(from.operations.filter((_, place) => (choice >> (place % 10)) & 1).toReversed())
    } else {
      const { operations } = device
      const heads = device.state ? headsFor(device.log, device.state, device.person.fingerprint) : []
      const parents = kind === 'act' ? heads : [at(operations, choice % operations.length).hash]
      const made = unsignedOperation(device.person, {
        group: group.first.hash,
        parents,
        atMs: startMs + index,
        action: actionOf(action, number, other, choice),
      })
      device.take([made])
    }
  }
  return devices
}

function actionOf(kind: GroupAction['kind'], own: number, other: number, choice: number): GroupAction {
  const member = at(people, other).fingerprint
  if (kind === 'add') {
    return { kind, consent: at(at(consents, other), choice % 3), isAdmin: choice % 2 === 0 }
  }
  if (kind === 'remove') return { kind, member }
  if (kind === 'leave') return { kind }
  if (kind === 'admin') return { kind, member, isAdmin: choice % 2 === 0 }
  if (kind === 'settings')
    return { kind, adders: choice % 2 === 0 ? 'admins' : 'members', linkApproval: choice % 3 === 0 }
  if (kind === 'address') return { kind, link: at(links, own) }
  // Rare: after it there is nobody to do anything.
  if (kind === 'revoke' && choice % 10 === 0) return { kind, entry: at(revocations, own) }
  return { kind: 'rename', name: `Name ${choice}` }
}

/** Everything that anybody has, each operation once. */
function everything(devices: readonly Device[]): GroupOperation[] {
  const all = devices.flatMap(({ operations }) => operations)
  return [...new Map(all.map((operation) => [operation.id, operation])).values()]
}

describe('any operations of six devices, delivered in any order', () => {
  it(
    'end in one group for everybody, whichever way it is reached',
    () => {
      const seen = new Set<string>()
      fc.assert(
        fc.property(
          fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }),
          fc.infiniteStream(fc.nat()),
          (steps, dice) => {
            const devices = run(steps)
            for (const { log, state } of devices) expect(state).toEqual(fold(log))
            const all = everything(devices)
            for (const device of devices) {
              device.take(shuffled([...all, ...all.slice(0, 5)], dice))
              expect(device.log.waiting.size).toBe(0)
            }
            const state = devices[0]?.state
            for (const device of devices) expect(device.state).toEqual(state)
            for (const reason of state?.ignored.values() ?? []) seen.add(reason)
          },
        ),
        runs(100, 6_000),
      )
      expect([...seen].toSorted()).toEqual(
        'author-departed consent-used device-revoked member-departed no-such-member not-a-member not-an-admin'.split(
          ' ',
        ),
      )
    },
    timeoutMs,
  )

  it(
    'are judged like the specification says, word by word',
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
          const log = takeOperations(emptyLog(group.first.hash), everything(run(steps))).log
          const state = fold(log)
          expect(state && summaryOf(state)).toEqual(referenceFold(log))
        }),
        runs(100, 6_000),
      )
    },
    timeoutMs,
  )

  it(
    'leave an admin in every group that has members, and nobody in who was removed',
    () => {
      let removals = 0
      fc.assert(
        fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
          const log = takeOperations(emptyLog(group.first.hash), everything(run(steps))).log
          const state = fold(log)
          if (state === undefined) throw new Error('nothing to judge')
          const members = [...state.members.values()]
          expect(members.some(({ role }) => role === 'admin')).toBe(members.length > 0)
          const counted = [...log.entries.values()].filter(({ operation }) => !state.ignored.has(operation.id))
          removals += counted.filter(({ operation }) => operation.action.kind === 'remove').length
          expect(counted.filter((entry) => isUndone(entry, state, log))).toEqual([])
          expect(counted.filter((entry) => hasDeparted(entry, counted))).toEqual([])
        }),
        runs(100, 6_000),
      )
      expect(removals).toBeGreaterThan(50)
    },
    timeoutMs,
  )
})

/** What the reference says too. */
function summaryOf({ members, ignored, name, settings }: GroupState): unknown {
  const list = Array.from(members, ([id, { role, name: own, link }]) => ({ id, role, name: own, link }))
  return { members: list, ignored: new Set(ignored.keys()), name, adders: settings.adders }
}

/** Whether somebody is a member again whom this removed, without having been added since. */
function isUndone(entry: Entry, state: GroupState, log: GroupLog): boolean {
  const { memberId = '' } = entry.operation
  if (!isDepartureOf(entry.operation, memberId)) return false
  const additions = state.members.get(memberId)?.additions ?? []
  return additions.some((id) => !pastOf(log.entries.get(id)).has(entry))
}

/** Whether its author departed without knowing of it. Departures may be so, in circles of three; see decide.ts. */
function hasDeparted(entry: Entry, counted: readonly Entry[]): boolean {
  const { action, authorId, memberId = '' } = entry.operation
  const isExempt = action.kind === 'revoke' || (action.kind === 'admin' && !action.isAdmin)
  if (isExempt || isDepartureOf(entry.operation, memberId)) return false
  return counted.some(
    (other) => isDepartureOf(other.operation, authorId) && !pastOf(entry).has(other) && !pastOf(other).has(entry),
  )
}

function isDepartureOf({ action, memberId }: GroupOperation, id: string): boolean {
  return memberId === id && (action.kind === 'remove' || action.kind === 'leave')
}

function pastOf(entry: Entry | undefined): Set<Entry> {
  const past = new Set<Entry>()
  const open = [...(entry?.parents ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (past.has(next)) continue
    past.add(next)
    open.push(...next.parents)
  }
  return past
}

function shuffled<T>(items: readonly T[], dice: fc.Stream<number>): T[] {
  const keys = [...dice.take(items.length)]
  return items
    .map((item, index) => ({ item, key: keys[index] ?? 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError('no such item')
  return item
}
