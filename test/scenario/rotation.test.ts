// New addresses: nothing that is written meanwhile is lost, however long somebody is away and wherever a process dies.

import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/messenger/limits.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import { deriveWriteKey } from '../../src/protocol/mailbox/capability.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import type { Fault, Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const minuteMs = 60 * 1000
const dayMs = 24 * 60 * minuteMs
const photo = Uint8Array.from({ length: 900_000 }, (_, index) => (index * 31) % 241)
const otherUrl = 'https://other.example'

interface Two {
  readonly ana: Person
  readonly bo: Person
  readonly ids: { readonly ana: string; readonly bo: string }
}

let world: World
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function acquainted(seed: string): Promise<Two> {
  world = createWorld(seed)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await say(ana, ids.ana, 'hello')
  await say(bo, ids.bo, 'hello too')
  return { ana, bo, ids }
}

const relay = () => world.network.relay(relayUrl)

/** Resolves when the other one has it. */
async function say(person: Person, conversationId: string, text: string): Promise<void> {
  const sent = await person.messenger.send(conversationId, { text })
  await world.until(async () => (await stateOf(person, sent.id)) === 'delivered')
}

/** Resolves when it is kept by a relay. */
async function leave(person: Person, conversationId: string, text: string): Promise<void> {
  const sent = await person.messenger.send(conversationId, { text })
  await world.until(async () => (await stateOf(person, sent.id)) === 'kept')
}

async function stateOf(person: Person, messageId: string): Promise<string | undefined> {
  return (await person.messenger.messages.get(messageId))?.recipients[0]?.state.kind
}

async function heard(person: Person, conversationId: string): Promise<(string | undefined)[]> {
  const page = await person.messenger.conversations.page(conversationId)
  return page.filter(({ senderId }) => senderId !== undefined).map(({ text }) => text)
}

const contactOf = async (person: Person): Promise<string> => (await person.messenger.contacts.list())[0]?.id ?? ''
const renew = async (person: Person): Promise<void> => person.messenger.contacts.renewAddress(await contactOf(person))

/** The mailboxes that somebody's one contact may write to: where they are, and which is the newest. */
async function addressesOf(
  person: Person,
): Promise<{ id: string; relay: string; newest: boolean; writeKey: Uint8Array }[]> {
  const tables = await tablesOf(person)
  const [contact] = [...tables.contacts.held()]
  return [...tables.mailboxes.held()]
    .filter(([, { purpose }]) => purpose.kind === 'contact')
    .map(([id, row]) => ({
      id,
      relay: row.relay,
      newest: id === contact?.[1].mailboxId,
      writeKey: deriveWriteKey(row.readKey),
    }))
}
const newestOf = async (person: Person): Promise<string> =>
  (await addressesOf(person)).find(({ newest }) => newest)?.id ?? ''

/** Lets time pass while nobody runs, then some with all of them. */
async function sleepOver(people: readonly Person[], ms: number): Promise<Person[]> {
  for (const person of people) await person.messenger.close()
  await world.clock.advance(ms)
  const awake: Person[] = []
  for (const person of people) awake.push(await world.person(person.name, person.disk))
  await world.clock.advance(2 * minuteMs)
  return awake
}

