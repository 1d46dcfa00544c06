import { expect, test } from 'vitest'
import { createFrameInbox } from '../../src/messenger/direct/frame-inbox.ts'
import { encodePeerFrame } from '../../src/protocol/direct/frame.ts'
import { systemClock } from '../../src/system.ts'
import { createLinkPair } from '../../src/transport/memory/link.ts'

const ack = (sequence: number): Uint8Array => encodePeerFrame({ kind: 'ack', sequence, status: 'stored' })

test('a stranger who talks on without a proof is let go', async () => {
  const { initiator: stranger, responder: mine } = createLinkPair('a', 'b', { onClosed() {}, onSegment() {} })
  createFrameInbox(mine, systemClock)
  for (const sequence of [1, 2, 3]) await stranger.send(ack(sequence)).catch(() => undefined)
  await mine.closed
})

test('what a recognised peer sends early waits, in order, for whoever takes it', async () => {
  const { initiator: peer, responder: mine } = createLinkPair('a', 'b', { onClosed() {}, onSegment() {} })
  const inbox = createFrameInbox(mine, systemClock)
  inbox.recognised()
  for (let sequence = 1; sequence <= 20; sequence++) await peer.send(ack(sequence))
  expect(await inbox.next(1_000)).toMatchObject({ sequence: 1 })
  const heard: number[] = []
  await inbox.handOver(async (frame) => {
    if (frame.kind === 'ack') heard.push(frame.sequence)
  })
  await peer.send(ack(21))
  await expect.poll(() => heard).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
})

test('rubbish ends the link, and whoever waits is told of its end', async () => {
  const { initiator: peer, responder: mine } = createLinkPair('a', 'b', { onClosed() {}, onSegment() {} })
  const inbox = createFrameInbox(mine, systemClock)
  const next = inbox.next(1_000)
  await peer.send(Uint8Array.of(1, 2, 3))
  expect(await next).toEqual({ kind: 'bye' })
})
