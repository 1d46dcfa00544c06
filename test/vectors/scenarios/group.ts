// Groups: operations and consents, byte for byte; which are refused; and what groups are after concurrent operations.

import { concatBytes } from '../../../src/protocol/bytes.ts'
import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import type { GroupOperation } from '../../../src/protocol/group/operation.ts'
import { appendDevice } from '../../../src/protocol/identity/device-log.ts'
import { labels } from '../../../src/protocol/labels.ts'
import { sign } from '../../../src/protocol/primitives/ed25519.ts'
import { type GroupPerson, TestGroup, linkOf, personNamed, startMs } from '../../protocol/group/people.ts'
import type { CaseFile } from '../cases.ts'
import { type Scenario, build, scenario } from './scenario.ts'

const ana = personNamed('Ana')
const bo = personNamed('Bo')
const cleo = personNamed('Cleo')
const dan = personNamed('Dan')
const eva = personNamed('Eva')

export function groupFile(): Promise<CaseFile> {
  return build('Groups, protocol version 1: operations, consents, and what groups are. Bytes are hex.', [
    ...encodings(),
    ...refusals(),
    ...folds(),
    ...messages(),
  ])
}

function encodings(): Scenario[] {
  const group = new TestGroup(ana)
  const consent = group.consent(bo)
  const { device, log, account } = ana.identity
  const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
  const added = group.by(ana, { kind: 'add', consent, isAdmin: true })
  const fork = [group.renames(ana, 'Left', added), group.renames(ana, 'Right', added)]
  const made: readonly (readonly [string, GroupOperation])[] = [
    ['a group is created', group.first],
    ['somebody is added', added],
    ['removed, upon two heads', group.removes(ana, bo, ...fork)],
    ['leaves', group.leaves(ana)],
    ['a name', group.renames(ana, 'Climbers ⛰️')],
    ['a picture', group.by(ana, { kind: 'picture', manifest: new Uint8Array([1, 2, 3]) })],
    ['no picture', group.by(ana, { kind: 'picture' })],
    ['the right of an admin', group.makesAdmin(ana, bo, true)],
    ['no right', group.makesAdmin(ana, bo, false)],
    ['settings', group.by(ana, { kind: 'settings', adders: 'members', linkApproval: false })],
    ['an address', group.by(ana, { kind: 'address', link: linkOf(ana.fingerprint, 'Ana', 'new') })],
    ['a timer', group.by(ana, { kind: 'timer', timerMs: 86_400_000 })],
    ['a revoked device', group.by(ana, { kind: 'revoke', entry: revoked.entries[1] ?? consent })],
  ]
  const terms = { group: group.first.hash, invitation: new Uint8Array(16).fill(7), name: 'Bo', link: bo.link }
  return [
    scenario('consent', 'group.consent', { ...signer(bo), ...terms, expiresAtMs: startMs }),
    ...made.flatMap(([name, { bytes, group: id, parents, atMs, action }]) => [
      scenario(`${name}/sign`, 'group.sign', { ...signer(ana), group: id, parents, atMs, action }),
      scenario(`${name}/verify`, 'group.verify', { operation: bytes }),
    ]),
  ]
}