describe('a new address', () => {
  it('is used from then on, and the old one goes a week after', async () => {
    const { ana, bo, ids } = await acquainted('on demand')
    const before = await newestOf(ana)
    await renew(ana)
    const after = await newestOf(ana)
    expect(after).not.toBe(before)
    expect(relay().mailboxes()).toEqual(expect.arrayContaining([before, after]))
    await world.clock.advance(minuteMs)
    await say(bo, ids.bo, 'there')
    await say(ana, ids.ana, 'and back')
    let [first, second] = await sleepOver([ana, bo], 7 * dayMs)
    expect(relay().mailboxes()).toContain(before)
    ;[first, second] = await sleepOver([first ?? ana, second ?? bo], 2 * dayMs)
    await world.until(() => !relay().mailboxes().includes(before))
    expect(await addressesOf(first ?? ana)).toMatchObject([{ id: after }])
    await say(second ?? bo, ids.bo, 'still here')
    expect(await heard(first ?? ana, ids.ana)).toEqual(['hello too', 'there', 'still here'])
  })

  it('comes by itself after a month, for each side', async () => {
    const two = await acquainted('monthly')
    const before = [await newestOf(two.ana), await newestOf(two.bo)]
    const [ana = two.ana, bo = two.bo] = await sleepOver([two.ana, two.bo], 34 * dayMs)
    await world.until(async () => (await newestOf(ana)) !== before[0] && (await newestOf(bo)) !== before[1])
    await say(ana, two.ids.ana, 'a month later')
    await say(bo, two.ids.bo, 'indeed')
    expect(await heard(ana, two.ids.ana)).toEqual(['hello too', 'indeed'])
    expect(await heard(bo, two.ids.bo)).toEqual(['hello', 'a month later'])
  })

  it('is not followed by another one before it was used', async () => {
    const { ana, bo, ids } = await acquainted('twice')
    await bo.messenger.close()
    await renew(ana)
    const once = await newestOf(ana)
    await renew(ana)
    await Promise.all([renew(ana), renew(ana)])
    expect(await newestOf(ana)).toBe(once)
    const back = await world.person('Bo', bo.disk)
    await world.clock.advance(minuteMs)
    await say(back, ids.bo, 'now')
    await renew(ana)
    expect(await newestOf(ana)).not.toBe(once)
  })

  it('is where this device can be found, and the old one no longer', async () => {
    const { ana } = await acquainted('presence')
    await renew(ana)
    await world.clock.advance(minuteMs)
    const transport = world.network.transport({ random: { bytes: (length) => new Uint8Array(length).fill(7) } })
    const found = await Promise.all(
      (await addressesOf(ana)).map(async ({ writeKey, newest }) => {
        const [reply] = await transport.relay(relayUrl).call([{ kind: 'locate', writeKey }])
        return { newest, found: reply?.kind === 'presence' && reply.peerId !== undefined }
      }),
    )
    expect(found).toHaveLength(2)
    for (const address of found) expect(address.found).toBe(address.newest)
  })

  it('reaches somebody who was away for months, and what they write before they know of it arrives', async () => {
    const two = await acquainted('months')
    const { ids } = two
    await two.bo.messenger.close()
    await renew(two.ana)
    const before = await newestOf(two.ana)
    // Longer than a relay keeps the message with the new address; Ana looks in now and then.
    let ana = two.ana
    for (let month = 0; month < 3; month++) ana = (await sleepOver([ana], 32 * dayMs))[0] ?? ana
    expect(await newestOf(ana)).toBe(before)
    expect(await addressesOf(ana)).toHaveLength(2)
    await ana.messenger.close()
    const bo = await world.person('Bo', two.bo.disk)
    await leave(bo, ids.bo, 'I am back')
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await heard(ana, ids.ana)).includes('I am back'))
    await say(bo, ids.bo, 'did you move?')
    await say(ana, ids.ana, 'I did')
    const tables = await tablesOf(bo)
    const [contact] = [...tables.contacts.held()]
    const [newest] = (await addressesOf(ana)).filter((address) => address.newest)
    expect(contact?.[1].theirs?.writeKey).toEqual(newest?.writeKey)
    expect(await heard(ana, ids.ana)).toEqual(['hello too', 'I am back', 'did you move?'])
  })

  it('of both at once, each while the other is away, loses nothing', async () => {
    const { ana, bo, ids } = await acquainted('crossed')
    world.network.setDirectPossible(false)
    await ana.messenger.close()
    await renew(bo)
    await leave(bo, ids.bo, 'from Bo')
    await bo.messenger.close()
    const anaBack = await world.person('Ana', crashedCopy(ana.disk))
    // Before she hears of Bo's.
    relay().setUp(false)
    await anaBack.messenger.send(ids.ana, { text: 'from Ana' })
    relay().setUp(true)
    await renew(anaBack)
    const boBack = await world.person('Bo', bo.disk)
    await renew(boBack)
    await say(anaBack, ids.ana, 'one')
    await say(boBack, ids.bo, 'two')
    expect(await heard(anaBack, ids.ana)).toEqual(['hello too', 'from Bo', 'two'])
    expect(await heard(boBack, ids.bo)).toEqual(['hello', 'from Ana', 'one'])
  })

  it('that the relay refuses leaves the old one in use', async () => {
    const { ana, bo, ids } = await acquainted('refused')
    const before = await newestOf(ana)
    relay().setFull(true)
    await expect(renew(ana)).rejects.toBeInstanceOf(TransportError)
    expect(await newestOf(ana)).toBe(before)
    relay().setFull(false)
    await say(bo, ids.bo, 'as before')
    // What was begun is taken up again.
    await world.clock.advance(4 * 60 * minuteMs)
    await world.until(async () => (await newestOf(ana)) !== before)
    await say(bo, ids.bo, 'later')
    expect(await heard(ana, ids.ana)).toEqual(['hello too', 'as before', 'later'])
  })

  it('is not made for somebody who is blocked or unknown, and blocking closes the old one too', async () => {
    const { ana, bo } = await acquainted('blocked')
    const id = await contactOf(ana)
    await renew(ana)
    const addresses = await addressesOf(ana)
    expect(addresses).toHaveLength(2)
    await ana.messenger.contacts.block(id)
    await world.until(() => addresses.every((address) => !relay().mailboxes().includes(address.id)))
    await expect(ana.messenger.contacts.renewAddress(id)).rejects.toMatchObject({ code: 'unknown-contact' })
    await expect(ana.messenger.contacts.renewAddress('nobody')).rejects.toMatchObject({ code: 'unknown-contact' })
    await bo.messenger.close()
  })

  it('that changes while a picture is on its way to the old one does not stop it', async () => {
    const { ana, bo, ids } = await acquainted('picture')
    world.network.setDirectPossible(false)
    world.network.cutDirect()
    const sent = await bo.messenger.send(ids.bo, { media: [{ data: photo }] })
    // The envelope is there, and a part of the picture.
    await world.until(() => relay().counters.segmentsStored > 0)
    await renew(ana)
    await world.until(async () => (await stateOf(bo, sent.id)) === 'delivered')
    await say(bo, ids.bo, 'seen?')
  })

  it.each(['before', 'after'] as const)('survives the end of the process just %s any step', async (when) => {
    const probe: Fault = { steps: 0 }
    await story('count', probe)
    // The new mailbox, its announcement, and what became of that.
    expect(probe.steps).toBeGreaterThanOrEqual(3)
    for (let dieAt = 1; dieAt <= probe.steps; dieAt++) await story(`${when} ${dieAt}`, { steps: 0, dieAt, when })

    async function story(seed: string, fault: Fault): Promise<void> {
      const two = await acquainted(`crash ${seed}`)
      const before = await newestOf(two.ana)
      await two.ana.messenger.close()
      const dying = await world.person('Ana', crashedCopy(two.ana.disk), fault)
      await world.clock.advance(1_000)
      const begun = renew(dying).catch(() => undefined)
      await world.clock.advance(5_000)
      if (fault.dieAt === undefined) {
        await begun
        await world.close()
        return
      }
      // The last steps are those of what goes on by itself; how many there are differs from run to run.
      if (fault.left === undefined) await dying.messenger.close()
      const ana = await world.person('Ana', fault.left ?? dying.disk)
      await world.clock.advance(90_000)
      await say(two.bo, two.ids.bo, 'after all')
      await say(ana, two.ids.ana, 'yes')
      expect(await heard(ana, two.ids.ana)).toEqual(['hello too', 'after all'])
      // Either it never began, or it came to its end: no address is left that is neither known nor old.
      const addresses = await addressesOf(ana)
      expect(addresses.length).toBe((await newestOf(ana)) === before ? 1 : 2)
      await ana.messenger.close()
      await two.bo.messenger.close()
      expect(world.bugs).toEqual([])
      // The dead one never answers, so that its world cannot be closed.
      world = createWorld('next')
    }
  })
})

