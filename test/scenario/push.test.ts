// Being woken: what the home relay is told, and when.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushView } from '../../src/messenger/api.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

const minuteMs = 60_000
const otherUrl = 'https://other.example'
const keyOf = (letter: string) => `BA${letter.repeat(85)}`
const at = (name: string, key = keyOf('A')) => ({ endpoint: `https://push.example/${name}`, key })

let world: World
beforeEach(() => {
  world = createWorld()
  relay().setPushKey(keyOf('A'))
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const relay = (url = relayUrl) => world.network.relay(url)
const stateOf = async ({ messenger }: Person): Promise<PushView['state']> => (await messenger.push.get()).state
const becomes = (person: Person, state: PushView['state']) => world.until(async () => (await stateOf(person)) === state)
/** The ends of the endpoints that mailboxes of this relay wake, of those that wake any. */
const woken = (url?: string) =>
  [...relay(url).pushes().values()]
    .filter((list) => list.length > 0)
    .map((list) => list.map((endpoint) => endpoint.slice('https://push.example/'.length)).join())
/** After what is on its way has arrived. */
const settled = () => world.clock.advance(minuteMs)
/** The relay goes away and comes back, so that everybody connects anew. */
async function restartRelay(meanwhile: () => void = () => undefined) {
  relay().setUp(false)
  meanwhile()
  await world.clock.advance(1000)
  relay().setUp(true)
  await settled()
}

async function anaAndBo() {
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  return { ana, bo, ids }
}

describe('a device that wants to be woken', () => {
  it('is off at first, and no relay hears of it', async () => {
    const { ana } = await anaAndBo()
    expect(await stateOf(ana)).toBe('off')
    expect(await ana.messenger.push.key()).toBe(keyOf('A'))
    await settled()
    expect(woken()).toEqual([])
  })

  it('is woken by what contacts write, of now and of later, and not by links', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.invites.create()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    expect(woken()).toEqual(['ana'])
    const cleo = await world.person('Cleo')
    await introduce(world, cleo, ana)
    await introduce(world, ana, await world.person('Dan'))
    await settled()
    expect(woken()).toEqual(['ana', 'ana', 'ana'])
  })

  it('is not woken by somebody who is not accepted yet', async () => {
    const ana = await world.person('Ana')
    await ana.messenger.push.enable(at('ana'))
    const { link } = await ana.messenger.invites.create()
    const bo = await world.person('Bo')
    await bo.messenger.invites.connect(link, { text: 'hello' })
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    await settled()
    expect(woken()).toEqual([])
  })

  it('is not woken by somebody who is muted for good, until that is taken back', async () => {
    const { ana, ids } = await anaAndBo()
    await introduce(world, ana, await world.person('Cleo'))
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await settled()
    expect(woken()).toEqual(['ana', 'ana'])
    await ana.messenger.conversations.mute(ids.ana, Infinity)
    await settled()
    expect(woken()).toEqual(['ana'])
    // Said again, it is the same.
    const again = await ana.reopen()
    await restartRelay()
    expect(woken()).toEqual(['ana'])
    await again.messenger.conversations.mute(ids.ana, undefined)
    await settled()
    expect(woken()).toEqual(['ana', 'ana'])
  })

  it('is not woken by people known from groups alone that are all muted for good', async () => {
    const { ana, bo } = await anaAndBo()
    const cem = await world.person('Cem')
    await introduce(world, ana, cem)
    for (const person of [bo, cem]) {
      const [contact] = await person.messenger.contacts.list()
      await person.messenger.follows.add(contact?.id ?? '')
    }
    await settled()
    const contactIds = (await ana.messenger.contacts.list()).map(({ id }) => id)
    const { id, conversationId } = await ana.messenger.groups.create({ contactIds, name: 'The sea' })
    for (const person of [ana, bo, cem])
      await world.until(async () => (await person.messenger.groups.get(id))?.members.length === 3)
    await settled()
    await bo.messenger.push.enable(at('bo'))
    await becomes(bo, 'on')
    await settled()
    // Ana, and Cem, whom Bo knows from the group.
    expect(woken()).toEqual(['bo', 'bo'])
    await bo.messenger.conversations.mute(conversationId, Infinity)
    await settled()
    expect(woken()).toEqual(['bo'])
    const again = await bo.reopen()
    await settled()
    expect(woken()).toEqual(['bo'])
    await again.messenger.conversations.mute(conversationId, undefined)
    await settled()
    expect(woken()).toEqual(['bo', 'bo'])
  })

  it('is woken as before by somebody who is muted for a time: nobody could switch that on again', async () => {
    const { ana, ids } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await ana.messenger.conversations.mute(ids.ana, world.clock.now() + 60 * minuteMs)
    await settled()
    expect(woken()).toEqual(['ana'])
    expect(await ana.messenger.conversations.get(ids.ana)).toMatchObject({ isMuted: true })
    await world.clock.advance(60 * minuteMs)
    expect(await ana.messenger.conversations.get(ids.ana)).toMatchObject({ isMuted: false })
  })

  it('stays so over restarts, with the relay away too', async () => {
    const { ana } = await anaAndBo()
    relay().setUp(false)
    await ana.messenger.push.enable(at('ana'))
    expect(await stateOf(ana)).toBe('pending')
    const again = await ana.crash()
    expect(await stateOf(again)).toBe('pending')
    relay().setUp(true)
    await becomes(again, 'on')
    expect(woken()).toEqual(['ana'])
    const next = await again.reopen()
    expect(await stateOf(next)).toBe('on')
  })

  it('has one endpoint at each mailbox, the newest, whatever its browser does', async () => {
    const { ana } = await anaAndBo()
    for (const name of ['first', 'second', 'third']) {
      await ana.messenger.push.enable(at(name))
      await becomes(ana, 'on')
      expect(woken()).toEqual([name])
    }
  })

  it('says the same again only where the relay may not know it', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await settled()
    await ana.messenger.push.enable(at('ana'))
    const { calls } = relay().counters
    await ana.messenger.push.enable(at('ana'))
    await world.clock.advance(0)
    expect(relay().counters.calls).toBe(calls)
    await restartRelay(() => relay().wipe())
    expect(woken()).toEqual(['ana'])
  })

  it('tells new addresses, and is woken by the old ones as long as they are written to', async () => {
    const { ana, ids } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    const [contact] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.renewAddress(contact?.id ?? ids.ana)
    await settled()
    expect(woken()).toEqual(['ana', 'ana'])
  })

  it('is woken by a contact no more who was blocked', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    const [contact] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.block(contact?.id ?? '')
    await settled()
    expect(woken()).toEqual([])
  })

  it('names no endpoint that is none', async () => {
    const { ana } = await anaAndBo()
    for (const endpoint of ['', 'http://push.example/a', 'https://push.example', 'javascript:alert(1)'])
      await expect(ana.messenger.push.enable({ endpoint, key: keyOf('A') })).rejects.toMatchObject({
        code: 'bad-endpoint',
      })
    expect(await stateOf(ana)).toBe('off')
  })
})

