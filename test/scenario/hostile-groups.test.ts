// A group with people in it who cheat: what their devices send is signed and sealed as it should be, and says what it should not.
// The rules alone are in test/hostile; here they reach devices that people look at.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GroupView } from '../../src/messenger/api.ts'
import { limits, times } from '../../src/messenger/limits.ts'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import type { Body } from '../../src/protocol/content/content.ts'
import type { GroupAction } from '../../src/protocol/group/action.ts'
import { signConsent } from '../../src/protocol/group/consent.ts'
import type { GroupOperation } from '../../src/protocol/group/operation.ts'
import { signOperation } from '../../src/protocol/group/operation.ts'
import { decodeIdentity } from '../../src/protocol/identity/identity.ts'
import { encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { personNamed } from '../protocol/group/people.ts'
import type { Hands } from '../support/world/hands.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld } from '../support/world/pair.ts'
import { inspect } from '../support/world/sessions.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { relayUrl } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000
const minuteMs = 60 * secondMs
const yearMs = 365 * 24 * 60 * minuteMs

let world: World
let ana: Person
let bo: Person
let cem: Person
let group: GroupView

/** Their sessions go on: one message key is not used twice. */
const held = new Map<string, Hands>()

afterEach(async () => {
  held.clear()
  await closeWorld(world)
})

/** Ana has a group with Bo, and Cem if `three`; both are contacts of hers. */
async function begin(seed: string, three = false): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: true }))
  const contactIds = (await ana.messenger.contacts.list()).flatMap(({ id, name }) =>
    three || name === 'Bo' ? [id] : [],
  )
  group = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
  for (const person of three ? [ana, bo, cem] : [ana, bo])
    await world.until(async () => (await membersOf(person)).length === (three ? 3 : 2))
  await world.clock.advance(minuteMs)
}

const viewOf = async (person: Person): Promise<GroupView | undefined> => person.messenger.groups.get(group.id)
const membersOf = async (person: Person): Promise<string[]> =>
  ((await viewOf(person))?.members ?? []).map(({ name }) => name).toSorted()
const nameAt = async (person: Person): Promise<string | undefined> => (await viewOf(person))?.name
const linesOf = async (person: Person) =>
  (await person.messenger.conversations.page(group.conversationId)).flatMap(({ line }) => line ?? [])
const fingerprintOf = async (person: Person): Promise<string> => (await person.messenger.profile.get()).fingerprint
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()

/** The operations on a person's disk, as they are sent. */
async function logOf(person: Person): Promise<Uint8Array[]> {
  const rows = await (await tablesOf(person)).groupOperations.list({ prefix: `${group.id}/` })
  return rows.map(({ row }) => row.bytes)
}

/** Operations in the name of a person whose messenger is closed, one upon the other or side by side. */
async function signerOf(person: Person) {
  const tables = await tablesOf(person)
  const identity = decodeIdentity((await tables.account.get('self'))?.identity ?? new Uint8Array())
  if (identity === undefined) throw new Error('nobody')
  return (
    parents: readonly Uint8Array[],
    action: Exclude<GroupAction, { kind: 'create' | 'unknown' }>,
    atMs = world.clock.now(),
  ): GroupOperation => signOperation(identity, { group: bytesOf(group.id), parents, atMs, action })
}

async function headsAt(person: Person): Promise<readonly Uint8Array[]> {
  const { emptyLog, takeOperations } = await import('../../src/protocol/group/log.ts')
  const { unsafeReadOperation } = await import('../../src/protocol/group/operation.ts')
  const operations = (await logOf(person)).flatMap((bytes) => unsafeReadOperation(bytes) ?? [])
  const { log } = takeOperations(emptyLog(bytesOf(group.id)), operations)
  return log.heads.map(({ operation }) => operation.hash)
}

/** Puts operations into the mailbox of a contact, Ana unless it is somebody else. */
async function send(person: Person, operations: readonly GroupOperation[], to = 'Ana'): Promise<void> {
  const key = `${person.name}/${to}`
  const hands = held.get(key) ?? (await handsOf(world, person, to))
  held.set(key, hands)
  const heads = operations.slice(-1).map(({ hash }) => hash)
  const bodies = [
    { kind: 'operations' as const, group: bytesOf(group.id), heads, operations: operations.map(({ bytes }) => bytes) },
  ]
  await hands.put(bodies)
  await world.clock.advance(10 * secondMs)
}

