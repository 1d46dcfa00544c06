// Asking to join a group by a link of an admin's, and the picture of a group.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GroupView } from '../../src/messenger/api.ts'
import { limits } from '../../src/messenger/limits.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { signConsent } from '../../src/protocol/group/consent.ts'
import { emptyLog, takeOperations } from '../../src/protocol/group/log.ts'
import { signOperation, unsafeReadOperation } from '../../src/protocol/group/operation.ts'
import { decodeIdentity } from '../../src/protocol/identity/identity.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { personNamed } from '../protocol/group/people.ts'
import { jpeg } from '../support/jpeg.ts'
import { handsOf } from '../support/world/hands.ts'
import { closeWorld } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import { inspect } from '../support/world/sessions.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'
import { introduce } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs

let world: World
let ana: Person
let bo: Person
let cem: Person
let group: GroupView

afterEach(() => closeWorld(world))

/** Ana has a group with Bo in it. Cem knows nobody. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'bo', following: true }))
  const [boAtAna] = await ana.messenger.contacts.list()
  group = await ana.messenger.groups.create({ contactIds: [boAtAna?.id ?? ''], name: 'The sea' })
  await world.until(async () => (await membersOf(bo)).length === 2)
}

const viewOf = async (person: Person): Promise<GroupView | undefined> => person.messenger.groups.get(group.id)
const membersOf = async (person: Person): Promise<string[]> =>
  ((await viewOf(person))?.members ?? []).map(({ name }) => name).toSorted()
const askersOf = async (person: Person) => (await viewOf(person))?.askers ?? []
const askOf = async (person: Person) => (await person.messenger.groups.asks()).at(0)
const textsOf = async (person: Person): Promise<string[]> =>
  (await person.messenger.conversations.page(group.conversationId)).flatMap(({ text }) => text ?? [])

/** As if so many people had joined; the messenger is closed. */
async function fill(person: Person, count: number): Promise<void> {
  await inspect(person.disk, async ({ tables, ledger }) => {
    const identity = decodeIdentity((await tables.account.get('self'))?.identity ?? new Uint8Array())
    if (identity === undefined) throw new Error('nobody')
    const rows = await tables.groupOperations.list({ prefix: `${group.id}/` })
    const id = Uint8Array.from(Buffer.from(group.id, 'hex'))
    const { log } = takeOperations(
      emptyLog(id),
      rows.flatMap(({ row }) => unsafeReadOperation(row.bytes) ?? []),
    )
    let parents = log.heads.map(({ operation }) => operation.hash)
    await ledger.change(async (change) => {
      for (let index = 0; index < count; index++) {
        const joiner = personNamed(`Joiner ${index}`)
        const terms = { group: id, invitation: new Uint8Array(16).fill(index), name: joiner.name, link: joiner.link }
        const consent = signConsent(joiner.identity, { ...terms, expiresAtMs: world.clock.now() + dayMs })
        const action = { kind: 'add' as const, consent, isAdmin: false }
        const operation = signOperation(identity, { group: id, parents, atMs: world.clock.now(), action })
        change.put(tables.groupOperations, `${group.id}/${operation.id}`, { bytes: operation.bytes })
        parents = [operation.hash]
      }
    })
  })
}

/** Cem asks, and Ana sees it. */
async function ask(text?: string): Promise<string> {
  const { link } = await ana.messenger.groups.createLink(group.id)
  await cem.messenger.groups.askToJoin(link, text === undefined ? {} : { text })
  await world.until(async () => (await askersOf(ana)).length === 1)
  return link
}

