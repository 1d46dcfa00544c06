import { describe, expect, it } from 'vitest'
import type { Random } from '../../../src/messenger/ports.ts'
import { deriveWriteKey } from '../../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand } from '../../../src/protocol/mailbox/command.ts'
import { createMemoryNetwork } from '../../../src/transport/memory/network.ts'
import { type Device, startDevice, transportContract } from '../../contract/transport.ts'
import type { TestClock } from '../support/clock.ts'
import { createTestClock } from '../support/clock.ts'

const url = 'https://relay.example'
const startMs = Date.UTC(2026, 0, 1, 0, 20)
const hourMs = 3_600_000

transportContract('memory', () => {
  const network = createMemoryNetwork({ clock: createTestClock(startMs) })
  const random = createRandom()
  const relay = network.relay(url)
  return Promise.resolve({
    relayUrl: url,
    deadUrl: 'https://nobody.example',
    unknownPeerId: 'memory-nobody',
    createTransport: () => network.transport({ random }),
    stopRelay: () => Promise.resolve(relay.setUp(false)),
    startRelay: () => Promise.resolve(relay.setUp(true)),
    close: () => Promise.resolve(),
  })
})

describe('memory network', () => {
  it('drops, repeats and delays pushes as told', async () => {
    const { ana, clock, relay } = await subscribed()
    const fates = ['drop', 'duplicate', { delayMs: 500 }, 'deliver'] as const
    let pushes = 0
    relay.onPush(() => fates[pushes++] ?? 'deliver')
    for (const index of [1, 2, 3, 4]) await ana.relay.call([put(index)])
    await ana.until(() => ana.pushes.length === 3)
    const seen = (): (number | undefined)[] => ana.pushes.map(({ items }) => items[0]?.bytes[0])
    expect(seen()).toEqual([2, 2, 4])
    clock.advance(500)
    expect(seen()).toEqual([2, 2, 4, 3])
  })

  it('does the work of a request whose answer is lost', async () => {
    const { ana, relay } = await subscribed()
    relay.loseReplies(true)
    await expect(ana.relay.call([put(1)])).rejects.toMatchObject({ code: 'relay-unreachable' })
    relay.loseReplies(false)
    expect(relay.counters.envelopesStored).toBe(1)
    await ana.relay.call([put(1)])
    expect(relay.counters.envelopesStored).toBe(1)
  })

  it('answers as something else when told to', async () => {
    const { ana, relay } = await subscribed()
    relay.failWith('not-a-relay')
    await expect(ana.relay.info()).rejects.toMatchObject({ code: 'not-a-relay' })
  })

  it('refuses what is new while full', async () => {
    const { ana, relay } = await subscribed()
    await ana.relay.call([put(1)])
    relay.setFull(true)
    const replies = await ana.relay.call([put(1), put(2)])
    expect(replies).toMatchObject([{ kind: 'stored' }, { kind: 'error', code: 'relay-full' }])
    const upload = ana.relay.putSegment('aa', 0, Uint8Array.of(1), {
      writeKey: deriveWriteKey(readKey),
      segmentCount: 1,
    })
    await expect(upload).rejects.toMatchObject({ code: 'relay-refused', status: 507 })
  })

  it('keeps envelopes for 30 days, told to the hour, and then forgets them', async () => {
    const { ana, clock, relay } = await subscribed()
    const [reply] = await ana.relay.call([put(1)])
    const until = Math.floor(startMs / hourMs) * hourMs + 30 * 24 * hourMs
    expect(reply).toEqual({ kind: 'stored', until: [until] })
    clock.advance(until - startMs)
    expect(await ana.relay.call([fetchAll()])).toEqual([{ kind: 'envelopes', items: [], more: false }])
    expect(relay.counters.envelopesStored).toBe(0)
  })

  it('answers deposits into a closed mailbox with gone', async () => {
    const { ana } = await subscribed()
    const replies = await ana.relay.call([{ kind: 'close', readKey }, put(1)])
    expect(replies).toMatchObject([{ kind: 'ok' }, { kind: 'error', code: 'gone' }])
  })

  it('pops each one-time part once, and repeats the answer for the same take', async () => {
    const { ana } = await subscribed()
    const take = (id: number): MailboxCommand => ({
      kind: 'bundle.take',
      writeKey: deriveWriteKey(readKey),
      takeId: new Uint8Array(16).fill(id),
    })
    const main = Uint8Array.of(1)
    const oneTime = [Uint8Array.of(2), Uint8Array.of(3)]
    const replies = await ana.relay.call([
      { kind: 'bundle.put', readKey, main, oneTime },
      take(1),
      take(1),
      take(2),
      take(3),
    ])
    expect(replies.slice(1)).toEqual([
      { kind: 'bundle', main, oneTime: oneTime[0] },
      { kind: 'bundle', main, oneTime: oneTime[0] },
      { kind: 'bundle', main, oneTime: oneTime[1] },
      { kind: 'bundle', main },
    ])
  })

  it('cuts direct connections and makes none when told to', async () => {
    const { ana, network, random } = await subscribed()
    const bo = await startDevice(network.transport({ random }), url)
    bo.transport.keepRelays([url])
    await bo.until(() => bo.relay.state === 'live')
    const link = await ana.transport.dial(url, bo.transport.peerId ?? '')
    expect(network.directCount).toBe(1)
    network.setDirectPossible(false)
    await expect(ana.transport.dial(url, bo.transport.peerId ?? '')).rejects.toMatchObject({ code: 'peer-unreachable' })
    network.cutDirect()
    await link.closed
    expect(network.directCount).toBe(0)
  })
})

const readKey = new Uint8Array(32).fill(5)

function put(index: number): MailboxCommand {
  return { kind: 'put', writeKey: deriveWriteKey(readKey), envelopes: [new Uint8Array(4096).fill(index)] }
}
function fetchAll(): MailboxCommand {
  return { kind: 'fetch', readKey, after: 0, limit: 10 }
}

async function subscribed(): Promise<{
  ana: Device
  clock: TestClock
  network: ReturnType<typeof createMemoryNetwork>
  relay: ReturnType<ReturnType<typeof createMemoryNetwork>['relay']>
  random: Random
}> {
  const clock = createTestClock(startMs)
  const network = createMemoryNetwork({ clock })
  const relay = network.relay(url)
  const random = createRandom()
  const ana = await startDevice(network.transport({ random }), url)
  ana.transport.keepRelays([url])
  await ana.until(() => ana.relay.state === 'live')
  await ana.relay.call([
    { kind: 'open', readKey, tier: 'contact' },
    { kind: 'subscribe', readKeys: [readKey] },
  ])
  return { ana, clock, network, relay, random }
}

function createRandom(): Random {
  let next = 0
  return { bytes: (length) => new Uint8Array(length).map(() => next++) }
}
