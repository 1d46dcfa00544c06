import { describe, expect, it } from 'vitest'
import { fold } from '../../../src/protocol/group/fold.ts'
import { type GroupLog, takeOperations } from '../../../src/protocol/group/log.ts'
import { judgeMessage } from '../../../src/protocol/group/message.ts'
import { type GroupOperation, signOperation } from '../../../src/protocol/group/operation.ts'
import { chunkOperations, headsFor, operationsSince, unknownHeads } from '../../../src/protocol/group/sync.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { repeat } from '../repeat.ts'
import { TestGroup, personNamed, startMs } from './people.ts'

const [ana, bo, cleo] = [personNamed('Ana'), personNamed('Bo'), personNamed('Cleo')]

function forked(): { group: TestGroup; start: GroupOperation; left: GroupOperation; right: GroupOperation } {
  const group = new TestGroup(ana)
  group.addsAdmin(ana, bo)
  const start = group.adds(ana, cleo)
  const left = group.renames(ana, 'Left', group.renames(ana, 'More left', start))
  const right = group.renames(bo, 'Right', start)
  return { group, start, left, right }
}

describe('comparing logs', () => {
  it('gives both all operations, whoever has what', () => {
    const { group, left, right } = forked()
    const mine = group.log(group.operations.filter((operation) => operation !== right))
    const theirs = group.log(group.operations.filter((operation) => operation !== left))
    expect(unknownHeads(mine, hashes(theirs.heads))).toEqual([right.hash])
    const missing = operationsSince(mine, hashes(theirs.heads)).map(({ operation }) => operation)
    // Of their heads one is known: `More left`; what is behind the other is told again.
    expect(missing).toContain(left)
    const joined = takeOperations(theirs, missing).log
    expect(fold(joined)).toEqual(group.state())
    expect(operationsSince(joined, hashes(joined.heads))).toEqual([])
    expect(operationsSince(joined, [])).toHaveLength(group.operations.length)
  })

  it('sends parts that fit a content, with parents before what follows them', () => {
    const group = new TestGroup(ana)
    const manifest = new Uint8Array(limits.groupPictureBytes)
    for (const _ of repeat(60, 0)) group.by(ana, { kind: 'picture', manifest })
    const log = group.log()
    const chunks = chunkOperations(operationsSince(log, []))
    expect(chunks.length).toBeGreaterThan(2)
    for (const chunk of chunks) {
      const size = chunk.reduce((sum, bytes) => sum + bytes.length + 3, 0)
      expect(size).toBeLessThanOrEqual(limits.groupChunkBytes)
    }
    expect(chunks.flat()).toEqual(group.operations.map(({ bytes }) => bytes))
    expect(chunkOperations([])).toEqual([])
  })
})

describe('waiting operations', () => {
  it('are few of one author, and not too many of all, and are taken when their parents come', () => {
    const group = new TestGroup(ana)
    const missing = group.renames(ana, 'Missing')
    const later = Array.from({ length: limits.groupWaitingOfOne + 3 }, (_, index) =>
      group.renames(ana, `Name ${index}`, missing),
    )
    const taken = takeOperations(group.log([group.first]), later)
    expect(taken.added).toEqual([])
    expect(taken.log.waiting.size).toBe(limits.groupWaitingOfOne)
    expect(taken.refused.map(({ reason }) => reason)).toEqual(repeat(3, 'too-many-waiting'))
    const joined = takeOperations(taken.log, [missing])
    expect(joined.added).toHaveLength(1 + limits.groupWaitingOfOne)
    expect(joined.log.waiting.size).toBe(0)
    expect(takeOperations(joined.log, later).added).toHaveLength(3)
  })

  it('that come twice with their parents in between are taken once', () => {
    const group = new TestGroup(ana)
    const parent = group.renames(ana, 'Parent')
    const child = group.renames(ana, 'Child')
    const { log, added } = takeOperations(group.log([group.first]), [child, parent, child])
    expect(added.map(({ operation }) => operation)).toEqual([parent, child])
    expect(log.heads).toEqual([log.entries.get(child.id)])
  })

  it('of many authors are bounded together', () => {
    const people = Array.from({ length: 9 }, (_, index) => personNamed(`Person ${index}`))
    const group = new TestGroup(ana)
    const missing = group.renames(ana, 'Missing')
    const later = people.flatMap((person) =>
      Array.from({ length: limits.groupWaitingOfOne }, (_, index) => fakeOf(person, group, missing, index)),
    )
    const { log, refused } = takeOperations(group.log([group.first]), later)
    expect(log.waiting.size).toBe(limits.groupWaiting)
    expect(refused).toHaveLength(later.length - limits.groupWaiting)
  })

  it('of another group are refused', () => {
    const [group, other] = [new TestGroup(ana), new TestGroup(bo)]
    const foreign = other.renames(bo, 'Other')
    const { log, added, refused } = takeOperations(group.log(), [foreign, other.first])
    expect([added, refused.map(({ reason }) => reason)]).toEqual([[], ['another-group', 'another-group']])
    expect([log.entries.size, log.waiting.size]).toEqual([1, 0])
  })
})

