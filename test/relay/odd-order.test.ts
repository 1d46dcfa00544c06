// Commands that come twice, at once, in another order than anybody sends them, or in numbers that nobody needs; and a
// clock that jumps by a day while they come.

import { describe, expect, it } from 'vitest'
import { envelopeId } from '../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand } from '../../src/protocol/mailbox/command.ts'
import { limits } from '../../src/protocol/limits.ts'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { defaultLimits } from '../../relay/limits.ts'
import { isLong } from '../support/long.ts'
import { postCommand, postCommands } from './support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const dayMs = 24 * 60 * 60 * 1000
const { readKey, writeKey } = mailboxKeys(1)
const open: MailboxCommand = { kind: 'open', readKey, tier: 'contact' }
const close: MailboxCommand = { kind: 'close', readKey }
const put = (...fills: readonly number[]): MailboxCommand => ({
  kind: 'put',
  writeKey,
  envelopes: fills.map((fill) => bytesOf(100, fill)),
})
const ack = (fill: number): MailboxCommand => ({ kind: 'ack', readKey, ids: [envelopeId(bytesOf(100, fill))] })
const fetchAfter = (after: number): MailboxCommand => ({ kind: 'fetch', readKey, after, limit: 100 })
const refused = (code: string) => ({ kind: 'error', code })
const ok = { kind: 'ok' }

describe('commands in an odd order', () => {
  it('are answered each for what is there at its turn', async () => {
    await using relay = await createTestRelay()
    expect(await postCommands(relay.url, ack(1), put(1), fetchAfter(0), close)).toEqual(
      Array.from({ length: 4 }, () => refused('unknown-mailbox')),
    )
    // Nothing of it comes true later.
    expect(await postCommands(relay.url, open, fetchAfter(0))).toEqual([
      ok,
      { kind: 'envelopes', items: [], more: false },
    ])
    // An acknowledgement of what is not there yet does not delete it when it comes.
    expect(await postCommands(relay.url, ack(1), put(1), fetchAfter(0))).toMatchObject([ok, {}, { items: [{}] }])
    expect(await postCommand(relay.url, fetchAfter(Number.MAX_SAFE_INTEGER))).toMatchObject({ items: [] })
    expect(await postCommands(relay.url, close, put(2), open, close, ack(1))).toEqual([
      ok,
      refused('gone'),
      refused('gone'),
      ok,
      refused('gone'),
    ])
  })

  it('sent again change nothing, and a put of what was acknowledged is a new one', async () => {
    await using relay = await createTestRelay()
    const first = await postCommands(relay.url, open, put(1, 2), put(1, 2), ack(1), ack(1), fetchAfter(0))
    expect(first[2]).toEqual(first[1])
    expect(first[5]).toMatchObject({ items: [{ bytes: bytesOf(100, 2) }] })
    const [, reply] = await postCommands(relay.url, put(1), fetchAfter(0))
    expect(reply?.kind === 'envelopes' && reply.items.map(({ bytes }) => bytes[0])).toEqual([2, 1])
  })

  it('from many connections at once end in one of the states that an order of them gives', async () => {
    await using relay = await createTestRelay()
    await postCommand(relay.url, open)
    const storm = Array.from({ length: 60 }, (_, index) =>
      postCommands(relay.url, ...(index % 3 === 0 ? [put(1)] : index % 3 === 1 ? [ack(1)] : [fetchAfter(0)])),
    )
    for (const [reply] of await Promise.all(storm)) expect(['stored', 'ok', 'envelopes']).toContain(reply?.kind)
    const end = await postCommand(relay.url, fetchAfter(0))
    expect(end.kind === 'envelopes' && end.items.length).toBeLessThanOrEqual(1)
    const closings = await Promise.all(
      Array.from({ length: 10 }, (_, index) => postCommand(relay.url, index % 2 ? close : put(3))),
    )
    expect(closings.filter((_, index) => index % 2)).toEqual(Array.from({ length: 5 }, () => ok))
    expect(await postCommand(relay.url, put(3))).toEqual(refused('gone'))
    expect((await callRunningRelay(relay.dataDirectory, 'status'))['mailboxes']).toBe(0)
  })
})

describe('a peer that opens mailboxes without end', () => {
  const million = isLong ? 1_000_000 : 50_000

  it('gets as many as its rate allows, whatever it asks for', async () => {
    const nowMs = Date.now()
    await using relay = await createTestRelay({
      now: () => nowMs,
      limits: { commands: { burst: 2_000_000, perSecond: 1 } },
    })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const codes = new Map<string, number>()
    for (let asked = 0; asked < million; asked += limits.commandsPerRequest) {
      const opens = Array.from({ length: limits.commandsPerRequest }, (_, index): MailboxCommand => {
        const own = bytesOf(32, 0)
        new DataView(own.buffer).setUint32(0, asked + index)
        return { kind: 'open', readKey: own, tier: 'contact' }
      })
      for (const reply of await stream.send(...opens)) {
        const code = reply.kind === 'error' ? reply.code : reply.kind
        codes.set(code, (codes.get(code) ?? 0) + 1)
      }
    }
    expect([...codes.keys()].toSorted()).toEqual(['ok', 'too-many-requests'])
    expect(codes.get('ok')).toBe(defaultLimits.opens.burst)
    expect((await callRunningRelay(relay.dataDirectory, 'status'))['mailboxes']).toBe(defaultLimits.opens.burst)
    // Another one is served as ever.
    await using other = await connectPeer(relay)
    expect(await (await other.open()).send(open)).toEqual([ok])
  }, 600_000)
})

describe('a clock that jumps by a day', () => {
  it.each([1, -1])('(%i) loses nothing, keeps the order, and lets everybody go on', async (days) => {
    let nowMs = Date.UTC(2026, 0, 1)
    await using relay = await createTestRelay({
      now: () => nowMs,
      monotonicNow: () => 0,
      limits: { envelopeMs: days > 0 ? dayMs / 2 : 2 * dayMs },
    })
    await using reader = await connectPeer(relay)
    const stream = await reader.open()
    await stream.send(open, { kind: 'subscribe', readKeys: [readKey] })
    await postCommand(relay.url, put(1))
    expect((await stream.nextPush()).items).toHaveLength(1)
    await relay.sweep()
    nowMs += days * dayMs
    expect(await postCommand(relay.url, put(2))).toMatchObject({ kind: 'stored' })
    expect((await stream.nextPush()).items.map(({ bytes }) => bytes[0])).toEqual([2])
    await relay.sweep()
    await relay.restart()
    await relay.sweep()
    expect(await postCommand(relay.url, put(3))).toMatchObject({ kind: 'stored' })
    nowMs -= days * dayMs
    await relay.sweep()
    const reply = await postCommand(relay.url, fetchAfter(0))
    expect(reply.kind === 'envelopes' && reply.items.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3])
  })

  it('does not empty a mailbox that is full when somebody writes to it', async () => {
    let nowMs = Date.UTC(2026, 0, 1)
    await using relay = await createTestRelay({
      now: () => nowMs,
      monotonicNow: () => 0,
      limits: { envelopeMs: dayMs / 2, mailboxEnvelopes: 2 },
    })
    await postCommands(relay.url, open, put(1, 2))
    expect(await postCommand(relay.url, put(3))).toEqual(refused('full'))
    nowMs += dayMs
    expect(await postCommand(relay.url, put(3))).toMatchObject({ kind: 'stored' })
    nowMs -= dayMs
    const reply = await postCommand(relay.url, fetchAfter(0))
    expect(reply.kind === 'envelopes' && reply.items.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3])
  })
})
