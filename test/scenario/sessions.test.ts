// Devices that went back to an old copy of themselves, lost their sessions, or began anew at the same time: what was
// said arrives, once, and nobody takes anybody's place.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SentMessage } from '../../src/messenger/api.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { firstMessageKey, isFirstMessage } from '../../src/protocol/handshake/header-pub.ts'
import { deriveWriteKey } from '../../src/protocol/mailbox/capability.ts'
import { limits } from '../../src/messenger/limits.ts'
import { limits as limitsOfProtocol } from '../../src/protocol/limits.ts'
import type { MemoryDisk } from '../../src/storage/memory.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import type { MemoryRelay, MemoryRelayServer } from '../../src/transport/memory/relay.ts'
import { handsOf } from '../support/world/hands.ts'
import { inspect, putInto } from '../support/world/sessions.ts'
import { type Thief, thiefOf } from '../support/world/thief.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

beforeEach(async () => {
  world = createWorld()
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  ids = await introduce(world, ana, bo)
  noDirect()
  await talk('before')
  // Prekeys for new sessions are at the relay now.
  await world.clock.advance(60_000)
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const noDirect = (): void => {
  world.network.setDirectPossible(false)
  world.network.cutDirect()
}
const relay = () => world.network.relay(relayUrl)
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const hear = (person: Person, conversationId: string, text: string): Promise<void> =>
  world.until(async () => (await texts(person, conversationId)).includes(text))
const delivered = (person: Person, id: string): Promise<void> =>
  world.until(async () => (await stateOf(person, id))?.kind === 'delivered')

/** Each says something that the other hears: turns are taken, epochs begin. */
async function talk(word: string): Promise<void> {
  await ana.messenger.send(ids.ana, { text: `${word}, says Ana` })
  await hear(bo, ids.bo, `${word}, says Ana`)
  await bo.messenger.send(ids.bo, { text: `${word}, says Bo` })
  await hear(ana, ids.ana, `${word}, says Bo`)
  await world.clock.advance(20_000)
}

/** Bo's device as it is now, for later. */
const copyOf = (person: Person): MemoryDisk => crashedCopy(person.disk)

async function bringBack(person: Person, disk: MemoryDisk): Promise<Person> {
  await person.messenger.close()
  return world.person(person.name, disk)
}

const keysOf = async (person: Person) => (await person.messenger.contacts.list())[0]?.keys

/** What comes is from an old copy of the other's device; this person says that it is them. */
async function believe(person: Person): Promise<void> {
  await world.until(async () => (await keysOf(person)) === 'changed')
  await person.messenger.contacts.confirmKeys((await person.messenger.contacts.list())[0]?.id ?? '')
}

/** All sessions are gone from it; their psks stay. */
const withoutSessions = (disk: MemoryDisk): Promise<void> =>
  inspect(disk, async ({ tables, ledger }) => {
    for (const [id, row] of tables.sessions.held())
      await ledger.change(async (change) => change.put(tables.sessions, id, { ...row, sessions: [] }))
  })

/** Both lose their sessions, and begin anew before they heard of each other. */
async function beginBoth(): Promise<void> {
  const [oldAna, oldBo] = [copyOf(ana), copyOf(bo)]
  await ana.messenger.close()
  await bo.messenger.close()
  for (const disk of [oldAna, oldBo]) await withoutSessions(disk)
  relay().onPush(() => 'drop')
  relay().lie((reply) => (reply.kind === 'envelopes' ? { ...reply, items: [], more: false } : reply))
  ana = await world.person('Ana', oldAna)
  bo = await world.person('Bo', oldBo)
  await world.clock.advance(15_000)
  relay().onPush(undefined)
  relay().lie(undefined)
}

async function noDoubles(person: Person, conversationId: string): Promise<void> {
  const all = await texts(person, conversationId)
  expect(new Set(all).size).toBe(all.length)
}

describe('a device that goes back to an old copy of itself', () => {
  test('hears what it cannot open after all, and is heard again, once the other says that it is them', async () => {
    const old = copyOf(bo)
    await talk('lost')
    await talk('lost too')
    bo = await bringBack(bo, old)
    const sent = await ana.messenger.send(ids.ana, { text: 'can you read this?' })
    await believe(ana)
    await hear(bo, ids.bo, 'can you read this?')
    await delivered(ana, sent.id)
    await talk('after')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('known')
    expect((await bo.messenger.contacts.list())[0]?.keys).toBe('known')
  })

  test('tells its person when it is not believed, and comes back by an invite of the other', async () => {
    const old = copyOf(bo)
    await talk('lost')
    await talk('lost too')
    bo = await bringBack(bo, old)
    for (let hour = 0; hour < 3; hour++) {
      await ana.messenger.send(ids.ana, { text: `hour ${hour}` })
      await world.clock.advance(hourMs)
    }
    expect(await keysOf(ana)).toBe('changed')
    expect(bo.heard).toContainEqual({ type: 'error', detail: { code: 'contact-unreadable', conversationId: ids.bo } })
    expect((await bo.messenger.contacts.list())[0]?.trouble).toBe('unreadable')
    const invite = await ana.messenger.invites.create()
    await bo.messenger.invites.connect(invite.link)
    await world.clock.advance(20_000)
    await believe(ana)
    for (let hour = 0; hour < 3; hour++) await hear(bo, ids.bo, `hour ${hour}`)
    await talk('after')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
  })

  test('is heard though it speaks first, with keys that it used before', async () => {
    const old = copyOf(bo)
    await talk('lost')
    await talk('lost too')
    bo = await bringBack(bo, old)
    const sent = await bo.messenger.send(ids.bo, { text: 'nobody has my state any more' })
    await believe(ana)
    await hear(ana, ids.ana, 'nobody has my state any more')
    await delivered(bo, sent.id)
    await talk('after')
    await noDoubles(ana, ids.ana)
  })

  test('heals on either side', async () => {
    const old = copyOf(ana)
    await talk('lost')
    ana = await bringBack(ana, old)
    await ana.messenger.send(ids.ana, { text: 'again' })
    await believe(bo)
    await hear(bo, ids.bo, 'again')
    await bo.messenger.send(ids.bo, { text: 'yes' })
    await hear(ana, ids.ana, 'yes')
    await talk('after')
    await noDoubles(bo, ids.bo)
  })

  test('heals though both went back, each to another moment', async () => {
    const oldAna = copyOf(ana)
    await talk('first')
    const oldBo = copyOf(bo)
    await talk('second')
    ana = await bringBack(ana, oldAna)
    bo = await bringBack(bo, oldBo)
    await Promise.all([
      ana.messenger.send(ids.ana, { text: 'from Ana' }),
      bo.messenger.send(ids.bo, { text: 'from Bo' }),
    ])
    // What Ana's device proves is older than what Bo's does.
    await believe(bo)
    await hear(bo, ids.bo, 'from Ana')
    await hear(ana, ids.ana, 'from Bo')
    await talk('after')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
  })

  test('gets a photo that was kept for it, and its sender is told', async () => {
    const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 11) % 241)
    const old = copyOf(bo)
    await talk('lost')
    await bo.messenger.close()
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    bo = await world.person('Bo', old)
    await believe(ana)
    await delivered(ana, sent.id)
    const parts: Uint8Array[] = []
    for await (const part of bo.messenger.media.read(`${sent.id}.0`)) parts.push(part)
    expect(Buffer.concat(parts).equals(photo)).toBe(true)
  })

  test('is told again what was seen', async () => {
    const old = copyOf(bo)
    const sent = await bo.messenger.send(ids.bo, { text: 'look' })
    await hear(ana, ids.ana, 'look')
    await ana.messenger.conversations.markSeen(ids.ana, sent.id)
    await world.until(async () => (await stateOf(bo, sent.id))?.kind === 'seen')
    const stored = crashedCopy(bo.disk)
    // It keeps its messages, and loses all it heard since in its sessions.
    putInto(stored, old, ['sessions', 'receipts'])
    bo = await bringBack(bo, stored)
    const next = await ana.messenger.send(ids.ana, { text: 'next' })
    await hear(bo, ids.bo, 'next')
    await delivered(ana, next.id)
    expect((await stateOf(bo, sent.id))?.kind).toBe('seen')
  })
})

