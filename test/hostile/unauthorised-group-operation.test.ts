// An operation by somebody who may not: no member, no admin, not the one that they say to be, or a device that was revoked.

import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../src/protocol/bytes.ts'
import { decodeCbor } from '../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../src/protocol/cbor/encode.ts'
import type { Value } from '../../src/protocol/cbor/value.ts'
import type { GroupAction } from '../../src/protocol/group/action.ts'
import { fold } from '../../src/protocol/group/fold.ts'
import { takeOperations, unsafeReadLog } from '../../src/protocol/group/log.ts'
import { type GroupOperation, signOperation, verifyOperation } from '../../src/protocol/group/operation.ts'
import { createCertificate } from '../../src/protocol/identity/certificate.ts'
import { appendDevice } from '../../src/protocol/identity/device-log.ts'
import { labels } from '../../src/protocol/labels.ts'
import { createSigningKey, sign } from '../../src/protocol/primitives/ed25519.ts'
import { createDhKey } from '../../src/protocol/primitives/x25519.ts'
import { type GroupPerson, TestGroup, linkOf, ordersOf, personNamed, startMs } from '../protocol/group/people.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

const ana = personNamed('Ana')
const bo = personNamed('Bo')
const cleo = personNamed('Cleo')
const mallory = personNamed('Mallory')

function everyAction(group: TestGroup, by: GroupPerson): readonly GroupAction[] {
  return [
    { kind: 'add', consent: group.consent(mallory), isAdmin: true },
    { kind: 'add', consent: group.consent(mallory), isAdmin: false },
    { kind: 'remove', member: ana.fingerprint },
    { kind: 'admin', member: by.fingerprint, isAdmin: true },
    { kind: 'admin', member: ana.fingerprint, isAdmin: false },
    { kind: 'settings', adders: 'members', linkApproval: false },
    { kind: 'timer', timerMs: 1 },
  ]
}

describe('an operation', () => {
  it('of a stranger is not even held, even if they sign for the group and its newest heads', () => {
    const group = new TestGroup(ana)
    const start = group.adds(ana, bo)
    const before = group.state()
    const made = [
      ...everyAction(group, mallory).map((action) => group.by(mallory, action, start)),
      group.renames(mallory, 'Mine', start),
      group.leaves(mallory, start),
      group.by(mallory, { kind: 'address', link: mallory.link }, start),
    ]
    const { log, refused } = takeOperations(group.log([group.first, start]), made)
    expect(refused).toEqual(made.map((operation) => ({ operation, reason: 'not-added' })))
    expect(fold(log)).toEqual(before)
    // A device that holds some, from before they were refused, ignores them.
    const held = unsafeReadLog(group.first.hash, group.operations)
    for (const operation of made) expect(fold(held)?.ignored.get(operation.id)).toBe('not-a-member')
    expect(fold(held)?.members).toEqual(before.members)
  })

  it('of a member who is no admin has no effect where an admin is needed', () => {
    const group = new TestGroup(ana)
    const start = group.adds(ana, bo)
    for (const action of everyAction(group, bo)) {
      expect(group.ignored(group.by(bo, action, start)), action.kind).toBe('not-an-admin')
    }
    expect(group.names()).toEqual(['Ana', 'Bo'])
  })

  it('is not made good by a right that was given without its author knowing', () => {
    const group = new TestGroup(ana)
    const start = group.adds(ana, bo)
    group.makesAdmin(ana, bo, true, start)
    const early = group.removes(bo, ana, start)
    const beforeAdded = group.renames(cleo, 'Too early', start)
    group.adds(ana, cleo, start)
    expect(group.ignored(early)).toBe('not-an-admin')
    expect(group.log().entries.has(beforeAdded.id)).toBe(false)
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Bo', 'Cleo'])
  })

  it('with the certificate of one person and the signature of another does not verify', () => {
    const group = new TestGroup(ana)
    const identity = { device: mallory.identity.device, certificate: ana.identity.certificate }
    const said = { group: group.first.hash, parents: [group.first.hash], atMs: startMs }
    const action = { kind: 'rename', name: 'Mine' } as const
    expect(() => signOperation(identity, { ...said, action })).toThrow('usage')
    // A certificate that Mallory issues herself in Ana's name has no signature of Ana's account.
    const { account, device, log } = mallory.identity
    const forged = createCertificate({
      account: { publicKey: ana.identity.account.publicKey, secretKey: account.secretKey },
      device: { id: device.id, sign: device.sign, dhPublicKey: device.dh.publicKey },
      log,
      nowMs: startMs,
    })
    expect(() => signOperation({ device, certificate: forged }, { ...said, action })).toThrow('usage')
  })

  it('with a signature that was made for something else does not verify', () => {
    const group = new TestGroup(ana)
    const renamed = group.renames(ana, 'Ours')
    const parts = partsOf(renamed)
    const { secretKey } = ana.identity.device.sign
    const resigned = (label: Uint8Array) =>
      verifyOperation(
        encodeCbor(
          new Map<number, Value>([
            [1, parts.body],
            [2, sign(secretKey, concatBytes(label, parts.body))],
          ]),
        ),
      )
    expect(resigned(labels.groupSignature)).toEqual(renamed)
    for (const label of [labels.groupConsent, labels.groupOperation, labels.deviceLogSignature, new Uint8Array()])
      expect(resigned(label)).toBeUndefined()
    const other = partsOf(group.renames(ana, 'Others'))
    const swapped = encodeCbor(
      new Map<number, Value>([
        [1, parts.body],
        [2, other.signature],
      ]),
    )
    expect(verifyOperation(swapped)).toBeUndefined()
  })

  it('of one group means nothing in another', () => {
    const [group, other] = [new TestGroup(ana, 'One'), new TestGroup(ana, 'Two')]
    const removal = other.removes(ana, bo, other.adds(ana, bo))
    group.adds(ana, bo)
    expect(group.names([...group.operations, ...other.operations])).toEqual(['Ana', 'Bo'])
    expect(group.log([...group.operations, removal]).entries.has(removal.id)).toBe(false)
    // Named for this group, it would have parents that this group never has.
    const moved = group.by(ana, { kind: 'remove', member: bo.fingerprint }, other.first)
    expect(group.log().entries.has(moved.id)).toBe(false)
  })
})

