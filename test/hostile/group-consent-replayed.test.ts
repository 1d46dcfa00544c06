// Nobody is put into a group without their word for exactly that group, and no word is good twice.

import { describe, expect, it } from 'vitest'
import { signConsent } from '../../src/protocol/group/consent.ts'
import type { GroupOperation } from '../../src/protocol/group/operation.ts'
import { type GroupPerson, TestGroup, personNamed, startMs } from '../protocol/group/people.ts'

const ana = personNamed('Ana')
const bo = personNamed('Bo')
const cleo = personNamed('Cleo')

function adding(
  group: TestGroup,
  by: GroupPerson,
  consent: Uint8Array,
  ...parents: readonly GroupOperation[]
): GroupOperation {
  return group.by(by, { kind: 'add', consent, isAdmin: false }, ...parents)
}

describe('a consent', () => {
  it('for another group adds nobody to this one', () => {
    const [group, other] = [new TestGroup(ana, 'One'), new TestGroup(ana, 'Two')]
    expect(() => adding(group, ana, other.consent(bo))).toThrow('usage')
    expect(adding(group, ana, group.consent(bo, { group: group.first.hash }))).toBeDefined()
  })

  it('signed by whoever adds, or by anybody but the person, adds nobody', () => {
    const group = new TestGroup(ana)
    const terms = {
      group: group.first.hash,
      invitation: new Uint8Array(16),
      name: 'Bo',
      link: bo.link,
      expiresAtMs: startMs + 1e9,
    }
    const byAna = signConsent({ device: ana.identity.device, certificate: bo.identity.certificate }, terms)
    expect(() => adding(group, ana, byAna)).toThrow('usage')
    // With her own certificate the link is not hers.
    const asAna = signConsent({ device: ana.identity.device, certificate: ana.identity.certificate }, terms)
    expect(() => adding(group, ana, asAna)).toThrow('usage')
  })

  it('with anything changed in it adds nobody', () => {
    const group = new TestGroup(ana)
    const consent = group.consent(bo)
    for (let index = 3; index < consent.length; index += 61) {
      const changed = consent.with(index, (consent[index] ?? 0) ^ 0x10)
      expect(() => adding(group, ana, changed)).toThrow('crypto: usage')
    }
  })

  it('is over for who says that it is later', () => {
    const group = new TestGroup(ana)
    expect(() => adding(group, ana, group.consent(bo, { expiresAtMs: startMs - 1 }))).toThrow('usage')
    expect(adding(group, ana, group.consent(bo, { expiresAtMs: startMs + 1000 }))).toBeDefined()
  })

  it('does not bring back who was removed, or who left', () => {
    const group = new TestGroup(ana)
    const [first, second] = [group.consent(bo), group.consent(cleo)]
    adding(group, ana, first)
    adding(group, ana, second)
    group.removes(ana, bo)
    group.leaves(cleo)
    const replayed = [adding(group, ana, first), adding(group, ana, second)]
    for (const operation of replayed) expect(group.ignored(operation)).toBe('consent-used')
    expect(group.names()).toEqual(['Ana'])
    adding(group, ana, group.consent(bo))
    expect(group.names()).toEqual(['Ana', 'Bo'])
  })

  it('does not bring them back beside the removal, as if it had not been used yet', () => {
    const group = new TestGroup(ana)
    group.addsAdmin(ana, cleo)
    const start = group.operations.at(-1) ?? group.first
    const consent = group.consent(bo)
    const added = adding(group, ana, consent, start)
    group.removes(ana, bo, added)
    const aside = adding(group, cleo, consent, start)
    expect(group.ignored(aside)).toBe('member-departed')
    const later = adding(group, cleo, consent, ...group.operations.slice(-2))
    expect(group.ignored(later)).toBe('consent-used')
    expect(group.names()).toEqual(['Ana', 'Cleo'])
  })

  it('is not used up by somebody who may not add', () => {
    const group = new TestGroup(ana)
    group.adds(ana, cleo)
    const consent = group.consent(bo)
    expect(group.ignored(adding(group, cleo, consent))).toBe('not-an-admin')
    expect(group.ignored(adding(group, ana, consent))).toBeUndefined()
    expect(group.names()).toEqual(['Ana', 'Cleo', 'Bo'])
  })

  it("for a plain membership can be used for an admin: the right is the group's to give", () => {
    const group = new TestGroup(ana)
    group.by(ana, { kind: 'add', consent: group.consent(bo), isAdmin: true })
    expect(group.admins()).toEqual(['Ana', 'Bo'])
  })
})
