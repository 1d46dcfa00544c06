import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import type { GroupAction } from '../../../src/protocol/group/action.ts'
import { openConsent, signConsent } from '../../../src/protocol/group/consent.ts'
import {
  type GroupOperation,
  type OpenedCertificates,
  type SignedOperation,
  decodeOperation,
  encodeOperation,
  signOperation,
  unsafeReadOperation,
  verifyOperation,
} from '../../../src/protocol/group/operation.ts'
import { openCertificate } from '../../../src/protocol/identity/certificate.ts'
import { appendDevice } from '../../../src/protocol/identity/device-log.ts'
import { labels } from '../../../src/protocol/labels.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { concatBytes } from '../../../src/protocol/bytes.ts'
import { sign } from '../../../src/protocol/primitives/ed25519.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { bitFlips, expectOnlyCanonical } from '../hostile-bytes.ts'
import { TestGroup, linkOf, personNamed, startMs } from './people.ts'

const [ana, bo, cleo] = [personNamed('Ana'), personNamed('Bo'), personNamed('Cleo')]
const group = new TestGroup(ana)

const every: readonly GroupOperation[] = [
  group.first,
  group.adds(ana, bo),
  group.removes(ana, bo),
  group.leaves(bo),
  group.renames(ana, 'Climbers'),
  group.by(ana, { kind: 'picture', manifest: new Uint8Array(100) }),
  group.by(ana, { kind: 'picture' }),
  group.makesAdmin(ana, bo, true),
  group.by(ana, { kind: 'settings', adders: 'members', linkApproval: false }),
  group.by(ana, { kind: 'address', link: linkOf(ana.fingerprint, 'Ana', 'new') }),
  group.by(ana, { kind: 'timer', timerMs: 60_000 }),
  group.by(ana, { kind: 'revoke', entry: revocation(ana.identity.device.id) }),
]

describe('an operation', () => {
  it('of every kind is the same after signing, reading and verifying', () => {
    for (const operation of every) {
      const verified = verifyOperation(operation.bytes)
      expect(verified).toEqual(operation)
      expect(unsafeReadOperation(operation.bytes)).toEqual(operation)
      expect(encodeOperation(decoded(operation))).toEqual(operation.bytes)
      expect(operation.hash).toEqual(sha256(labels.groupOperation, operation.bytes))
    }
    expect(new Set(every.map(({ action }) => action.kind)).size).toBe(11)
  })

  it('leaves no more certificates in memory than a bound, whatever it names, and those that came last', () => {
    const opened: OpenedCertificates = new Map()
    for (let n = 0; n < limits.groupCertificates + 10; n++) {
      const bytes = encodeOperation({ ...decoded(every[4]), certificate: Uint8Array.of(n >> 8, n & 255) })
      expect(verifyOperation(bytes, opened)).toBeUndefined()
    }
    expect(opened.size).toBe(limits.groupCertificates)
    const renamed = every[4]
    expect(verifyOperation(renamed?.bytes ?? new Uint8Array(), opened)).toEqual(renamed)
    expect(opened.size).toBe(limits.groupCertificates)
    expect([...opened.values()].at(-1)).toBeDefined()
  })

  it('is small: an addition fits a quarter of the smallest envelope twice over, the rest one sixth', () => {
    const sizes = every.map(({ action, bytes }) => [action.kind, bytes.length] as const)
    for (const [kind, size] of sizes) expect(size, kind).toBeLessThan(kind === 'add' ? 1500 : 900)
  })

  it('at its largest is within the bounds', () => {
    const parents = Array.from({ length: limits.groupHeads }, (_, index) => sha256(new Uint8Array([index])))
    const largest = signOperation(ana.identity, {
      group: group.first.hash,
      parents,
      atMs: limits.timeMs,
      action: { kind: 'picture', manifest: new Uint8Array(limits.groupPictureBytes) },
    })
    expect(largest.bytes.length).toBeLessThan(limits.groupOperationBytes)
    expect(largest.parents).toHaveLength(limits.groupHeads)
    const consent = group.consent(bo, { name: '\u{1f600}'.repeat(64), expiresAtMs: limits.timeMs })
    const added = signOperation(ana.identity, {
      group: group.first.hash,
      parents,
      atMs: limits.timeMs,
      action: { kind: 'add', consent, isAdmin: true },
    })
    expect(added.bytes.length).toBeLessThan(limits.groupOperationBytes)
  })

  it('survives hostile bytes', () => {
    const samples = every.map(({ bytes }) => bytes)
    // Of a later version: read, and never written.
    const decodeKnown = (bytes: Uint8Array) => {
      const operation = decodeOperation(bytes)
      return operation?.action.kind === 'unknown' ? undefined : operation
    }
    expectOnlyCanonical(decodeKnown, encodeOperation, samples, 1000)
    expectOnlyCanonical(verifyOperation, ({ bytes }) => bytes, samples.slice(1, 2), 50)
  })

  it('is refused with any bit of it changed', () => {
    const changed = [...bitFlips(every[1]?.bytes ?? new Uint8Array())].filter((_, index) => index % 197 === 0)
    expect(changed.length).toBeGreaterThan(25)
    for (const bytes of changed) expect(verifyOperation(bytes)).toBeUndefined()
  })

  it('sorts its parents, and is refused with parents that are not in order, or twice', () => {
    const [low, high] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const made = group.by(ana, { kind: 'leave' }, fake(high), fake(low))
    expect(made.parents).toEqual([low, high])
    for (const parents of [
      [high, low],
      [low, low],
    ]) {
      expect(verifyOperation(handmade({ ...decoded(made), parents }))).toBeUndefined()
      expect(() => encodeOperation({ ...decoded(made), parents })).toThrow('cannot be encoded')
    }
  })

  it('creates and has neither group nor parents, or has both', () => {
    const first = decoded(group.first)
    const other = decoded(every[3])
    expect(verifyOperation(handmade(first))).toBeDefined()
    expect(verifyOperation(handmade({ ...first, parents: [group.first.hash] }))).toBeUndefined()
    expect(verifyOperation(handmade({ ...first, group: group.first.hash }))).toBeUndefined()
    expect(verifyOperation(handmade({ ...other, parents: [] }))).toBeUndefined()
    const { group: _, ...without } = other
    expect(verifyOperation(handmade(without))).toBeUndefined()
  })

  it('has the link of its own author', () => {
    const link = linkOf(bo.fingerprint, 'Bo')
    expect(() => group.by(ana, { kind: 'address', link })).toThrow('usage')
    const first = decoded(group.first)
    const action: GroupAction = { kind: 'create', seed: new Uint8Array(32), name: 'x', creatorName: 'Ana', link }
    expect(verifyOperation(handmade({ ...first, action }))).toBeUndefined()
  })

  it('takes links in the one way that they are written', () => {
    const link = linkOf(ana.fingerprint, 'Ana')
    for (const other of [` ${link}`, link.slice(link.indexOf('#i/') + 3), `${link}x`, link.replace('relay.', 'other.')])
      expect(() => group.by(ana, { kind: 'address', link: other })).toThrow('cannot be encoded')
  })

  it('revokes devices of its own account only', () => {
    const entry = revocation(bo.identity.device.id)
    expect(() => group.by(bo, { kind: 'revoke', entry })).toThrow('usage')
    const addition = appendDevice(ana.identity.log, ana.identity.account, {
      kind: 'add',
      deviceId: new Uint8Array(16),
      signKey: new Uint8Array(32),
      dhKey: ana.identity.device.dh.publicKey,
      atMs: startMs,
    })
    expect(() => group.by(ana, { kind: 'revoke', entry: addition.entries[1] ?? entry })).toThrow('usage')
  })

  it('of a later version keeps its place, and is never made here', () => {
    const later = laterAction(99)
    expect(decodeOperation(later)?.action).toEqual({ kind: 'unknown', code: 99 })
    expect(verifyOperation(later)?.action).toEqual({ kind: 'unknown', code: 99 })
    expect(() => encodeOperation(decoded(verifyOperation(later)))).toThrow('cannot be encoded')
  })
})

