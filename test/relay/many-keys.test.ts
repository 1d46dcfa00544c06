// A `subscribe` names up to 1,024 mailboxes, a request has up to 256 of them. What that costs is counted by keys, and others have
// their turn in between.

import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../relay/limits.ts'
import type { Batch } from '../../relay/mailbox/batch.ts'
import { createHub } from '../../relay/mailbox/hub.ts'
import { createPresence } from '../../relay/mailbox/presence.ts'
import type { MailboxStore } from '../../relay/storage/store.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

/** Of mailboxes that nobody opened. */
const unknownKeys = (count: number, seed = 0) =>
  Array.from({ length: count }, (_, index) => {
    const key = new Uint8Array(32).fill(seed)
    new DataView(key.buffer).setUint32(0, index)
    return key
  })
const subscribe = (count: number, seed?: number) => ({ kind: 'subscribe', readKeys: unknownKeys(count, seed) }) as const

describe('keys of mailboxes that are not here', () => {
  it('count as much as commands', async () => {
    await using relay = await createTestRelay({ limits: { commands: { burst: 2000, perSecond: 0.001 } } })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const code = async (count: number) => {
      const [reply] = await stream.send(subscribe(count))
      return reply?.kind === 'error' ? reply.code : reply?.kind
    }
    expect([await code(1000), await code(900), await code(1000), await code(90)]).toEqual([
      'unknown-mailbox',
      'unknown-mailbox',
      'too-many-requests',
      'unknown-mailbox',
    ])
  })

  it('are no more in one request than a connection may follow', async () => {
    await using relay = await createTestRelay({ limits: { subscriptionsPerConnection: 2000 } })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const replies = await stream.send(subscribe(1000, 1), subscribe(1000, 2), subscribe(1, 3))
    expect(replies.map((reply) => reply.kind === 'error' && reply.code)).toEqual([
      'unknown-mailbox',
      'unknown-mailbox',
      'full',
    ])
  })
})

describe('many keys in one request', () => {
  it('let everybody else have their turn in between', async () => {
    const mailboxes: Pick<MailboxStore, 'newest' | 'tier'> = {
      newest: () => Promise.resolve('unknown-mailbox'),
      tier: () => Promise.resolve('unknown-mailbox'),
    }
    const presence = createPresence({ mailboxes, hub: createHub(), limits: defaultLimits })
    const listener = { wake: () => undefined, follow: () => undefined, heardAtMs: 0, ownPeerId: 'peer' }
    const batch: Batch = {
      caller: { stream: { listener, peerId: 'peer' } },
      nowMs: 0,
      budget: { bytes: 0, envelopes: 0 },
      hasRoom: true,
      takes: 0,
      subscriptions: 0,
    }
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns += 1
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    await presence.subscribe(subscribe(1024), batch)
    isOver = true
    expect(turns).toBeGreaterThanOrEqual(1024 / defaultLimits.keysPerTurn - 1)
  })

  it('take effect in the order of the commands all the same', async () => {
    await using relay = await createTestRelay()
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const { readKey } = mailboxKeys(9)
    const [opened, followed, closed] = await stream.send(
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'subscribe', readKeys: [...unknownKeys(900), readKey] },
      { kind: 'close', readKey },
    )
    expect([opened, followed, closed]).toEqual([
      { kind: 'ok' },
      { kind: 'error', code: 'unknown-mailbox' },
      { kind: 'ok' },
    ])
    // It was there when it was followed: what had been closed before would be `gone`.
    expect(await stream.send({ kind: 'subscribe', readKeys: [readKey] })).toEqual([{ kind: 'error', code: 'gone' }])
  })
})