describe('a link of a group', () => {
  it('says which group and whose link it is, before anything is asked', async () => {
    await begin('inspect')
    const { link, expiresAt } = await ana.messenger.groups.createLink(group.id)
    expect(link).toContain('/#g/')
    expect(await cem.messenger.groups.inspectLink(link)).toEqual({
      groupId: group.id,
      name: 'The sea',
      invitedBy: 'Ana',
      fingerprint: (await ana.messenger.profile.get()).fingerprint,
      relay: 'relay.example',
      expiresAt,
    })
    expect(await bo.messenger.groups.inspectLink(link)).toMatchObject({ conversationId: group.conversationId })
    expect((await viewOf(ana))?.link).toEqual({ link, expiresAt })
    // It is Ana's own, and none of her invites.
    expect((await viewOf(bo))?.link).toBeUndefined()
    expect((await ana.messenger.invites.list()).map((invite) => invite.uses)).toEqual([])
    expect(await refusalOf(bo.messenger.groups.createLink(group.id))).toBe('not-an-admin')
    expect(await refusalOf(cem.messenger.groups.inspectLink('https://relay.example/#g/abc'))).toBe('broken')
  })

  it('lets somebody ask, whom the admin lets in: they join by themselves, and are nobody’s contact', async () => {
    await begin('join')
    const link = await ask('I am the one from the boat')
    expect(await askersOf(ana)).toMatchObject([{ name: 'Cem', text: 'I am the one from the boat' }])
    // Not among the requests, where a person asks for a person.
    expect(await ana.messenger.requests.list()).toEqual([])
    expect(ana.heard.filter(({ type }) => type === 'request')).toHaveLength(1)
    expect(await askersOf(bo)).toEqual([])
    expect(await askOf(cem)).toMatchObject({ groupId: group.id, name: 'The sea' })
    expect(await cem.messenger.conversations.list()).toEqual([])
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    for (const person of [ana, bo, cem]) await world.until(async () => (await membersOf(person)).length === 3)
    await ana.messenger.send(group.conversationId, { text: 'welcome' })
    await world.until(async () => (await textsOf(cem)).includes('welcome'))
    await cem.messenger.send(group.conversationId, { text: 'thanks' })
    await world.until(async () => (await textsOf(bo)).includes('thanks'))
    expect((await ana.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Bo'])
    expect(await cem.messenger.contacts.list()).toEqual([])
    expect(await cem.messenger.groups.asks()).toEqual([])
    expect(await cem.messenger.groups.askToJoin(link)).toMatchObject({ conversationId: group.conversationId })
  })

  it('is used by a contact without a second session', async () => {
    await begin('contact')
    await introduce(world, ana, cem)
    await ask()
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    await world.until(async () => (await membersOf(cem)).length === 3)
    expect((await cem.messenger.contacts.list()).map(({ name }) => name)).toEqual(['Ana'])
  })

  it('is closed to contacts, too, when its time is over here', async () => {
    await begin('contact-late')
    await introduce(world, ana, cem)
    const { link } = await ana.messenger.groups.createLink(group.id)
    await ana.messenger.close()
    await inspect(ana.disk, async ({ tables, ledger }) =>
      ledger.change(async (change) => {
        const row = await change.get(tables.groups, group.id)
        if (row?.joinLink === undefined) throw new Error('no link')
        change.put(tables.groups, group.id, { ...row, joinLink: { ...row.joinLink, expiresAt: world.clock.now() } })
      }),
    )
    ana = await ana.reopen()
    await cem.messenger.groups.askToJoin(link)
    await world.until(async () => (await askOf(cem))?.answer === 'closed')
    expect(await askersOf(ana)).toEqual([])
  })

  it('is asked by once, however often, and after a crash of either', async () => {
    await begin('crash')
    const link = await ask()
    cem = await cem.crash()
    await cem.messenger.groups.askToJoin(link)
    await cem.messenger.groups.askToJoin(link)
    ana = await ana.crash()
    await world.clock.advance(minuteMs)
    expect(await askersOf(ana)).toHaveLength(1)
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    cem = await cem.crash()
    ana = await ana.crash()
    await world.until(async () => (await membersOf(cem)).length === 3)
  })

  it('brings nothing to who is refused: nobody tells them, and nothing of them stays', async () => {
    await begin('refused')
    await ask()
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.refuseAsker(group.id, asker?.contactId ?? '')
    await world.clock.advance(minuteMs)
    expect(await askersOf(ana)).toEqual([])
    expect(await ana.messenger.requests.list()).toEqual([])
    expect((await askOf(cem))?.answer).toBeUndefined()
    expect(await refusalOf(ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? ''))).toBe('unknown-request')
    await cem.messenger.groups.forgetAsk(group.id)
    expect(await cem.messenger.groups.asks()).toEqual([])
  })

  it('works no more once it is closed or there is a new one; who asked before still waits', async () => {
    await begin('closed')
    const link = await ask()
    const { link: second } = await ana.messenger.groups.createLink(group.id)
    expect(second).not.toBe(link)
    const dan = await world.person('Dan')
    expect(await refusalOf(dan.messenger.groups.askToJoin(link))).toBe('used')
    expect(await dan.messenger.groups.asks()).toEqual([])
    await ana.messenger.groups.closeLink(group.id)
    expect((await viewOf(ana))?.link).toBeUndefined()
    expect(await refusalOf(dan.messenger.groups.askToJoin(second))).toBe('used')
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    await world.until(async () => (await membersOf(cem)).length === 3)
  })

  it('is over with the right of whoever made it: who waits is told', async () => {
    await begin('no-admin')
    await ask()
    await ana.messenger.groups.leave(group.id)
    await world.until(async () => (await askOf(cem))?.answer === 'closed')
    expect((await viewOf(ana))?.link).toBeUndefined()
    expect(await askersOf(ana)).toEqual([])
    expect(await cem.messenger.conversations.list()).toEqual([])
  })

  it('lives for a month', async () => {
    await begin('expired')
    const { link } = await ana.messenger.groups.createLink(group.id)
    const [soon, late] = await Promise.all(
      [29, 31].map((days) => world.person(`After ${days} days`, undefined, undefined, days * dayMs)),
    )
    expect(await soon?.messenger.groups.inspectLink(link)).toMatchObject({ name: 'The sea' })
    expect(await refusalOf(late?.messenger.groups.askToJoin(link) ?? Promise.resolve())).toBe('expired')
  })
})

describe('a link that many use at once', () => {
  it('lets in as many as there is room for, and tells the rest; beyond a bound the relay says that it is used', async () => {
    await begin('many')
    const { link } = await ana.messenger.groups.createLink(group.id)
    const people: Person[] = []
    for (let index = 0; index < 40; index++) people.push(await world.person(`P${index}`))
    await Promise.all(people.map((person) => person.messenger.groups.askToJoin(link)))
    await world.until(async () => (await askersOf(ana)).length === 40)
    // They sleep, so that this is about Ana alone.
    const [late = cem, ...others] = people.toReversed()
    await Promise.all(others.map((person) => person.messenger.close()))
    const contactIds = (await askersOf(ana)).map(({ contactId, name }) => ({ contactId, name }))
    const refusals: unknown[] = []
    for (const { contactId, name } of contactIds)
      if (name !== late.name) refusals.push(await refusalOf(ana.messenger.groups.acceptAsker(group.id, contactId)))
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(30)
    expect(refusals.filter((refusal) => refusal === 'group-full')).toHaveLength(9)
    // Whoever could not be let in goes on waiting: somebody may not come.
    const view = await viewOf(ana)
    expect(view?.asked).toHaveLength(30)
    expect(view?.askers).toHaveLength(10)
    // Who comes now is told at once.
    await cem.messenger.groups.askToJoin(link)
    await world.until(async () => (await askOf(cem))?.answer === 'full')
    expect(await askersOf(ana)).toHaveLength(10)
    expect(limits.groupAskers).toBeLessThanOrEqual(100)
  })

  it('is over when the group is full: who waits is told, after a restart too', async () => {
    await begin('full')
    await ask()
    await ana.messenger.close()
    await fill(ana, 30)
    ana = await ana.reopen()
    expect(await membersOf(ana)).toHaveLength(32)
    await world.until(async () => (await askOf(cem))?.answer === 'full')
    expect(await askersOf(ana)).toEqual([])
    expect((await viewOf(ana))?.link).toBeUndefined()
    expect(await refusalOf(ana.messenger.groups.invite(group.id, []))).toBeUndefined()
  })
})

describe('where somebody is', () => {
  const photo = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)

  it('is not shown to who is known from the group alone, and is once both want to know each other', async () => {
    await begin('addresses')
    await ask()
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    await world.until(async () => (await membersOf(cem)).length === 3)
    await bo.messenger.close()
    world.network.setDirectPossible(true)
    await world.clock.advance(minuteMs)
    const warm = async (conversationId: string): Promise<void> => {
      for (const person of [ana, cem]) await person.messenger.conversations.warm(conversationId)
    }
    await warm(group.conversationId)
    const { id } = await ana.messenger.send(group.conversationId, { media: [{ data: photo }] })
    await world.until(async () => (await cem.messenger.messages.get(id))?.attachments[0]?.transfer.kind === 'done')
    await world.clock.advance(minuteMs)
    expect(world.network.directCount).toBe(0)
    const { conversationId } = await writeToAna()
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    expect(world.network.directCount).toBe(0)
    await ana.messenger.requests.accept((await ana.messenger.requests.list())[0]?.id ?? '')
    await warm(conversationId)
    await world.until(() => world.network.directCount > 0)
  })

  it('is found by nobody who was let into the group, or told that there is no room, and serves them nothing', async () => {
    await begin('no-room')
    await ask()
    await ana.messenger.close()
    await bo.messenger.close()
    await fill(ana, 30)
    world.network.setDirectPossible(true)
    ana = await ana.reopen()
    await world.until(async () => (await askOf(cem))?.answer === 'full')
    await world.clock.advance(minuteMs)
    expect(world.network.directCount).toBe(0)
    const there = world.network.peerIds()
    await cem.messenger.close()
    const [address] = world.network.peerIds()
    expect(there).toContain(address)
    const hands = await handsOf(world, cem, 'Ana')
    expect(await hands.locate()).toBeUndefined()
    expect(await hands.link(address)).toBeUndefined()
    // The same hands are let in as soon as Ana wants to know who they are.
    const writing = await hands.seal([{ kind: 'message', text: 'it is me', media: [] }])
    await hands.putEnvelopes(writing)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await ana.messenger.requests.accept((await ana.messenger.requests.list())[0]?.id ?? '')
    await world.clock.advance(secondMs)
    expect(await hands.locate()).toBe(address)
    expect(await hands.link(address)).toBeDefined()
  })

  async function writeToAna(): Promise<{ readonly conversationId: string }> {
    const { fingerprint } = await ana.messenger.profile.get()
    const conversationId = await cem.messenger.groups.writeTo(group.id, fingerprint)
    await cem.messenger.send(conversationId, { text: 'Hello, Ana' })
    return { conversationId }
  }
})