describe('a device that lost its sessions, and has their psk', () => {
  test('begins anew by itself, and what is written meanwhile goes then', async () => {
    const disk = copyOf(bo)
    await withoutSessions(disk)
    relay().setUp(false)
    bo = await bringBack(bo, disk)
    const sent = await bo.messenger.send(ids.bo, { text: 'written without a session' })
    await world.clock.advance(30_000)
    expect((await stateOf(bo, sent.id))?.kind).toBe('sending')
    relay().setUp(true)
    await hear(ana, ids.ana, 'written without a session')
    await delivered(bo, sent.id)
    await talk('after')
  })

  test('loses nothing when it stops before it could begin', async () => {
    const disk = copyOf(bo)
    await withoutSessions(disk)
    relay().setUp(false)
    bo = await bringBack(bo, disk)
    await bo.messenger.send(ids.bo, { text: 'patience' })
    bo = await bo.crash()
    relay().setUp(true)
    await hear(ana, ids.ana, 'patience')
    expect(await texts(ana, ids.ana)).toEqual(['before, says Ana', 'before, says Bo', 'patience'])
  })
})

describe('two who begin anew at the same time', () => {
  test('end in one session, with everything said once', async () => {
    const oldAna = copyOf(ana)
    const oldBo = copyOf(bo)
    await talk('lost')
    await ana.messenger.close()
    await bo.messenger.close()
    relay().setUp(false)
    for (const disk of [oldAna, oldBo]) await withoutSessions(disk)
    ana = await world.person('Ana', oldAna)
    bo = await world.person('Bo', oldBo)
    await ana.messenger.send(ids.ana, { text: 'from Ana' })
    await bo.messenger.send(ids.bo, { text: 'from Bo' })
    relay().setUp(true)
    await hear(bo, ids.bo, 'from Ana')
    await hear(ana, ids.ana, 'from Bo')
    for (const word of ['one', 'two', 'three']) await talk(word)
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
    expect(await activeSid(ana)).toBe(await activeSid(bo))
  })
})

describe('a device that hears something while it begins anew', () => {
  test('proves what it knows by then, and is no old copy', async () => {
    const rubbish = await thiefOf(world, copyOf(bo))
    const before = await activeSid(ana)
    let taken = 0
    onBundleTaken(async () => {
      taken += 1
      if (taken > 1) return
      // Two turns, though the relay has not answered yet.
      for (const word of ['one', 'two']) {
        await bo.messenger.send(ids.bo, { text: `${word}, meanwhile` })
        await soon(async () => (await texts(ana, ids.ana)).includes(`${word}, meanwhile`))
        await ana.messenger.send(ids.ana, { text: `${word}, I see` })
        await soon(async () => (await texts(bo, ids.bo)).includes(`${word}, I see`))
      }
    })
    await rubbish.put([crypto.getRandomValues(new Uint8Array(4096)).fill(0x12, 0, 1)])
    await world.until(async () => (await activeSid(ana)) !== before)
    expect(taken).toBe(2)
    await talk('after')
    expect(await keysOf(bo)).toBe('known')
    expect(await activeSid(ana)).toBe(await activeSid(bo))
  })

  /** Within one request: no time passes. */
  async function soon(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1000; tries++) {
      if (await holds()) return
      await new Promise(setImmediate)
    }
    throw new Error('it did not happen while the relay was asked')
  }

  function onBundleTaken(meanwhile: () => Promise<void>): void {
    const server = relay()
    if (!isServer(server)) throw new Error('this relay is no server')
    const call = server.call.bind(server)
    const interrupted: MemoryRelayServer['call'] = async (commands, subscriber) => {
      const replies = await call(commands, subscriber)
      if (commands.some(({ kind }) => kind === 'bundle.take')) await meanwhile()
      return replies
    }
    Object.assign(server, { call: interrupted })
  }
})

function isServer(server: MemoryRelay): server is MemoryRelayServer {
  return 'call' in server
}

