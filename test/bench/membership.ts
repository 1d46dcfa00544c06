// Folding the log of a group of 32 with 10,000 operations, some of them concurrent, against a plain walk that hashes the same
// operations. The ratio is the time of the fold over that of the walk: lower is better. What is beside it decides nothing:
// milliseconds, and how long it takes to verify the signatures, which is done once per operation.

import { advance, fold } from '../../src/protocol/group/fold.ts'
import { type GroupLog, emptyLog, takeOperations } from '../../src/protocol/group/log.ts'
import { type GroupOperation, verifyOperation } from '../../src/protocol/group/operation.ts'
import { labels } from '../../src/protocol/labels.ts'
import { limits } from '../../src/protocol/limits.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { type GroupPerson, TestGroup, personNamed, startMs, unsignedOperation } from '../protocol/group/people.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

/** The part of operations that are made without knowing of the one before, by shape of the log. */
const shapes = { oneByOne: 0, lively: 0.1, wild: 0.9 } as const

export const membership: Bench = ({ isShort }) => {
  const count = isShort ? 2000 : limits.groupOperations
  const pairs = isShort ? 5 : 15
  const details: Record<string, number | string> = { node: process.version, operations: count }
  let main = { ratio: Number.NaN, spread: spreadOf([]) }
  for (const [name, concurrent] of Object.entries(shapes)) {
    const { operations, group } = makeLog(count, concurrent)
    const log = takeOperations(emptyLog(group.first.hash), operations).log
    const foldMs: number[] = []
    const walkMs: number[] = []
    for (let pair = -2; pair < pairs; pair += 1) {
      const [ours, reference] = [timed(() => fold(log)), timed(() => walk(log))]
      // The first two are for the compiler.
      if (pair >= 0) foldMs.push(ours)
      if (pair >= 0) walkMs.push(reference)
    }
    const ratios = foldMs.map((ms, index) => ms / (walkMs[index] ?? Number.NaN))
    if (name === 'lively') main = { ratio: median(ratios), spread: spreadOf(ratios) }
    details[`${name}Ratio`] = median(ratios)
    details[`${name}Ms`] = median(foldMs)
    details[`${name}WalkMs`] = median(walkMs)
    details[`${name}TakeMs`] = timed(() => takeOperations(emptyLog(group.first.hash), operations))
    details[`${name}Ignored`] = fold(log)?.ignored.size ?? Number.NaN
    details[`${name}OneMoreMs`] = oneMore(group, log)
  }
  const { first } = new TestGroup(personNamed('Ana'))
  details['verifyOneMs'] = timed(() => verifyOperation(first.bytes, new Map()))
  return Promise.resolve({ bench: 'membership', aim: 1, pairs, ...main, details })
}

/** 31 additions, then names, addresses and rights, and now and then somebody leaves and comes back. */
function makeLog(
  count: number,
  concurrent: number,
): { readonly group: TestGroup; readonly operations: readonly GroupOperation[] } {
  const ana = personNamed('Ana')
  const group = new TestGroup(ana)
  const people: GroupPerson[] = [ana]
  const operations: GroupOperation[] = [group.first]
  const random = lcg()
  const act = (by: GroupPerson, action: GroupOperation['action'], parents: readonly GroupOperation[]): void => {
    const hashes = parents.map(({ hash }) => hash)
    operations.push(unsignedOperation(by, { group: group.first.hash, parents: hashes, atMs: startMs, action }))
  }
  for (let index = 1; index < limits.groupMembers; index += 1) {
    const person = personNamed(`Person ${index}`)
    people.push(person)
    act(ana, { kind: 'add', consent: group.consent(person), isAdmin: index < 4 }, operations.slice(-1))
  }
  let aside: GroupOperation[] = []
  while (operations.length < count) {
    const by = people[random(people.length)] ?? ana
    const isAside = random(1000) < 1000 * concurrent
    // What was made aside is joined by the next one that is not.
    const parents = isAside
      ? operations.slice(-2, -1)
      : [...new Set([...operations.slice(-1), ...aside])].slice(0, limits.groupHeads)
    const kind = random(100)
    if (kind < 70) act(by, { kind: 'rename', name: `Name ${operations.length}` }, parents)
    else if (kind < 85) act(by, { kind: 'address', link: by.link }, parents)
    else if (kind < 95) act(ana, { kind: 'timer', timerMs: operations.length }, parents)
    else act(ana, { kind: 'admin', member: by.fingerprint, isAdmin: kind < 98 }, parents)
    aside = isAside ? [...aside, ...operations.slice(-1)].slice(1 - limits.groupHeads) : []
  }
  return { group, operations }
}

/** What nobody can do without: to look at every operation, its parents and its bytes. */
function walk(log: GroupLog): number {
  let seen = 0
  for (const { operation, parents } of log.entries.values()) {
    const hash = sha256(labels.groupOperation, operation.bytes)
    for (const parent of parents) if (log.entries.has(parent.operation.id)) seen += hash[0] ?? 0
  }
  return seen
}

/** One that follows all others, upon the state that is there. */
function oneMore(group: TestGroup, log: GroupLog): number {
  const state = fold(log)
  const heads = log.heads.slice(-limits.groupHeads).map(({ operation }) => operation.hash)
  const made = unsignedOperation(personNamed('Ana'), {
    group: group.first.hash,
    parents: heads,
    atMs: startMs,
    action: { kind: 'timer', timerMs: 1 },
  })
  const times = Array.from({ length: 5 }, () =>
    timed(() => {
      const taken = takeOperations(log, [made])
      advance(state, taken.log, taken.added)
    }),
  )
  return median(times)
}

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** The same small numbers in every run. */
function lcg(): (below: number) => number {
  let state = 1
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}