describe('a relay that is taken off the list', () => {
  /** Ana uses two relays and gives up the first. */
  async function moving(seed: string): Promise<Two> {
    const two = await acquainted(seed)
    world.network.relay(otherUrl)
    await two.ana.messenger.relays.add(otherUrl)
    return two
  }

  it('is left by all mailboxes, and nothing that was written to them is lost', async () => {
    const two = await moving('moves')
    const { ana, bo, ids } = two
    await ana.messenger.relays.remove(relayUrl)
    await world.until(async () =>
      (await addressesOf(ana)).some((address) => address.newest && address.relay === otherUrl),
    )
    await say(bo, ids.bo, 'where are you?')
    await say(ana, ids.ana, 'here')
    const [awake = ana, boAwake = bo] = await sleepOver([ana, bo], 9 * dayMs)
    await world.until(async () => (await addressesOf(awake)).every((address) => address.relay === otherUrl))
    await say(boAwake, ids.bo, 'good')
    expect(await heard(awake, ids.ana)).toEqual(['hello too', 'where are you?', 'good'])
  })

  it('is asked for what came there while its owner was away, also for pictures', async () => {
    const two = await moving('away')
    const { ids } = two
    world.network.setDirectPossible(false)
    world.network.cutDirect()
    await two.ana.messenger.close()
    const sent = await two.bo.messenger.send(ids.bo, { media: [{ data: photo }] })
    await world.until(async () => (await stateOf(two.bo, sent.id)) === 'kept')
    await two.bo.messenger.close()
    const ana = await world.person('Ana', two.ana.disk)
    await ana.messenger.relays.remove(relayUrl)
    await world.until(async () => {
      const [message] = (await ana.messenger.conversations.page(ids.ana)).filter(
        ({ attachments }) => attachments.length > 0,
      )
      return message?.attachments[0]?.transfer.kind === 'done'
    })
  })

  it('that is gone for good does not hold up the move, and is forgotten in the end', async () => {
    const two = await moving('gone')
    const { ids } = two
    // Bo is at the other one as well.
    await two.bo.messenger.relays.add(otherUrl)
    await two.bo.messenger.relays.remove(relayUrl)
    await world.until(async () =>
      (await addressesOf(two.bo)).some(({ newest, relay: url }) => newest && url === otherUrl),
    )
    await say(two.ana, ids.ana, 'I know')
    relay().setUp(false)
    await two.ana.messenger.relays.remove(relayUrl)
    await world.until(async () =>
      (await addressesOf(two.ana)).some(({ newest, relay: url }) => newest && url === otherUrl),
    )
    await say(two.bo, ids.bo, 'I know too')
    let [ana = two.ana, bo = two.bo] = await sleepOver([two.ana, two.bo], 20 * dayMs)
    expect(await addressesOf(ana)).toHaveLength(2)
    ;[ana = ana, bo = bo] = await sleepOver([ana, bo], 20 * dayMs)
    await world.until(async () => (await addressesOf(ana)).every(({ relay: url }) => url === otherUrl))
    await say(bo, ids.bo, 'still here')
  })

  it('takes its links with it, after those who asked through them were heard', async () => {
    const { ana } = await moving('links')
    const { link } = await ana.messenger.invites.create({ uses: 5, expiresInMs: 300 * dayMs })
    const cleo = await world.person('Cleo')
    relay().onPush(() => 'drop')
    await cleo.messenger.invites.connect(link, { text: 'in time' })
    await ana.messenger.relays.remove(relayUrl)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    expect(await ana.messenger.invites.list()).toEqual([])
    const dan = await world.person('Dan')
    await expect(dan.messenger.invites.connect(link)).rejects.toMatchObject({ code: 'used' })
    const again = await ana.messenger.invites.create()
    expect(again.link.startsWith(otherUrl)).toBe(true)
  })
})