describe('a first message that nobody answers', () => {
  test('is read by somebody who was away for three weeks, with all that came after it', async () => {
    const old = copyOf(ana)
    await talk('lost')
    const sent = await bo.messenger.send(ids.bo, { text: 'see you in three weeks' })
    await hear(ana, ids.ana, 'see you in three weeks')
    await world.clock.advance(20_000)
    await bo.messenger.send(ids.bo, { text: 'and this' })
    await bo.messenger.close()
    ana = await bringBack(ana, old)
    await world.clock.advance(60_000)
    for (let week = 1; week <= 3; week++) {
      await ana.messenger.send(ids.ana, { text: `week ${week}` })
      await world.clock.advance(5_000)
      ana = await later(ana, 7 * dayMs)
    }
    bo = await world.person('Bo', bo.disk)
    await believe(bo)
    for (let week = 1; week <= 3; week++) await hear(bo, ids.bo, `week ${week}`)
    await talk('after')
    await noDoubles(bo, ids.bo)
    expect((await stateOf(bo, sent.id))?.kind).toBe('delivered')
  })

  test('is not followed by others while it waits, and by another one after thirty days', async () => {
    const old = copyOf(ana)
    await talk('lost')
    const thief = await thiefOf(world, bo.disk)
    await bo.messenger.close()
    ana = await bringBack(ana, old)
    for (let hour = 0; hour < 6; hour++) {
      await thief.put([Uint8Array.of(0x12, ...crypto.getRandomValues(new Uint8Array(4095)))])
      await world.clock.advance(30_000)
      ana = await later(ana, hourMs)
    }
    expect(await begun(ana)).toBe(1)
    const first = await activeSid(ana)
    await ana.messenger.close()
    // Longer than the relay kept it, and than Bo's prekeys live: there are new ones only when Bo is back.
    await world.clock.advance(31 * dayMs)
    bo = await world.person('Bo', bo.disk)
    await world.clock.advance(30_000)
    ana = await world.person('Ana', ana.disk)
    await world.clock.advance(60_000)
    expect(await activeSid(ana)).not.toBe(first)
    await believe(bo)
    await talk('after')
    expect(await activeSid(ana)).toBe(await activeSid(bo))
  })

  /** Their device is off for that long, then on again. */
  test('is not followed by another one, though theirs came meanwhile and waits for an answer itself', async () => {
    const [oldAna, oldBo] = [copyOf(ana), copyOf(bo)]
    await ana.messenger.close()
    await bo.messenger.close()
    for (const disk of [oldAna, oldBo]) await withoutSessions(disk)
    // Nobody reads hers: Bo has begun one himself, and was not seen since.
    ana = await world.person('Ana', oldAna)
    await world.until(async () => (await begun(ana)) === 1)
    await ana.messenger.close()
    const thief = await thiefOf(world, oldBo)
    expect(await thief.takeBundle()).toBe(true)
    await thief.beginAnew({ kind: 'profile', name: 'Bo' })
    ana = await later(ana, 2 * hourMs)
    await world.clock.advance(30_000)
    await thief.put([Uint8Array.of(0x12, ...crypto.getRandomValues(new Uint8Array(4095)))])
    await world.clock.advance(60_000)
    expect(await begun(ana)).toBe(1)
  })

  async function later(person: Person, ms: number): Promise<Person> {
    await person.messenger.close()
    await world.clock.advance(ms)
    return world.person(person.name, person.disk)
  }

  /** How many sessions she began. */
  const begun = (person: Person): Promise<number> =>
    inspect(crashedCopy(person.disk), async ({ tables }) =>
      [...tables.sessions.held()].reduce(
        (sum, [, { sessions }]) =>
          sum + sessions.filter(({ session, generation }) => session.role === 'initiator' && generation > 1).length,
        0,
      ),
    )
})

/** The session in use with the only contact. */
const sessionsOf = (person: Person) =>
  inspect(crashedCopy(person.disk), async ({ tables }) =>
    [...tables.sessions.held()].flatMap(([, held]) => held.sessions),
  )
const activeSid = (person: Person): Promise<string> =>
  inspect(crashedCopy(person.disk), async ({ tables }) => {
    const [row] = [...tables.sessions.held()].map(([, held]) => held)
    return Buffer.from(row?.sessions[0]?.session.sid ?? []).toString('hex')
  })

