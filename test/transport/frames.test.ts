import { describe, expect, it } from 'vitest'
import { concatBytes, u32 } from '../../src/protocol/bytes.ts'
import { createFrameReader } from '../../src/transport/frames.ts'

describe('frame reader', () => {
  it('reads frames however they are cut', () => {
    const frames = [bytes(3, 1), bytes(0, 0), bytes(700, 2), bytes(1, 3)]
    const wire = concatBytes(...frames.flatMap((frame) => [u32(frame.length), frame]))
    for (const size of [1, 2, 3, 5, 64, 705, wire.length]) {
      const read: Uint8Array[] = []
      const reader = createFrameReader(1000, (frame) => read.push(frame))
      for (let start = 0; start < wire.length; start += size) {
        expect(reader.push(wire.subarray(start, start + size))).toBe(true)
      }
      expect(read).toEqual(frames)
    }
  })

  it('reads lists of arrays, as libp2p hands them over', () => {
    const read: Uint8Array[] = []
    const reader = createFrameReader(10, (frame) => read.push(frame))
    expect(reader.push([u32(2).subarray(0, 3), u32(2).subarray(3), bytes(1, 7), bytes(1, 7)])).toBe(true)
    expect(read).toEqual([bytes(2, 7)])
  })

  it('gives each frame memory of its own', () => {
    const read: Uint8Array[] = []
    const wire = concatBytes(u32(1), bytes(1, 5))
    createFrameReader(10, (frame) => read.push(frame)).push(wire)
    wire.fill(0)
    expect(read).toEqual([bytes(1, 5)])
  })

  it('stops at a length that is too large, before allocating it', () => {
    const reader = createFrameReader(10, () => {})
    expect(reader.push(u32(11))).toBe(false)
    expect(createFrameReader(10, () => {}).push(u32(0xffff_ffff))).toBe(false)
  })

  it('hands over no half frame', () => {
    const read: Uint8Array[] = []
    createFrameReader(10, (frame) => read.push(frame)).push(concatBytes(u32(4), bytes(3, 1)))
    expect(read).toEqual([])
  })
})

function bytes(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill)
}
