import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FloeParameters, FloeState } from '../../../src/protocol/blob/floe.ts'
import {
  floeHeaderBytes,
  floeOverheadBytes,
  openSegment,
  sealSegment,
  startOpening,
  startSealing,
} from '../../../src/protocol/blob/floe.ts'
import { concatBytes, fromHex, u32, utf8 } from '../../../src/protocol/bytes.ts'
import { seededRandom } from './seeded-random.ts'

const zeroKey = new Uint8Array(32)
const aad = utf8('This is AAD')

describe('FLOE', () => {
  const small: FloeParameters = { segmentBytes: 40, rotationBits: 2 }
  const room = small.segmentBytes - floeOverheadBytes

  const sealAll = async (parts: readonly Uint8Array[], parameters = small, seed = 'a', key = zeroKey) => {
    const random = seededRandom(seed)
    const { state, header } = startSealing(key, aad, random, parameters)
    const segments: Uint8Array[] = []
    for (const [index, part] of parts.entries()) {
      segments.push(await sealSegment(state, part, index, index === parts.length - 1, random(12)))
    }
    return { header, segments }
  }
  const opening = (header: Uint8Array): FloeState => {
    const state = startOpening(zeroKey, aad, header, small)
    if (state === undefined) throw new Error('the header does not open')
    return state
  }
  const parts = [1, 2, 3, 4, 5, 6].map((value) => new Uint8Array(value === 6 ? 3 : room).fill(value))

  it('opens what it sealed, in any order and across key rotations', async () => {
    const { header, segments } = await sealAll(parts)
    const state = opening(header)
    for (const index of [5, 0, 4, 1, 3, 2]) {
      const segment = segments[index] ?? new Uint8Array()
      expect(await openSegment(state, segment, index, index === 5)).toEqual(parts[index])
    }
  })

  it('has a header of 74 bytes and adds 32 bytes to a segment', async () => {
    const { header, segments } = await sealAll(parts)
    expect(header.length).toBe(74)
    expect(floeHeaderBytes).toBe(74)
    expect(segments.map((segment) => segment.length)).toEqual([40, 40, 40, 40, 40, 35])
  })

  it('rejects a segment at another position', async () => {
    const { header, segments } = await sealAll(parts)
    const state = opening(header)
    const [first = new Uint8Array()] = segments
    expect(await openSegment(state, first, 1, false)).toBeUndefined()
    expect(await openSegment(state, first, 4, false)).toBeUndefined()
    expect(await openSegment(state, first, 2 ** 33, false)).toBeUndefined()
  })

  it('rejects an inner segment as the last one, and the last one as an inner one', async () => {
    const full = [parts[0] ?? new Uint8Array(), parts[1] ?? new Uint8Array()]
    const { header, segments } = await sealAll(full)
    const state = opening(header)
    const [inner = new Uint8Array(), last = new Uint8Array()] = segments
    expect(await openSegment(state, inner, 0, true)).toBeUndefined()
    expect(await openSegment(state, last, 1, false)).toBeUndefined()
    // The length field alone says nothing: finality is authenticated.
    expect(await openSegment(state, concatBytes(u32(40), inner.subarray(4)), 0, true)).toBeUndefined()
    expect(await openSegment(state, concatBytes(u32(0xffffffff), last.subarray(4)), 1, false)).toBeUndefined()
  })

  it('rejects a segment of another ciphertext under the same key', async () => {
    const { header } = await sealAll(parts)
    const other = await sealAll(parts, small, 'b')
    expect(await openSegment(opening(header), other.segments[0] ?? new Uint8Array(), 0, false)).toBeUndefined()
  })

  it('rejects a segment that is cut, longer, empty or changed in any bit', async () => {
    const { header, segments } = await sealAll(parts)
    const state = opening(header)
    const last = segments[5] ?? new Uint8Array()
    expect(await openSegment(state, new Uint8Array(), 5, true)).toBeUndefined()
    expect(await openSegment(state, last.subarray(0, -1), 5, true)).toBeUndefined()
    expect(await openSegment(state, concatBytes(last, Uint8Array.of(0)), 5, true)).toBeUndefined()
    expect(
      await openSegment(state, concatBytes(u32(34), last.subarray(4, 14), last.subarray(15)), 5, true),
    ).toBeUndefined()
    for (let bit = 0; bit < last.length * 8; bit++) {
      const changed = last.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await openSegment(state, changed, 5, true)).toBeUndefined()
    }
  })

  it('rejects a header of another key, AAD, or set of parameters, and one that is changed or cut', async () => {
    const { header } = await sealAll(parts)
    const otherKey = new Uint8Array(32).fill(1)
    expect(startOpening(otherKey, aad, header, small)).toBeUndefined()
    expect(startOpening(zeroKey, utf8('This is aad'), header, small)).toBeUndefined()
    expect(startOpening(zeroKey, aad, header, { ...small, segmentBytes: 41 })).toBeUndefined()
    expect(startOpening(zeroKey, aad, header.subarray(0, -1), small)).toBeUndefined()
    expect(startOpening(zeroKey, aad, concatBytes(header, Uint8Array.of(0)), small)).toBeUndefined()
    for (let index = 0; index < header.length; index++) {
      const changed = header.slice()
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(startOpening(zeroKey, aad, changed, small)).toBeUndefined()
    }
  })

  it('refuses to seal a short inner segment, an overlong last one, and keys and nonces of a wrong length', async () => {
    const { state } = startSealing(zeroKey, aad, seededRandom('a'), small)
    const nonce = new Uint8Array(12)
    await expect(sealSegment(state, new Uint8Array(room - 1), 0, false, nonce)).rejects.toThrow('usage')
    await expect(sealSegment(state, new Uint8Array(room + 1), 0, true, nonce)).rejects.toThrow('usage')
    await expect(sealSegment(state, new Uint8Array(room), 0, true, nonce.subarray(1))).rejects.toThrow('usage')
    expect(() => startSealing(new Uint8Array(31), aad, seededRandom('a'), small)).toThrow('usage')
  })
})