describe('somebody who has no link', () => {
  it('does not ask by knowing a group, and is not let in by saying that they asked', async () => {
    await begin('hostile')
    await introduce(world, ana, cem)
    await cem.messenger.close()
    const hands = await handsOf(world, cem)
    const id = Uint8Array.from(Buffer.from(group.id, 'hex'))
    await hands.put([
      { kind: 'join', group: id },
      { kind: 'joining', group: id, answer: 'full' },
    ])
    await hands.put([{ kind: 'join', group: new Uint8Array(32).fill(3) }])
    await world.clock.advance(minuteMs)
    expect(await askersOf(ana)).toEqual([])
    expect((await viewOf(ana))?.asked).toEqual([])
  })

  it('gets nobody into a group who asked for another one, or asked somebody else', async () => {
    await begin('other-group')
    // Cem asks Ana for her group; Bo, who is Cem's contact, invites him to it meanwhile.
    await introduce(world, bo, cem)
    await ask()
    await ana.messenger.groups.setAdders(group.id, 'members')
    await world.until(async () => (await viewOf(bo))?.mayInvite === true)
    const cemAtBo = (await bo.messenger.contacts.list()).find(({ name }) => name === 'Cem')
    await bo.messenger.groups.invite(group.id, [cemAtBo?.id ?? ''])
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    await world.clock.advance(minuteMs)
    expect(await membersOf(ana)).toEqual(['Ana', 'Bo'])
  })

  it('keeps nobody who asks from what becomes of that, by an invitation of their own', async () => {
    await begin('invited-meanwhile')
    await introduce(world, bo, cem)
    await ask()
    await ana.messenger.groups.setAdders(group.id, 'members')
    await world.until(async () => (await viewOf(bo))?.mayInvite === true)
    const cemAtBo = (await bo.messenger.contacts.list()).find(({ name }) => name === 'Cem')
    await bo.messenger.groups.invite(group.id, [cemAtBo?.id ?? ''])
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    cem = await cem.crash()
    // Declined, it leaves the question as it was.
    await cem.messenger.requests.delete(group.id)
    expect(await askOf(cem)).toMatchObject({ groupId: group.id, name: 'The sea' })
    await bo.messenger.groups.invite(group.id, [cemAtBo?.id ?? ''])
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    await world.until(async () => (await membersOf(cem)).length === 3)
    expect(await cem.messenger.requests.list()).toEqual([])
  })

  it('keeps an invitation that waits when somebody asks by a link as well and thinks better of it', async () => {
    await begin('asks-meanwhile')
    await introduce(world, bo, cem)
    await ana.messenger.groups.setAdders(group.id, 'members')
    await world.until(async () => (await viewOf(bo))?.mayInvite === true)
    const cemAtBo = (await bo.messenger.contacts.list()).find(({ name }) => name === 'Cem')
    await bo.messenger.groups.invite(group.id, [cemAtBo?.id ?? ''])
    await world.until(async () => (await cem.messenger.requests.list()).length === 1)
    await ask()
    expect(await cem.messenger.requests.list()).toHaveLength(1)
    await cem.messenger.groups.forgetAsk(group.id)
    expect(await cem.messenger.groups.asks()).toEqual([])
    await cem.messenger.requests.accept(group.id)
    await world.until(async () => (await membersOf(cem)).length === 3)
  })
})