describe('operations', () => {
  it('of a contact who is no member change nothing, though they are signed for its newest heads', async () => {
    await begin('no-member')
    const heads = await headsAt(ana)
    await cem.messenger.close()
    const sign = await signerOf(cem)
    const me = bytesOf(await fingerprintOf(bo))
    await send(cem, [sign(heads, { kind: 'rename', name: 'Mine' }), sign(heads, { kind: 'remove', member: me })])
    await send(cem, [sign(heads, { kind: 'settings', adders: 'members', linkApproval: false })])
    // Departures, for which there is room in a full log: nor are they kept.
    const log = await logOf(ana)
    const floods = [1, 2, 3].map((ms) => sign([bytesOf(group.id)], { kind: 'leave' }, ms))
    await send(cem, floods)
    expect(await logOf(ana)).toEqual(log)
    expect(log).toHaveLength(2)
    expect(await nameAt(ana)).toBe('The sea')
    expect(await membersOf(ana)).toEqual(['Ana', 'Bo'])
    expect((await viewOf(ana))?.adders).toBe('admins')
    // What Ana passes on with her next operation changes nothing at Bo's either.
    await ana.messenger.groups.rename(group.id, 'The ocean')
    await world.until(async () => (await nameAt(bo)) === 'The ocean')
    expect(await membersOf(bo)).toEqual(['Ana', 'Bo'])
  })

  it('that come again, and in any order, are told of once', async () => {
    await begin('replayed')
    await ana.messenger.groups.rename(group.id, 'The ocean')
    await world.until(async () => (await nameAt(bo)) === 'The ocean')
    const lines = await linesOf(ana)
    const log = await logOf(ana)
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const heads = [new Uint8Array(32).fill(1)]
    for (const operations of [log, log.toReversed(), [...log, ...log]])
      await hands.put([{ kind: 'operations', group: bytesOf(group.id), heads, operations }])
    await world.clock.advance(10 * secondMs)
    expect(await linesOf(ana)).toEqual(lines)
    expect(await nameAt(ana)).toBe('The ocean')
  })

  it('before those that they follow wait for them', async () => {
    await begin('reordered')
    const heads = await headsAt(ana)
    await bo.messenger.close()
    const sign = await signerOf(bo)
    const first = sign(heads, { kind: 'rename', name: 'First' })
    const second = sign([first.hash], { kind: 'rename', name: 'Second' })
    const third = sign([second.hash], { kind: 'rename', name: 'Third' })
    await send(bo, [third])
    await send(bo, [second])
    expect(await nameAt(ana)).toBe('The sea')
    await send(bo, [first])
    expect(await nameAt(ana)).toBe('Third')
    expect((await linesOf(ana)).filter(({ kind }) => kind === 'renamed')).toHaveLength(3)
  })

  it('from the future win nothing: what follows them counts', async () => {
    await begin('future')
    const heads = await headsAt(ana)
    await bo.messenger.close()
    const sign = await signerOf(bo)
    await send(bo, [sign(heads, { kind: 'rename', name: 'For ever' }, world.clock.now() + 100 * yearMs)])
    expect(await nameAt(ana)).toBe('For ever')
    await ana.messenger.groups.rename(group.id, 'The sea again')
    expect(await nameAt(ana)).toBe('The sea again')
    const page = await ana.messenger.conversations.page(group.conversationId)
    expect(Math.max(...page.map(({ sentAt }) => sentAt))).toBeLessThanOrEqual(world.clock.now())
  })

  it('of a member who tells each of the others something else end alike', async () => {
    await begin('fork', true)
    const heads = await headsAt(ana)
    await bo.messenger.close()
    const sign = await signerOf(bo)
    const [left, right] = [
      sign(heads, { kind: 'rename', name: 'Left' }),
      sign(heads, { kind: 'rename', name: 'Right' }),
    ]
    await send(bo, [left])
    expect(await nameAt(ana)).toBe('Left')
    await send(bo, [right], 'Cem')
    expect(await nameAt(cem)).toBe('Right')
    await ana.messenger.groups.setAdders(group.id, 'members')
    await world.until(async () => (await viewOf(cem))?.adders === 'members')
    await world.until(async () => (await nameAt(cem)) === (await nameAt(ana)))
    expect(['Left', 'Right']).toContain(await nameAt(cem))
  })

  it('that add somebody whose link leads into the network of the others make nobody call there', async () => {
    await begin('own-network')
    const inside = world.network.relay('http://127.0.0.1:9')
    const outside = world.network.relay('https://elsewhere.example')
    const heads = await headsAt(ana)
    await ana.messenger.close()
    const sign = await signerOf(ana)
    const adds = (name: string, relay: string): GroupOperation => {
      const { fingerprint, identity } = personNamed(name)
      const terms = { name, expiresAtMs: world.clock.now() + yearMs }
      const keys = { writeKey: new Uint8Array(32).fill(5), psk: new Uint8Array(32).fill(6), uses: 31 }
      const link = encodeInviteLink({ ...terms, ...keys, fingerprint, relays: [relay] })
      const invitation = new Uint8Array(16).fill(name.length)
      const consent = signConsent(identity, { ...terms, group: bytesOf(group.id), invitation, link })
      return sign(heads, { kind: 'add', consent, isAdmin: false })
    }
    await send(ana, [adds('Dan', 'http://127.0.0.1:9'), adds('Elias', 'https://elsewhere.example')], 'Bo')
    expect(await membersOf(bo)).toEqual(['Ana', 'Bo', 'Dan', 'Elias'])
    await world.clock.advance(30 * minuteMs)
    expect(outside.counters.calls).toBeGreaterThan(0)
    expect(inside.counters.calls).toBe(0)
  })

  it('of somebody who was removed change nothing, also with what pretends to be older', async () => {
    await begin('removed', true)
    const heads = await headsAt(bo)
    await ana.messenger.groups.setAdmin(group.id, await fingerprintOf(bo), true)
    await world.until(async () => (await viewOf(bo))?.isAdmin === true)
    const asAdmin = await headsAt(bo)
    await ana.messenger.groups.remove(group.id, await fingerprintOf(bo))
    await world.until(async () => (await membersOf(cem)).length === 2)
    await bo.messenger.close()
    const sign = await signerOf(bo)
    const victim = bytesOf(await fingerprintOf(cem))
    await send(bo, [sign(heads, { kind: 'rename', name: 'Bo was here' })])
    await send(bo, [sign(asAdmin, { kind: 'remove', member: victim })])
    await world.clock.advance(minuteMs)
    for (const person of [ana, cem]) {
      expect(await nameAt(person)).toBe('The sea')
      expect(await membersOf(person)).toEqual(['Ana', 'Cem'])
    }
  })
})

