import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader, withFrameLength } from '../../../relay/p2p/frame-reader.ts'

describe('frames', () => {
  it('come out whole and in order however the bytes were cut', () => {
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 })
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(withFrameLength))
        const reader = createFrameReader(40)
        const received: Uint8Array[] = []
        for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
          const step = cuts[turn % cuts.length] ?? 1
          reader.push(bytes.subarray(offset, offset + step))
          offset += step
          for (let frame = reader.next(); frame?.kind === 'frame'; frame = reader.next()) received.push(frame.bytes)
        }
        expect(received).toEqual(sent)
        expect(reader.sizeBytes).toBe(0)
      }),
    )
  })

  it('of length 0, or longer than allowed, are refused as soon as the length is known', () => {
    for (const length of [0, 41, 0xffff_ffff]) {
      const reader = createFrameReader(40)
      const head = new Uint8Array(4)
      new DataView(head.buffer).setUint32(0, length)
      reader.push(head.subarray(0, 3))
      expect(reader.next()).toBeUndefined()
      reader.push(head.subarray(3))
      expect(reader.next()).toEqual({ kind: 'bad-length' })
    }
  })
})
