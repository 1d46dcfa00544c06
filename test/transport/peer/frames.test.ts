import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/transport/limits.ts'
import { createPeerFrames, type PeerFrames } from '../../../src/transport/peer/frames.ts'
import { settle } from '../support/clock.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

const handled = new Uint8Array(0)
const frame = Uint8Array.of(1, 2, 3)

describe('envelope frames', () => {
  it('says that a frame was handled once its handler is done', async () => {
    const { frames, wire } = create()
    const done = Promise.withResolvers<void>()
    frames.onFrame(() => done.promise)
    wire.receive(frame)
    await settle()
    expect(wire.sent).toEqual([])
    done.resolve()
    await settle()
    expect(wire.sent).toEqual([handled])
  })

  it('keeps frames that come before anybody handles them', async () => {
    const { frames, wire } = create()
    wire.receive(frame)
    const seen: Uint8Array[] = []
    frames.onFrame((received) => void seen.push(received))
    await settle()
    expect(seen).toEqual([frame])
  })

  it('waits with more than a window of frames until the peer has handled some', async () => {
    const { frames, wire } = create()
    const sending = Array.from({ length: limits.peerFramesInFlight + 2 }, () => frames.send(frame))
    await settle()
    expect(wire.sent).toHaveLength(limits.peerFramesInFlight)
    wire.receive(handled)
    wire.receive(handled)
    await Promise.all(sending)
    expect(wire.sent).toHaveLength(limits.peerFramesInFlight + 2)
  })

  it('ends when the peer sends more than the window', () => {
    const { frames, wire, state } = create()
    frames.onFrame(() => new Promise(() => {}))
    for (let sent = 0; sent < limits.peerFramesInFlight; sent++) wire.receive(frame)
    expect(state.closed).toBe(0)
    wire.receive(frame)
    expect([state.closed, wire.ended]).toEqual([1, 'aborted'])
  })

  it('ends when the peer handles frames that were never sent', () => {
    const { wire, state } = create()
    wire.receive(handled)
    expect([state.closed, wire.ended]).toEqual([1, 'aborted'])
  })

  it('ends when a frame cannot be handled', async () => {
    const { frames, wire, state } = create()
    frames.onFrame(() => Promise.reject(new Error('storage is gone')))
    wire.receive(frame)
    await settle()
    expect([state.closed, wire.ended]).toEqual([1, 'aborted'])
  })

  it('fails what waits for room when the link ends', async () => {
    const { frames, wire } = create()
    const sending = Array.from({ length: limits.peerFramesInFlight + 1 }, () => frames.send(frame))
    await settle()
    wire.end()
    await expect(sending.at(-1)).rejects.toMatchObject({ code: 'peer-closed' })
    await expect(frames.send(frame)).rejects.toMatchObject({ code: 'peer-closed' })
  })

  it('handles nothing more once the link has ended', async () => {
    const { frames, wire } = create()
    let seen = 0
    const first = Promise.withResolvers<void>()
    frames.onFrame(() => {
      seen++
      return first.promise
    })
    wire.receive(frame)
    wire.receive(frame)
    wire.end()
    first.resolve()
    await settle()
    expect(seen).toBe(1)
  })
})

function create(): { frames: PeerFrames; wire: FakeStream; state: { closed: number } } {
  const wire = createFakeStream()
  const state = { closed: 0 }
  return { frames: createPeerFrames(wire.open, () => state.closed++), wire, state }
}