describe('a device that was revoked', () => {
  const second = secondDevice(bo)

  it('has no effect, not even with what pretends to be older, and what it did before stays', () => {
    const group = new TestGroup(ana)
    const start = group.addsAdmin(ana, bo)
    const before = sign2(group, { kind: 'rename', name: 'Before' }, start)
    const revoked = group.by(bo, { kind: 'revoke', entry: second.revocation }, before)
    const stolen = [
      sign2(group, { kind: 'remove', member: ana.fingerprint }, start),
      sign2(group, { kind: 'rename', name: 'Stolen' }, revoked),
      sign2(group, { kind: 'add', consent: group.consent(mallory), isAdmin: true }, before),
    ]
    expect(group.ignored(before)).toBeUndefined()
    for (const operation of stolen) expect(group.ignored(operation)).toBe('device-revoked')
    // The other device of the same person goes on.
    expect(group.ignored(group.renames(bo, 'After', revoked))).toBeUndefined()
    for (const order of ordersOf(group.operations)) expect(group.names(order)).toEqual(['Ana', 'Bo'])
    expect(group.state().name).toBe('After')
  })

  it('gives no consent for its person', () => {
    const group = new TestGroup(ana)
    const start = group.adds(ana, bo)
    const consent = group.consent({ ...bo, identity: { ...bo.identity, ...second.identity } })
    const left = group.leaves(bo, group.by(bo, { kind: 'revoke', entry: second.revocation }, start))
    const added = group.by(ana, { kind: 'add', consent, isAdmin: false }, left)
    expect(group.ignored(added)).toBe('device-revoked')
    expect(group.names()).toEqual(['Ana'])
  })

  it('is revoked by its own account only', () => {
    const group = new TestGroup(ana)
    group.adds(ana, bo)
    expect(() => group.by(ana, { kind: 'revoke', entry: second.revocation })).toThrow('usage')
  })

  function sign2(group: TestGroup, action: GroupAction, ...parents: readonly GroupOperation[]): GroupOperation {
    return group.by({ ...bo, identity: { ...bo.identity, ...second.identity } }, action, ...parents)
  }
})

it('an address of somebody else is none', () => {
  const group = new TestGroup(ana)
  group.adds(ana, bo)
  const link = linkOf(mallory.fingerprint, 'Bo')
  expect(() => group.by(bo, { kind: 'address', link })).toThrow('usage')
})

/** Of a person who has two, and the entry that revokes it. */
function secondDevice({ identity }: GroupPerson) {
  const random = seededRandom('second device')
  const device = { id: random(16), sign: createSigningKey(random), dh: createDhKey(random) }
  const { account } = identity
  const log = appendDevice(identity.log, account, {
    kind: 'add',
    deviceId: device.id,
    signKey: device.sign.publicKey,
    dhKey: device.dh.publicKey,
    atMs: startMs,
  })
  const certified = { id: device.id, sign: device.sign, dhPublicKey: device.dh.publicKey }
  const certificate = createCertificate({ account, device: certified, log, nowMs: startMs })
  const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
  return { identity: { device, certificate }, revocation: revoked.entries[2] ?? new Uint8Array() }
}

function partsOf({ bytes }: GroupOperation): { readonly body: Uint8Array; readonly signature: Uint8Array } {
  const value = decodeCbor(bytes, { maxBytes: 10_000, maxDepth: 4, maxItems: 10 })
  const [body, signature] = value instanceof Map ? [value.get(1), value.get(2)] : []
  if (!(body instanceof Uint8Array) || !(signature instanceof Uint8Array)) throw new Error('no operation')
  return { body, signature }
}