describe('somebody with a stolen copy of a device', () => {
  const say = (text: string) => ({ kind: 'message', text, media: [] }) as const

  /** A copy of Bo's device is stolen; then Bo's begins anew, and what was stolen is used by nobody else. */
  async function stolenBeforeRefresh() {
    const thief = await thiefOf(world, copyOf(bo))
    expect(await thief.takeBundle()).toBe(true)
    const before = await activeSid(ana)
    const disk = copyOf(bo)
    await withoutSessions(disk)
    bo = await bringBack(bo, disk)
    await world.until(async () => (await activeSid(ana)) !== before)
    await talk('anew')
    return thief
  }

  test('begins a new one in Bo’s name before they went on talking: nobody can tell the two apart', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    expect(await thief.takeBundle()).toBe(true)
    await thief.beginAnew(say('it is me, Bo'))
    await hear(ana, ids.ana, 'it is me, Bo')
    expect(await keysOf(ana)).toBe('known')
  })

  test('who begins anew after two turns is a change of keys, though there is no newer session', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    await talk('one')
    await talk('two')
    const before = await activeSid(ana)
    expect(await thief.takeBundle()).toBe(true)
    await thief.beginAnew(say('it is me, Bo'))
    await thief.say(say('really'))
    await world.until(async () => (await keysOf(ana)) === 'changed')
    expect(ana.heard).toContainEqual({ type: 'error', detail: { code: 'keys-changed', conversationId: ids.ana } })
    expect(await activeSid(ana)).toBe(before)
    await talk('after')
    expect(await texts(ana, ids.ana)).not.toContain('it is me, Bo')
    await ana.messenger.contacts.rejectKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    expect(await keysOf(ana)).toBe('known')
    await talk('as before')
    await noDoubles(ana, ids.ana)
    await noDoubles(bo, ids.bo)
  })

  test('is nobody with the psk that seals bundles alone, be the copy as new as can be', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    expect(await thief.takeBundle()).toBe(true)
    await thief.beginAnew(say('it is me, Bo'), 'bundle')
    await thief.say(say('really'))
    await world.clock.advance(60_000)
    expect(await texts(ana, ids.ana)).not.toContain('it is me, Bo')
    await talk('after')
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
  })

  test('is asked about once a day, with whatever they collected before and left since, and by an old link', async () => {
    const copy = copyOf(bo)
    const old = await ana.messenger.invites.create({ uses: 3 })
    const thief = await thiefOf(world, copy)
    await talk('one')
    await talk('two')
    const warnings = () => ana.heard.filter(({ type }) => type === 'error')
    const begin = async (text: string) => {
      expect(await thief.takeBundle()).toBe(true)
      await thief.beginAnew(say(text))
      await world.clock.advance(10_000)
    }
    await begin('it is me, Bo')
    expect(await keysOf(ana)).toBe('changed')
    await ana.messenger.contacts.rejectKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    for (const text of ['really', 'believe me']) await begin(text)
    await bo.messenger.close()
    const asBo = await world.person('Bo', crashedCopy(copy))
    await asBo.messenger.invites.connect(old.link, { anew: true })
    await world.clock.advance(10_000)
    expect(await keysOf(ana)).toBe('known')
    expect(warnings()).toHaveLength(1)
    expect(relay().envelopes()).toEqual([])
    // Whom Ana invites since then is asked about.
    const invite = await ana.messenger.invites.create()
    await asBo.messenger.invites.connect(invite.link, { anew: true })
    await world.until(async () => (await keysOf(ana)) === 'changed')
    await ana.messenger.contacts.rejectKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    await asBo.messenger.close()
    bo = await world.person('Bo', bo.disk)
    await talk('goes on')
    await bo.messenger.close()
    await ana.messenger.close()
    await world.clock.advance(dayMs)
    ana = await world.person('Ana', ana.disk)
    await world.clock.advance(10_000)
    await begin('a day later')
    expect(await keysOf(ana)).toBe('changed')
  })

  test('gets nothing of what goes to Bo when Bo is marked as verified', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    await talk('one')
    await talk('two')
    await ana.messenger.contacts.setVerified((await ana.messenger.contacts.list())[0]?.id ?? '', true)
    await bo.messenger.close()
    expect(await thief.takeBundle()).toBe(true)
    await thief.beginAnew(say('it is me, Bo'))
    await world.until(async () => (await keysOf(ana)) === 'changed')
    const sent = await ana.messenger.send(ids.ana, { text: 'for Bo alone' })
    await world.clock.advance(60_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    await ana.messenger.contacts.rejectKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    bo = await world.person('Bo', bo.disk)
    await hear(bo, ids.bo, 'for Bo alone')
  })

  /** The relay is the thief's: it offers their keys as Bo's, and makes Ana begin anew. */
  async function provoked(thief: Thief) {
    await world.clock.advance(20_000)
    await bo.messenger.close()
    await thief.offerBundle()
    const before = await activeSid(ana)
    await thief.put([crypto.getRandomValues(new Uint8Array(4096)).fill(0x12, 0, 1)])
    await world.until(async () => (await activeSid(ana)) !== before)
    await ana.messenger.send(ids.ana, { text: 'for Bo alone' })
    await world.clock.advance(5_000)
  }

  test('who has the relay too reads what Ana begins with keys of theirs, before they went on talking', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    await provoked(thief)
    expect(await thief.canRead()).toBe(true)
  })

  test('who has the relay too does not read it after two turns, and Bo gets all of it', async () => {
    const thief = await thiefOf(world, copyOf(bo))
    await talk('one')
    await talk('two')
    await provoked(thief)
    expect(await thief.canRead()).toBe(false)
    bo = await world.person('Bo', bo.disk)
    await hear(bo, ids.bo, 'for Bo alone')
    await talk('after')
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
    await noDoubles(bo, ids.bo)
  })

  test('does not bring the old session back by writing in it', async () => {
    const thief = await stolenBeforeRefresh()
    const before = await activeSid(ana)
    await thief.say(say('still heard, for seven days'))
    await hear(ana, ids.ana, 'still heard, for seven days')
    expect(await activeSid(ana)).toBe(before)
    await ana.messenger.send(ids.ana, { text: 'for Bo' })
    await hear(bo, ids.bo, 'for Bo')
    await talk('after')
  })

  test('cannot say where Bo is, or who, in the old session', async () => {
    const thief = await stolenBeforeRefresh()
    const elsewhere = { relay: relayUrl, writeKey: crypto.getRandomValues(new Uint8Array(32)) }
    await thief.say({ kind: 'mailbox', mailbox: elsewhere })
    await thief.say({ kind: 'profile', name: 'Mallory' })
    await thief.say({ kind: 'refresh', name: 'Mallory', mailbox: elsewhere })
    await thief.say(say('was that heard?'))
    await hear(ana, ids.ana, 'was that heard?')
    expect((await ana.messenger.contacts.list())[0]?.name).toBe('Bo')
    await ana.messenger.send(ids.ana, { text: 'for Bo' })
    await hear(bo, ids.bo, 'for Bo')
  })

  test('who begins anew with the psk of the old session is shown as a change of keys, and heard by nobody', async () => {
    const thief = await stolenBeforeRefresh()
    // Later than clocks differ.
    await world.clock.advance(limitsOfProtocol.crossingSkewMs)
    const before = await activeSid(ana)
    await thief.beginAnew(say('it is me, Bo'))
    await thief.say(say('really'))
    await world.clock.advance(30_000)
    expect(await activeSid(ana)).toBe(before)
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('changed')
    expect(ana.heard).toContainEqual({ type: 'error', detail: { code: 'keys-changed', conversationId: ids.ana } })
    expect(await texts(ana, ids.ana)).not.toContain('it is me, Bo')
    // Bo is not verified: what they say to each other goes on in the session they have.
    await talk('after')
  })

  test('is heard only once the person says that it is Bo, with all that waited', async () => {
    const thief = await stolenBeforeRefresh()
    // Later than clocks differ.
    await world.clock.advance(limitsOfProtocol.crossingSkewMs)
    await thief.beginAnew(say('it is me, Bo'))
    await thief.say(say('really'))
    await world.clock.advance(30_000)
    await ana.messenger.contacts.confirmKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    expect((await texts(ana, ids.ana)).slice(-2)).toEqual(['it is me, Bo', 'really'])
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('known')
  })

  test('makes a device fetch what waits for the word once, and nothing of it is left after the word', async () => {
    const thief = await stolenBeforeRefresh()
    await world.clock.advance(limitsOfProtocol.crossingSkewMs)
    await thief.beginAnew(say('it is me, Bo'))
    for (let n = 2; n <= limits.messagesPerRequest + 10; n++) await thief.say(say(`number ${n}`))
    await world.clock.advance(60_000)
    let served = 0
    relay().lie((reply) => {
      if (reply.kind === 'envelopes') served += reply.items.length
      return reply
    })
    await world.clock.advance(hourMs)
    expect([served, relay().envelopes().length]).toEqual([0, 10])
    await talk('goes on')
    const { contacts } = ana.messenger
    const contact = async () => (await contacts.list())[0]
    expect((await contact())?.aside).toEqual({ messages: 50 })
    await contacts.rejectKeys((await contact())?.id ?? '')
    await world.until(() => relay().envelopes().length === 0)
    expect(await keysOf(ana)).toBe('known')
    await talk('after')
  })
})

