// Invite mailboxes under attack, over both carriers: who does the work gets through, whoever pretends does not.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { Work } from '../../src/protocol/mailbox/work.ts'
import { metric, postCommand, postCommands } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'
import { challengeIn, doWork } from './support/work.ts'

const minuteMs = 60_000
const limits = {
  workBits: 10,
  inviteFreeEnvelopes: 50,
  inviteEnvelopes: 100,
  invitePuts: { burst: 5, perSecond: 0.001 },
  provenPuts: { burst: 20, perSecond: 1 },
} as const
const address = mailboxKeys(1)
const other = mailboxKeys(2)
const friend = mailboxKeys(3)

let nowMs = Date.UTC(2026, 0, 1, 12)
let relay: TestRelay
let nextEnvelope = 1

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1, 12)
  nextEnvelope = 1
  relay = await createTestRelay({ limits, now: () => nowMs })
  for (const { readKey } of [address, other]) await send({ kind: 'open', readKey, tier: 'invite' })
  await send({ kind: 'open', readKey: friend.readKey, tier: 'contact' })
})
afterEach(() => relay[Symbol.asyncDispose]())

const send = (command: MailboxCommand): Promise<MailboxReply> => postCommand(relay.url, command)
const fresh = (): Uint8Array => {
  const envelope = new Uint8Array(64)
  new DataView(envelope.buffer).setUint32(0, nextEnvelope++)
  return envelope
}
const putting = (envelope: Uint8Array, work?: Work, { writeKey } = address): MailboxCommand => ({
  kind: 'put',
  writeKey,
  envelopes: [envelope],
  ...(work === undefined ? {} : { work }),
})
const put = (envelope: Uint8Array, work?: Work, keys = address): Promise<MailboxReply> =>
  send(putting(envelope, work, keys))
const askedFor = { kind: 'error', code: 'too-many-requests', work: { bits: limits.workBits } }

/** Uses up what is taken for nothing. Gives the challenge. */
async function attack(keys = address) {
  for (let count = 0; count < limits.invitePuts.burst; count++)
    expect(await put(fresh(), undefined, keys)).toMatchObject({ kind: 'stored' })
  return challengeIn(await put(fresh(), undefined, keys))
}

async function held(): Promise<number> {
  const reply = await send({ kind: 'fetch', readKey: address.readKey, after: 0, limit: 1000 })
  return reply.kind === 'envelopes' ? reply.items.length : -1
}

describe('an invite mailbox whose rate is used up', () => {
  it('takes an envelope with proof of work', async () => {
    const challenge = await attack()
    expect(challenge.bits).toBe(limits.workBits)
    const envelope = fresh()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope })
    expect(await put(envelope, work)).toMatchObject({ kind: 'stored' })
    expect(await held()).toBe(6)
    expect(await metric(relay.metricsUrl, 'safelight_work_asked_total')).toBe(1)
    expect(await metric(relay.metricsUrl, 'safelight_work_done_total')).toBe(1)
  })

  it('does so over the stream as over HTTP', async () => {
    await attack()
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const envelope = fresh()
    const [asked] = await stream.send(putting(envelope))
    expect(asked).toMatchObject(askedFor)
    const work = doWork(challengeIn(asked), { writeKey: address.writeKey, envelope })
    expect(await stream.send(putting(envelope, work))).toMatchObject([{ kind: 'stored' }])
  })

  it('leaves other mailboxes, and those of contacts, as they are', async () => {
    await attack()
    expect(await put(fresh(), undefined, other)).toMatchObject({ kind: 'stored' })
    expect(await put(fresh(), undefined, friend)).toMatchObject({ kind: 'stored' })
  })

  it('takes envelopes for nothing again when time has passed', async () => {
    await attack()
    nowMs += 1_000_000
    expect(await put(fresh())).toMatchObject({ kind: 'stored' })
  })

  it('stores an envelope that is there already for nothing, as ever', async () => {
    const challenge = await attack()
    const envelope = fresh()
    await put(envelope, doWork(challenge, { writeKey: address.writeKey, envelope }))
    expect(await put(envelope)).toMatchObject({ kind: 'stored' })
  })
})