// Known answers of other implementations: `<name>_ct.txt` and `<name>_pt.txt` in hex, key 32 zero bytes, AAD `This is
// AAD`, parameters as in the header. Files named `rotation` rotate keys every 4 segments.
const folder = process.env['SAFELIGHT_FLOE_VECTORS']
if (folder !== undefined && folder !== '') {
  describe('FLOE known answers', () => {
    const names = readdirSync(folder).flatMap((file) => (file.endsWith('_ct.txt') ? [file.slice(0, -7)] : []))

    it('are there', () => {
      expect(names.length).toBeGreaterThan(0)
    })

    for (const name of names) {
      const read = (suffix: string) => {
        const bytes = fromHex(
          readFileSync(join(folder, `${name}_${suffix}.txt`), 'utf8')
            .trim()
            .toLowerCase(),
        )
        if (bytes === undefined) throw new Error(`${name} is not hex`)
        return bytes
      }

      it(name, async () => {
        const ciphertext = read('ct')
        const expected = read('pt')
        const header = ciphertext.subarray(0, floeHeaderBytes)
        const segmentBytes = new DataView(header.buffer).getUint32(2)
        const parameters = { segmentBytes, rotationBits: name.includes('rotation') ? 2 : 20 }
        const state = startOpening(zeroKey, aad, header, parameters)
        if (state === undefined) throw new Error('the header does not open')
        const again = startSealing(zeroKey, aad, () => header.slice(10, 42), parameters)
        expect(again.header).toEqual(header)

        let plaintext: Uint8Array = new Uint8Array()
        for (let at = floeHeaderBytes, position = 0; at < ciphertext.length; at += segmentBytes, position++) {
          const segment = ciphertext.subarray(at, at + segmentBytes)
          const final = at + segmentBytes >= ciphertext.length
          const part = await openSegment(state, segment, position, final)
          if (part === undefined) throw new Error(`segment ${position} does not open`)
          expect(await openSegment(state, segment, position, !final)).toBeUndefined()
          expect(await sealSegment(again.state, part, position, final, segment.slice(4, 16))).toEqual(segment)
          plaintext = concatBytes(plaintext, part)
        }
        expect(plaintext).toEqual(expected)
      })
    }
  })
}