describe('a relay that damages what comes first in a new session', () => {
  const damage = (which: (item: { readonly bytes: Uint8Array }) => boolean = () => true): void =>
    relay().lie((reply) =>
      reply.kind === 'envelopes'
        ? {
            ...reply,
            items: reply.items.map((item) =>
              which(item) ? { ...item, bytes: item.bytes.map((byte) => byte ^ 1) } : item,
            ),
          }
        : reply,
    )

  /** Ana began anew, and all that Bo said then is damaged: the last of it is what this gives. */
  async function damageAnswer(): Promise<SentMessage> {
    const disk = copyOf(ana)
    await withoutSessions(disk)
    await bo.messenger.close()
    ana = await bringBack(ana, disk)
    await world.until(async () => (await sessionsOf(ana))[0]?.generation === 2)
    await ana.messenger.close()
    bo = await world.person('Bo', bo.disk)
    await world.until(async () => (await sessionsOf(bo))[0]?.generation === 2)
    // What Bo sent again when the first message came is damaged too.
    const sent = await bo.messenger.send(ids.bo, { text: 'damaged' })
    await world.clock.advance(90_000)
    damage()
    ana = await world.person('Ana', ana.disk)
    await world.until(() => relay().envelopes().length === 0)
    relay().lie(undefined)
    return sent
  }

  test('keeps nothing from who has answered it, once it stops', async () => {
    const disk = copyOf(ana)
    await withoutSessions(disk)
    ana = await bringBack(ana, disk)
    await world.until(async () => (await sessionsOf(ana))[0]?.session.acknowledged === true)
    await bo.messenger.close()
    const sent = await ana.messenger.send(ids.ana, { text: 'damaged' })
    // With all that Ana sends because Bo answered.
    await world.clock.advance(90_000)
    damage()
    bo = await world.person('Bo', bo.disk)
    await world.until(() => relay().envelopes().length === 0)
    relay().lie(undefined)
    expect((await sessionsOf(bo))[0]?.session).toMatchObject({ role: 'responder', acknowledged: false })
    expect((await stateOf(ana, sent.id))?.kind).toBe('kept')
    await talk('after')
    await world.clock.advance(2 * hourMs)
    expect(await texts(bo, ids.bo)).toContain('damaged')
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
    await noDoubles(bo, ids.bo)
  })

  test('keeps nothing from who began it either, and makes nobody begin another one', async () => {
    const sent = await damageAnswer()
    expect((await sessionsOf(ana))[0]?.session).toMatchObject({ role: 'initiator', acknowledged: false })
    expect((await stateOf(bo, sent.id))?.kind).toBe('kept')
    await talk('after')
    await world.clock.advance(2 * 60_000)
    await delivered(bo, sent.id)
    expect(await texts(ana, ids.ana)).toContain('damaged')
    expect((await sessionsOf(ana))[0]).toMatchObject({ generation: 2 })
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
    await noDoubles(ana, ids.ana)
  })

  test('keeps the answer for a week at most, though nothing follows it', async () => {
    const sent = await damageAnswer()
    for (const person of [ana, bo]) await person.messenger.close()
    await world.clock.advance(7 * dayMs)
    bo = await world.person('Bo', bo.disk)
    // With new prekeys.
    await world.clock.advance(60_000)
    ana = await world.person('Ana', ana.disk)
    await hear(ana, ids.ana, 'damaged')
    await delivered(bo, sent.id)
    await talk('after')
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
    await noDoubles(ana, ids.ana)
  })

  test('keeps nothing from who began one at the same time, of which the contact has heard nothing', async () => {
    const [oldAna, oldBo] = [copyOf(ana), copyOf(bo)]
    await ana.messenger.close()
    await bo.messenger.close()
    for (const disk of [oldAna, oldBo]) await withoutSessions(disk)
    ana = await world.person('Ana', oldAna)
    await world.until(async () => (await sessionsOf(ana))[0]?.generation === 2)
    await ana.messenger.close()
    relay().onPush(() => 'drop')
    relay().lie((reply) => (reply.kind === 'envelopes' ? { ...reply, items: [], more: false } : reply))
    bo = await world.person('Bo', oldBo)
    await world.until(async () => (await sessionsOf(bo))[0]?.generation === 2)
    relay().onPush(undefined)
    relay().lie(undefined)
    // Bo answers in hers, and his own is what Ana cannot open.
    await world.until(async () => (await sessionsOf(bo)).length === 2)
    await world.clock.advance(20_000)
    await bo.messenger.close()
    damage(({ bytes }) => isFirstMessage(bytes))
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await sessionsOf(ana))[0]?.session.acknowledged === true)
    relay().lie(undefined)
    const sent = await ana.messenger.send(ids.ana, { text: 'damaged' })
    // With all that Ana sends because Bo answered.
    await world.clock.advance(90_000)
    damage()
    bo = await world.person('Bo', bo.disk)
    await world.until(() => relay().envelopes().length === 0)
    relay().lie(undefined)
    expect(await sessionsOf(bo)).toMatchObject([
      { generation: 2, session: { role: 'responder', acknowledged: false } },
      { generation: 2, session: { role: 'initiator', acknowledged: false } },
    ])
    expect((await stateOf(ana, sent.id))?.kind).toBe('kept')
    await talk('after')
    await world.clock.advance(2 * hourMs)
    expect(await texts(bo, ids.bo)).toContain('damaged')
    expect([await keysOf(ana), await keysOf(bo)]).toEqual(['known', 'known'])
    await noDoubles(bo, ids.bo)
  })
})

