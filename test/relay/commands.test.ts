// Every mailbox command, over both carriers.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envelopeId } from '../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { postCommands } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import type { TestPeer, TestStream } from './support/stream-client.ts'
import { connectPeer } from './support/stream-client.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

let relay: TestRelay
let peer: TestPeer
let stream: TestStream
let nextSeed = 1

beforeAll(async () => {
  relay = await createTestRelay()
  peer = await connectPeer(relay)
  stream = await peer.open()
})

afterAll(async () => {
  await peer[Symbol.asyncDispose]()
  await relay[Symbol.asyncDispose]()
})

const carriers = [
  { name: 'HTTP', send: (...commands: MailboxCommand[]) => postCommands(relay.url, ...commands) },
  { name: 'the stream', send: (...commands: MailboxCommand[]) => stream.send(...commands) },
]

describe.each(carriers)('over $name', ({ send }) => {
  const freshKeys = () => mailboxKeys(nextSeed++)

  async function sendOne(command: MailboxCommand): Promise<MailboxReply> {
    const [reply] = await send(command)
    if (reply === undefined) throw new Error('no reply')
    return reply
  }

  async function openMailbox(tier: 'contact' | 'invite' = 'contact') {
    const keys = freshKeys()
    expect(await sendOne({ kind: 'open', readKey: keys.readKey, tier })).toEqual({ kind: 'ok' })
    return keys
  }

  const error = (code: string) => expect.objectContaining({ kind: 'error', code })

  it('opens a mailbox, and opening it again changes nothing', async () => {
    const { readKey, writeKey } = await openMailbox()
    await sendOne({ kind: 'put', writeKey, envelopes: [bytesOf(100, 1)] })
    expect(await sendOne({ kind: 'open', readKey, tier: 'contact' })).toEqual({ kind: 'ok' })
    expect(await sendOne({ kind: 'fetch', readKey, after: 0, limit: 10 })).toMatchObject({ items: [{}], more: false })
  })

  it('stores envelopes and hands them out in order until they are acknowledged', async () => {
    const { readKey, writeKey } = await openMailbox()
    const envelopes = [bytesOf(4096, 1), bytesOf(8192, 2), bytesOf(65_536, 3)]
    const stored = await sendOne({ kind: 'put', writeKey, envelopes })
    expect(stored).toMatchObject({ kind: 'stored' })
    if (stored.kind !== 'stored') return
    expect(stored.until).toHaveLength(3)
    for (const until of stored.until) {
      expect(until % hourMs).toBe(0)
      expect(until).toBeGreaterThanOrEqual(Date.now() + 30 * dayMs - hourMs)
    }
    const fetched = await sendOne({ kind: 'fetch', readKey, after: 0, limit: 10 })
    if (fetched.kind !== 'envelopes') throw new Error(fetched.kind)
    expect(fetched.items.map((item) => item.bytes)).toEqual(envelopes)
    expect(fetched.items.map((item) => item.id)).toEqual(envelopes.map(envelopeId))
    expect(fetched.more).toBe(false)
    const ids = fetched.items.slice(0, 2).map((item) => item.id)
    expect(await sendOne({ kind: 'ack', readKey, ids })).toEqual({ kind: 'ok' })
    const rest = await sendOne({ kind: 'fetch', readKey, after: 0, limit: 10 })
    expect(rest).toMatchObject({ items: [{ id: fetched.items[2]?.id }], more: false })
  })

  it('says that there is more when a fetch stops at its limit, and goes on after a sequence', async () => {
    const { readKey, writeKey } = await openMailbox()
    await sendOne({ kind: 'put', writeKey, envelopes: [bytesOf(10, 1), bytesOf(10, 2), bytesOf(10, 3)] })
    const first = await sendOne({ kind: 'fetch', readKey, after: 0, limit: 2 })
    if (first.kind !== 'envelopes') throw new Error(first.kind)
    expect(first.more).toBe(true)
    const after = first.items.at(-1)?.sequence ?? 0
    const second = await sendOne({ kind: 'fetch', readKey, after, limit: 2 })
    expect(second).toMatchObject({ items: [{ bytes: bytesOf(10, 3) }], more: false })
  })

  it('keeps an answer within the response limit and still gets on', async () => {
    const { readKey, writeKey } = await openMailbox()
    for (let round = 0; round < 2; round++) {
      const envelopes = Array.from({ length: 16 }, (_, index) => bytesOf(65_536, round * 16 + index))
      expect(await sendOne({ kind: 'put', writeKey, envelopes })).toMatchObject({ kind: 'stored' })
    }
    let after = 0
    let count = 0
    for (let more = true; more;) {
      const reply = await sendOne({ kind: 'fetch', readKey, after, limit: 1000 })
      if (reply.kind !== 'envelopes') throw new Error(reply.kind)
      expect(reply.items.length).toBeGreaterThan(0)
      count += reply.items.length
      after = reply.items.at(-1)?.sequence ?? after
      more = reply.more
    }
    expect(count).toBe(32)
  })

  it('stores the same envelope once, within a put and over puts', async () => {
    const { readKey, writeKey } = await openMailbox()
    const envelope = bytesOf(50, 9)
    const first = await sendOne({ kind: 'put', writeKey, envelopes: [envelope, envelope] })
    expect(await sendOne({ kind: 'put', writeKey, envelopes: [envelope] })).toMatchObject({ kind: 'stored' })
    expect(first).toMatchObject({ until: [expect.any(Number), expect.any(Number)] })
    expect(await sendOne({ kind: 'fetch', readKey, after: 0, limit: 10 })).toMatchObject({ items: [{}], more: false })
  })

  it('runs a batch in order: open, put, fetch and ack in one request', async () => {
    const { readKey, writeKey } = freshKeys()
    const envelope = bytesOf(20, 5)
    const replies = await send(
      { kind: 'put', writeKey, envelopes: [envelope] },
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'put', writeKey, envelopes: [envelope] },
      { kind: 'fetch', readKey, after: 0, limit: 10 },
      { kind: 'ack', readKey, ids: [envelopeId(envelope)] },
      { kind: 'fetch', readKey, after: 0, limit: 10 },
    )
    expect(replies).toMatchObject([
      { kind: 'error', code: 'unknown-mailbox' },
      { kind: 'ok' },
      { kind: 'stored' },
      { kind: 'envelopes', items: [{ bytes: envelope }] },
      { kind: 'ok' },
      { kind: 'envelopes', items: [] },
    ])
  })

  it('closes a mailbox: its contents are gone, and everybody is told so', async () => {
    const { readKey, writeKey } = await openMailbox()
    await sendOne({ kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] })
    expect(await sendOne({ kind: 'close', readKey })).toEqual({ kind: 'ok' })
    expect(await sendOne({ kind: 'close', readKey })).toEqual({ kind: 'ok' })
    const takeId = bytesOf(16, 1)
    const replies = await send(
      { kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] },
      { kind: 'fetch', readKey, after: 0, limit: 10 },
      { kind: 'ack', readKey, ids: [] },
      { kind: 'locate', writeKey },
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'bundle.put', readKey, main: bytesOf(10, 1), oneTime: [] },
      { kind: 'bundle.take', writeKey, takeId },
      { kind: 'bundle.count', readKey },
    )
    expect(replies).toEqual(replies.map(() => error('gone')))
  })

  it('says unknown-mailbox for a mailbox it never had', async () => {
    const { readKey, writeKey } = freshKeys()
    const replies = await send(
      { kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] },
      { kind: 'fetch', readKey, after: 0, limit: 10 },
      { kind: 'ack', readKey, ids: [] },
      { kind: 'locate', writeKey },
      { kind: 'close', readKey },
      { kind: 'bundle.put', readKey, main: bytesOf(10, 1), oneTime: [] },
      { kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) },
      { kind: 'bundle.count', readKey },
    )
    expect(replies).toEqual(replies.map(() => error('unknown-mailbox')))
  })

  it('gives nothing to a wrong capability: a write key does not read, a mailbox id does not write', async () => {
    const { writeKey, mailboxId } = await openMailbox()
    await sendOne({ kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] })
    const replies = await send(
      { kind: 'fetch', readKey: writeKey, after: 0, limit: 10 },
      { kind: 'close', readKey: writeKey },
      { kind: 'ack', readKey: mailboxId, ids: [envelopeId(bytesOf(10, 1))] },
      { kind: 'put', writeKey: mailboxId, envelopes: [bytesOf(10, 1)] },
      { kind: 'bundle.count', readKey: writeKey },
    )
    expect(replies).toEqual(replies.map(() => error('unknown-mailbox')))
  })

  it('hands out each one-time part once, and the same part again for the same take', async () => {
    const { readKey, writeKey } = await openMailbox()
    const main = bytesOf(2000, 1)
    const oneTime = [bytesOf(1300, 1), bytesOf(1300, 2)]
    expect(await sendOne({ kind: 'bundle.put', readKey, main, oneTime })).toEqual({ kind: 'ok' })
    const take = (id: number) => sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, id) })
    const first = await take(1)
    const second = await take(2)
    expect(await take(1)).toEqual(first)
    const taken = [first, second].map((reply) => (reply.kind === 'bundle' ? reply.oneTime?.[0] : undefined))
    expect(new Set(taken)).toEqual(new Set([1, 2]))
    expect(await take(3)).toEqual({ kind: 'bundle', main })
  })

  it('never offers a taken one-time part again, even when the owner puts it again', async () => {
    const { readKey, writeKey } = await openMailbox()
    const put: MailboxCommand = { kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime: [bytesOf(9, 2)] }
    await sendOne(put)
    await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })
    expect(await sendOne(put)).toEqual({ kind: 'ok' })
    expect(await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 2) })).toEqual({
      kind: 'bundle',
      main: bytesOf(9, 1),
    })
  })

  it('replaces the whole bundle: nothing of the old one is handed out any more', async () => {
    const { readKey, writeKey } = await openMailbox()
    const parts = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => bytesOf(20, from + index))
    await sendOne({ kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime: parts(0, 99) })
    expect(await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })).toMatchObject({
      main: bytesOf(9, 1),
    })
    expect(await sendOne({ kind: 'bundle.put', readKey, main: bytesOf(9, 2), oneTime: parts(100, 2) })).toEqual({
      kind: 'ok',
    })
    expect(await sendOne({ kind: 'bundle.count', readKey })).toEqual({ kind: 'pool', main: true, oneTime: 2 })
    const taken = await send(
      ...[2, 3, 4].map((id) => ({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, id) }) as const),
    )
    expect(new Set(taken.map((reply) => reply.kind === 'bundle' && reply.oneTime?.[0]))).toEqual(
      new Set([100, 101, undefined]),
    )
    expect(taken.every((reply) => reply.kind === 'bundle' && reply.main[0] === 2)).toBe(true)
  })

  it('offers one-time parts of the old bundle that are in the new one too, unless they were taken', async () => {
    const { readKey, writeKey } = await openMailbox()
    const put = (...oneTime: Uint8Array[]) => sendOne({ kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime })
    await put(bytesOf(9, 2), bytesOf(9, 3))
    const first = await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })
    await put(bytesOf(9, 2), bytesOf(9, 3), bytesOf(9, 4))
    expect(await sendOne({ kind: 'bundle.count', readKey })).toEqual({ kind: 'pool', main: true, oneTime: 2 })
    const others = await send(
      ...[2, 3].map((id) => ({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, id) }) as const),
    )
    const taken = [first, ...others].map((reply) => reply.kind === 'bundle' && reply.oneTime?.[0])
    expect(new Set(taken)).toEqual(new Set([2, 3, 4]))
  })

  it('counts what is left of a bundle', async () => {
    const { readKey, writeKey } = await openMailbox()
    const count = () => sendOne({ kind: 'bundle.count', readKey })
    expect(await count()).toEqual({ kind: 'pool', main: false, oneTime: 0 })
    const oneTime = [bytesOf(9, 2), bytesOf(9, 3)]
    await sendOne({ kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime })
    expect(await count()).toEqual({ kind: 'pool', main: true, oneTime: 2 })
    await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })
    await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })
    expect(await count()).toEqual({ kind: 'pool', main: true, oneTime: 1 })
    await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 2) })
    expect(await count()).toEqual({ kind: 'pool', main: true, oneTime: 0 })
  })

  it('knows no bundle of a mailbox that never had one', async () => {
    const { writeKey } = await openMailbox()
    expect(await sendOne({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })).toEqual(error('unknown-mailbox'))
  })

  it('takes a few requests into an invite mailbox and then says full', async () => {
    const { readKey, writeKey } = await openMailbox('invite')
    const envelopes = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => bytesOf(60_000, from + index))
    expect(await sendOne({ kind: 'put', writeKey, envelopes: envelopes(0, 30) })).toMatchObject({ kind: 'stored' })
    expect(await sendOne({ kind: 'put', writeKey, envelopes: envelopes(30, 30) })).toEqual(error('full'))
    const fetched = await sendOne({ kind: 'fetch', readKey, after: 0, limit: 5 })
    expect(fetched).toMatchObject({ more: true })
  })

  it('answers an empty batch with no replies', async () => {
    expect(await send()).toEqual([])
  })
})
