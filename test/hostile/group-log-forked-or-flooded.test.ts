// A log in which somebody says different things to different people, repeats, reorders, invents times, or does not stop.

import { describe, expect, it } from 'vitest'
import { advance, fold } from '../../src/protocol/group/fold.ts'
import { emptyLog, takeOperations, unsafeReadLog } from '../../src/protocol/group/log.ts'
import {
  type GroupOperation,
  decodeOperation,
  signOperation,
  verifyOperation,
} from '../../src/protocol/group/operation.ts'
import { limits } from '../../src/protocol/limits.ts'
import { TestGroup, ordersOf, personNamed, startMs, unsignedOperation } from '../protocol/group/people.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

const ana = personNamed('Ana')
const bo = personNamed('Bo')
const cleo = personNamed('Cleo')

function pair(): { readonly group: TestGroup; readonly start: GroupOperation } {
  const group = new TestGroup(ana)
  return { group, start: group.addsAdmin(ana, bo) }
}

describe('a member who forks the log', () => {
  it('tells everybody the same in the end', () => {
    const { group, start } = pair()
    const toAna = [group.renames(bo, 'For Ana', start), group.by(bo, { kind: 'timer', timerMs: 1000 })]
    const toCleo = [group.renames(bo, 'For Cleo', start), group.adds(bo, cleo)]
    const before = group.operations.slice(0, 2)
    const atAna = fold(takeOperations(group.log([...before, ...toAna]), toCleo).log)
    const atCleo = fold(takeOperations(group.log([...before, ...toCleo]), toAna).log)
    expect(atAna).toEqual(atCleo)
    expect(atAna).toEqual(group.state())
    expect(group.names()).toEqual(['Ana', 'Bo', 'Cleo'])
  })

  it('gains nothing by acting on one branch and leaving on the other', () => {
    const { group, start } = pair()
    const removal = group.removes(bo, ana, start)
    group.leaves(bo, start)
    expect(group.ignored(removal)).toBe('author-departed')
    expect(group.names()).toEqual(['Ana'])
  })
})

describe('operations that come', () => {
  it('twice, or again after everything else, change nothing', () => {
    const { group } = pair()
    group.renames(bo, 'First')
    group.renames(ana, 'Second')
    const log = group.log()
    const again = takeOperations(log, [...group.operations, ...group.operations])
    expect(again.added).toEqual([])
    expect(advance(group.state(), again.log, again.added)).toEqual(group.state())
    expect(group.state().name).toBe('Second')
  })

  it('in another order, give the same', () => {
    const { group, start } = pair()
    group.renames(bo, 'Mine', start)
    group.removes(ana, bo, start)
    group.adds(ana, cleo)
    const states = ordersOf(group.operations).map((order) => group.state(order))
    for (const state of states) expect(state).toEqual(states[0])
  })

  it('from the future, win nothing', () => {
    const { group, start } = pair()
    const said = { group: group.first.hash, parents: [start.hash] }
    const late = signOperation(bo.identity, {
      ...said,
      atMs: limits.timeMs,
      action: { kind: 'rename', name: 'From the year 275760' },
    })
    const next = group.renames(ana, 'Next', late)
    expect(group.state([...group.operations.slice(0, 2), late, next]).name).toBe('Next')
    const beyond = { ...said, atMs: limits.timeMs + 1, action: { kind: 'leave' } } as const
    expect(() => signOperation(bo.identity, beyond)).toThrow('cannot be encoded')
  })

  it('without their parents, wait and have no effect', () => {
    const { group, start } = pair()
    const hidden = group.renames(ana, 'Hidden', start)
    const removal = group.removes(ana, bo, hidden)
    const without = group.operations.filter((operation) => operation !== hidden)
    const log = group.log(without)
    expect([...log.waiting.keys()]).toEqual([removal.id])
    expect(fold(log)?.members.size).toBe(2)
    expect(fold(takeOperations(log, [hidden]).log)?.members.size).toBe(1)
  })

  it('after themselves cannot be: whatever names a hash has another one', () => {
    const { group, start } = pair()
    const operation = group.renames(ana, 'Mine', start)
    const cyclic = group.renames(ana, 'Mine', operation)
    expect(cyclic.parents).not.toContainEqual(cyclic.hash)
    // One that claims to be its own parent, made by hand: it waits for ever, and never has an effect.
    const own = { ...operation, id: 'self', parentIds: ['self'] }
    const [one, two] = [
      { ...operation, id: 'one', parentIds: ['two'] },
      { ...operation, id: 'two', parentIds: ['one'] },
    ]
    const { log, added } = takeOperations(group.log(group.operations.slice(0, 2)), [own, one, two])
    expect([added.length, log.waiting.size, log.entries.size]).toEqual([0, 3, 2])
  })

  it('as garbage, are none', () => {
    const { group } = pair()
    const random = seededRandom('garbage')
    for (let length = 0; length < 300; length += 7) {
      expect(decodeOperation(random(length))).toBeUndefined()
      expect(verifyOperation(random(length))).toBeUndefined()
    }
    const large = new Uint8Array(limits.groupOperationBytes + 1)
    large.set(group.first.bytes)
    expect(decodeOperation(large)).toBeUndefined()
  })

  it('as another beginning, are of another group', () => {
    const { group } = pair()
    const other = new TestGroup(bo, 'Hikers')
    const { refused, log } = takeOperations(emptyLog(group.first.hash), [other.first, ...group.operations])
    expect(refused).toEqual([{ operation: other.first, reason: 'another-group' }])
    expect(fold(log)).toEqual(group.state())
  })
})