describe('a relay that leaves rubbish', () => {
  test('makes a device begin anew once an hour at most, and each time with the contact alone', async () => {
    const relayHands = await thiefOf(world, copyOf(bo))
    const sids = new Set([await activeSid(ana)])
    for (let minute = 0; minute < 130; minute += 10) {
      const noise = crypto.getRandomValues(new Uint8Array(4096))
      await relayHands.put([noise.fill(0x12, 0, 1), crypto.getRandomValues(new Uint8Array(8192)).fill(0x11, 0, 1)])
      await world.clock.advance(10 * 60_000)
      sids.add(await activeSid(ana))
    }
    expect(sids.size).toBeGreaterThan(1)
    expect(sids.size).toBeLessThanOrEqual(1 + 3)
    expect(await activeSid(ana)).toBe(await activeSid(bo))
    await talk('after')
    expect((await ana.messenger.contacts.list())[0]?.keys).toBe('known')
    await noDoubles(ana, ids.ana)
    // Nothing of it is kept.
    expect(relay().counters.envelopesStored).toBe(0)
    expect(ana.disk.rows.get('quarantine')?.size ?? 0).toBe(0)
    expect(ana.disk.rows.get('outbox')?.size ?? 0).toBe(0)
  })
})

describe('a relay that leaves rubbish while a contact is away', () => {
  test('does not make a device fill their mailbox, in which nothing was lost', async () => {
    await world.clock.advance(20_000)
    const hands = await thiefOf(world, copyOf(bo))
    await bo.messenger.close()
    const said = Array.from({ length: 20 }, (_, n) => `waits ${n}`)
    for (const text of said) await ana.messenger.send(ids.ana, { text })
    await world.clock.advance(10_000)
    const before = relay().counters.putEnvelopes
    await hands.put([crypto.getRandomValues(new Uint8Array(4096)).fill(0x12, 0, 1)])
    await world.clock.advance(60_000)
    expect((await sessionsOf(ana))[0]).toMatchObject({ generation: 2 })
    expect(relay().counters.putEnvelopes - before).toBeLessThanOrEqual(1 + 3)
    bo = await world.person('Bo', bo.disk)
    for (const text of said) await hear(bo, ids.bo, text)
    await world.clock.advance(120_000)
    await talk('after')
    await noDoubles(bo, ids.bo)
    // He has all of it, and said so: nothing came twice.
    expect(relay().counters.putEnvelopes - before).toBeLessThan(20)
  })
})

describe('a relay that leaves rubbish while a first message waits for its answer', () => {
  test('does not alarm anybody with one piece of it', async () => {
    const hands = await thiefOf(world, copyOf(bo))
    await bo.messenger.close()
    const disk = copyOf(ana)
    await withoutSessions(disk)
    ana = await bringBack(ana, disk)
    await world.until(async () => (await sessionsOf(ana))[0]?.generation === 2)
    const rubbish = () => hands.put([crypto.getRandomValues(new Uint8Array(4096)).fill(0x12, 0, 1)])
    const alarms = () => ana.heard.filter(({ detail }) => JSON.stringify(detail).includes('contact-unreadable'))
    await rubbish()
    await world.clock.advance(4 * hourMs)
    expect(alarms()).toEqual([])
    expect((await ana.messenger.contacts.list())[0]?.trouble).toBeUndefined()
    // Nobody can tell more of it from what a contact says who went on without this device.
    await rubbish()
    await world.clock.advance(hourMs)
    expect(alarms()).toHaveLength(1)
    expect((await ana.messenger.contacts.list())[0]?.trouble).toBe('unreadable')
    bo = await world.person('Bo', bo.disk)
    await talk('after')
    expect((await ana.messenger.contacts.list())[0]?.trouble).toBeUndefined()
  })
})

describe('a relay that damages what a contact offers', () => {
  const notices = (person: Person) =>
    person.heard.flatMap(({ type, detail }) => (type === 'error' ? [JSON.stringify(detail)] : []))
  const cutOff = (person: Person) => notices(person).filter((notice) => !notice.includes('undecryptable'))
  const noise = (length: number, kind: number) => crypto.getRandomValues(new Uint8Array(length)).fill(kind, 0, 1)
  const damage = (): void =>
    relay().lie((reply) =>
      reply.kind === 'bundle' ? { kind: 'bundle', main: noise(reply.main.length, reply.main[0] ?? 0) } : reply,
    )

  test('does not make a device believe that they went on without it, as long as they are heard', async () => {
    const hands = await thiefOf(world, copyOf(bo))
    damage()
    for (let n = 0; n < 5; n++) {
      await hands.put([noise(4096, 0x12), noise(8192, 0x11)])
      await world.clock.advance(30 * 60_000)
      await talk(`${n}`)
    }
    // They are away for longer, and nothing else came.
    await world.clock.advance(5 * hourMs)
    expect(notices(ana).length).toBeGreaterThan(0)
    expect(cutOff(ana)).toEqual([])
    // Nor does a link of theirs make it give up what it has.
    const invite = await bo.messenger.invites.create()
    expect(await ana.messenger.invites.connect(invite.link)).toMatchObject({ state: 'accepted' })

    relay().lie(undefined)
    await world.clock.advance(2 * hourMs)
    expect((await sessionsOf(ana))[0]).toMatchObject({ generation: 2 })
    await talk('after')
    await noDoubles(bo, ids.bo)
  })

  test('and keeps all that they send, makes it say that one of the two is so', async () => {
    const hands = await thiefOf(world, copyOf(bo))
    await bo.messenger.close()
    damage()
    await hands.put([noise(4096, 0x12)])
    await world.clock.advance(50 * 60_000)
    expect(cutOff(ana)).toEqual([])
    await world.clock.advance(3 * hourMs)
    expect(cutOff(ana)).toEqual([JSON.stringify({ code: 'contact-unreadable', conversationId: ids.ana })])
    relay().lie(undefined)
    bo = await world.person('Bo', bo.disk)
    await world.clock.advance(2 * hourMs)
    await talk('after')
  })

  test('is not blamed on anybody when nothing came that does not open', async () => {
    await bo.messenger.close()
    const disk = copyOf(ana)
    await ana.messenger.close()
    await inspect(disk, async ({ tables, ledger }) => {
      for (const [id, row] of tables.sessions.held())
        await ledger.change(async (change) =>
          change.put(tables.sessions, id, { ...row, wantedAt: world.clock.now() - hourMs }),
        )
    })
    damage()
    ana = await world.person('Ana', disk)
    await world.clock.advance(3 * hourMs)
    expect(notices(ana)).toEqual([])
  })
})

