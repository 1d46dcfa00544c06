import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/transport/limits.ts'
import { createInboundRate } from '../../../src/transport/peer/inbound-rate.ts'
import { createPeerLink, type OpenLink } from '../../../src/transport/peer/link.ts'
import { createTestClock, settle, type TestClock } from '../support/clock.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

describe('peer link', () => {
  it('ends when its peer has proved nothing in time', async () => {
    const { open, clock, state } = create()
    clock.advance(limits.unprovenLinkMs)
    await open.link.closed
    expect(state).toEqual({ ended: 1, carrierClosed: 1 })
  })

  it('stands as long as it likes once it serves', async () => {
    const { open, clock, state } = create()
    open.link.serve(() => Promise.resolve(undefined))
    clock.advance(limits.unprovenLinkMs * 100)
    await settle()
    expect(state.ended).toBe(0)
  })

  it('takes no segment stream before it serves, nor after it ended', async () => {
    const { open } = create()
    expect(open.accept(createFakeStream().open)).toBe(false)
    open.link.serve(() => Promise.resolve(undefined))
    expect(open.accept(createFakeStream().open)).toBe(true)
    await open.link.close()
    expect(open.accept(createFakeStream().open)).toBe(false)
  })

  it('ends when the connection below it ends, and when the peer ends the envelope stream', async () => {
    const lost = create()
    lost.open.lost()
    await lost.open.link.closed
    const ended = create()
    ended.wire.end()
    await ended.open.link.closed
    expect([lost.state.ended, ended.state.ended]).toEqual([1, 1])
  })

  it('fails with peer-closed once it has ended', async () => {
    const { open } = create()
    await open.link.close()
    await open.link.close()
    await expect(open.link.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'peer-closed' })
    const fetched = open.link.fetchSegments('00'.repeat(32), [1], () => Promise.resolve())
    await expect(fetched).rejects.toMatchObject({ code: 'peer-closed' })
  })
})

describe('inbound rate', () => {
  it('lets a burst in, then so many per second', () => {
    const clock = createTestClock(1000)
    const mayKnock = createInboundRate(clock)
    const knock = (times: number): number => Array.from({ length: times }, mayKnock).filter(Boolean).length
    expect(knock(1000)).toBe(limits.inboundBurst)
    clock.advance(1000)
    expect(knock(1000)).toBe(limits.inboundPerSecond)
    clock.advance(3_600_000)
    expect(knock(1000)).toBe(limits.inboundBurst)
  })
})

function create(): {
  open: OpenLink
  wire: FakeStream
  clock: TestClock
  state: { ended: number; carrierClosed: number }
} {
  const clock = createTestClock()
  const wire = createFakeStream()
  const state = { ended: 0, carrierClosed: 0 }
  const open = createPeerLink({
    role: 'responder',
    clock,
    openEnvelopes: wire.open,
    onClosed: () => state.ended++,
    carrier: {
      localPeerId: 'here',
      remotePeerId: 'there',
      openBlobStream: () => Promise.resolve(createFakeStream().open),
      close() {
        state.carrierClosed++
        return Promise.resolve()
      },
      abort() {},
    },
  })
  return { open, wire, clock, state }
}