describe('a device that does not want it any more', () => {
  it('takes its endpoint away everywhere', async () => {
    const { ana } = await anaAndBo()
    await introduce(world, ana, await world.person('Cleo'))
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await settled()
    expect(woken()).toHaveLength(2)
    await ana.messenger.push.disable()
    expect(await stateOf(ana)).toBe('off')
    await settled()
    expect(woken()).toEqual([])
    await restartRelay()
    expect(woken()).toEqual([])
  })

  it('does so later when the relay is away, and after a crash', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    relay().setUp(false)
    await ana.messenger.push.disable()
    const again = await ana.crash()
    expect(await stateOf(again)).toBe('off')
    expect(woken()).toEqual(['ana'])
    relay().setUp(true)
    await world.until(() => woken().length === 0)
  })

  it('is not turned on again by a program that renews its subscription', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.renew(at('never'))
    expect(await stateOf(ana)).toBe('off')
    await ana.messenger.push.enable(at('ana'))
    await ana.messenger.push.renew(at('renewed'))
    await becomes(ana, 'on')
    expect(woken()).toEqual(['renewed'])
    await Promise.all([ana.messenger.push.disable(), ana.messenger.push.renew(at('late'))])
    await settled()
    expect(await stateOf(ana)).toBe('off')
    expect(woken()).toEqual([])
  })

  it('ends with what was decided last, however fast that was', async () => {
    const { ana } = await anaAndBo()
    const all = [
      ana.messenger.push.enable(at('one')),
      ana.messenger.push.disable(),
      ana.messenger.push.enable(at('two')),
      ana.messenger.push.disable(),
      ana.messenger.push.enable(at('three')),
    ]
    await Promise.all(all)
    await becomes(ana, 'on')
    expect(woken()).toEqual(['three'])
    await Promise.all([ana.messenger.push.disable(), ana.messenger.push.enable(at('three'))])
    await becomes(ana, 'on')
    expect(woken()).toEqual(['three'])
  })
})

describe('a home relay', () => {
  it('that has another key now needs another subscription', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    const changes: string[] = []
    ana.messenger.addEventListener('change', ({ detail }) => void changes.push(detail.what))
    await restartRelay(() => relay().setPushKey(keyOf('B')))
    expect(await stateOf(ana)).toBe('stale')
    expect(changes).toContain('push')
    expect(await ana.messenger.push.key()).toBe(keyOf('B'))
    await ana.messenger.push.renew(at('anew', keyOf('B')))
    await becomes(ana, 'on')
    expect(woken()).toEqual(['anew'])
  })

  it('that wakes nobody says so, and is not asked to', async () => {
    relay().setPushKey(undefined)
    const { ana } = await anaAndBo()
    expect(await ana.messenger.push.key()).toBeUndefined()
    await ana.messenger.push.enable(at('ana'))
    await settled()
    expect(await stateOf(ana)).toBe('stale')
    expect(woken()).toEqual([])
    await ana.messenger.push.disable()
    await settled()
    expect(await stateOf(ana)).toBe('off')
  })

  it('that woke this device, and wakes nobody now, is told all the same that it is not wanted', async () => {
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await restartRelay(() => relay().setPushKey(undefined))
    await ana.messenger.push.disable()
    await settled()
    // Its operator may change their mind.
    await restartRelay(() => relay().setPushKey(keyOf('A')))
    expect(woken()).toEqual([])
  })

  it('that sends nothing to this push service says so, until it does', async () => {
    relay().refusePush(true)
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'refused')
    await restartRelay(() => relay().refusePush(false))
    await becomes(ana, 'on')
    expect(woken()).toEqual(['ana'])
  })

  it('that is left wakes this device no more, once it subscribed at the next', async () => {
    relay(otherUrl).setPushKey(keyOf('C'))
    const { ana } = await anaAndBo()
    await ana.messenger.push.enable(at('ana'))
    await becomes(ana, 'on')
    await ana.messenger.relays.add(otherUrl)
    expect(await stateOf(ana)).toBe('on')
    await ana.messenger.relays.remove(relayUrl)
    await becomes(ana, 'stale')
    expect(await ana.messenger.push.key()).toBe(keyOf('C'))
    await ana.messenger.push.renew(at('elsewhere', keyOf('C')))
    await becomes(ana, 'on')
    await settled()
    expect(woken()).toEqual([])
    expect(woken(otherUrl)).toEqual(['elsewhere'])
  })
})