describe('the picture of a group', () => {
  const picture = jpeg({ width: 200, height: 200 })
  const hash = toHex(sha256(picture))
  const hasIt = async (person: Person): Promise<boolean> =>
    (await viewOf(person))?.picture === hash && (await person.messenger.groups.picture(group.id)) !== undefined

  it('is given by any member, seen by all, and by those who come later; and taken away', async () => {
    await begin('picture')
    await bo.messenger.groups.setPicture(group.id, picture)
    await world.until(() => hasIt(ana))
    expect(await ana.messenger.groups.picture(group.id)).toEqual(picture)
    const lines = (await ana.messenger.conversations.page(group.conversationId)).flatMap(({ line }) => line ?? [])
    expect(lines.at(-1)).toMatchObject({ kind: 'picture', by: { name: 'Bo' }, isThere: true })
    await ask()
    const [asker] = await askersOf(ana)
    await ana.messenger.groups.acceptAsker(group.id, asker?.contactId ?? '')
    await world.until(() => hasIt(cem))
    ana = await ana.crash()
    expect(await hasIt(ana)).toBe(true)
    await cem.messenger.groups.setPicture(group.id, undefined)
    await world.until(async () => (await viewOf(bo))?.picture === undefined)
    expect(await bo.messenger.groups.picture(group.id)).toBeUndefined()
  })

  it('is small, and a picture', async () => {
    await begin('bad-picture')
    for (const bad of [new Uint8Array(10), jpeg({ width: 5_000 })])
      expect(await refusalOf(ana.messenger.groups.setPicture(group.id, bad))).toBe('bad-picture')
    await ana.messenger.groups.leave(group.id)
    expect(await refusalOf(ana.messenger.groups.setPicture(group.id, picture))).toBe('not-a-member')
  })

  it('is asked for where it did not come, of whoever is there', async () => {
    await begin('lost')
    await ana.messenger.groups.setPicture(group.id, picture)
    await world.until(() => hasIt(bo))
    await bo.messenger.close()
    await inspect(bo.disk, async ({ tables, ledger }) =>
      ledger.change(async (change) => change.delete(tables.groupPictures, group.id)),
    )
    bo = await bo.reopen()
    expect(await hasIt(bo)).toBe(false)
    await world.until(() => hasIt(bo))
  })

  it('is taken of members alone, and only the one that the log names', async () => {
    await begin('foreign')
    await introduce(world, ana, cem)
    await bo.messenger.groups.setPicture(group.id, picture)
    await world.until(() => hasIt(ana))
    await cem.messenger.close()
    await bo.messenger.close()
    const other = jpeg({ width: 100, height: 100 })
    const id = Uint8Array.from(Buffer.from(group.id, 'hex'))
    for (const person of [cem, bo]) {
      const hands = await handsOf(world, person)
      for (const named of [sha256(other), sha256(picture)])
        await hands.put([{ kind: 'picture', group: id, hash: named, picture: other }])
    }
    await world.clock.advance(minuteMs)
    expect(await ana.messenger.groups.picture(group.id)).toEqual(picture)
  })
})
