// Two people whom a third one knows.

import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/messenger/limits.ts'
import { encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { personNamed } from '../protocol/group/people.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
let cem: Person

afterEach(() => closeWorld(world))

/** Ana knows Bo and Cem. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, cem } = await openTrio(seed, { known: 'both', following: false }))
}

const idOf = async (person: Person, name: string): Promise<string> =>
  (await person.messenger.contacts.list()).find((contact) => contact.name === name)?.id ?? ''
const namesOf = async (person: Person): Promise<string[]> =>
  (await person.messenger.contacts.list()).map(({ name }) => name).toSorted()
const requestsOf = (person: Person) => person.messenger.requests.list()

/** Ana asks Cem whether Bo may write. */
const introduceThem = async (): Promise<void> =>
  ana.messenger.contacts.introduce(await idOf(ana, 'Cem'), await idOf(ana, 'Bo'), { text: 'you both sail' })

describe('an introduction', () => {
  it('needs the word of both, and makes them contacts', async () => {
    await begin('both')
    await introduceThem()
    await world.until(async () => (await requestsOf(cem)).length === 1)
    expect(await requestsOf(cem)).toMatchObject([{ name: 'Bo', introducedBy: 'Ana', text: 'you both sail' }])
    expect(await requestsOf(bo)).toEqual([])
    await cem.messenger.requests.accept((await requestsOf(cem))[0]?.id ?? '')
    await world.until(async () => (await requestsOf(bo)).length === 1)
    expect(await requestsOf(bo)).toMatchObject([{ name: 'Cem', introducedBy: 'Ana', text: 'you both sail' }])
    expect(await requestsOf(cem)).toEqual([])
    await bo.messenger.requests.accept((await requestsOf(bo))[0]?.id ?? '')
    await world.until(async () => (await namesOf(cem)).includes('Bo'))
    await world.until(async () => (await bo.messenger.contacts.get(await idOf(bo, 'Cem')))?.state === 'accepted')
    expect(await requestsOf(cem)).toEqual([])
    expect(await requestsOf(bo)).toEqual([])
    expect((await bo.messenger.contacts.get(await idOf(bo, 'Cem')))?.verified).toBe(false)
    expect(await cem.messenger.invites.list()).toEqual([])
    const { conversationId = '' } = (await bo.messenger.contacts.get(await idOf(bo, 'Cem'))) ?? {}
    const { id } = await bo.messenger.send(conversationId, { text: 'hello Cem' })
    await world.until(async () => (await cem.messenger.messages.get(id))?.text === 'hello Cem')
  })

  it('that is ignored is out of sight with all of that person by that contact, and can be taken back', async () => {
    await begin('ignored')
    await introduceThem()
    await world.until(async () => (await requestsOf(cem)).length === 1)
    const id = (await requestsOf(cem))[0]?.id ?? ''
    await cem.messenger.requests.ignore(id)
    cem = await cem.crash()
    expect(await requestsOf(cem)).toEqual([])
    expect(await cem.messenger.requests.list({ ignored: true })).toMatchObject([{ id, introducedBy: 'Ana' }])
    await introduceThem()
    await world.clock.advance(60_000)
    expect(await requestsOf(cem)).toEqual([])
    expect(await cem.messenger.requests.list({ ignored: true })).toHaveLength(2)
    await cem.messenger.requests.ignore(id, false)
    expect(await requestsOf(cem)).toMatchObject([{ id }])
    await cem.messenger.requests.accept(id)
    await world.until(async () => (await requestsOf(bo)).length === 1)
  })

  it('ends where one of them does not want it, and nobody is told', async () => {
    await begin('refused')
    await introduceThem()
    await world.until(async () => (await requestsOf(cem)).length === 1)
    await cem.messenger.requests.delete((await requestsOf(cem))[0]?.id ?? '')
    await world.clock.advance(120_000)
    expect(await requestsOf(bo)).toEqual([])
    expect(await namesOf(cem)).toEqual(['Ana'])
  })

  it('can be blocked: then nothing of that account comes any more, also by another introduction', async () => {
    await begin('blocked')
    await introduceThem()
    await world.until(async () => (await requestsOf(cem)).length === 1)
    await introduceThem()
    await world.until(async () => (await requestsOf(cem)).length === 2)
    await cem.messenger.requests.block((await requestsOf(cem))[0]?.id ?? '')
    expect(await requestsOf(cem)).toEqual([])
    expect(await namesOf(cem)).toEqual(['Ana'])
    await introduceThem()
    // Bo is the one who is asked now, and has a link of Cem's at the end of it; Cem's own invite is another way.
    const { link } = await cem.messenger.invites.create()
    await bo.messenger.invites.connect(link)
    await world.clock.advance(120_000)
    expect(await requestsOf(cem)).toEqual([])
    expect(await requestsOf(bo)).toEqual([])
    expect(await refusalOf(cem.messenger.requests.block('ff'))).toBe('unknown-request')
    const left = await cem.crash()
    expect(await requestsOf(left)).toEqual([])
  })

  it('needs no question where people I follow may introduce others', async () => {
    await begin('welcome')
    for (const person of [bo, cem]) {
      await person.messenger.settings.set({ whoMayWrite: 'introduced' })
      await person.messenger.follows.add(await idOf(person, 'Ana'))
    }
    await introduceThem()
    await world.until(async () => (await namesOf(cem)).includes('Bo') && (await namesOf(bo)).includes('Cem'))
  })

  it('survives that everybody is killed on the way', async () => {
    await begin('killed')
    await introduceThem()
    ana = await ana.crash()
    await world.until(async () => (await requestsOf(cem)).length === 1)
    cem = await cem.crash()
    await cem.messenger.requests.accept((await requestsOf(cem))[0]?.id ?? '')
    cem = await cem.crash()
    ana = await ana.crash()
    await world.until(async () => (await requestsOf(bo)).length === 1)
    bo = await bo.crash()
    await bo.messenger.requests.accept((await requestsOf(bo))[0]?.id ?? '')
    await world.until(async () => (await namesOf(cem)).includes('Bo'))
  })

  it('says nothing about people who know each other, and takes no link of somebody else', async () => {
    await begin('hostile')
    expect(await refusalOf(ana.messenger.contacts.introduce(await idOf(ana, 'Bo'), await idOf(ana, 'Bo')))).toBe(
      'unknown-contact',
    )
    expect(await refusalOf(ana.messenger.contacts.introduce('ff', await idOf(ana, 'Bo')))).toBe('unknown-contact')
    const { link } = await ana.messenger.invites.create()
    const { fingerprint } = await ana.messenger.profile.get()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const of = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
    const introduction = new Uint8Array(16)
    // To somebody themselves, with a link of another one, and an answer that nobody asked for.
    await hands.put([
      { kind: 'meet', introduction, fingerprint: of(fingerprint), name: 'Ana', link },
      { kind: 'meet', introduction, fingerprint: of('5a'.repeat(32)), name: 'Dan', link },
      { kind: 'introduced', introduction, link },
    ])
    await world.clock.advance(30_000)
    expect(await requestsOf(ana)).toEqual([])
  })

  it('by a link that leads into my own network is not taken, unless I use a relay in there myself', async () => {
    await begin('own-network')
    await ana.messenger.settings.set({ whoMayWrite: 'anyone' })
    await bo.messenger.close()
    const inside = world.network.relay('http://127.0.0.1:9')
    const outside = world.network.relay('https://elsewhere.example')
    const hands = await handsOf(world, bo)
    const meet = (name: string, relay: string) => {
      const { fingerprint } = personNamed(name)
      const keys = { writeKey: new Uint8Array(32).fill(5), psk: new Uint8Array(32).fill(6), uses: 1 }
      const expiresAtMs = world.clock.now() + 3_600_000
      const link = encodeInviteLink({ fingerprint, name, relays: [relay], expiresAtMs, ...keys })
      return {
        kind: 'meet' as const,
        introduction: crypto.getRandomValues(new Uint8Array(16)),
        fingerprint,
        name,
        link,
      }
    }
    await hands.put([meet('Dan', 'http://127.0.0.1:9'), meet('Elias', 'https://elsewhere.example')])
    await world.until(() => outside.counters.calls > 0)
    await world.clock.advance(60_000)
    expect(inside.counters.calls).toBe(0)
    // Nobody is at the other one either, so that one waits for a word.
    expect(await requestsOf(ana)).toMatchObject([{ name: 'Elias' }])
    await ana.messenger.relays.add('http://127.0.0.1:9')
    await hands.put([meet('Dan', 'http://127.0.0.1:9')])
    await world.until(async () => (await requestsOf(ana)).some(({ name }) => name === 'Dan'))
  })

  it('makes no more than fifty links by itself, where introductions need no question', async () => {
    await begin('welcome-flood')
    await ana.messenger.settings.set({ whoMayWrite: 'anyone' })
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    for (let from = 0; from < 90; from += 15) {
      await hands.put(
        Array.from({ length: 15 }, (_, index) => ({
          kind: 'introduce' as const,
          introduction: new Uint8Array(16).fill(from + index),
          fingerprint: new Uint8Array(32).fill(from + index),
          name: `Person ${from + index}`,
        })),
      )
      await world.clock.advance(30_000)
    }
    await world.until(async () => (await requestsOf(ana)).length >= 20)
    const { invites } = await tablesOf(ana)
    const made = (await invites.list()).filter(({ row: { introduced } }) => introduced !== undefined).length
    expect(made).toBeGreaterThanOrEqual(limits.openIntroductions)
    // And those that were under way when the last one came.
    expect(made).toBeLessThan(limits.openIntroductions + 5)
    expect(await requestsOf(ana)).toHaveLength(limits.invitationsOfOne)
  })

  it('fills no list: twenty of one contact wait at most', async () => {
    await begin('flood')
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    await hands.put(
      Array.from({ length: 30 }, (_, index) => ({
        kind: 'introduce' as const,
        introduction: new Uint8Array(16).fill(index),
        fingerprint: new Uint8Array(32).fill(index),
        name: `Person ${index}`,
      })),
    )
    await world.until(async () => (await requestsOf(ana)).length >= 20)
    await world.clock.advance(5_000)
    expect(await requestsOf(ana)).toHaveLength(20)
  })
})
