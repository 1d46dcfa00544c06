import { describe, expect, it } from 'vitest'
import { advance, fold } from '../../../src/protocol/group/fold.ts'
import { emptyLog, takeOperations } from '../../../src/protocol/group/log.ts'
import type { GroupOperation } from '../../../src/protocol/group/operation.ts'
import { appendDevice } from '../../../src/protocol/identity/device-log.ts'
import { TestGroup, linkOf, ordersOf, personNamed, startMs } from './people.ts'

const [ana, bo, cleo, dan, eva] = ['Ana', 'Bo', 'Cleo', 'Dan', 'Eva'].map(personNamed) as [
  Person,
  Person,
  Person,
  Person,
  Person,
]
type Person = ReturnType<typeof personNamed>

/** Ana created it, Bo is an admin too, Cleo and Dan are members; everybody knows of all of this. */
function hikers(): { readonly group: TestGroup; readonly start: GroupOperation } {
  const group = new TestGroup(ana)
  group.addsAdmin(ana, bo)
  group.adds(ana, cleo)
  const start = group.adds(bo, dan)
  return { group, start }
}

/** The same for whatever order they arrive in. */
function expectEverywhere(group: TestGroup, names: readonly string[]): void {
  const states = ordersOf(group.operations).map((operations) => group.state(operations))
  for (const state of states) {
    expect(state).toEqual(states[0])
    expect(Array.from(state.members.values(), ({ name }) => name)).toEqual(names)
  }
}