describe('names in a group', () => {
  it('that hide, reorder or break are refused, of the group and of its people', () => {
    const { group } = pair()
    const bad = [
      'Hikers\u202e',
      'a\u0000b',
      'line\nbreak',
      '\u200b',
      ' Hikers',
      'Hikers ',
      '',
      '\ud800',
      'x'.repeat(65),
    ]
    for (const name of bad) {
      expect(() => group.renames(ana, name), JSON.stringify(name)).toThrow('cannot be encoded')
      expect(() => new TestGroup(ana, name)).toThrow('cannot be encoded')
      expect(() => group.consent(cleo, { name })).toThrow('cannot be encoded')
    }
  })
})

describe('too many', () => {
  it('members: the 33rd is not in, and of two that come at once for the last seat one is, for everybody the same', () => {
    const group = new TestGroup(ana)
    const people = Array.from({ length: 33 }, (_, index) => personNamed(`Person ${index}`))
    const [last, late, ...rest] = people
    if (last === undefined || late === undefined) throw new Error('nobody')
    const add = (person: (typeof people)[number], at: number, parents: readonly GroupOperation[]) =>
      unsignedOperation(ana, {
        group: group.first.hash,
        parents: parents.map(({ hash }) => hash),
        atMs: startMs + at,
        action: { kind: 'add', consent: group.consent(person), isAdmin: true },
      })
    const operations: GroupOperation[] = [group.first]
    for (const [index, person] of rest.slice(0, 30).entries()) operations.push(add(person, index, operations.slice(-1)))
    const upon = operations.slice(-1)
    const rivals = [add(last, 40, upon), add(late, 41, upon)].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const order of ordersOf([...operations, ...rivals])) {
      const state = group.state(order)
      expect(state.members.size).toBe(limits.groupMembers)
      expect(state.ignored).toEqual(new Map([[rivals[1]?.id, 'group-full']]))
    }
    // Who is not in has no effect either, admin or not.
    const loser = rivals[1]?.memberId === last.id ? last : late
    const act = { group: group.first.hash, parents: rivals.map(({ hash }) => hash), atMs: startMs }
    const removal = unsignedOperation(loser, { ...act, action: { kind: 'remove', member: ana.fingerprint } })
    const another = add(at(rest, 30), 50, rivals)
    const state = group.state([...operations, ...rivals, removal, another])
    expect([state.ignored.get(removal.id), state.ignored.get(another.id)]).toEqual(['not-a-member', 'group-full'])
    // A seat that is given up is free.
    const left = unsignedOperation(at(rest, 0), { ...act, action: { kind: 'leave' } })
    const seated = add(at(rest, 30), 60, [left])
    expect(group.state([...operations, ...rivals, left, seated]).ignored.has(seated.id)).toBe(false)
  })

  it('operations: beyond 10,000 in its past only a departure counts, and a device stops holding others', () => {
    const group = new TestGroup(ana)
    const operations = [group.first, group.adds(ana, bo)]
    const act = (action: GroupOperation['action']) =>
      unsignedOperation(ana, {
        group: group.first.hash,
        parents: operations.slice(-1).map(({ hash }) => hash),
        atMs: startMs,
        action,
      })
    while (operations.length < limits.groupHeldOperations)
      operations.push(act({ kind: 'rename', name: `N${operations.length}` }))
    const log = group.log(operations)
    expect(log.entries.size).toBe(limits.groupHeldOperations)
    const state = fold(log)
    expect(state?.name).toBe(`N${limits.groupOperations - 1}`)
    expect(state?.ignored.size).toBe(limits.groupHeldOperations - limits.groupOperations)
    const more = takeOperations(log, [act({ kind: 'rename', name: 'One more' })])
    expect(more.refused.map(({ reason }) => reason)).toEqual(['full'])
    const removed = takeOperations(log, [act({ kind: 'remove', member: bo.fingerprint })])
    const after = advance(state, removed.log, removed.added)
    expect(after?.members.size).toBe(1)
    expect(after).toEqual(fold(removed.log))
  })

  it('departures of one author: whoever does not stop leaves room for the others, also when it is read again', () => {
    const group = new TestGroup(ana)
    const operations = [group.first, group.adds(ana, bo)]
    const by = (person: typeof ana, action: GroupOperation['action'], parents = operations.slice(-1)) =>
      unsignedOperation(person, {
        group: group.first.hash,
        parents: parents.map(({ hash }) => hash),
        atMs: startMs,
        action,
      })
    while (operations.length < limits.groupHeldOperations)
      operations.push(by(ana, { kind: 'rename', name: `N${operations.length}` }))
    const flood = Array.from({ length: limits.groupHeldDepartures }, (_, index) =>
      unsignedOperation(bo, {
        group: group.first.hash,
        parents: operations.slice(1, 2).map(({ hash }) => hash),
        atMs: startMs + index,
        action: { kind: 'leave' },
      }),
    )
    const { log, added, refused } = takeOperations(group.log(operations), flood)
    expect([added.length, refused.length]).toEqual([
      limits.groupHeldDeparturesOfOne,
      limits.groupHeldDepartures - limits.groupHeldDeparturesOfOne,
    ])
    const removal = by(ana, { kind: 'remove', member: bo.fingerprint })
    const { log: after, refused: none } = takeOperations(log, [removal])
    expect(none).toEqual([])
    const stored = Array.from(after.entries.values(), ({ operation }) => operation)
    const read = unsafeReadLog(group.first.hash, stored.toReversed())
    expect([...read.entries.keys()].toSorted()).toEqual([...after.entries.keys()].toSorted())
  })
})

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError('no such item')
  return item
}
