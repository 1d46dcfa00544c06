import { describe, expect, it } from 'vitest'
import { concatBytes, u32 } from '../../../src/protocol/bytes.ts'
import { limits } from '../../../src/transport/limits.ts'
import { serveSegments, type SegmentSource } from '../../../src/transport/peer/segment-server.ts'
import { settle } from '../support/clock.ts'
import { createFakeStream, type FakeStream } from '../support/frame-ends.ts'

const blobId = new Uint8Array(32).fill(0xab)

describe('serving segments', () => {
  it('answers in the order of the requests, reading ahead', async () => {
    const first = Promise.withResolvers<Uint8Array>()
    const wire = serve((_blobId, index) => (index === 0 ? first.promise : Promise.resolve(Uint8Array.of(index))))
    for (const index of [0, 1, 2]) wire.receive(request(index))
    await settle()
    expect(wire.sent).toEqual([])
    first.resolve(Uint8Array.of(0))
    await settle()
    expect(wire.sent).toEqual([Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)])
  })

  it('names the blob as the messenger does', async () => {
    const asked: unknown[] = []
    const wire = serve((id, index) => {
      asked.push([id, index])
      return Promise.resolve(undefined)
    })
    wire.receive(request(7))
    await settle()
    expect(asked).toEqual([['ab'.repeat(32), 7]])
    expect(wire.sent).toEqual([new Uint8Array(0)])
  })

  it('says that it has nothing when reading fails, or gives more than a segment', async () => {
    const wire = serve((_blobId, index) =>
      index === 0 ? Promise.reject(new Error('disk')) : Promise.resolve(new Uint8Array(limits.segmentBytes + 1)),
    )
    wire.receive(request(0))
    wire.receive(request(1))
    await settle()
    expect(wire.sent).toEqual([new Uint8Array(0), new Uint8Array(0)])
  })

  it('ends the stream of a peer that asks for more than its credit', () => {
    const wire = serve(() => new Promise(() => {}))
    for (let index = 0; index < limits.blobRequestsInFlight; index++) wire.receive(request(index))
    expect(wire.ended).toBeUndefined()
    wire.receive(request(9))
    expect(wire.ended).toBe('aborted')
  })

  it('gives the credit back with each answer', async () => {
    const wire = serve((_blobId, index) => Promise.resolve(Uint8Array.of(index)))
    for (let index = 0; index < 50; index++) {
      wire.receive(request(index))
      await settle()
    }
    expect(wire.sent).toHaveLength(50)
  })

  it.each([
    ['too short', blobId],
    ['too long', concatBytes(blobId, u32(1), Uint8Array.of(0))],
    ['empty', new Uint8Array(0)],
    ['for a segment that no blob has', request(limits.blobSegments)],
  ])('ends the stream for a request that is %s', (_what, bytes) => {
    const wire = serve(() => Promise.reject(new Error('nothing was asked for')))
    wire.receive(bytes)
    expect(wire.ended).toBe('aborted')
  })
})

function request(index: number): Uint8Array {
  return concatBytes(blobId, u32(index))
}

function serve(source: SegmentSource): FakeStream {
  const wire = createFakeStream()
  serveSegments(wire.open, source)
  return wire
}