describe('a contact who begins anew again and again', () => {
  test('gets everything again once a minute, though the last time it was just now', async () => {
    await world.clock.advance(60_000)
    const hands = await thiefOf(world, copyOf(bo))
    await bo.messenger.close()
    for (let n = 0; n < 20; n++) await ana.messenger.send(ids.ana, { text: `waits ${n}` })
    await world.clock.advance(5_000)
    const before = relay().counters.putEnvelopes
    // The same psk each time: Ana heard no answer to hers, so it is the newest one for her.
    for (let n = 0; n < 5; n++) {
      expect(await hands.takeBundle()).toBe(true)
      await hands.beginAnew({ kind: 'profile', name: 'Bo' })
    }
    await world.clock.advance(10_000)
    const once = relay().counters.putEnvelopes - before
    expect(once).toBeLessThan(5 + 2 * 22)
    ana = await ana.crash()
    await world.clock.advance(70_000)
    expect(relay().counters.putEnvelopes - before).toBeGreaterThanOrEqual(once + 20)
    expect(relay().counters.putEnvelopes - before).toBeLessThan(once + 2 * 22)
  })
})

describe('the memory of first messages', () => {
  const remembered = (person: Person): Promise<number> =>
    inspect(crashedCopy(person.disk), async ({ tables }) => (await tables.firsts.list()).length)

  test('lasts as long as the session it began, and as long as a key that could open a repeat', async () => {
    // Ana answered Bo's request; then Bo's device begins anew, and the first session goes.
    expect(await remembered(ana)).toBe(1)
    const disk = copyOf(bo)
    await withoutSessions(disk)
    const before = await activeSid(ana)
    bo = await bringBack(bo, disk)
    await world.until(async () => (await activeSid(ana)) !== before)
    await talk('anew')
    expect(await remembered(ana)).toBe(2)
    await bo.messenger.close()
    for (const [days, left] of [
      [8, 2],
      [10, 2],
      [10, 2],
      [10, 1],
    ] as const) {
      await ana.messenger.close()
      await world.clock.advance(days * dayMs)
      ana = await world.person('Ana', ana.disk)
      await world.clock.advance(20_000)
      expect(await remembered(ana)).toBe(left)
    }
  })

  const firsts = (count: number, contactOf: (n: number) => string, at: number) =>
    inspect(ana.disk, async ({ tables, ledger }) => {
      const theirs = [...tables.contacts.held()].map(([id]) => id)[0] ?? ''
      await ledger.change(async (change) => {
        for (let n = 0; n < count; n++) {
          const row = { contactId: contactOf(n) || theirs, at, sid: new Uint8Array(32).fill(9) }
          change.put(tables.firsts, n.toString(16).padStart(64, '0'), row)
        }
      })
    })
  /** An hour from now, rows of then are forgotten. */
  const nearlyOver = (): number => world.clock.now() - 37 * dayMs + hourMs

  test('is never emptied to make room: beyond a bound a new beginning waits at the relay until an old one is forgotten', async () => {
    const disk = copyOf(bo)
    await withoutSessions(disk)
    await bo.messenger.close()
    await ana.messenger.close()
    await firsts(limits.firstsPerContact, () => '', nearlyOver())
    ana = await world.person('Ana', ana.disk)
    const before = await activeSid(ana)
    bo = await world.person('Bo', disk)
    const sent = await bo.messenger.send(ids.bo, { text: 'too often' })
    await world.clock.advance(hourMs / 2)
    expect(await remembered(ana)).toBe(limits.firstsPerContact + 1)
    expect(await activeSid(ana)).toBe(before)
    expect(await stateOf(bo, sent.id)).toMatchObject({ kind: 'kept' })
    expect(ana.heard.filter(({ type }) => type === 'error')).toEqual([])

    await world.clock.advance(2 * hourMs)
    expect(await texts(ana, ids.ana)).toContain('too often')
    expect(await activeSid(ana)).not.toBe(before)
    expect(await remembered(ana)).toBe(2)
  })

  test('has a bound for all together, strangers and those who were never heard of again', async () => {
    const invite = await ana.messenger.invites.create({ uses: 5 })
    await ana.messenger.close()
    await firsts(limits.firsts, (n) => `stranger ${n}`, nearlyOver())
    ana = await world.person('Ana', ana.disk)
    const cleo = await world.person('Cleo')
    await cleo.messenger.invites.connect(invite.link)
    await world.clock.advance(hourMs / 2)
    expect(await ana.messenger.requests.list()).toEqual([])
    // Who is a contact, and goes on as they were, notices nothing.
    await talk('meanwhile')
    await world.clock.advance(2 * hourMs)
    expect(await ana.messenger.requests.list()).toHaveLength(1)
  })
})

describe('what says who and where somebody is', () => {
  test('is dated later than what was said before, though the clock was set back', async () => {
    const toldAt = (disk: MemoryDisk) =>
      inspect(crashedCopy(disk), async ({ tables }) => [...tables.contacts.held()][0]?.[1].toldAt ?? 0)
    const told: number[] = []
    for (const [name, aheadMs] of [
      ['Bob', 2 * hourMs],
      ['Bobby', 0],
      ['Robert', -hourMs],
    ] as const) {
      await bo.messenger.close()
      bo = await world.person('Bo', bo.disk, undefined, aheadMs)
      await bo.messenger.profile.setName(name)
      await world.until(async () => (await ana.messenger.contacts.list())[0]?.name === name)
      told.push(await toldAt(bo.disk))
    }
    expect(told).toEqual([told[0], (told[0] ?? 0) + 1, (told[0] ?? 0) + 2])
  })

  test('counts in the order in which it was said, in whichever of two sessions that crossed', async () => {
    await beginBoth()
    for (const name of ['one', 'two']) await talk(name)
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const elsewhere = { relay: relayUrl, writeKey: crypto.getRandomValues(new Uint8Array(32)) }
    const now = world.clock.now()
    for (const [step, session] of [0, 1, 0, 1].entries()) {
      const said = await hands.seal(
        [{ kind: 'mailbox', mailbox: elsewhere }],
        { sentAtMs: now + 2 * step + 1 },
        session,
      )
      const named = await hands.seal(
        [{ kind: 'profile', name: `Bo ${step}` }],
        { sentAtMs: now + 2 * step + 1 },
        session,
      )
      await hands.putEnvelopes([...said, ...named])
      await world.clock.advance(5_000)
      expect((await ana.messenger.contacts.list())[0]?.name).toBe(`Bo ${step}`)
    }
  })
})

