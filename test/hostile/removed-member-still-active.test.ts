// Somebody who was removed from a group keeps their keys, their copy of the log, and the will to be heard. What they sign
// afterwards has no effect, whatever they pretend not to have known; and they are not brought back by what is old.

import { describe, expect, it } from 'vitest'
import { fold } from '../../src/protocol/group/fold.ts'
import { judgeMessage } from '../../src/protocol/group/message.ts'
import type { GroupOperation } from '../../src/protocol/group/operation.ts'
import { TestGroup, linkOf, ordersOf, personNamed } from '../protocol/group/people.ts'

const ana = personNamed('Ana')
const bo = personNamed('Bo')
const cleo = personNamed('Cleo')
const dan = personNamed('Dan')
const eva = personNamed('Eva')

/** Ana, Bo and Cleo are admins in this order, Dan is a member. */
function admins(): { readonly group: TestGroup; readonly start: GroupOperation } {
  const group = new TestGroup(ana)
  group.addsAdmin(ana, bo)
  group.addsAdmin(ana, cleo)
  return { group, start: group.adds(ana, dan) }
}

describe('a removed member', () => {
  it('has no effect afterwards, in the open', () => {
    const { group, start } = admins()
    const removed = group.removes(ana, bo, start)
    const later = [
      group.renames(bo, 'Mine', removed),
      group.adds(bo, eva, removed),
      group.removes(bo, ana, removed),
      group.makesAdmin(bo, bo, true, removed),
      group.by(bo, { kind: 'address', link: linkOf(bo.fingerprint, 'Bo', 'later') }, removed),
      group.leaves(bo, removed),
    ]
    for (const operation of later) expect(group.ignored(operation)).toBe('not-a-member')
    expect(group.names()).toEqual(['Ana', 'Cleo', 'Dan'])
  })

  it('has no effect with operations that pretend to be older than the removal', () => {
    const { group, start } = admins()
    group.removes(ana, bo, start)
    for (const parent of group.operations.slice(1, -1)) {
      const backdated = [
        group.renames(bo, 'Mine', parent),
        group.addsAdmin(bo, eva, parent),
        group.removes(bo, dan, parent),
        group.removes(bo, ana, parent),
        group.makesAdmin(bo, ana, false, parent),
        group.by(bo, { kind: 'timer', timerMs: 1 }, parent),
        group.by(bo, { kind: 'settings', adders: 'members', linkApproval: false }, parent),
      ]
      for (const operation of backdated) expect(group.ignored(operation)).toBeDefined()
    }
    expect(group.state()).toMatchObject({ name: 'Hikers', timerMs: 0, settings: { adders: 'admins' } })
    expect(group.names()).toEqual(['Ana', 'Cleo', 'Dan'])
    expect(group.admins()).toEqual(['Ana', 'Cleo'])
  })

  it('cannot bring in a friend who undoes the removal', () => {
    const { group, start } = admins()
    group.removes(ana, bo, start)
    const friend = group.addsAdmin(bo, eva, start)
    const undone = group.removes(eva, ana, friend)
    const back = group.addsAdmin(eva, bo, undone)
    expect([friend, undone, back].map((operation) => group.ignored(operation))).toEqual([
      'author-departed',
      'not-a-member',
      'not-a-member',
    ])
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Cleo', 'Dan'])
  })

  it('is not brought back by an addition of another admin that does not know of the removal', () => {
    const { group, start } = admins()
    const left = group.leaves(dan, start)
    const readded = group.adds(cleo, dan, left)
    const removed = group.removes(ana, dan, start)
    expect(group.ignored(readded)).toBe('member-departed')
    expect(group.names()).toEqual(['Ana', 'Bo', 'Cleo'])
    const again = group.adds(cleo, dan, readded, removed)
    expect(group.ignored(again)).toBeUndefined()
    expect(group.names()).toEqual(['Ana', 'Bo', 'Cleo', 'Dan'])
  })

  it('is not heard any more, whatever heads a message names', () => {
    const { group, start } = admins()
    const removed = group.removes(ana, bo, start)
    const own = group.renames(bo, 'Mine', start)
    const log = group.log()
    const state = fold(log)
    for (const heads of [[start], [removed], [own], [own, removed]]) {
      const groupHeads = heads.map(({ hash }) => hash)
      expect(state && judgeMessage(log, state, { author: bo.fingerprint, groupHeads })).toBe('refused')
      expect(state && judgeMessage(log, state, { author: dan.fingerprint, groupHeads })).toBe('allowed')
    }
  })

  it('loses everything at once, also the right of an admin that was given at the same time', () => {
    const { group, start } = admins()
    const promoted = group.makesAdmin(cleo, dan, true, start)
    group.removes(ana, dan, start)
    const back = group.adds(ana, dan, ...group.operations.slice(-2))
    expect([promoted, back].map((operation) => group.ignored(operation))).toEqual(['member-departed', undefined])
    expect(group.state().members.get(dan.id)?.role).toBe('member')
  })
})

describe('two admins who remove each other at once', () => {
  it('end with exactly one of them: who is more senior', () => {
    const { group, start } = admins()
    const byAna = group.removes(ana, bo, start)
    const byBo = group.removes(bo, ana, start)
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Cleo', 'Dan'])
    expect([byAna, byBo].map((operation) => group.ignored(operation))).toEqual([undefined, 'author-departed'])
  })

  it('end so, too, however many operations the other one puts in front, and by taking the right as by removing', () => {
    const { group, start } = admins()
    group.removes(cleo, bo, group.renames(cleo, 'Two', group.renames(cleo, 'One', start)))
    group.makesAdmin(bo, cleo, false, start)
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Bo', 'Cleo', 'Dan'])
    expect(group.admins()).toEqual(['Ana', 'Bo'])
  })

  it('end with one more where three do it in a circle, and never with nobody', () => {
    const { group, start } = admins()
    group.removes(ana, bo, start)
    group.removes(bo, cleo, start)
    group.removes(cleo, ana, start)
    for (const order of ordersOf(group.operations)) {
      expect(group.names(order)).toEqual(['Cleo', 'Dan'])
      expect(group.admins(order)).toEqual(['Cleo'])
    }
  })

  it('are judged after a third, who removes one of them for good', () => {
    const { group, start } = admins()
    group.removes(bo, cleo, start)
    const byCleo = group.removes(cleo, bo, start)
    group.removes(ana, bo, start)
    // Bo is out in any case, so what he did does not count, and Cleo stays.
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Cleo', 'Dan'])
    expect(group.ignored(byCleo)).toBeUndefined()
  })

  it('are undone by nothing that does not count itself: who gives up the right and then removes somebody removes nobody', () => {
    const { group, start } = admins()
    const givenUp = group.makesAdmin(ana, ana, false, start)
    const removal = group.removes(ana, bo, givenUp)
    group.removes(bo, ana, start)
    const renamed = group.renames(bo, 'Of Bo', start)
    expect(group.ignored(removal)).toBe('not-an-admin')
    expect(group.ignored(renamed)).toBeUndefined()
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Bo', 'Cleo', 'Dan'])
  })

  it('show what is known not to hold: who is more senior can undo a removal by pretending to be older', () => {
    const { group, start } = admins()
    group.renames(bo, 'Without Ana', group.removes(bo, ana, start))
    expect(group.names()).toEqual(['Bo', 'Cleo', 'Dan'])
    group.removes(ana, bo, start)
    expect(group.names()).toEqual(['Ana', 'Cleo', 'Dan'])
  })
})
