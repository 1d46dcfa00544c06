// Ten thousand requests to one person, of accounts that were made for it, at addresses that anybody knows: what that takes of
// her device, of the relay and of her list is bounded, and whoever really means her is heard.

import { afterEach, expect, it, vi } from 'vitest'
import { newConversation } from '../../src/messenger/conversation/append.ts'
import { limits } from '../../src/messenger/limits.ts'
import { toHex, utf8 } from '../../src/protocol/bytes.ts'
import { deriveMailboxId } from '../../src/protocol/mailbox/capability.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { seededRandom } from '../protocol/seeded-random.ts'
import { strangerIn, writeKeyOf } from '../hostile/support/story.ts'
import { isLong } from '../support/long.ts'
import { closeWorld } from '../support/world/pair.ts'
import { inspect } from '../support/world/sessions.ts'
import type { Strangers } from '../support/world/strangers.ts'
import { strangersAt } from '../support/world/strangers.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'

// With SAFELIGHT_TEST_LONG=1, a thousand handshakes.
vi.setConfig({ testTimeout: 240_000 })

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const attempts = 10_000
const addresses = 4
/** Requests that are there already when it begins. */
const earlier = isLong ? 0 : 800
/** What the simulated relay holds in one mailbox of strangers. */
const atRelay = 32
/** A contact, a conversation, a session and what is remembered of the first message: the largest request that there is. */
const bytesPerRequest = 16 * 1024

let world: World
let ana: Person

afterEach(() => closeWorld(world))

const storedBytes = (person: Person): number =>
  [...person.disk.rows.values()].flatMap((rows) => [...rows.values()]).reduce((sum, { length }) => sum + length, 0)
const requests = async () => ana.messenger.requests.list()
const has = async (name: string) => (await requests()).some((request) => request.name === name)

async function clearStrangers(): Promise<void> {
  for (const { id, name } of await requests()) if (name.startsWith('Stranger')) await ana.messenger.requests.delete(id)
}

/** As earlier strangers left them. */
async function leaveEarlierOnes(link: string): Promise<void> {
  await ana.messenger.close()
  const inviteId = toHex(deriveMailboxId(writeKeyOf(link)))
  const now = world.clock.now()
  await inspect(ana.disk, async ({ tables, ledger }) => {
    await ledger.change(async (change) => {
      for (let n = 0; n < earlier; n++) {
        const id = n.toString(16).padStart(32, '0')
        const fingerprint = sha256(utf8(id))
        const conversationId = `ff${id.slice(2)}`
        const name = `Stranger of before ${n}`
        change.put(tables.contacts, id, {
          fingerprint,
          name,
          state: 'request',
          conversationId,
          inviteId,
          createdAt: now,
        })
        change.put(tables.conversations, conversationId, newConversation({ contactId: id }, now))
      }
    })
  })
  ana = await world.person('Ana', ana.disk)
}

/** As many attempts, at one address after the other; gives how many the relay took. */
async function flood(strangers: readonly Strangers[]): Promise<number> {
  const random = seededRandom('flood')
  const ready = await Promise.all(strangers.map((each) => each.next()))
  let taken = 0
  for (let attempt = 0; attempt < attempts; attempt++) {
    const at = (random(1)[0] ?? 0) % strangers.length
    const [each, envelope] = [strangers[at], ready[at]]
    if (each === undefined || envelope === undefined) throw new Error('no address')
    if (await each.put(envelope)) {
      taken += 1
      ready[at] = await each.next()
    }
    // Her device takes what is there from time to time.
    if (attempt % 50 === 0) await world.clock.advance(1000)
  }
  await world.clock.advance(10 * minuteMs)
  return taken
}

it('stay bounded on the screen, on the disk and at the relay, and keep out nobody who was invited', async () => {
  world = createWorld('flood')
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  const cem = await world.person('Cem')
  const ids = await introduce(world, ana, cem)
  const links: string[] = []
  for (let count = 0; count < addresses; count++)
    links.push((await ana.messenger.invites.create({ uses: 1000, expiresInMs: 300 * dayMs })).link)
  const forBo = await ana.messenger.invites.create()
  await leaveEarlierOnes(links[0] ?? '')
  const before = storedBytes(ana)

  const transport = await strangerIn(world)
  const strangers: Strangers[] = []
  for (const link of links) strangers.push(await strangersAt(world, transport, link))
  const taken = await flood(strangers)
  const room = limits.requestsAtAddresses - earlier
  expect(taken).toBeLessThanOrEqual(room + addresses * atRelay)
  expect(await requests()).toHaveLength(limits.requestsAtAddresses)
  expect(storedBytes(ana) - before).toBeLessThan(room * bytesPerRequest)
  expect([...ana.disk.blobs.keys()]).toEqual([])
  // What she said to none of them is not waiting anywhere either.
  expect(world.network.relay(relayUrl).counters.envelopesStored).toBeLessThanOrEqual(addresses * atRelay)

  // A contact notices nothing, and somebody with a link of his own is there at once.
  const hello = await cem.messenger.send(ids.bo, { text: 'Still here?' })
  await world.until(async () => (await ana.messenger.messages.get(hello.id)) !== undefined)
  const bo = await world.person('Bo')
  await bo.messenger.invites.connect(forBo.link, { text: 'We met at the lake' })
  await world.until(() => has('Bo'))
  ana = await ana.crash()
  expect(await has('Bo')).toBe(true)
  expect(await requests()).toHaveLength(limits.requestsAtAddresses + 1)

  // Who knows no more than the flooded address is not lost: their app asks again, until there is room.
  let dora = await world.person('Dora')
  const asked = await dora.messenger.invites.connect(links[0] ?? '', { text: 'We met at the pier' })
  await world.clock.advance(minuteMs)
  expect(await has('Dora')).toBe(false)
  await clearStrangers()
  await Promise.all([ana, bo, cem, dora].map(({ messenger }) => messenger.close()))
  await world.clock.advance(dayMs)
  ana = await ana.reopen()
  dora = await dora.reopen()
  await world.until(async () => {
    await clearStrangers()
    return has('Dora')
  })
  const request = (await requests()).find(({ name }) => name === 'Dora')
  expect(request).toMatchObject({ text: 'We met at the pier' })
  await ana.messenger.requests.accept(request?.id ?? '')
  await world.until(async () => (await dora.messenger.contacts.get(asked.id))?.state === 'accepted')
})
