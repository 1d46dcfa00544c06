// A mailbox that is nearly full: what still fits goes, and only the rest has failed.

import { afterEach, describe, expect, it } from 'vitest'
import { memoryRelayLimits } from '../../src/transport/memory/mailboxes.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import type { Person, World } from '../support/world/world.ts'
import { relayUrl } from '../support/world/world.ts'

const minuteMs = 60_000

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

/** Bo is away, and there is nothing in his mailbox. */
async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct: false }))
  await world.clock.advance(3 * minuteMs)
  await bo.messenger.close()
}

const relay = () => world.network.relay(relayUrl)

/** Leaves room for so many in Bo's mailbox. */
async function fill(room: number): Promise<void> {
  const [entry] = [...(await tablesOf(ana)).contacts.held()]
  const writeKey = entry?.[1].theirs?.writeKey
  if (writeKey === undefined) throw new Error('Ana does not know where to write')
  const transport = world.network.transport({ random: { bytes: (length) => new Uint8Array(length).fill(5) } })
  await transport.start({ relay: () => {}, push: () => {}, peer: (link) => void link.close() })
  transport.keepRelays([relayUrl])
  await world.clock.advance(1_000)
  const count = memoryRelayLimits.mailboxEnvelopes - relay().counters.envelopesStored - room
  const envelopes = Array.from({ length: count }, (_, index) => Uint8Array.of(index >> 8, index & 255))
  const [reply] = await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes }])
  expect(reply?.kind).toBe('stored')
  await transport.close()
}

const write = async (count: number): Promise<string[]> => {
  const written: string[] = []
  for (let index = 0; index < count; index += 1)
    written.push((await ana.messenger.send(ids.ana, { text: `message ${index}` })).id)
  return written
}

const statesOf = (messageIds: readonly string[]) =>
  Promise.all(messageIds.map(async (id) => (await ana.messenger.messages.get(id))?.recipients[0]?.state))

describe('a mailbox with less room than there is to go', () => {
  it('takes what fits; the rest has failed, and goes when there is room', async () => {
    await begin('fits')
    await fill(3)
    relay().setUp(false)
    const sent = await write(5)
    relay().setUp(true)
    await world.until(async () => (await statesOf(sent)).every((state) => state?.kind !== 'sending'))
    const states = await statesOf(sent)
    expect(states.map((state) => state?.kind)).toEqual(['kept', 'kept', 'kept', 'failed', 'failed'])
    expect(states.slice(3)).toEqual([
      { kind: 'failed', reason: 'mailbox-full' },
      { kind: 'failed', reason: 'mailbox-full' },
    ])
    bo = await world.person('Bo', bo.disk)
    await world.clock.advance(minuteMs)
    for (const id of sent.slice(3)) await ana.messenger.messages.retry(id)
    await world.until(async () => (await statesOf(sent)).every((state) => state?.kind === 'delivered'))
    const texts = (await bo.messenger.conversations.page(ids.bo)).map(({ text }) => text)
    expect(texts).toEqual(['message 0', 'message 1', 'message 2', 'message 3', 'message 4'])
  })

  it('has what was put before its answer got lost', async () => {
    await begin('lost')
    await fill(2)
    relay().loseReplies(true)
    const early = await write(2)
    await world.clock.advance(30_000)
    expect((await statesOf(early)).map((state) => state?.kind)).toEqual(['sending', 'sending'])
    relay().setUp(false)
    const late = await write(2)
    relay().loseReplies(false)
    relay().setUp(true)
    await world.until(async () => (await statesOf(late)).every((state) => state?.kind !== 'sending'))
    expect((await statesOf([...early, ...late])).map((state) => state?.kind)).toEqual([
      'kept',
      'kept',
      'failed',
      'failed',
    ])
  })

  it('is not asked for each one behind the first that it did not take', async () => {
    await begin('asked')
    await fill(0)
    relay().setUp(false)
    const sent = await write(12)
    relay().setUp(true)
    const before = relay().counters.putEnvelopes
    await world.until(async () => (await statesOf(sent)).every((state) => state?.kind === 'failed'))
    expect(relay().counters.putEnvelopes - before).toBe(13)
  })
})