describe('what a relay held back', () => {
  test('does not bring back an address or a name that was given up, though it opens', async () => {
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const elsewhere = { relay: relayUrl, writeKey: crypto.getRandomValues(new Uint8Array(32)) }
    const here = hands.own
    const [old, older, ...newer] = await hands.seal([
      { kind: 'mailbox', mailbox: elsewhere },
      { kind: 'profile', name: 'Robert' },
      { kind: 'mailbox', mailbox: here },
      { kind: 'profile', name: 'Bob' },
      { kind: 'message', text: 'newest', media: [] },
    ])
    await hands.putEnvelopes(newer)
    await hear(ana, ids.ana, 'newest')
    await hands.putEnvelopes([old ?? new Uint8Array(), older ?? new Uint8Array()])
    await world.clock.advance(5_000)
    expect((await ana.messenger.contacts.list())[0]?.name).toBe('Bob')
    const sent = await ana.messenger.send(ids.ana, { text: 'where are you?' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
  })

  for (const [later, word] of [
    [0, 'in the session that is used'],
    [1, 'in the other one'],
  ] as const)
    test(`does not bring back an address or a name after two began at once, the newest of which were given ${word}`, async () => {
      await beginBoth()
      for (const name of ['one', 'two']) await talk(name)
      await bo.messenger.close()
      expect(await sessionsOf(ana)).toMatchObject([{ generation: 2 }, { generation: 2 }])
      const hands = await handsOf(world, bo)
      const elsewhere = { relay: relayUrl, writeKey: crypto.getRandomValues(new Uint8Array(32)) }
      const first = { sentAtMs: world.clock.now() + 1 }
      const second = { sentAtMs: world.clock.now() + 2 }
      const [older, gone] = await hands.seal(
        [
          { kind: 'profile', name: 'Robert' },
          { kind: 'mailbox', mailbox: elsewhere },
        ],
        first,
        1 - later,
      )
      const newer = await hands.seal(
        [
          { kind: 'profile', name: 'Bob' },
          { kind: 'mailbox', mailbox: hands.own },
        ],
        second,
        later,
      )
      const rest = [older ?? new Uint8Array(), gone ?? new Uint8Array()]
      await hands.putEnvelopes(newer)
      await hands.putEnvelopes(rest)
      await world.clock.advance(5_000)
      expect((await ana.messenger.contacts.list())[0]?.name).toBe('Bob')
      const sent = await ana.messenger.send(ids.ana, { text: 'where are you?' })
      await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    })

  test('does not undo an address that was named since, when it is the answer to a request', async () => {
    const cleo = await world.person('Cleo')
    const invite = await cleo.messenger.invites.create()
    const dan = await world.person('Dan')
    const { conversationId } = await dan.messenger.invites.connect(invite.link)
    await world.until(async () => (await cleo.messenger.requests.list()).length > 0)
    await dan.messenger.close()
    const accepted = await cleo.messenger.requests.accept((await cleo.messenger.requests.list())[0]?.id ?? '')
    await world.clock.advance(5_000)
    // The relay gives the answer out last.
    const answer = relay().envelopes()
    expect(answer).toHaveLength(1)
    await cleo.messenger.contacts.renewAddress(accepted.id)
    await world.clock.advance(5_000)
    relay().lie((reply) => {
      if (reply.kind !== 'envelopes') return reply
      const reversed = reply.items.toReversed()
      return { ...reply, items: reply.items.map((item, n) => ({ ...item, ...reversed[n], sequence: item.sequence })) }
    })
    const disk = dan.disk
    const again = await world.person('Dan', disk)
    await world.until(async () => (await again.messenger.contacts.list())[0]?.state === 'accepted')
    const newest = await inspect(crashedCopy(cleo.disk), async ({ tables }) => {
      const readKey = tables.mailboxes.peek(tables.contacts.peek(accepted.id)?.mailboxId ?? '')?.readKey
      return deriveWriteKey(readKey ?? new Uint8Array(32))
    })
    const known = await inspect(crashedCopy(disk), async ({ tables }) => [...tables.contacts.held()][0]?.[1].theirs)
    expect(known?.writeKey).toEqual(newest)
    await again.messenger.send(conversationId, { text: 'hello' })
    await hear(cleo, accepted.conversationId, 'hello')
  })

  for (const [aheadMs, word] of [
    [0, ''],
    [20_000, ', though the clock of who made it is ahead'],
    [3 * hourMs, ', though that clock is ahead by hours'],
  ] as const)
    test(`of two beginnings at once is no change of keys when it comes at last${word}`, async () => {
      const [oldAna, oldBo] = [copyOf(ana), copyOf(bo)]
      await ana.messenger.close()
      await bo.messenger.close()
      for (const disk of [oldAna, oldBo]) await withoutSessions(disk)
      ana = await world.person('Ana', oldAna, undefined, aheadMs)
      await world.until(() => relay().envelopes().some(isFirstMessage))
      // All that begins with Ana's first message is held back; Bo's, begun meanwhile, is the one that both go on in.
      const held = relay()
        .envelopes()
        .map((envelope) => toHex(firstMessageKey(envelope) ?? new Uint8Array()))
      const isHeld = ({ bytes }: { readonly bytes: Uint8Array }): boolean =>
        held.includes(toHex(firstMessageKey(bytes) ?? new Uint8Array()))
      relay().onPush(({ items }) => (items.some(isHeld) ? 'drop' : 'deliver'))
      relay().lie((reply) =>
        reply.kind === 'envelopes' ? { ...reply, items: reply.items.filter((item) => !isHeld(item)) } : reply,
      )
      bo = await world.person('Bo', oldBo)
      for (const name of ['one', 'two', 'three']) await talk(name)
      const own = await sessionsOf(bo)
      expect(own.map(({ generation, session }) => [generation, session.role])).toEqual([[2, 'initiator']])
      relay().onPush(undefined)
      relay().lie(undefined)
      await world.clock.advance(6 * 60_000)
      expect((await bo.messenger.contacts.list())[0]?.keys).toBe('known')
      expect(await sessionsOf(bo)).toHaveLength(1)
      expect(relay().envelopes()).toEqual([])
      await talk('after')
      await noDoubles(bo, ids.bo)
    })
})
