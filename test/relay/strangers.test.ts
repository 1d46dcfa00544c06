// How fast somebody without a key of their own gets on at a relay with its usual limits: to one person, to many, and by
// guessing. The figures are those of docs/threat-model.md.

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../relay/limits.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { postCommands } from './support/http-client.ts'
import type { MailboxKeys, TestRelay } from './support/relay.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const secondMs = 1000
const hour = 3600
const begin = Date.UTC(2026, 0, 1, 12)

let nowMs = begin
let relay: TestRelay

beforeEach(async () => {
  nowMs = begin
  relay = await createTestRelay({ now: () => nowMs })
})
afterEach(() => relay[Symbol.asyncDispose]())

const send = (...commands: readonly MailboxCommand[]) => postCommands(relay.url, ...commands)
const isStored = ({ kind }: MailboxReply): boolean => kind === 'stored'
const put = ({ writeKey }: MailboxKeys): MailboxCommand => ({
  kind: 'put',
  writeKey,
  envelopes: [new Uint8Array(randomBytes(64))],
})

/** The owner fetches and deletes all that is there, so that only the rate is in the way. */
async function clear({ readKey }: MailboxKeys): Promise<void> {
  const [reply] = await send({ kind: 'fetch', readKey, after: 0, limit: 1000 })
  const ids = reply?.kind === 'envelopes' ? reply.items.map(({ id }) => id) : []
  if (ids.length > 0) await send({ kind: 'ack', readKey, ids })
}

const stepSeconds = 60

/** Puts as many as it can into each of these, for an hour; gives how many were stored. */
async function floodForAnHour(mailboxes: readonly MailboxKeys[]): Promise<number> {
  let stored = 0
  for (let second = 0; second <= hour; second += stepSeconds) {
    nowMs = begin + second * secondMs
    for (const mailbox of mailboxes) {
      const replies = await send(...Array.from({ length: second === 0 ? 64 : 16 }, () => put(mailbox)))
      stored += replies.filter(isStored).length
      await clear(mailbox)
    }
  }
  return stored
}

describe('without work, in an hour, a stranger', () => {
  it('brings 780 envelopes to one address at the most', async () => {
    const address = mailboxKeys(1)
    await send({ kind: 'open', readKey: address.readKey, tier: 'invite' })
    const { burst, perSecond } = defaultLimits.invitePuts
    const most = burst + perSecond * hour
    expect(most).toBe(780)
    const stored = await floodForAnHour([address])
    expect(stored).toBeLessThanOrEqual(most)
    // The bound is the rate, and nothing else that was in the way.
    expect(stored).toBeGreaterThan(most * 0.9)
  })

  it('gets no more by having several addresses of one person, than as much at each', async () => {
    const addresses = [1, 2, 3].map(mailboxKeys)
    for (const { readKey } of addresses) await send({ kind: 'open', readKey, tier: 'invite' })
    const { burst, perSecond } = defaultLimits.invitePuts
    const stored = await floodForAnHour(addresses)
    expect(stored).toBeLessThanOrEqual(addresses.length * (burst + perSecond * hour))
  })

  it('leaves 50 of them at an address whose owner is away', async () => {
    const address = mailboxKeys(1)
    await send({ kind: 'open', readKey: address.readKey, tier: 'invite' })
    let stored = 0
    for (let second = 0; second <= hour; second += stepSeconds) {
      nowMs = begin + second * secondMs
      stored += (await send(...Array.from({ length: 16 }, () => put(address)))).filter(isStored).length
    }
    expect(stored).toBe(defaultLimits.inviteFreeEnvelopes)
  })
})

describe('by guessing', () => {
  it('nobody is found, and nothing tells that somebody is near: no command answers for a mailbox but with its key', async () => {
    const address = mailboxKeys(1)
    await send({ kind: 'open', readKey: address.readKey, tier: 'invite' })
    const guesses = Array.from({ length: 85 }, () => new Uint8Array(randomBytes(32)))
    // Also by what the relay itself stores of it, and by a key that is nearly right.
    const near = address.writeKey.slice()
    near[31] = (near[31] ?? 0) ^ 1
    for (const writeKey of [...guesses, address.mailboxId, near]) {
      const replies = await send(
        { kind: 'put', writeKey, envelopes: [new Uint8Array(64)] },
        { kind: 'locate', writeKey },
        { kind: 'bundle.take', writeKey, takeId: new Uint8Array(16).fill(1) },
      )
      expect(replies).toEqual(replies.map(() => ({ kind: 'error', code: 'unknown-mailbox' })))
    }
  })

  it('is no faster than 400 commands a second, of keys that have 256 bits', async () => {
    const { burst, perSecond } = defaultLimits.commands
    const guess = (): MailboxCommand => ({ kind: 'locate', writeKey: new Uint8Array(randomBytes(32)) })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const tried = async (count: number): Promise<number> => {
      let answered = 0
      for (let sent = 0; sent < count; sent += 250) {
        const replies = await stream.send(...Array.from({ length: 250 }, guess))
        answered += replies.filter((reply) => reply.kind === 'error' && reply.code === 'unknown-mailbox').length
      }
      return answered
    }
    expect(await tried(2 * burst)).toBeLessThanOrEqual(burst)
    nowMs += 10 * secondMs
    expect(await tried(burst)).toBeLessThanOrEqual(10 * perSecond)
  })
})
