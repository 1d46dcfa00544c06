// Prekeys at the relay: offered to contacts and behind links, renewed before they are old, never the same one twice.

import { afterEach, describe, expect, it } from 'vitest'
import type { TakenBundle } from '../../src/messenger/delivery/contact-prekeys.ts'
import { takeContactBundle } from '../../src/messenger/delivery/contact-prekeys.ts'
import { InviteError } from '../../src/messenger/api.ts'
import { createLedger } from '../../src/messenger/records/ledger.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { decodeInviteLink } from '../../src/protocol/invite/link.ts'
import { deriveMailboxId, deriveWriteKey } from '../../src/protocol/mailbox/capability.ts'
import { decodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import type { PrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { noSessions } from '../../src/protocol/session/sessions.ts'
import { openMemoryStorage } from '../../src/storage/memory.ts'
import { tablesOf } from '../support/world/inside.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const dayMs = 24 * 60 * 60 * 1000
const minuteMs = 60 * 1000
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

/** Two people who know each other, and whose session both sides have acknowledged. */
async function acquainted(seed: string): Promise<{ ana: Person; bo: Person; ids: { ana: string; bo: string } }> {
  world = createWorld(seed)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  for (const [from, id, text] of [
    [ana, ids.ana, 'one'],
    [bo, ids.bo, 'two'],
    [ana, ids.ana, 'three'],
  ] as const) {
    const sent = await from.messenger.send(id, { text })
    await sent.state('delivered')
  }
  return { ana, bo, ids }
}

/** What somebody who begins anew with their only contact gets, as their device would take it. */
async function take(person: Person): Promise<TakenBundle> {
  const tables = await tablesOf(person)
  const [found] = [...tables.contacts.held()]
  const transport = world.network.transport({ random })
  const psks = (tables.sessions.peek(found?.[0] ?? '')?.psks ?? []).map(({ contactPsk }) => contactPsk)
  const { clock } = world
  const signal = new AbortController().signal
  const taken = await takeContactBundle({ tables, transport, random, clock }, found?.[0] ?? '', { psks, signal })
  if (typeof taken === 'string') throw new Error(taken)
  return taken
}

/** Private halves of what was offered in a person's contact mailboxes. */
async function secretsOf(person: Person): Promise<PrekeySecrets[]> {
  const rows = await (await tablesOf(person)).prekeys.list()
  return rows.map(({ row }) => decodePrekeySecrets(row.secrets)).filter((secrets) => secrets !== undefined)
}

const relay = () => world.network.relay(relayUrl)
const mains = () =>
  relay()
    .bundles()
    .map(({ main }) => toHex(main))

/** Lets time pass while nobody runs, which takes none. */
async function sleepOver(people: readonly Person[], ms: number): Promise<Person[]> {
  for (const person of people) await person.messenger.close()
  await world.clock.advance(ms)
  const awake: Person[] = []
  for (const person of people) awake.push(await world.person(person.name, person.disk))
  await world.clock.advance(2 * minuteMs)
  return awake
}

describe('prekeys for contacts', () => {
  it('are offered on both sides once the session is acknowledged, and open under its psk alone', async () => {
    const { bo } = await acquainted('contacts')
    await world.until(() => relay().bundles().length === 2)
    expect(
      relay()
        .bundles()
        .map(({ oneTime }) => oneTime),
    ).toEqual([4, 4])
    const taken = await take(bo)
    expect(taken.bundle.kem.kind).toBe('one-time')
    const tables = await tablesOf(bo)
    const [contact] = [...tables.contacts.held()]
    const transport = world.network.transport({ random })
    const options = { psks: [random.bytes(32)], signal: new AbortController().signal }
    const { clock } = world
    const withAnother = await takeContactBundle({ tables, transport, random, clock }, contact?.[0] ?? '', options)
    expect(withAnother).toBe('foreign')
  })

  it('give each one-time key once, then the last-resort key, until more were made a day later', async () => {
    const { ana, bo } = await acquainted('low')
    await world.until(() => relay().bundles().length === 2)
    const kinds: string[] = []
    const ids = new Set<string>()
    for (let count = 0; count < 6; count++) {
      const taken = await take(bo)
      kinds.push(taken.bundle.kem.kind)
      ids.add(toHex(taken.bundle.kem.id))
    }
    expect(kinds).toEqual(['one-time', 'one-time', 'one-time', 'one-time', 'last-resort', 'last-resort'])
    expect(ids.size).toBe(5)
    const people = await sleepOver([ana, bo], 20 * 60 * minuteMs)
    expect(
      relay()
        .bundles()
        .some(({ oneTime }) => oneTime === 0),
    ).toBe(true)
    await sleepOver(people, 5 * 60 * minuteMs)
    await world.until(() =>
      relay()
        .bundles()
        .every(({ oneTime }) => oneTime === 4),
    )
  })

  it('are renewed before a week is over, and what was made before them opens for 37 days', async () => {
    const first = await acquainted('weekly')
    await world.until(() => relay().bundles().length === 2)
    const [ana] = await secretsOf(first.ana)
    const before = mains()
    let people = await sleepOver([first.ana, first.bo], 4 * dayMs)
    expect(mains()).toEqual(before)
    people = await sleepOver(people, 2 * dayMs)
    await world.until(() => mains().every((main) => !before.includes(main)))
    const [renewed] = await secretsOf(people[0] ?? first.ana)
    expect(renewed?.sets).toHaveLength(2)
    expect(renewed?.sets[1]).toEqual(ana?.sets[0])
    people = await sleepOver(people, 30 * dayMs)
    expect((await secretsOf(people[0] ?? first.ana))[0]?.sets.map(({ createdAtMs }) => createdAtMs)).toContain(
      ana?.sets[0]?.createdAtMs,
    )
    people = await sleepOver(people, 2 * dayMs)
    const late = await secretsOf(people[0] ?? first.ana)
    expect(late[0]?.sets.some(({ createdAtMs }) => createdAtMs === ana?.sets[0]?.createdAtMs)).toBe(false)
  })

  it('come back after a relay lost everything', async () => {
    await acquainted('lost')
    await world.until(() => relay().bundles().length === 2)
    const before = mains()
    await world.clock.advance(61 * minuteMs)
    relay().setUp(false)
    relay().wipe()
    relay().setUp(true)
    await world.until(() => relay().bundles().length === 2)
    expect(mains().every((main) => !before.includes(main))).toBe(true)
  })

  it('are offered as the same bytes when the answer was lost, also after a crash', async () => {
    const { ana, bo } = await acquainted('same bytes')
    await bo.messenger.close()
    relay().loseReplies(true)
    await world.until(() => relay().bundles().length === 1)
    const [offered] = mains()
    const [secrets] = await secretsOf(ana)
    relay().loseReplies(false)
    const again = await ana.crash()
    await world.clock.advance(20 * minuteMs)
    expect(mains()).toEqual([offered])
    expect(await secretsOf(again)).toEqual([secrets])
    expect((await tablesOf(again)).offers).toBeDefined()
    expect(await (await tablesOf(again)).offers.list()).toEqual([])
  })

  it('are not offered to somebody who is blocked', async () => {
    const { ana } = await acquainted('blocked')
    await world.until(() => relay().bundles().length === 2)
    const [contact] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.block(contact?.id ?? '')
    await world.until(() => relay().bundles().length === 1)
    await world.clock.advance(20 * minuteMs)
    expect(relay().bundles()).toHaveLength(1)
    expect(await secretsOf(ana)).toEqual([])
  })
})

describe('prekeys behind links', () => {
  /** Somebody who meets nobody before. */
  async function stranger(name: string): Promise<Person> {
    return world.person(name)
  }

  const refusal = async (person: Person, link: string): Promise<string> =>
    person.messenger.invites.connect(link).then(
      () => 'asked',
      (error: unknown) => (error instanceof InviteError ? error.code : 'another error'),
    )

  it('are renewed while the link lives, so that it works after weeks', async () => {
    world = createWorld('month')
    let ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ expiresInMs: 30 * dayMs })
    const address = await ana.messenger.invites.create({ uses: 3, expiresInMs: 365 * dayMs })
    for (let week = 0; week < 4; week++) {
      const [awake] = await sleepOver([ana], 6 * dayMs)
      ana = awake ?? ana
      await world.clock.advance(minuteMs)
    }
    const [bo, cleo] = [await stranger('Bo'), await stranger('Cleo')]
    expect(await refusal(bo, link)).toBe('asked')
    expect(await refusal(cleo, address.link)).toBe('asked')
    await world.until(async () => (await ana.messenger.requests.list()).length === 2)
  })

  it('live a week, a month or a year, whatever is asked for', async () => {
    world = createWorld('lifetimes')
    const ana = await world.person('Ana')
    const days = async (options?: { uses?: number; expiresInMs?: number }): Promise<number> => {
      const { expiresAt } = await ana.messenger.invites.create(options)
      return (expiresAt - world.clock.now()) / dayMs
    }
    expect(await days()).toBe(7)
    expect(await days({ uses: 5 })).toBe(7)
    expect(await days({ expiresInMs: 1000 * dayMs })).toBe(30)
    expect(await days({ uses: 2, expiresInMs: 1000 * dayMs })).toBe(366)
    expect(await days({ uses: 1, expiresInMs: 2 * dayMs })).toBe(2)
  })

  it('say that their owner was away for too long, and work again when they are back', async () => {
    world = createWorld('away')
    const ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ expiresInMs: 30 * dayMs })
    const address = await ana.messenger.invites.create({ uses: 9, expiresInMs: 60 * dayMs })
    await ana.messenger.close()
    await world.clock.advance(9 * dayMs)
    const [bo, cleo] = [await stranger('Bo'), await stranger('Cleo')]
    expect(await refusal(bo, link)).toBe('away')
    expect(await refusal(cleo, address.link)).toBe('away')
    const back = await world.person('Ana', ana.disk)
    await world.clock.advance(minuteMs)
    expect(await refusal(bo, link)).toBe('asked')
    expect(await refusal(cleo, address.link)).toBe('asked')
    await world.until(async () => (await back.messenger.requests.list()).length === 2)
  })

  it('of one use are taken by one person, however often they were renewed, and not renewed once taken', async () => {
    world = createWorld('one use')
    let ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ expiresInMs: 30 * dayMs })
    ana = (await sleepOver([ana], 6 * dayMs))[0] ?? ana
    await world.clock.advance(minuteMs)
    const before = mains()
    // Takes the key, and is never heard of again.
    const bo = await stranger('Bo')
    relay().setFull(true)
    await bo.messenger.invites.connect(link)
    await bo.messenger.close()
    relay().setFull(false)
    expect(
      relay()
        .bundles()
        .map(({ oneTime }) => oneTime),
    ).toEqual([0])
    ana = (await sleepOver([ana], 7 * dayMs))[0] ?? ana
    await world.clock.advance(20 * minuteMs)
    expect(mains()).toEqual(before)
    expect(
      relay()
        .bundles()
        .map(({ oneTime }) => oneTime),
    ).toEqual([0])
    expect(await refusal(await stranger('Cleo'), link)).not.toBe('asked')
  })

  it('of an address are filled up when most were taken', async () => {
    world = createWorld('address')
    const ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ uses: 1000, expiresInMs: 60 * dayMs })
    expect(
      relay()
        .bundles()
        .map(({ oneTime }) => oneTime),
    ).toEqual([100])
    const decoded = decodeInviteLink(link)
    if (!decoded.ok) throw new Error(decoded.reason)
    const transport = world.network.transport({ random })
    const { writeKey } = decoded.invite
    const drain = (count: number) =>
      transport
        .relay(relayUrl)
        .call(
          Array.from({ length: count }, () => ({ kind: 'bundle.take', writeKey, takeId: random.bytes(16) }) as const),
        )
    await drain(70)
    let [awake] = await sleepOver([ana], dayMs + 10 * minuteMs)
    expect(
      relay()
        .bundles()
        .map(({ oneTime }) => oneTime),
    ).toEqual([30])
    await drain(6)
    ;[awake] = await sleepOver([awake ?? ana], minuteMs)
    await world.until(() => relay().bundles()[0]?.oneTime === 100)
    expect(await refusal(await stranger('Bo'), link)).toBe('asked')
  })

  it('of an address fall back to the last-resort key, and two people who share it are two people', async () => {
    world = createWorld('last resort')
    const ana = await world.person('Ana')
    const { link } = await ana.messenger.invites.create({ uses: 4 })
    const decoded = decodeInviteLink(link)
    if (!decoded.ok) throw new Error(decoded.reason)
    const { writeKey } = decoded.invite
    const transport = world.network.transport({ random })
    const take4 = Array.from(
      { length: 4 },
      () => ({ kind: 'bundle.take', writeKey, takeId: random.bytes(16) }) as const,
    )
    await transport.relay(relayUrl).call(take4)
    const [bo, cleo] = [await stranger('Bo'), await stranger('Cleo')]
    await bo.messenger.invites.connect(link, { text: 'Bo' })
    await cleo.messenger.invites.connect(link, { text: 'Cleo' })
    await world.until(async () => (await ana.messenger.requests.list()).length === 2)
    // The same first messages once more, as a relay might deliver them.
    const replayed = relay().envelopes()
    await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes: [...replayed] }])
    await world.clock.advance(minuteMs)
    expect((await ana.messenger.requests.list()).map(({ name }) => name).toSorted()).toEqual(['Bo', 'Cleo'])
  })
})