describe('a group', () => {
  it('begins with who created it as its admin', () => {
    const group = new TestGroup(ana)
    expect(group.state()).toEqual({
      id: group.first.hash,
      name: 'Hikers',
      settings: { adders: 'admins', linkApproval: true },
      timerMs: 0,
      members: new Map([
        [
          ana.id,
          {
            fingerprint: ana.fingerprint,
            name: 'Ana',
            role: 'admin',
            addedBy: ana.fingerprint,
            link: ana.link,
            sinceMs: startMs,
            additions: [group.first.id],
            place: { depth: 0, id: group.first.id },
          },
        ],
      ]),
      former: new Map(),
      heads: [group.first.hash],
      ignored: new Map(),
      count: 1,
      depth: 0,
      usedConsents: new Set(),
      revokedDevices: new Set(),
    })
  })

  it('has nothing without its first operation', () => {
    const { group } = hikers()
    const log = group.log(group.operations.slice(1))
    expect(log.entries.size).toBe(0)
    expect(log.waiting.size).toBe(3)
    expect(fold(log)).toBeUndefined()
    expect(fold(takeOperations(log, [group.first]).log)).toEqual(group.state())
  })

  it('has the members that were added, the most senior first, and who added them', () => {
    const { group, start } = hikers()
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan'])
    expect(group.admins()).toEqual(['Ana', 'Bo'])
    expect(group.state().members.get(dan.id)).toMatchObject({ addedBy: bo.fingerprint, link: dan.link })
    expect(group.state().heads).toEqual([start.hash])
  })

  it('loses who leaves and who is removed, and says how they went', () => {
    const { group } = hikers()
    group.leaves(cleo)
    group.removes(bo, dan)
    expectEverywhere(group, ['Ana', 'Bo'])
    expect([...group.state().former.values()]).toEqual([
      { fingerprint: cleo.fingerprint, name: 'Cleo', how: 'left', by: cleo.fingerprint },
      { fingerprint: dan.fingerprint, name: 'Dan', how: 'removed', by: bo.fingerprint },
    ])
  })

  it('takes back somebody who gave another consent', () => {
    const { group } = hikers()
    group.removes(ana, cleo)
    group.adds(ana, cleo)
    expectEverywhere(group, ['Ana', 'Bo', 'Dan', 'Cleo'])
    expect(group.state().former.size).toBe(0)
  })

  it('has the name, picture, timer and links that were given last', () => {
    const { group } = hikers()
    const link = linkOf(cleo.fingerprint, 'Cleo', 'renewed')
    group.renames(cleo, 'Climbers')
    group.by(dan, { kind: 'picture', manifest: new Uint8Array([1, 2]) })
    group.by(ana, { kind: 'timer', timerMs: 60_000 })
    group.by(cleo, { kind: 'address', link })
    group.by(bo, { kind: 'settings', adders: 'members', linkApproval: false })
    const state = group.state()
    expect(state).toMatchObject({
      name: 'Climbers',
      picture: new Uint8Array([1, 2]),
      timerMs: 60_000,
      settings: { adders: 'members', linkApproval: false },
    })
    expect(state.members.get(cleo.id)?.link).toBe(link)
    group.by(dan, { kind: 'picture' })
    expect('picture' in group.state()).toBe(false)
  })

  it('lets members add once an admin says so, but not admins', () => {
    const { group } = hikers()
    const early = group.adds(cleo, eva)
    group.by(ana, { kind: 'settings', adders: 'members', linkApproval: true })
    const asAdmin = group.addsAdmin(cleo, eva)
    expect([early, asAdmin].map((operation) => group.ignored(operation))).toEqual(['not-an-admin', 'not-an-admin'])
    group.adds(cleo, eva)
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan', 'Eva'])
  })

  it('does not let a member add who did not know yet that members may', () => {
    const { group, start } = hikers()
    group.by(ana, { kind: 'settings', adders: 'members', linkApproval: true }, start)
    const blind = group.adds(cleo, eva, start)
    expect(group.ignored(blind)).toBe('not-an-admin')
  })

  it('gives the right of an admin and takes it, from oneself too', () => {
    const { group } = hikers()
    group.makesAdmin(ana, cleo, true)
    group.makesAdmin(cleo, bo, false)
    group.makesAdmin(ana, ana, false)
    expect(group.admins()).toEqual(['Cleo'])
    expect(group.ignored(group.removes(ana, bo))).toBe('not-an-admin')
  })

  it('makes the most senior member an admin when the last one goes', () => {
    const { group } = hikers()
    group.leaves(ana)
    group.leaves(bo)
    expect(group.admins()).toEqual(['Cleo'])
    group.removes(cleo, dan)
    expectEverywhere(group, ['Cleo'])
    group.leaves(cleo)
    expectEverywhere(group, [])
  })

  it('makes the most senior member an admin when all admins go at once', () => {
    const { group, start } = hikers()
    const both = [group.leaves(ana, start), group.leaves(bo, start)]
    expect(group.admins()).toEqual(['Cleo'])
    expect(group.ignored(group.removes(cleo, dan, ...both))).toBeUndefined()
    expectEverywhere(group, ['Cleo'])
  })

  it('keeps the last admin who gives up the right, if they are the most senior member', () => {
    const group = new TestGroup(ana)
    group.adds(ana, bo)
    group.makesAdmin(ana, ana, false)
    expect(group.admins()).toEqual(['Ana'])
  })
})