function refusals(): Scenario[] {
  const [group, other] = [new TestGroup(ana), new TestGroup(ana, 'Others')]
  const renamed = group.renames(ana, 'Climbers')
  const consent = group.consent(bo)
  const refuse = (name: string, operation: Uint8Array): Scenario =>
    scenario(`refused/${name}`, 'group.verify', { operation }, 'refused')
  const changed = (name: string, change: (body: Map<number, Value>) => void, of = renamed): Scenario =>
    refuse(name, resigned(of, change))
  const adding = (consent: Uint8Array): ((body: Map<number, Value>) => void) => {
    return (body) => body.set(5, [2, new Map<number, Value>([[1, consent], [2, false]])])
  }
  const [low, high] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  return [
    scenario('of a later version', 'group.verify', { operation: resigned(renamed, (body) => body.set(5, [12, 'new'])) }),
    refuse('a bit of the signature changed', renamed.bytes.with(-1, (renamed.bytes.at(-1) ?? 0) ^ 1)),
    refuse('a byte more', concatBytes(renamed.bytes, new Uint8Array(1))),
    refuse('a certificate of somebody else', resigned(renamed, (body) => body.set(3, bo.identity.certificate))),
    changed('no parents', (body) => body.set(2, [])),
    changed('parents in falling order', (body) => body.set(2, [high, low])),
    changed('a parent twice', (body) => body.set(2, [low, low])),
    changed('nine parents', (body) => body.set(2, Array.from({ length: 9 }, (_, index) => new Uint8Array(32).fill(index)))),
    changed('no group', (body) => body.delete(1)),
    changed('a first operation with a group', (body) => body.set(1, low), group.first),
    changed('a first operation with parents', (body) => body.set(2, [low]), group.first),
    changed('a first operation with the link of somebody else', (body) => {
      const seed = new Uint8Array(32)
      body.set(5, [1, new Map<number, Value>([[1, seed], [2, 'x'], [3, 'Ana'], [4, bo.link]])])
    }, group.first),
    changed('a name with a control character', (body) => body.set(5, [5, new Map([[1, 'a\u0007b']])])),
    changed('a name that turns the text around', (body) => body.set(5, [5, new Map([[1, 'a\u202eb']])])),
    changed('an action of code 0', (body) => body.set(5, [0, new Map()])),
    changed('a field too many', (body) => body.set(5, [4, new Map([[1, 1]])])),
    changed('a consent for another group', adding(other.consent(bo))),
    changed('a consent with the link of somebody else', adding(group.consent(bo, { link: cleo.link }))),
    changed('a consent that was over', adding(group.consent(bo, { expiresAtMs: startMs - 1 }))),
    changed('a consent that was changed', adding(consent.with(-9, (consent.at(-9) ?? 0) ^ 1))),
    changed('the address of somebody else', (body) => body.set(5, [9, new Map([[1, bo.link]])])),
    changed('a revocation by another account', (body) => {
      const { log, account, device } = bo.identity
      const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
      body.set(5, [11, new Map([[1, revoked.entries[1] ?? low]])])
    }),
  ]
}

