import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameGuard } from '../../../relay/http/frame-guard.ts'

/** What comes out of the guard for these chunks, or undefined when it ends the connection. */
async function pass(chunks: readonly Uint8Array[]): Promise<Buffer | undefined> {
  const out = new PassThrough()
  const received: Buffer[] = []
  out.on('data', (chunk: Buffer) => received.push(chunk))
  try {
    await pipeline(chunks, createFrameGuard(), out)
    return Buffer.concat(received)
  } catch {
    return undefined
  }
}

/** A masked frame as a client sends it. */
function frame(payloadBytes: number, { opcode = 2, final = true } = {}): Buffer {
  const first = (final ? 0x80 : 0) | opcode
  const mask = [1, 2, 3, 4]
  const head =
    payloadBytes < 126
      ? [first, 0x80 | payloadBytes, ...mask]
      : payloadBytes < 65_536
        ? [first, 0x80 | 126, payloadBytes >> 8, payloadBytes & 0xff, ...mask]
        : [first, 0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (payloadBytes >> shift) & 0xff), ...mask]
  return Buffer.concat([Uint8Array.from(head), Buffer.alloc(payloadBytes, 0xff)])
}

describe('the guard of WebSocket frames', () => {
  it('lets ordinary frames through unchanged, however they are cut', async () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 125, 126, 300, 65_535, 65_536), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 50_000 }), async (payloads, step) => {
        const bytes = Buffer.concat(payloads.map((size) => frame(size)))
        const chunks: Buffer[] = []
        for (let offset = 0; offset < bytes.length; offset += step) chunks.push(bytes.subarray(offset, offset + step))
        expect((await pass(chunks))?.equals(bytes)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('ends the connection at a frame over 1 MiB, by its header alone', async () => {
    expect(await pass([frame(1024 * 1024)])).toBeDefined()
    expect(await pass([frame(1024 * 1024 + 1).subarray(0, 14)])).toBeUndefined()
    expect(
      await pass([Uint8Array.of(0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4)]),
    ).toBeUndefined()
  })

  it('adds up the fragments of a message, with control frames between them', async () => {
    const start = frame(600_000, { final: false })
    const ping = frame(10, { opcode: 9 })
    const small = frame(100_000, { opcode: 0 })
    const large = frame(600_000, { opcode: 0 })
    expect(await pass([start, ping, small, start, small])).toBeDefined()
    expect(await pass([start, ping, large])).toBeUndefined()
  })
})
