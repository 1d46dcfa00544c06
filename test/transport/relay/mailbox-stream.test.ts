import { describe, expect, it } from 'vitest'
import { decodeRequest, encodePush, encodeResponse } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxPush } from '../../../src/protocol/mailbox/command.ts'
import { limits } from '../../../src/transport/limits.ts'
import { createMailboxStream, type MailboxStream } from '../../../src/transport/relay/mailbox-stream.ts'
import { createTestClock, settle, type TestClock } from '../support/clock.ts'
import { failureOf } from '../support/failure.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

const locate: MailboxCommand = { kind: 'locate', writeKey: new Uint8Array(32) }

describe('mailbox stream', () => {
  it('matches responses to requests in any order', async () => {
    const { stream, wire } = create()
    const first = stream.call([locate])
    const second = stream.call([locate])
    await settle()
    const [a = 0, b = 0] = ids(wire)
    expect(a).not.toBe(b)
    wire.receive(encodeResponse({ id: b, replies: [{ kind: 'presence', peerId: 'second' }] }))
    wire.receive(encodeResponse({ id: a, replies: [{ kind: 'presence', peerId: 'first' }] }))
    expect(await first).toEqual([{ kind: 'presence', peerId: 'first' }])
    expect(await second).toEqual([{ kind: 'presence', peerId: 'second' }])
  })

  it('cuts more commands than a request holds, and joins the replies in order', async () => {
    const { stream, wire } = create((frame) => {
      const request = decodeRequest(frame)
      if (request?.kind !== 'request') throw new Error('not a request')
      expect(request.commands.length).toBeLessThanOrEqual(256)
      const replies = request.commands.map((command) => ({
        kind: 'presence' as const,
        peerId: command.kind === 'locate' ? String(command.writeKey[0]) : '',
      }))
      queueMicrotask(() => wire.receive(encodeResponse({ id: request.id, replies })))
    })
    const commands = Array.from({ length: 600 }, (_, index) => ({
      kind: 'locate' as const,
      writeKey: new Uint8Array(32).fill(index % 256),
    }))
    const replies = await stream.call(commands)
    expect(replies).toEqual(commands.map(({ writeKey }) => ({ kind: 'presence', peerId: String(writeKey[0]) })))
    expect(wire.sent).toHaveLength(3)
  })

  it('cuts requests that would be too large', async () => {
    const { stream, wire } = create((frame) => {
      expect(frame.length).toBeLessThanOrEqual(limits.requestBytes)
      const request = decodeRequest(frame)
      if (request?.kind !== 'request') throw new Error('not a request')
      const replies = request.commands.map(() => ({ kind: 'stored' as const, until: [1] }))
      queueMicrotask(() => wire.receive(encodeResponse({ id: request.id, replies })))
    })
    const envelopes = [new Uint8Array(65_536)]
    const replies = await stream.call(
      Array.from({ length: 64 }, () => ({ kind: 'put', writeKey: new Uint8Array(32), envelopes })),
    )
    expect(replies).toHaveLength(64)
    expect(wire.sent.length).toBeGreaterThan(1)
  })

  it('hands over pushes between responses', () => {
    const { wire, pushes } = create()
    const push = {
      mailboxId: new Uint8Array(32).fill(1),
      items: [{ sequence: 1, id: new Uint8Array(32), bytes: new Uint8Array(4096) }],
    }
    wire.receive(encodePush(push))
    expect(pushes).toEqual([push])
  })

  it('ends on garbage, and fails what waits', async () => {
    const { stream, wire, state } = create()
    const waiting = stream.call([locate])
    const failed = failureOf(waiting)
    await settle()
    wire.receive(Uint8Array.of(1, 2, 3))
    expect(await failed).toMatchObject({ code: 'not-a-relay' })
    expect(state.closed).toBe(1)
    expect(wire.ended).toBe('aborted')
    await expect(stream.call([locate])).rejects.toMatchObject({ code: 'relay-unreachable' })
  })

  it('ignores a response nobody waits for, and refuses one with the wrong number of replies', async () => {
    const { stream, wire } = create()
    wire.receive(encodeResponse({ id: 4711, replies: [{ kind: 'ok' }] }))
    const waiting = stream.call([locate])
    const failed = failureOf(waiting)
    await settle()
    wire.receive(encodeResponse({ id: ids(wire)[0] ?? 0, replies: [] }))
    expect(await failed).toMatchObject({ code: 'not-a-relay' })
  })

  it('fails what waits when the relay ends the stream', async () => {
    const { stream, wire, state } = create()
    const failed = failureOf(stream.call([locate]))
    await settle()
    wire.end()
    expect(await failed).toMatchObject({ code: 'relay-unreachable' })
    expect(state.closed).toBe(1)
  })

  it('gives up a request that is not answered', async () => {
    const { stream, clock } = create()
    const failed = failureOf(stream.call([locate]))
    await settle()
    clock.advance(limits.requestTimeoutMs)
    expect(await failed).toMatchObject({ code: 'timeout' })
  })

  it('asks after a silence whether the relay is there, and ends when it is not', async () => {
    const { wire, clock, state } = create()
    clock.advance(limits.heartbeatMs)
    await settle()
    expect(wire.sent).toHaveLength(1)
    wire.receive(encodeResponse({ id: ids(wire)[0] ?? 0, replies: [] }))
    await settle()
    clock.advance(limits.heartbeatTimeoutMs)
    expect(state.closed).toBe(0)
    clock.advance(limits.heartbeatMs)
    await settle()
    clock.advance(limits.heartbeatTimeoutMs)
    expect(state.closed).toBe(1)
  })
})

function create(onSent?: (frame: Uint8Array) => void): {
  stream: MailboxStream
  wire: FakeStream
  clock: TestClock
  pushes: MailboxPush[]
  state: { closed: number }
} {
  const clock = createTestClock()
  const wire = createFakeStream(onSent)
  const pushes: MailboxPush[] = []
  const state = { closed: 0 }
  const stream = createMailboxStream({
    clock,
    open: (onFrame, onClosed) => wire.open({ maxFrameBytes: limits.responseBytes, onFrame, onClosed }),
    onPush: (push) => pushes.push(push),
    onClosed: () => state.closed++,
  })
  return { stream, wire, clock, pushes, state }
}

function ids(wire: FakeStream): number[] {
  return wire.sent.map((frame) => decodeRequest(frame)?.id ?? -1)
}