describe('the heads that something is made under', () => {
  it('are all of them, or 8 with one that knows of its author', () => {
    const group = new TestGroup(ana)
    const aside = group.adds(ana, bo)
    // Nine branches that do not know of Bo, all deeper than the one that does.
    for (const name of 'ABCDEFGHI') group.renames(ana, `${name}${name}`, group.renames(ana, name, group.first))
    const log = group.log()
    const state = group.state()
    expect(log.heads).toHaveLength(10)
    const heads = headsFor(log, state, bo.fingerprint)
    expect(heads).toHaveLength(limits.groupHeads)
    expect(heads).toContainEqual(aside.hash)
    const made = signOperation(bo.identity, {
      group: group.first.hash,
      parents: heads,
      atMs: startMs,
      action: { kind: 'rename', name: 'Of Bo' },
    })
    const joined = takeOperations(log, [made]).log
    expect(fold(joined)?.name).toBe('Of Bo')
    expect(joined.heads).toHaveLength(3)
  })
})

describe('a message to a group', () => {
  it('is taken from a member, under heads that know of them', () => {
    const { group, start, left, right } = forked()
    const judged = judgeIn(group)
    expect(judged(ana.fingerprint, [group.first])).toBe('allowed')
    for (const heads of [[start], [left], [right], [left, right]])
      expect(judged(cleo.fingerprint, heads)).toBe('allowed')
    expect(judged(cleo.fingerprint, [group.first])).toBe('refused')
    expect(judged(cleo.fingerprint, [])).toBe('refused')
    expect(judged(personNamed('Mallory').fingerprint, [left, right])).toBe('refused')
  })

  it('waits for the operations that it was written under', () => {
    const { group, right } = forked()
    const log = group.log(group.operations.filter((operation) => operation !== right))
    const state = fold(log)
    expect(state && judgeMessage(log, state, { author: bo.fingerprint, groupHeads: [right.hash] })).toBe('later')
  })

  it('is refused from somebody who was removed, whatever heads it names', () => {
    const { group, start, left, right } = forked()
    const removed = group.removes(ana, cleo, left, right)
    const judged = judgeIn(group)
    for (const heads of [[start], [left, right], [removed]]) expect(judged(cleo.fingerprint, heads)).toBe('refused')
    expect(judged(bo.fingerprint, [start])).toBe('allowed')
  })

  it('is refused from somebody who came back, under heads of before', () => {
    const { group, start, left, right } = forked()
    group.removes(ana, cleo, left, right)
    const back = group.adds(ana, cleo)
    const judged = judgeIn(group)
    expect(judged(cleo.fingerprint, [start])).toBe('refused')
    expect(judged(cleo.fingerprint, [back])).toBe('allowed')
  })
})

function hashes(entries: GroupLog['heads']): readonly Uint8Array[] {
  return entries.map(({ operation }) => operation.hash)
}

function judgeIn(group: TestGroup) {
  const [log, state] = [group.log(), group.state()]
  return (author: Uint8Array, heads: readonly GroupOperation[]) =>
    judgeMessage(log, state, { author, groupHeads: heads.map(({ hash }) => hash) })
}

function fakeOf(
  person: { readonly id: string },
  group: TestGroup,
  parent: GroupOperation,
  index: number,
): GroupOperation {
  const id = `${person.id}${index}`
  return { ...parent, id, authorId: person.id, groupId: group.first.id, parentIds: [parent.id] }
}