describe('a consent', () => {
  const consent = group.consent(bo)

  it('opens to what was agreed to', () => {
    expect(openConsent(consent, openCertificate)).toMatchObject({ group: group.first.hash, name: 'Bo', link: bo.link })
  })

  it('is refused changed, or with the link or the certificate of somebody else', () => {
    for (const index of [0, 10, 100, 400, consent.length - 1]) {
      const changed = consent.with(index, (consent[index] ?? 0) ^ 1)
      expect(openConsent(changed, openCertificate)).toBeUndefined()
    }
    expect(openConsent(group.consent(bo, { link: cleo.link }), openCertificate)).toBeUndefined()
    const forged = signConsent(
      { device: cleo.identity.device, certificate: bo.identity.certificate },
      { group: group.first.hash, invitation: new Uint8Array(16), name: 'Bo', link: bo.link, expiresAtMs: startMs },
    )
    expect(openConsent(forged, openCertificate)).toBeUndefined()
  })

  it('has a name that can be shown', () => {
    for (const name of ['', ' Bo', 'B\u0000o', 'Bo\u202e', 'x'.repeat(65)])
      expect(() => group.consent(bo, { name })).toThrow('cannot be encoded')
  })
})

function fake(hash: Bytes): GroupOperation {
  return { ...group.first, hash }
}

function decoded(operation: GroupOperation | undefined): SignedOperation {
  const signed = operation && decodeOperation(operation.bytes)
  if (signed === undefined) throw new Error('no operation')
  return signed
}

function revocation(deviceId: Bytes): Bytes {
  const { log, account } = ana.identity
  return appendDevice(log, account, { kind: 'revoke', deviceId, atMs: startMs }).entries[1] ?? new Uint8Array()
}

/** Signed by Ana whatever it says, without the checks of an encoder. */
function handmade({ group: id, parents, certificate, atMs, action }: Omit<SignedOperation, 'signature'>): Bytes {
  const stand = encodeOperation({
    ...(action.kind === 'create' ? {} : { group: group.first.hash }),
    parents: action.kind === 'create' ? [] : [new Uint8Array(32)],
    certificate,
    atMs,
    action,
    signature: new Uint8Array(64),
  })
  const body = fieldsOf(fieldsOf(stand).get(1))
  if (id === undefined) body.delete(1)
  else body.set(1, id)
  body.set(2, parents)
  return signedByAna(body)
}

function laterAction(code: number): Bytes {
  const body = fieldsOf(fieldsOf(every[3]?.bytes).get(1))
  body.set(3, ana.identity.certificate)
  body.set(5, [code, new Map<number, Value>([[1, 'later']])])
  return signedByAna(body)
}

function signedByAna(fields: Map<number, Value>): Bytes {
  const body = encodeCbor(fields)
  const signature = sign(ana.identity.device.sign.secretKey, concatBytes(labels.groupSignature, body))
  return encodeCbor(
    new Map<number, Value>([
      [1, body],
      [2, signature],
    ]),
  )
}

function fieldsOf(bytes: Value | undefined): Map<number, Value> {
  const value =
    bytes instanceof Uint8Array ? decodeCbor(bytes, { maxBytes: 10_000, maxDepth: 8, maxItems: 64 }) : undefined
  if (!(value instanceof Map)) throw new Error('a structure is a map')
  return value
}