describe('the id of a message that somebody else is writing', () => {
  it('keeps that message away from nobody, whatever is sent with it before, taken back and deleted', async () => {
    await begin('same-ids', true)
    await cem.messenger.close()
    const hands = await handsOf(world, cem, 'Ana')
    const idOf = (byte: number) => new Uint8Array(16).fill(byte)
    const until = world.clock.now() + yearMs
    const bodies: readonly Body[] = [
      { kind: 'reaction', to: idOf(99), emoji: '❤️' },
      { kind: 'post', media: [], text: 'nobody follows me', until },
      { kind: 'timer', lifeMs: 5 * minuteMs },
      { kind: 'message', text: 'mine', media: [] },
      { kind: 'message', text: 'mine, for now', media: [] },
    ]
    for (const [index, body] of bodies.entries()) await hands.put([body], { messageId: idOf(index + 1) })
    await hands.put([{ kind: 'unsend', of: [idOf(5)] }])
    await world.clock.advance(10 * secondMs)
    for (const index of bodies.keys()) {
      const text = `word ${index}`
      await bo.messenger.send(group.conversationId, { text }, { id: toHex(idOf(index + 1)) })
      await world.until(async () =>
        (await ana.messenger.conversations.page(group.conversationId)).some((message) => message.text === text),
      )
    }
    // Nor does any come twice.
    await world.clock.advance(minuteMs)
    const texts = (await ana.messenger.conversations.page(group.conversationId)).flatMap(({ text }) => text ?? [])
    expect(texts).toEqual(bodies.map((_, index) => `word ${index}`))
  })
})