describe('operations at the same time', () => {
  it('that give names end in the one of greater depth, and of equals in one for everybody', () => {
    const { group, start } = hikers()
    group.renames(cleo, 'Deep', group.renames(cleo, 'One', start))
    group.renames(dan, 'Shallow', start)
    expect(group.state().name).toBe('Deep')
    const equal = [group.renames(ana, 'A', start), group.renames(bo, 'B', start)]
    const last = equal.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1)
    const alone = [...group.operations.slice(0, 4), ...equal]
    for (const order of ordersOf(alone)) expect(group.state(order).name).toBe(last === equal[0] ? 'A' : 'B')
  })

  it('that remove and add somebody end without them', () => {
    const { group, start } = hikers()
    const left = group.leaves(cleo, start)
    const added = group.adds(bo, cleo, left)
    group.removes(ana, cleo, start)
    expect(group.ignored(added)).toBe('member-departed')
    expectEverywhere(group, ['Ana', 'Bo', 'Dan'])
  })

  it('that remove somebody twice remove them once', () => {
    const { group, start } = hikers()
    group.removes(ana, dan, start)
    group.removes(bo, dan, start)
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo'])
    expect(group.state().ignored.size).toBe(0)
  })

  it('that add somebody by two people with one consent add them once', () => {
    const { group, start } = hikers()
    const consent = group.consent(eva)
    group.by(ana, { kind: 'add', consent, isAdmin: false }, start)
    group.by(bo, { kind: 'add', consent, isAdmin: false }, start)
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan', 'Eva'])
    group.removes(ana, eva, ...group.operations.slice(-2))
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan'])
  })

  it('of somebody who is removed have no effect, and what hangs on them has none', () => {
    const { group, start } = hikers()
    const added = group.addsAdmin(bo, eva, start)
    const byEva = group.removes(eva, dan, added)
    const renamed = group.renames(bo, 'Mine', start)
    group.removes(ana, bo, start)
    expect([added, byEva, renamed].map((operation) => group.ignored(operation))).toEqual([
      'author-departed',
      'not-a-member',
      'author-departed',
    ])
    expectEverywhere(group, ['Ana', 'Cleo', 'Dan'])
  })

  it('of an admin who loses the right have an effect only where it is not needed', () => {
    const { group, start } = hikers()
    const removal = group.removes(bo, dan, start)
    const renamed = group.renames(bo, 'Still mine', start)
    group.makesAdmin(ana, bo, false, start)
    expect(group.ignored(removal)).toBe('author-departed')
    expect(group.ignored(renamed)).toBeUndefined()
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan'])
  })

  it('that make somebody an admin and take the right end without it', () => {
    const { group, start } = hikers()
    const promoted = group.makesAdmin(bo, cleo, true, start)
    const demoted = group.makesAdmin(ana, cleo, false, promoted)
    const again = group.makesAdmin(bo, cleo, true, promoted)
    expect(group.ignored(again)).toBe('member-departed')
    expect(group.ignored(demoted)).toBeUndefined()
    expect(group.admins()).toEqual(['Ana', 'Bo'])
  })

  it('count where a departure was undone by another', () => {
    const { group, start } = hikers()
    // Bo removes Dan while Ana removes Bo: Dan stays, and what he did at the time counts.
    group.removes(bo, dan, start)
    const renamed = group.renames(dan, 'Of Dan', start)
    group.removes(ana, bo, start)
    expect(group.ignored(renamed)).toBeUndefined()
    expectEverywhere(group, ['Ana', 'Cleo', 'Dan'])
    expect(group.state().name).toBe('Of Dan')
  })

  it('of a device that was revoked have no effect, those that came before it have', () => {
    const { group, start } = hikers()
    const before = group.renames(cleo, 'Before', start)
    const revoked = group.by(cleo, { kind: 'revoke', entry: revocationBy(cleo) }, before)
    const aside = group.renames(cleo, 'Aside', before)
    const after = group.renames(cleo, 'After', revoked)
    expect([before, aside, after].map((operation) => group.ignored(operation))).toEqual([
      undefined,
      'device-revoked',
      'device-revoked',
    ])
    expect(group.state().name).toBe('Before')
    expectEverywhere(group, ['Ana', 'Bo', 'Cleo', 'Dan'])
  })
})

describe('advancing', () => {
  it('gives the same as folding, one after the other or all at once, in order or not', () => {
    const { group, start } = hikers()
    const fork = [group.renames(cleo, 'C', start), group.removes(bo, dan, start)]
    const joined = group.adds(ana, eva, ...fork)
    group.leaves(cleo, joined)
    group.makesAdmin(ana, eva, true)
    for (const size of [1, 2, group.operations.length]) {
      for (const order of ordersOf(group.operations)) {
        let log = emptyLog(group.first.hash)
        let state = fold(log)
        for (let at = 0; at < order.length; at += size) {
          const taken = takeOperations(log, order.slice(at, at + size))
          state = advance(state, taken.log, taken.added)
          log = taken.log
          expect(state).toEqual(fold(log))
        }
        expect(state).toEqual(group.state())
      }
    }
  })
})

function revocationBy({ identity }: Person): Uint8Array {
  const { log, account, device } = identity
  const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
  return revoked.entries[1] ?? new Uint8Array()
}
