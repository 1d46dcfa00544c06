// What a contact's devices show of their keys, and what the person has to say to it.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogHead } from '../../src/protocol/content/content.ts'
import { decodeIdentity } from '../../src/protocol/identity/identity.ts'
import type { MemoryDisk } from '../../src/storage/memory.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { handsOf } from '../support/world/hands.ts'
import { moveToNewDevice } from '../support/world/new-device.ts'
import { inspect } from '../support/world/sessions.ts'
import { thiefOf } from '../support/world/thief.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }
/** Bo's device before he knew anybody. */
let blank: MemoryDisk

beforeEach(async () => {
  world = createWorld()
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  blank = crashedCopy(bo.disk)
  ids = await introduce(world, ana, bo)
  await say(bo, ids.bo, 'hello', ana, ids.ana)
  await say(ana, ids.ana, 'hello', bo, ids.bo)
  await world.clock.advance(60_000)
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const stored = () => world.network.relay(relayUrl).counters.putEnvelopes
const bosKeys = async () => (await ana.messenger.contacts.list())[0]?.keys
const bosAside = async () => (await ana.messenger.contacts.list())[0]?.aside
const idOfBo = async () => (await ana.messenger.contacts.list())[0]?.id ?? ''
const verify = async () => ana.messenger.contacts.setVerified(await idOfBo(), true)
const confirm = async () => ana.messenger.contacts.confirmKeys(await idOfBo())
const warnings = () =>
  ana.heard.flatMap(({ type, detail }) => (type === 'error' && detail !== null ? [JSON.stringify(detail)] : []))
const hear = (person: Person, conversationId: string, text: string): Promise<void> =>
  world.until(async () => (await texts(person, conversationId)).includes(text))

async function say(from: Person, in_: string, text: string, to: Person, there: string): Promise<void> {
  await from.messenger.send(in_, { text })
  await hear(to, there, text)
}

describe('a contact who comes back by a new invite, with nothing of what was', () => {
  /** Bo's device was lost; a copy from before he knew Ana comes back, or somebody who has it. */
  async function returns(): Promise<{ returned: Person; there: string }> {
    await bo.messenger.close()
    const returned = await world.person('Bo', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    const contact = await returned.messenger.invites.connect(invite.link, { text: 'it is me, on a new phone' })
    await returned.messenger.send(contact.conversationId, { text: 'the old one fell into the lake' })
    await world.clock.advance(20_000)
    return { returned, there: contact.conversationId }
  }

  test('is not heard, and is no request; what Ana writes still goes to the old device', async () => {
    await returns()
    expect(await bosKeys()).toBe('changed')
    expect(warnings()).toEqual([JSON.stringify({ code: 'keys-changed', conversationId: ids.ana })])
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(await texts(ana, ids.ana)).toEqual(['hello', 'hello'])
    bo = await world.person('Bo', bo.disk)
    await say(ana, ids.ana, 'who is that?', bo, ids.bo)
    await say(bo, ids.bo, 'not me', ana, ids.ana)
  })

  test('is heard once Ana says that it is Bo, and gets what waited for him', async () => {
    const { returned, there } = await returns()
    const sent = await ana.messenger.send(ids.ana, { text: 'is that you?' })
    await world.clock.advance(5_000)
    await confirm()
    expect(await bosKeys()).toBe('known')
    expect((await texts(ana, ids.ana)).slice(-2)).toEqual([
      'it is me, on a new phone',
      'the old one fell into the lake',
    ])
    await hear(returned, there, 'is that you?')
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
    await say(returned, there, 'yes', ana, ids.ana)
    await say(ana, ids.ana, 'welcome back', returned, there)
    // The invite was only for that.
    await world.until(async () => (await ana.messenger.invites.list()).length === 0)
  })

  test('stops everything to Bo when he is verified, until Ana decides', async () => {
    await verify()
    const { returned, there } = await returns()
    const before = stored()
    const sent = await ana.messenger.send(ids.ana, { text: 'wait' })
    await world.clock.advance(60_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    expect(stored()).toBe(before)
    ana = await ana.crash()
    await world.clock.advance(60_000)
    expect(stored()).toBe(before)
    await confirm()
    await hear(returned, there, 'wait')
    expect((await ana.messenger.contacts.list())[0]).toMatchObject({ keys: 'known', verified: false })
  })

  test('waits whole, though the same device asks twice', async () => {
    const { returned, there } = await returns()
    await returned.messenger.close()
    const again = await world.person('Bo', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    await again.messenger.invites.connect(invite.link, { text: 'me again' })
    await world.clock.advance(20_000)
    await confirm()
    expect((await texts(ana, ids.ana)).slice(-3)).toEqual([
      'it is me, on a new phone',
      'the old one fell into the lake',
      'me again',
    ])
    await say(ana, ids.ana, 'welcome back', again, there)
  })

  test('is not followed by a copy of it without a word, before it answered', async () => {
    const { returned, there } = await returns()
    await returned.messenger.close()
    await confirm()
    await ana.messenger.send(ids.ana, { text: 'for the one I know' })
    await world.clock.advance(10_000)
    const copy = await world.person('Bo', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    const elsewhere = await copy.messenger.invites.connect(invite.link)
    await world.clock.advance(60_000)
    expect(await bosKeys()).toBe('changed')
    expect(warnings()).toHaveLength(2)
    await ana.messenger.send(ids.ana, { text: 'and this' })
    await world.clock.advance(20_000)
    expect(await texts(copy, elsewhere.conversationId)).toEqual([])
    const back = await world.person('Bo', returned.disk)
    await hear(back, there, 'and this')
    expect(await texts(back, there)).toContain('for the one I know')
  })

  test('is refused, and the next one who waits is heard, once Ana says so', async () => {
    await bo.messenger.close()
    const elsewhere = crashedCopy(blank)
    await moveToNewDevice(elsewhere, world.clock.now())
    const thief = await world.person('Bo', elsewhere)
    const first = await ana.messenger.invites.create()
    await thief.messenger.invites.connect(first.link, { text: 'believe me' })
    await world.until(async () => (await bosKeys()) === 'changed')
    const { returned, there } = await returns()
    expect(warnings()).toHaveLength(1)
    expect(await bosAside()).toEqual({ messages: 1 })
    await ana.messenger.contacts.rejectKeys(await idOfBo())
    await world.until(async () => warnings().length === 2)
    await world.clock.advance(5_000)
    expect(await bosKeys()).toBe('changed')
    await confirm()
    await say(returned, there, 'thank you', ana, ids.ana)
    expect((await texts(ana, ids.ana)).slice(-3)).toEqual([
      'it is me, on a new phone',
      'the old one fell into the lake',
      'thank you',
    ])
  })

  test('is forgotten when Ana refuses, and her mark of Bo stays', async () => {
    await verify()
    expect(await bosAside()).toBeUndefined()
    await returns()
    expect(await bosAside()).toEqual({ messages: 2 })
    const sent = await ana.messenger.send(ids.ana, { text: 'wait' })
    await ana.messenger.contacts.rejectKeys(await idOfBo())
    expect((await ana.messenger.contacts.list())[0]).toMatchObject({ keys: 'known', verified: true })
    expect(await bosAside()).toBeUndefined()
    bo = await world.person('Bo', bo.disk)
    await hear(bo, ids.bo, 'wait')
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
    expect(await texts(ana, ids.ana)).not.toContain('it is me, on a new phone')
    // Said of what does not wait, it does nothing.
    await ana.messenger.contacts.rejectKeys(await idOfBo())
    expect(await bosKeys()).toBe('known')
  })

  test('loses nothing beyond what waits here, and its address least of all', async () => {
    const { returned, there } = await returns()
    const many = Array.from({ length: 55 }, (_, n) => `n${n}`)
    for (const text of many) await returned.messenger.send(there, { text })
    await world.clock.advance(60_000)
    await returned.messenger.close()
    await confirm()
    // Nobody sends it again: it lay at the relay.
    await world.until(async () => (await texts(ana, ids.ana)).includes('n54'))
    await ana.messenger.send(ids.ana, { text: 'all there' })
    await world.clock.advance(10_000)
    await hear(await world.person('Bo', returned.disk), there, 'all there')
  })

  test('is nobody any more for the device that was there before', async () => {
    await returns()
    await confirm()
    bo = await world.person('Bo', bo.disk)
    await bo.messenger.send(ids.bo, { text: 'from the old one' })
    await world.clock.advance(60_000)
    expect(await texts(ana, ids.ana)).not.toContain('from the old one')
  })
})

const logOf = (disk: MemoryDisk): Promise<LogHead> =>
  inspect(crashedCopy(disk), async ({ tables }) => {
    const identity = decodeIdentity((await tables.account.get('self'))?.identity ?? new Uint8Array())
    if (identity === undefined) throw new Error('there is nobody on this disk')
    return identity.log
  })

describe('a contact with a new device that knows what was', () => {
  async function moves(): Promise<void> {
    await bo.messenger.close()
    const disk = crashedCopy(bo.disk)
    await moveToNewDevice(disk, world.clock.now())
    bo = await world.person('Bo', disk)
    await bo.messenger.send(ids.bo, { text: 'my new phone' })
    await hear(ana, ids.ana, 'my new phone')
  }

  test('is heard, with a word of it, and goes on', async () => {
    await moves()
    expect(await bosKeys()).toBe('changed')
    expect(warnings()).toEqual([JSON.stringify({ code: 'keys-changed', conversationId: ids.ana })])
    await say(ana, ids.ana, 'nice', bo, ids.bo)
    await confirm()
    expect(await bosKeys()).toBe('known')
    await say(bo, ids.bo, 'thanks', ana, ids.ana)
    expect(await bosKeys()).toBe('known')
  })

  test('is heard and not answered when they are verified, until Ana decides', async () => {
    await verify()
    await moves()
    const sent = await ana.messenger.send(ids.ana, { text: 'really?' })
    await world.clock.advance(60_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    await say(bo, ids.bo, 'look, a photo of it', ana, ids.ana)
    await confirm()
    await hear(bo, ids.bo, 'really?')
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
  })

  test('is what Ana’s word is about, though somebody else comes meanwhile', async () => {
    await moves()
    const thief = await world.person('Thief', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    const theirs = await thief.messenger.invites.connect(invite.link, { text: 'it is me, Bo' })
    await world.clock.advance(20_000)
    await confirm()
    // That is said only now, and needs a word of its own.
    expect(await bosKeys()).toBe('changed')
    expect(warnings()).toHaveLength(2)
    await say(ana, ids.ana, 'for Bo', bo, ids.bo)
    expect(await texts(thief, theirs.conversationId)).toEqual([])
    expect(await texts(ana, ids.ana)).not.toContain('it is me, Bo')
  })

  test('may not be followed by a device that does not know of it', async () => {
    const before = await logOf(bo.disk)
    await moves()
    await say(ana, ids.ana, 'nice', bo, ids.bo)
    await confirm()
    await say(bo, ids.bo, 'thanks', ana, ids.ana)
    const thief = await thiefOf(world, bo.disk)
    await bo.messenger.close()
    // In the newest session, the log from before: somebody rolled it back.
    await thief.say({ kind: 'message', text: 'there was never a second phone', media: [] }, before)
    await hear(ana, ids.ana, 'there was never a second phone')
    expect(await bosKeys()).toBe('conflict')
  })
})

describe('a device log that contradicts what was shown before', () => {
  const forked = { length: 1, head: new Uint8Array(32).fill(7) }

  async function contradict(): Promise<void> {
    const thief = await thiefOf(world, bo.disk)
    await bo.messenger.close()
    await thief.say({ kind: 'message', text: 'all is well', media: [] }, forked)
    await hear(ana, ids.ana, 'all is well')
  }

  test('is a warning, and stops everything until Ana decides, verified or not', async () => {
    await contradict()
    expect(await bosKeys()).toBe('conflict')
    expect(warnings()).toEqual([JSON.stringify({ code: 'keys-conflict', conversationId: ids.ana })])
    const before = stored()
    const sent = await ana.messenger.send(ids.ana, { text: 'hm' })
    await world.clock.advance(60_000)
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'sending' })
    expect(stored()).toBe(before)
    ana = await ana.reopen()
    expect(await bosKeys()).toBe('conflict')
    await confirm()
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
  })

  test('makes receipts wait too, together', async () => {
    const hands = await handsOf(world, bo)
    await bo.messenger.close()
    await hands.put([{ kind: 'profile', name: 'Bo' }], { log: forked })
    await world.until(async () => (await bosKeys()) === 'conflict')
    for (let n = 0; n < 5; n++) {
      await hands.put([{ kind: 'message', text: `${n}`, media: [] }])
      await hear(ana, ids.ana, `${n}`)
      await world.clock.advance(20_000)
    }
    expect(await inspect(crashedCopy(ana.disk), async ({ tables }) => [...tables.outbox.held()].length)).toBe(0)
    const before = stored()
    await confirm()
    await world.clock.advance(20_000)
    expect(stored()).toBe(before + 1)
  })

  test('is no claim that an old session can make', async () => {
    const thief = await thiefOf(world, bo.disk)
    const disk = crashedCopy(bo.disk)
    await bo.messenger.close()
    await inspect(disk, async ({ tables, ledger }) => {
      for (const [id, row] of tables.sessions.held())
        await ledger.change(async (change) => change.put(tables.sessions, id, { ...row, sessions: [] }))
    })
    bo = await world.person('Bo', disk)
    await world.clock.advance(30_000)
    await say(bo, ids.bo, 'anew', ana, ids.ana)
    const text = { kind: 'message', text: 'from the old session', media: [] } as const
    await thief.say(text, { length: 500, head: forked.head })
    await hear(ana, ids.ana, 'from the old session')
    await say(bo, ids.bo, 'still me', ana, ids.ana)
    expect(await bosKeys()).toBe('known')
  })

  test('is not made less by a change that follows', async () => {
    await contradict()
    bo = await world.person('Bo', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    await bo.messenger.invites.connect(invite.link)
    await world.clock.advance(20_000)
    expect(await bosKeys()).toBe('conflict')
  })
})

describe('a device that is left behind, because it went back to an old copy twice', () => {
  /** Bo lost his phone, Ana said yes to his new keys, and he has the phone again; the new one is gone. */
  async function replaceAndFind(): Promise<void> {
    await bo.messenger.close()
    const gone = await world.person('Bo', crashedCopy(blank))
    const first = await ana.messenger.invites.create()
    await gone.messenger.invites.connect(first.link)
    await world.until(async () => (await bosKeys()) === 'changed')
    await gone.messenger.close()
    await confirm()
    bo = await world.person('Bo', bo.disk)
    await bo.messenger.send(ids.bo, { text: 'found my phone' })
  }

  test('is told so, and comes back by a new invite with the word of the other', async () => {
    const old = crashedCopy(bo.disk)
    await say(bo, ids.bo, 'lost', ana, ids.ana)
    await say(ana, ids.ana, 'lost too', bo, ids.bo)
    // The first time it begins anew by itself; the second time its psk is of a session long replaced.
    await bo.messenger.close()
    bo = await world.person('Bo', crashedCopy(old))
    await ana.messenger.send(ids.ana, { text: 'once' })
    await hear(bo, ids.bo, 'once')
    await say(bo, ids.bo, 'back', ana, ids.ana)
    await say(ana, ids.ana, 'good', bo, ids.bo)
    // Until new prekeys are sealed for the new session.
    await world.clock.advance(70 * 60_000)
    await bo.messenger.close()
    bo = await world.person('Bo', old)
    const sent = await ana.messenger.send(ids.ana, { text: 'and again?' })
    await world.clock.advance(5_000)
    await bo.messenger.send(ids.bo, { text: 'hello?' })
    await world.clock.advance(150 * 60_000)
    expect(bo.heard).toContainEqual({ type: 'error', detail: { code: 'contact-unreadable', conversationId: ids.bo } })
    expect(await texts(bo, ids.bo)).not.toContain('and again?')
    expect((await bo.messenger.contacts.list())[0]?.trouble).toBe('unreadable')

    const invite = await ana.messenger.invites.create()
    await bo.messenger.invites.connect(invite.link, { text: 'I lost my place' })
    await world.until(async () => (await bosKeys()) === 'changed')
    await confirm()
    await hear(bo, ids.bo, 'and again?')
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
    await hear(ana, ids.ana, 'hello?')
    await say(bo, ids.bo, 'here I am', ana, ids.ana)
    await say(ana, ids.ana, 'there you are', bo, ids.bo)
    expect((await bo.messenger.contacts.list())[0]?.trouble).toBeUndefined()
    const all = (await texts(ana, ids.ana)).filter((text) => text !== 'hello')
    expect(new Set(all).size).toBe(all.length)
  })

  test('is told so when nothing of the sessions is left, keeps what is written, and sends it then', async () => {
    const disk = crashedCopy(bo.disk)
    await bo.messenger.close()
    await inspect(disk, async ({ tables, ledger }) => {
      for (const [id] of tables.sessions.held())
        await ledger.change(async (change) => change.delete(tables.sessions, id))
    })
    bo = await world.person('Bo', disk)
    const sent = await bo.messenger.send(ids.bo, { text: 'anybody?' })
    await world.clock.advance(30_000)
    expect(await stateOf(bo, sent.id)).toEqual({ kind: 'sending' })
    expect((await bo.messenger.contacts.list())[0]?.trouble).toBe('cut-off')
    expect(bo.heard).toContainEqual({ type: 'error', detail: { code: 'contact-cut-off', conversationId: ids.bo } })
    const invite = await ana.messenger.invites.create()
    await bo.messenger.invites.connect(invite.link)
    await world.until(async () => (await bosKeys()) === 'changed')
    await confirm()
    await hear(ana, ids.ana, 'anybody?')
    await world.until(async () => (await stateOf(bo, sent.id))?.kind === 'delivered')
    await say(ana, ids.ana, 'here', bo, ids.bo)
  })

  test('comes back also when another one was taken for it, which is gone', async () => {
    await replaceAndFind()
    await ana.messenger.send(ids.ana, { text: 'for Bo' })
    await world.clock.advance(70 * 60_000)
    // Nobody answered Ana there: an invite of Bo's brings her back to him, with his word.
    const invite = await bo.messenger.invites.create()
    await ana.messenger.invites.connect(invite.link)
    await world.until(async () => (await bo.messenger.contacts.list())[0]?.keys === 'changed')
    await bo.messenger.contacts.confirmKeys((await bo.messenger.contacts.list())[0]?.id ?? '')
    await hear(bo, ids.bo, 'for Bo')
    await hear(ana, ids.ana, 'found my phone')
    await say(bo, ids.bo, 'here', ana, ids.ana)
    await say(ana, ids.ana, 'there', bo, ids.bo)
  })

  test('comes back by a link, though it has noticed nothing', async () => {
    await replaceAndFind()
    await world.clock.advance(150 * 60_000)
    // Ana is told that somebody there cannot be heard; Bo only sees that nothing is delivered.
    expect(ana.heard).toContainEqual({ type: 'error', detail: { code: 'contact-unreadable', conversationId: ids.ana } })
    expect(bo.heard.filter(({ type }) => type === 'error')).toEqual([])
    expect((await bo.messenger.contacts.list())[0]?.trouble).toBeUndefined()
    expect((await ana.messenger.contacts.list())[0]?.trouble).toBe('unreadable')
    const invite = await ana.messenger.invites.create()
    expect(await bo.messenger.invites.connect(invite.link)).toMatchObject({ state: 'accepted' })
    expect(await bo.messenger.invites.connect(invite.link, { anew: true })).toMatchObject({ state: 'asked' })
    await world.until(async () => (await bosKeys()) === 'changed')
    await confirm()
    await hear(ana, ids.ana, 'found my phone')
    await say(ana, ids.ana, 'there you are', bo, ids.bo)
    await say(bo, ids.bo, 'here I am', ana, ids.ana)
    expect((await ana.messenger.contacts.list())[0]?.trouble).toBeUndefined()
  })

  test('loses nothing of what it wrote while it waited for the word, however much', async () => {
    await bo.messenger.close()
    const returned = await world.person('Bo', crashedCopy(blank))
    const invite = await ana.messenger.invites.create()
    const { conversationId } = await returned.messenger.invites.connect(invite.link)
    const said = Array.from({ length: 60 }, (_, n) => `n${n}`)
    for (const text of said) await returned.messenger.send(conversationId, { text })
    await world.clock.advance(60_000)
    await confirm()
    await hear(ana, ids.ana, 'n59')
    await world.clock.advance(60_000)
    const page = await ana.messenger.conversations.page(ids.ana, { limit: 200 })
    const there = page.map(({ text }) => text ?? '').filter((text) => text.startsWith('n'))
    expect(there.toSorted()).toEqual(said.toSorted())
  })
})

describe('an invite of somebody whom Ana accepted long ago and who was away since', () => {
  test('leads to the contact that there is, and asks nobody anything', async () => {
    const cy = await world.person('Cy')
    const mine = await ana.messenger.invites.create()
    const theirs = await cy.messenger.invites.create()
    await cy.messenger.invites.connect(mine.link)
    await world.until(async () => (await ana.messenger.requests.list()).length > 0)
    await cy.messenger.close()
    const accepted = await ana.messenger.requests.accept((await ana.messenger.requests.list())[0]?.id ?? '')
    await bo.messenger.close()
    await world.clock.advance(70 * 60_000)
    expect(await ana.messenger.invites.connect(theirs.link)).toMatchObject({ id: accepted.id, state: 'accepted' })
  })
})