function folds(): Scenario[] {
  const story = (name: string, tell: (group: TestGroup, start: GroupOperation) => void): Scenario => {
    const { group, start } = admins()
    tell(group, start)
    return folded(name, group)
  }
  return [
    folded('created', new TestGroup(ana)),
    story('three admins and a member', () => {}),
    story('a name, a picture, a timer, settings and an address', (group) => {
      group.renames(dan, 'Climbers')
      group.by(dan, { kind: 'picture', manifest: new Uint8Array([9]) })
      group.by(bo, { kind: 'timer', timerMs: 1000 })
      group.by(bo, { kind: 'settings', adders: 'members', linkApproval: false })
      group.by(dan, { kind: 'address', link: linkOf(dan.fingerprint, 'Dan', 'new') })
      group.adds(dan, eva)
    }),
    story('names at the same time', (group, start) => {
      group.renames(ana, 'A', start)
      group.renames(bo, 'B', start)
      group.renames(cleo, 'C', start)
    }),
    story('a removal beside an addition', (group, start) => {
      const left = group.leaves(dan, start)
      group.adds(bo, dan, left)
      group.removes(ana, dan, start)
    }),
    story('two additions of one person', (group, start) => {
      group.adds(ana, eva, start)
      group.addsAdmin(bo, eva, start)
    }),
    story('what a removed admin did at the same time', (group, start) => {
      const added = group.addsAdmin(bo, eva, start)
      group.removes(eva, dan, added)
      group.renames(bo, 'Mine', start)
      group.removes(ana, bo, start)
    }),
    story('what an admin did who lost the right', (group, start) => {
      group.removes(bo, dan, start)
      group.renames(bo, 'Still', start)
      group.makesAdmin(ana, bo, false, start)
    }),
    story('two admins remove each other', (group, start) => {
      group.removes(bo, ana, start)
      group.removes(ana, bo, start)
    }),
    story('three admins remove each other in a circle', (group, start) => {
      group.removes(ana, bo, start)
      group.removes(bo, cleo, start)
      group.removes(cleo, ana, start)
    }),
    story('a removal that another one undoes', (group, start) => {
      group.removes(bo, dan, start)
      group.renames(dan, 'Of Dan', start)
      group.removes(ana, bo, start)
    }),
    story('all admins leave', (group, start) => {
      const both = [group.leaves(ana, start), group.leaves(bo, start)]
      group.leaves(cleo, ...both)
      group.renames(dan, 'Alone')
    }),
    story('a consent used again', (group) => {
      const consent = group.consent(eva)
      group.by(ana, { kind: 'add', consent, isAdmin: false })
      group.removes(ana, eva)
      group.by(ana, { kind: 'add', consent, isAdmin: false })
      group.adds(ana, eva)
    }),
    story('a device revoked', (group, start) => {
      const { log, account, device } = dan.identity
      const revoked = appendDevice(log, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
      group.by(dan, { kind: 'revoke', entry: revoked.entries[1] ?? start.bytes }, start)
      group.renames(dan, 'Beside', start)
    }),
    story('nobody is left', (group) => {
      for (const person of [ana, bo, cleo, dan]) group.leaves(person)
    }),
    story('operations that nobody may do', (group, start) => {
      group.removes(dan, ana, start)
      group.renames(eva, 'Strange', start)
      group.removes(ana, eva, start)
      group.removes(ana, ana, start)
    }),
    story('operations without their parents', (group, start) => {
      const hidden = group.renames(ana, 'Hidden', start)
      group.operations.splice(group.operations.indexOf(hidden), 1)
      group.removes(ana, dan, hidden)
    }),
    scenario('without the first operation', 'group.fold', inputs(admins().group, 1), 'refused'),
  ]
}

function messages(): Scenario[] {
  const { group, start } = admins()
  const removed = group.removes(ana, dan, start)
  const back = group.adds(ana, dan, removed)
  const hidden = group.renames(ana, 'Hidden', back)
  group.operations.pop()
  group.removes(ana, cleo, back)
  const message = (name: string, { fingerprint: author }: GroupPerson, ...heads: readonly GroupOperation[]): Scenario =>
    scenario(`message/${name}`, 'group.message', { ...inputs(group), author, groupHeads: heads.map(({ hash }) => hash) })
  return [
    message('of a member', bo, back),
    message('of a member, under old heads', bo, start),
    message('before they were added', bo, group.first),
    message('of somebody who came back', dan, back),
    message('of somebody who came back, under heads of before', dan, start),
    message('of somebody who was removed', cleo, back),
    message('of a stranger', eva, back),
    message('under unknown heads', bo, hidden),
    message('under no heads', bo),
  ]
}

/** Ana, Bo and Cleo are admins in this order, Dan is a member. */
function admins(): { readonly group: TestGroup; readonly start: GroupOperation } {
  const group = new TestGroup(ana)
  group.addsAdmin(ana, bo)
  group.addsAdmin(ana, cleo)
  return { group, start: group.adds(ana, dan) }
}

/** In the reverse order of their making: the order does not matter. */
function folded(name: string, group: TestGroup): Scenario {
  return scenario(`fold/${name}`, 'group.fold', inputs(group))
}

function inputs({ first, operations }: TestGroup, without = 0): object {
  return { group: first.hash, operations: operations.slice(without).toReversed().map(({ bytes }) => bytes) }
}

function signer({ identity }: GroupPerson): object {
  return { deviceSignSecretKey: identity.device.sign.secretKey, certificate: identity.certificate }
}

/** With a changed body, signed again by Ana. */
function resigned({ bytes }: GroupOperation, change: (body: Map<number, Value>) => void): Uint8Array {
  const body = fieldsOf(fieldsOf(bytes).get(1))
  change(body)
  const encoded = encodeCbor(body)
  const signature = sign(ana.identity.device.sign.secretKey, concatBytes(labels.groupSignature, encoded))
  return encodeCbor(new Map<number, Value>([[1, encoded], [2, signature]]))
}

function fieldsOf(bytes: Value | undefined): Map<number, Value> {
  const bounds = { maxBytes: 10_000, maxDepth: 8, maxItems: 64 }
  const value = bytes instanceof Uint8Array ? decodeCbor(bytes, bounds) : undefined
  if (!(value instanceof Map)) throw new Error('a structure is a map')
  return new Map(Array.from(value, ([key, item]) => [Number(key), item]))
}