describe('a member who asks for the log again and again', () => {
  const questions = 200
  const ask = async (hands: Hands): Promise<void> => {
    await hands.put(
      Array.from({ length: questions }, () => ({
        kind: 'compare' as const,
        group: bytesOf(group.id),
        heads: [crypto.getRandomValues(new Uint8Array(32))],
      })),
    )
    await world.clock.advance(20 * secondMs)
  }
  const waitingAt = async (person: Person): Promise<number> =>
    [...(await tablesOf(person)).outbox.held()].filter(([, { isAction }]) => isAction === true).length

  it('is told a bounded part of it in a minute, and again after that', async () => {
    await begin('asks')
    const size = (await logOf(ana)).length
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const puts = (): number => world.network.relay(relayUrl).counters.putEnvelopes
    const before = puts()
    await ask(hands)
    // Theirs are among these, and each answer has the whole of this log; besides, receipts and one question.
    const answers = puts() - before - questions
    expect(answers).toBeGreaterThanOrEqual(limits.compareOperations / size)
    expect(answers).toBeLessThanOrEqual(limits.compareOperations / size + 8)
    await world.clock.advance(minuteMs)
    const again = puts()
    await ask(hands)
    expect(puts() - again - questions).toBeGreaterThanOrEqual(limits.compareOperations / size)
  })

  it('is told nothing more while much waits for their relay', async () => {
    await begin('asks-away')
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const relay = world.network.relay(relayUrl)
    relay.lie((reply) => (reply.kind === 'stored' ? { kind: 'error', code: 'too-many-requests' } : reply))
    await ask(hands)
    const waiting = await waitingAt(ana)
    expect(waiting).toBeGreaterThan(0)
    // One question of Ana's own is beside them.
    expect(waiting).toBeLessThanOrEqual(limits.waitingAnswers + 1)
    relay.lie(undefined)
  })
})

describe('what names operations that nobody has', () => {
  const earlyAt = async (person: Person) => [...(await tablesOf(person)).earlyContents.held()].map(([, row]) => row)
  const flood = async (): Promise<void> => {
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const text = 'x'.repeat(9000)
    for (let round = 0; round < 15; round++) {
      const said = Array.from({ length: 10 }, () => ({ kind: 'message' as const, text, media: [] }))
      const heads = [crypto.getRandomValues(new Uint8Array(32))]
      const envelopes: Uint8Array[] = []
      for (const body of said)
        envelopes.push(
          ...(await hands.seal([body], { conversationId: bytesOf(group.conversationId), groupHeads: heads })),
        )
      await hands.putEnvelopes(envelopes)
      await world.clock.advance(5 * secondMs)
    }
  }

  it('waits for them within a bound of bytes, and goes with whoever said it', async () => {
    await begin('early')
    await flood()
    const held = await earlyAt(ana)
    const bytes = held.reduce((sum, { content }) => sum + content.length, 0)
    expect(held.length).toBeGreaterThan(100)
    expect(bytes).toBeLessThanOrEqual(limits.earlyContentBytes)
    expect(bytes).toBeGreaterThan(limits.earlyContentBytes - 20_000)
    const [boAtAna] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.block(boAtAna?.id ?? '')
    expect(await earlyAt(ana)).toEqual([])
  })

  it('is not kept for good', async () => {
    await begin('early-old')
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    await hands.put([{ kind: 'message', text: 'under nothing', media: [] }], {
      conversationId: bytesOf(group.conversationId),
      groupHeads: [crypto.getRandomValues(new Uint8Array(32))],
    })
    await world.clock.advance(5 * secondMs)
    expect(await earlyAt(ana)).toHaveLength(1)
    await ana.messenger.close()
    // As if it had come so long ago.
    await inspect(ana.disk, async ({ tables, ledger }) =>
      ledger.change((change) => {
        for (const [key, row] of tables.earlyContents.held())
          change.put(tables.earlyContents, key, { ...row, at: row.at - times.earlyContentMs - minuteMs })
        return Promise.resolve()
      }),
    )
    ana = await ana.reopen()
    await world.until(async () => (await earlyAt(ana)).length === 0)
  })
})

describe('two admins who remove each other at once', () => {
  it('end with the senior one, on all devices', async () => {
    await begin('each-other', true)
    await ana.messenger.groups.setAdmin(group.id, await fingerprintOf(bo), true)
    await world.until(async () => (await viewOf(bo))?.isAdmin === true)
    await world.clock.advance(minuteMs)
    const relay = world.network.relay(relayUrl)
    relay.setUp(false)
    await world.clock.advance(secondMs)
    await ana.messenger.groups.remove(group.id, await fingerprintOf(bo))
    await bo.messenger.groups.remove(group.id, await fingerprintOf(ana))
    expect(await membersOf(bo)).toEqual(['Bo', 'Cem'])
    relay.setUp(true)
    await world.until(async () => (await membersOf(cem)).join() === 'Ana,Cem')
    await world.until(async () => (await viewOf(bo))?.isMember === false)
    expect(await membersOf(ana)).toEqual(['Ana', 'Cem'])
    // Bo is not heard any more, and Cem still is.
    await cem.messenger.send(group.conversationId, { text: 'and now?' })
    await world.until(async () =>
      (await ana.messenger.conversations.page(group.conversationId)).some(({ text }) => text === 'and now?'),
    )
  })
})