describe('proof of work is refused, and asked for anew,', () => {
  it('when it was used: not even for the same envelope, once that was fetched', async () => {
    const challenge = await attack()
    const envelope = fresh()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope })
    await put(envelope, work)
    const fetched = await send({ kind: 'fetch', readKey: address.readKey, after: 0, limit: 100 })
    const ids = fetched.kind === 'envelopes' ? fetched.items.map(({ id }) => id) : []
    await send({ kind: 'ack', readKey: address.readKey, ids })
    expect(await put(envelope, work)).toMatchObject(askedFor)
    expect(await held()).toBe(0)
  })

  it('when it was sent twice at the same moment: it counts once', async () => {
    const challenge = await attack()
    const envelope = fresh()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope })
    const replies = await postCommands(relay.url, putting(envelope, work), putting(envelope, work))
    expect(replies.map(({ kind }) => kind)).toEqual(['stored', 'stored'])
    expect(await held()).toBe(6)
  })

  it('for another envelope', async () => {
    const challenge = await attack()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope: fresh() })
    expect(await put(fresh(), work)).toMatchObject(askedFor)
  })

  it('for another mailbox, also when its challenge came from there', async () => {
    const challenge = await attack()
    await attack(other)
    const envelope = fresh()
    const here = doWork(challenge, { writeKey: address.writeKey, envelope })
    expect(await put(envelope, here, other)).toMatchObject(askedFor)
    const moved = doWork(challenge, { writeKey: other.writeKey, envelope })
    expect(await put(envelope, moved, other)).toMatchObject(askedFor)
  })

  it('when its time is over, and not before', async () => {
    const challenge = await attack()
    const [early, late] = [fresh(), fresh()]
    const works = [early, late].map((envelope) => doWork(challenge, { writeKey: address.writeKey, envelope }))
    nowMs += 10 * minuteMs
    expect(await put(early, works[0])).toMatchObject({ kind: 'stored' })
    nowMs += 10 * minuteMs
    expect(await put(late, works[1])).toMatchObject(askedFor)
  })

  it('when it is less than was asked for', async () => {
    const challenge = await attack()
    const envelope = fresh()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope }, { bits: limits.workBits - 1 })
    expect(await put(envelope, work)).toMatchObject(askedFor)
  })

  it('when it answers a challenge that the relay never gave, or one of before its restart', async () => {
    const { token, bits } = await attack()
    const envelope = fresh()
    const invented = { token: new Uint8Array(32).fill(7), bits }
    expect(await put(envelope, doWork(invented, { writeKey: address.writeKey, envelope }))).toMatchObject(askedFor)
    const work = doWork({ token, bits }, { writeKey: address.writeKey, envelope })
    await relay.restart()
    expect(await put(envelope, work)).toMatchObject(askedFor)
  })

  it('when there is more than one envelope behind it', async () => {
    const challenge = await attack()
    const envelope = fresh()
    const work = doWork(challenge, { writeKey: address.writeKey, envelope })
    const two: MailboxCommand = { kind: 'put', writeKey: address.writeKey, envelopes: [envelope, fresh()], work }
    expect(await send(two)).toEqual({ kind: 'error', code: 'bad-request' })
  })
})

describe('an attack on one address', () => {
  it('of 10,000 deposits is refused, leaves nothing behind, and a sender who means it gets through', async () => {
    const { bits } = await attack()
    let refused = 0
    for (let batch = 0; batch < 40; batch++) {
      const commands = Array.from({ length: 250 }, (_, index) => {
        const garbage = { token: new Uint8Array(32).fill(batch), nonce: index }
        return putting(fresh(), index % 2 === 0 ? garbage : undefined)
      })
      for (const reply of await postCommands(relay.url, ...commands)) if (reply.kind === 'error') refused++
    }
    expect(refused).toBe(10_000)
    expect(await metric(relay.metricsUrl, 'safelight_work_asked_total')).toBe(10_001)

    const envelope = fresh()
    const challenge = challengeIn(await put(envelope))
    expect(challenge.bits).toBe(bits)
    expect(await put(envelope, doWork(challenge, { writeKey: address.writeKey, envelope }))).toMatchObject({
      kind: 'stored',
    })
    expect(await held()).toBe(6)
  })

  it('by somebody who does the work is slowed down too: work helps no more for a while', async () => {
    const challenge = await attack()
    const deposit = () => {
      const envelope = fresh()
      return put(envelope, doWork(challenge, { writeKey: address.writeKey, envelope }))
    }
    for (let count = 0; count < limits.provenPuts.burst; count++) expect((await deposit()).kind).toBe('stored')
    const reply = await deposit()
    expect(reply).toEqual({ kind: 'error', code: 'too-many-requests', retryAfterMs: 1000 })
    nowMs += 1000
    expect((await deposit()).kind).toBe('stored')
  })

  it('fills half of it at the most without work: the other half is for who does some', async () => {
    await relay.restart({ limits: { ...limits, invitePuts: { burst: 1000, perSecond: 1 } } })
    for (let count = 0; count < limits.inviteFreeEnvelopes; count++) expect((await put(fresh())).kind).toBe('stored')
    const envelope = fresh()
    const challenge = challengeIn(await put(envelope))
    expect(await put(envelope, doWork(challenge, { writeKey: address.writeKey, envelope }))).toMatchObject({
      kind: 'stored',
    })
  })
})

describe('a relay', () => {
  it('asks for work at every address when too much comes for all of them together', async () => {
    await relay.restart({ limits: { ...limits, invitePutsInAll: { burst: 3, perSecond: 0.001 } } })
    for (let count = 0; count < 3; count++) expect((await put(fresh())).kind).toBe('stored')
    expect(await put(fresh(), undefined, other)).toMatchObject(askedFor)
    expect(await put(fresh(), undefined, friend)).toMatchObject({ kind: 'stored' })
  })

  it('that asks for none lets strangers wait', async () => {
    await relay.restart({ limits: { ...limits, workBits: 0 } })
    for (let count = 0; count < limits.invitePuts.burst; count++) await put(fresh())
    expect(await put(fresh())).toEqual({
      kind: 'error',
      code: 'too-many-requests',
      retryAfterMs: expect.any(Number) as number,
    })
    const work = { token: new Uint8Array(32), nonce: 0 }
    expect(await put(fresh(), work)).toEqual({ kind: 'error', code: 'too-many-requests', retryAfterMs: 0 })
  })

  it('asks for no more than the protocol allows, whatever is set', async () => {
    await relay.restart({ limits: { ...limits, workBits: 60 } })
    expect((await attack()).bits).toBe(22)
  })
})