describe('many contacts', () => {
  it('get their prekeys a few at a time, and every one of them once', async () => {
    world = createWorld('many')
    const ana = await world.person('Ana')
    await ana.messenger.close()
    await befriend(ana, 20)
    const puts: { readonly at: number; readonly count: number }[] = []
    let before = 0
    const back = await world.person('Ana', ana.disk)
    for (let second = 0; second < 30; second++) {
      await world.clock.advance(1_000)
      const now = relay().bundles().length
      if (now > before) puts.push({ at: second, count: now - before })
      before = now
    }
    expect(before).toBe(20)
    expect(puts.map(({ count }) => count)).toEqual([8, 8, 4])
    // Messages go first, and between the rounds there is time for other things.
    expect(puts[0]?.at).toBeGreaterThanOrEqual(2)
    const pauses = puts.slice(1).map(({ at }, index) => at - (puts[index]?.at ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2)
    const all = await secretsOf(back)
    expect(all.map(({ sets }) => sets.length)).toEqual(Array.from({ length: 20 }, () => 1))
    const [offered, { calls }] = [mains(), relay().counters]
    await world.clock.advance(11 * minuteMs)
    expect(mains()).toEqual(offered)
    // Nobody offers her anything, so that she cannot begin anew with them: she asks ever more seldom.
    expect(relay().counters.calls - calls).toBeLessThan(20 * 12)
  })

  it('do not all come again on one day', async () => {
    world = createWorld('spread')
    const ana = await world.person('Ana')
    await ana.messenger.close()
    await befriend(ana, 24)
    const back = await world.person('Ana', ana.disk)
    await world.until(() => relay().bundles().length === 24)
    const tables = await tablesOf(back)
    const days = [...tables.mailboxes.held()].map(
      ([, { offer }]) => ((offer?.renewAt ?? 0) - world.clock.now()) / dayMs,
    )
    expect(Math.min(...days)).toBeGreaterThan(4.9)
    expect(Math.max(...days)).toBeLessThan(6)
    expect(Math.max(...days) - Math.min(...days)).toBeGreaterThan(0.7)
  })

  /** Writes contacts with an acknowledged session onto the disk of somebody who is not running. */
  async function befriend(person: Person, count: number): Promise<void> {
    const { store, release } = await openMemoryStorage(person.disk, random.bytes)
    const tables = await openTables(store)
    const ledger = createLedger(store)
    await ledger.change(async (change) => {
      for (let index = 0; index < count; index++) {
        const [contactId, readKey] = [toHex(random.bytes(16)), random.bytes(32)]
        const mailboxId = toHex(deriveMailboxId(deriveWriteKey(readKey)))
        const theirs = { relay: relayUrl, writeKey: random.bytes(32) }
        const [conversationId, nowMs] = [toHex(random.bytes(16)), world.clock.now()]
        change.put(tables.mailboxes, mailboxId, {
          relay: relayUrl,
          readKey,
          purpose: { kind: 'contact', contactId },
          closing: false,
          renewAt: nowMs + 30 * dayMs,
        })
        change.put(tables.contacts, contactId, {
          fingerprint: random.bytes(32),
          name: `Contact ${index}`,
          state: 'accepted',
          conversationId,
          mailboxId,
          theirs,
          createdAt: nowMs,
        })
        change.put(tables.sessions, contactId, {
          ...noSessions,
          psks: [{ contactPsk: random.bytes(32), opened: 0, exporters: [], earlier: new Uint8Array() }],
        })
      }
    })
    await release()
  }
})
