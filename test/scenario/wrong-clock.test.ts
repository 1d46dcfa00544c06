// A device whose clock is a year ahead for some minutes: what it did then does no harm once the clock is right, and
// nothing is given up that cannot be had back.

import { afterEach, describe, expect, it } from 'vitest'
import { takeContactBundle } from '../../src/messenger/delivery/contact-prekeys.ts'
import type { PrekeySet } from '../../src/protocol/prekeys/secrets.ts'
import { decodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { tablesOf } from '../support/world/inside.ts'
import { refusalOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = () => world.network.relay(relayUrl)
const asking = async (person: Person): Promise<string[]> =>
  (await person.messenger.requests.list()).map(({ name }) => name)
const stateOf = async (person: Person, id: string): Promise<string | undefined> =>
  (await person.messenger.messages.get(id))?.recipients[0]?.state.kind

async function acquainted(seed: string): Promise<{ ana: Person; bo: Person; ids: { ana: string; bo: string } }> {
  world = createWorld(seed)
  world.network.setDirectPossible(false)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  for (const [person, id] of [
    [ana, ids.ana],
    [bo, ids.bo],
    [ana, ids.ana],
  ] as const) {
    const sent = await person.messenger.send(id, { text: 'hello' })
    await world.until(async () => (await stateOf(person, sent.id)) === 'delivered')
  }
  await world.until(() => relay().bundles().length === 2)
  return { ana, bo, ids }
}

/** Runs somebody's device with a clock that is a year ahead, then with the right one. */
async function withWrongClock(person: Person, ms: number): Promise<Person> {
  await person.messenger.close()
  const wrong = await world.person(person.name, person.disk, undefined, 365 * dayMs)
  await world.clock.advance(ms)
  await wrong.messenger.close()
  return world.person(person.name, person.disk)
}

/** The private halves that are kept of what a person offered to contacts. */
async function setsOf(person: Person): Promise<PrekeySet[]> {
  const rows = await (await tablesOf(person)).prekeys.list()
  return rows.flatMap(({ row }) => decodePrekeySecrets(row.secrets)?.sets ?? [])
}

/** Whether somebody who begins anew with their only contact now could. */
async function canBegin(person: Person): Promise<boolean> {
  const tables = await tablesOf(person)
  const [contactId = ''] = [...tables.contacts.held()].map(([id]) => id)
  const psks = (tables.sessions.peek(contactId)?.psks ?? []).map(({ contactPsk }) => contactPsk)
  const transport = world.network.transport({ random })
  const options = { psks, signal: new AbortController().signal }
  return (
    typeof (await takeContactBundle({ tables, transport, random, clock: world.clock }, contactId, options)) === 'object'
  )
}

describe('after a clock was a year ahead', () => {
  it('prekeys that were offered then are replaced, and the next address comes when it is due', async () => {
    const { ana, bo, ids } = await acquainted('offers')
    const right = await withWrongClock(bo, 15 * minuteMs)
    await world.clock.advance(10 * minuteMs)
    expect(await canBegin(ana)).toBe(true)

    // They got an address then, too. Once they have used it they get another.
    const sent = await ana.messenger.send(ids.ana, { text: 'there' })
    await world.until(async () => (await stateOf(ana, sent.id)) === 'delivered')
    await world.clock.advance(4 * hourMs)
    const tables = await tablesOf(right)
    const [mailboxId = ''] = [...tables.contacts.held()].map(([, contact]) => contact.mailboxId)
    expect(tables.mailboxes.peek(mailboxId)?.renewAt).toBeLessThan(world.clock.now() + 34 * dayMs)
  })

  it('links work, and private keys are there', async () => {
    const { ana } = await acquainted('links')
    const invite = await ana.messenger.invites.create()
    const before = await setsOf(ana)
    const right = await withWrongClock(ana, 10 * minuteMs)
    await world.clock.advance(minuteMs)
    expect(relay().mailboxes()).toContain(invite.id)
    expect(await setsOf(right)).toEqual(expect.arrayContaining(before))
    const cem = await world.person('Cem')
    await cem.messenger.invites.connect(invite.link)
    await world.until(async () => (await asking(right)).includes('Cem'))
  })
})

describe('after a long time away', () => {
  it('a link whose time is over goes when the clock has shown the same for an hour', async () => {
    world = createWorld('away')
    const first = await world.person('Ana')
    const invite = await first.messenger.invites.create()
    await first.messenger.close()
    await world.clock.advance(20 * dayMs)
    const ana = await world.person('Ana', first.disk)
    await world.clock.advance(30 * minuteMs)
    expect(await ana.messenger.invites.list()).toEqual([])
    expect(relay().mailboxes()).toContain(invite.id)
    await world.clock.advance(hourMs)
    expect(relay().mailboxes()).not.toContain(invite.id)
  })

  it('what is over goes at once in a later run', async () => {
    world = createWorld('away twice')
    const first = await world.person('Ana')
    const invite = await first.messenger.invites.create()
    await first.messenger.close()
    await world.clock.advance(20 * dayMs)
    const second = await world.person('Ana', first.disk)
    await world.clock.advance(minuteMs)
    await second.messenger.close()
    await world.clock.advance(dayMs)
    await world.person('Ana', second.disk)
    await world.clock.advance(minuteMs)
    expect(relay().mailboxes()).not.toContain(invite.id)
  })
})

describe('between clocks that are days apart', () => {
  it.each([
    [-2, 0],
    [0, 1.5],
  ])('links say that a clock is wrong, and work when it is right (%s and %s days)', async (answersAhead, asksAhead) => {
    world = createWorld('apart')
    world.network.setDirectPossible(false)
    let ana = await world.person('Ana', undefined, undefined, asksAhead * dayMs)
    let bo = await world.person('Bo', undefined, undefined, answersAhead * dayMs)
    const { link } = await ana.messenger.invites.create({ expiresInMs: 20 * dayMs })
    expect(await refusalOf(bo.messenger.invites.connect(link))).toBe('clock')
    expect(await refusalOf(bo.messenger.invites.connect(link))).toBe('clock')
    await Promise.all([ana.messenger.close(), bo.messenger.close()])
    // Until what was made then is less than a day ahead.
    await world.clock.advance(0.5 * asksAhead * dayMs)
    ana = await world.person('Ana', ana.disk)
    bo = await world.person('Bo', bo.disk)
    await bo.messenger.invites.connect(link)
    await world.until(async () => (await asking(ana)).includes('Bo'))
  })

  it.each([2, -2])('people who know each other write and see, whoever is wrong (%s days)', async (days) => {
    const known = await acquainted('apart')
    const { ana, ids } = known
    await known.bo.messenger.close()
    let bo = await world.person('Bo', known.bo.disk, undefined, days * dayMs)
    const photo = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 13) % 249)
    const said: string[] = []
    for (let round = 0; round < 3; round += 1)
      for (const [person, id, other] of [
        [ana, ids.ana, bo],
        [bo, ids.bo, ana],
      ] as const) {
        const text = `${person.name} ${round}`
        said.push(text)
        const sent = await person.messenger.send(id, { text, media: [{ data: photo }] })
        await world.until(async () => (await stateOf(person, sent.id)) === 'delivered')
        await other.messenger.conversations.markSeen(person === ana ? ids.bo : ids.ana, sent.id)
        await world.until(async () => (await stateOf(person, sent.id)) === 'seen')
        await world.clock.advance(minuteMs)
      }
    for (const [person, id] of [
      [ana, ids.ana],
      [bo, ids.bo],
    ] as const)
      expect((await person.messenger.conversations.page(id)).slice(-said.length).map(({ text }) => text)).toEqual(said)
    // Nothing is shown as of more than a day ahead.
    for (const { sentAt } of await ana.messenger.conversations.page(ids.ana))
      expect(sentAt).toBeLessThanOrEqual(world.clock.now() + dayMs)

    // What disappears does so after its time on each device's own clock, and not before.
    await bo.messenger.conversations.setTimer(ids.bo, hourMs)
    await world.until(async () => (await ana.messenger.conversations.get(ids.ana))?.timerMs === hourMs)
    const gone = await ana.messenger.send(ids.ana, { text: 'for an hour' })
    await world.until(async () => (await bo.messenger.messages.get(gone.id)) !== undefined)
    await bo.messenger.conversations.markSeen(ids.bo, gone.id)
    await world.clock.advance(50 * minuteMs)
    expect(await bo.messenger.messages.get(gone.id)).toBeDefined()
    await world.clock.advance(15 * minuteMs)
    expect(await bo.messenger.messages.get(gone.id)).toBeUndefined()

    // The clock is set right, and everything goes on.
    await bo.messenger.close()
    bo = await world.person('Bo', bo.disk)
    await ana.messenger.conversations.setTimer(ids.ana, 0)
    for (const [person, id] of [
      [ana, ids.ana],
      [bo, ids.bo],
    ] as const) {
      const sent = await person.messenger.send(id, { text: 'right again' })
      await world.until(async () => (await stateOf(person, sent.id)) === 'delivered')
    }
    const { link } = await bo.messenger.invites.create()
    const dora = await world.person('Dora')
    await dora.messenger.invites.connect(link)
    await world.until(async () => (await asking(bo)).includes('Dora'))
  })
})