describe('an old address', () => {
  it('is not kept open by somebody who learned it and writes rubbish there', async () => {
    const two = await acquainted('rubbish')
    const old = (await addressesOf(two.ana))[0]
    await renew(two.ana)
    await world.clock.advance(minuteMs)
    await say(two.bo, two.ids.bo, 'hello from here')
    await two.bo.messenger.close()
    const transport = world.network.transport({ random: { bytes: (length) => new Uint8Array(length).fill(7) } })
    const rubbish = async (): Promise<string | undefined> => {
      const envelope = crypto.getRandomValues(new Uint8Array(4096)).fill(0x12, 0, 1)
      const writeKey = old?.writeKey ?? new Uint8Array(32)
      const [reply] = await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes: [envelope] }])
      return reply?.kind === 'error' ? reply.code : reply?.kind
    }
    let ana = two.ana
    for (let day = 0; day < 4; day++) {
      expect(await rubbish()).toBe('stored')
      ana = (await sleepOver([ana], 2 * dayMs))[0] ?? ana
    }
    ana = (await sleepOver([ana], dayMs))[0] ?? ana
    await world.until(
      () =>
        !relay()
          .mailboxes()
          .includes(old?.id ?? ''),
    )
    expect(await rubbish()).toBe('gone')
    expect(await addressesOf(ana)).toHaveLength(1)
    await say(await world.person('Bo', two.bo.disk), two.ids.bo, 'still heard')
    expect(await heard(ana, two.ids.ana)).toEqual(['hello too', 'hello from here', 'still heard'])
  })

  it('is not closed because a relay repeats at the new one what came to it', async () => {
    const two = await acquainted('copied')
    world.network.setDirectPossible(false)
    world.network.cutDirect()
    const seen: Uint8Array[] = []
    relay().onPush(({ items }) => {
      seen.push(...items.map(({ bytes }) => bytes))
      return 'deliver'
    })
    await say(two.bo, two.ids.bo, 'copy me')
    await two.bo.messenger.close()
    await renew(two.ana)
    const newest = (await addressesOf(two.ana)).find((address) => address.newest)
    const transport = world.network.transport({ random: { bytes: (length) => new Uint8Array(length).fill(9) } })
    await transport
      .relay(relayUrl)
      .call([{ kind: 'put', writeKey: newest?.writeKey ?? new Uint8Array(32), envelopes: seen }])
    const [ana = two.ana] = await sleepOver([two.ana], 20 * dayMs)
    expect(await addressesOf(ana)).toHaveLength(2)
    const bo = await world.person('Bo', two.bo.disk)
    await say(bo, two.ids.bo, 'here I am')
    expect(await heard(ana, two.ids.ana)).toEqual(['hello too', 'copy me', 'here I am'])
  })
})

describe('a contact who writes to an old address every day, and cannot be written to', () => {
  it('does not make a device collect what it would say to them', async () => {
    const { ana: first, bo } = await acquainted('daily')
    let ana = first
    world.network.setDirectPossible(false)
    world.network.cutDirect()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const nowhere = { relay: relayUrl, writeKey: crypto.getRandomValues(new Uint8Array(32)) }
    await hands.put([{ kind: 'mailbox', mailbox: nowhere }])
    await world.clock.advance(minuteMs)
    await renew(ana)
    for (let day = 0; day < 12; day++) {
      await ana.messenger.close()
      await world.clock.advance(25 * 60 * minuteMs)
      await hands.put([{ kind: 'message', text: `day ${day}`, media: [] }])
      ana = await world.person('Ana', ana.disk)
      await world.clock.advance(30_000)
    }
    expect([...(await tablesOf(ana)).outbox.held()].length).toBe(limits.waitingControls)
  })
})
