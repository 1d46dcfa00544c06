import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { repeat } from '../repeat.ts'

const bounds = { maxBytes: 4096, maxDepth: 16, maxItems: 1000 }

describe('deterministic CBOR', () => {
  it('encodes as RFC 8949 appendix A says', () => {
    const cases: readonly (readonly [Value, string])[] = [
      [0, '00'],
      [23, '17'],
      [24, '1818'],
      [255, '18ff'],
      [256, '190100'],
      [1_000_000, '1a000f4240'],
      [1_000_000_000_000, '1b000000e8d4a51000'],
      [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
      [-1, '20'],
      [-100, '3863'],
      [-1000, '3903e7'],
      [Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
      [false, 'f4'],
      [true, 'f5'],
      [null, 'f6'],
      ['', '60'],
      ['IETF', '6449455446'],
      ['\u6c34', '63e6b0b4'],
      [new Uint8Array(0), '40'],
      [Uint8Array.of(1, 2, 3, 4), '4401020304'],
      [[], '80'],
      [[1, [2, 3], [4, 5]], '8301820203820405'],
      [new Map(), 'a0'],
      [
        new Map<number | string, Value>([
          ['b', [2, 3]],
          ['a', 1],
        ]),
        'a26161016162820203',
      ],
    ]
    for (const [value, hex] of cases) {
      expect(toHex(encodeCbor(value))).toBe(hex)
      expect(decodeCbor(bytes(hex), bounds)).toEqual(value)
    }
  })

  it('sorts map keys by their bytes: short numbers, long numbers, negative ones, texts', () => {
    const map = new Map<number | string, Value>([
      ['aa', 6],
      ['z', 5],
      [-1, 4],
      [100, 3],
      [24, 2],
      [10, 1],
    ])
    expect(toHex(encodeCbor(map))).toBe('a60a011818021864032004617a0562616106')
  })

  it('encodes nothing that would come back as something else', () => {
    for (const bad of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), -0, 'a\ud800'])
      expect(() => encodeCbor(bad)).toThrow(EncodingError)
  })

  it('gives back any value', () => {
    fc.assert(
      fc.property(values(), (value) => {
        const encoded = encodeCbor(value)
        expect(decodeCbor(encoded, { maxBytes: 100_000, maxDepth: 16, maxItems: 10_000 })).toEqual(value)
      }),
    )
  })

  it('never throws on random bytes, and accepts only what it would have encoded itself', () => {
    const check = (input: Uint8Array): boolean => {
      const value = decodeCbor(input, bounds)
      return value === undefined || toHex(encodeCbor(value)) === toHex(input)
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check), { numRuns: 20_000 })
    fc.assert(
      fc.property(values(), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, change) => {
        const encoded = encodeCbor(value)
        const index = position % encoded.length
        encoded[index] = (encoded[index] ?? 0) ^ change
        return check(encoded)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('hostile CBOR', () => {
  const refused: Readonly<Record<string, readonly string[]>> = {
    'nothing at all': [''],
    'trailing bytes': ['0000', 'f600', '8000'],
    'numbers longer than needed': [
      '1800',
      '1817',
      '1900ff',
      '1a0000ffff',
      '1b00000000ffffffff',
      '3800',
      '5801ff',
      '9800',
    ],
    'lengths longer than needed': ['580100', '7800', '9801f6', 'b800', '59000101'],
    'numbers past 2^53': ['1b0020000000000000', '1bffffffffffffffff', '3b001fffffffffffff', '3bffffffffffffffff'],
    'floats, undefined and other simple values': [
      'f90000',
      'fa00000000',
      'fb0000000000000000',
      'f7',
      'e0',
      'f820',
      'f818',
    ],
    tags: ['c000', 'c11a514b67b0', 'd8184401020304', 'db000000000000000000'],
    'indefinite lengths': ['5f4100ff', '7f6161ff', '9fff', '9f00ff', 'bfff', 'ff'],
    'reserved heads': ['1c', '1d', '1e', '1f', '3c', '5c', '7d', '9e', 'bc', 'fc', 'fd', 'fe'],
    'cut heads and bodies': [
      '18',
      '19',
      '1900',
      '1a000000',
      '1b00000000000000',
      '41',
      '420a',
      '61',
      '81',
      'a1',
      'a100',
      '8200',
    ],
    'text that is not UTF-8': ['61ff', '62c0af', '63eda080', '64f4908080', '61c3'],
    'keys twice': ['a200000000', 'a20000000a', 'a2616100616101', 'a20001000a'],
    'keys out of order': ['a201000000', 'a2616200616100', 'a2200000f6', 'a2616100000a', 'a2181800170a'],
    'keys that are neither numbers nor texts': ['a1400000', 'a14000', 'a1f400', 'a1f600', 'a18000', 'a1a000'],
  }
  for (const [what, inputs] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      for (const input of inputs) expect(decodeCbor(bytes(input), bounds), input).toBeUndefined()
    })
  }

  it('refuses huge claimed lengths without allocating for them', () => {
    const unbounded = { maxBytes: 4096, maxDepth: 16, maxItems: Number.MAX_SAFE_INTEGER }
    for (const head of ['5a', '7a', '9a', 'ba']) expect(decodeCbor(bytes(`${head}ffffffff`), unbounded)).toBeUndefined()
    for (const head of ['5b', '7b', '9b', 'bb'])
      for (const length of ['000fffffffffffff', '001fffffffffffff', '7fffffffffffffff', 'ffffffffffffffff'])
        expect(decodeCbor(bytes(head + length), unbounded)).toBeUndefined()
  })

  it('refuses nesting past the bound, however deep, without exhausting the stack', () => {
    const nested = (depth: number): Uint8Array => Uint8Array.of(...repeat(depth, 0x81), 0x00)
    expect(decodeCbor(nested(16), bounds)).toBeDefined()
    expect(decodeCbor(nested(17), bounds)).toBeUndefined()
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0x81), { ...bounds, maxBytes: 1_000_000 })).toBeUndefined()
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0xa1), { ...bounds, maxBytes: 1_000_000 })).toBeUndefined()
    expect(decodeCbor(bytes('80'), { ...bounds, maxDepth: 0 })).toBeUndefined()
    expect(decodeCbor(bytes('00'), { ...bounds, maxDepth: 0 })).toBe(0)
  })

  it('counts every data item', () => {
    expect(decodeCbor(bytes('83000000'), { ...bounds, maxItems: 4 })).toEqual([0, 0, 0])
    expect(decodeCbor(bytes('83000000'), { ...bounds, maxItems: 3 })).toBeUndefined()
    expect(decodeCbor(bytes('a10000'), { ...bounds, maxItems: 3 })).toEqual(new Map([[0, 0]]))
    expect(decodeCbor(bytes('a10000'), { ...bounds, maxItems: 2 })).toBeUndefined()
    expect(decodeCbor(bytes('00'), { ...bounds, maxItems: 0 })).toBeUndefined()
  })

  it('refuses more bytes than the bound before it looks at them', () => {
    expect(decodeCbor(encodeCbor(new Uint8Array(100)), { ...bounds, maxBytes: 101 })).toBeUndefined()
    expect(decodeCbor(encodeCbor(new Uint8Array(100)), { ...bounds, maxBytes: 102 })).toBeDefined()
  })

  it('gives views where they are asked for, wherever the bytes lie in their buffer', () => {
    const bytes = encodeCbor([Uint8Array.of(1, 2, 3)])
    const within = new Uint8Array(bytes.length + 10).subarray(10)
    within.set(bytes)
    const value = decodeCbor(within, { ...bounds, asViews: true })
    expect(value).toEqual([Uint8Array.of(1, 2, 3)])
    within[within.length - 1] = 9
    expect(value).toEqual([Uint8Array.of(1, 2, 9)])
  })

  it('gives copies: a byte string outlives the buffer it came in', () => {
    const input = bytes('420102')
    const decoded = decodeCbor(input, bounds)
    input.fill(9)
    expect(decoded).toEqual(Uint8Array.of(1, 2))
  })
})

function values(): fc.Arbitrary<Value> {
  return fc.letrec<{ value: Value; key: number | string }>((tie) => ({
    key: fc.oneof(
      fc.maxSafeInteger().map((n) => n + 0),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.maxSafeInteger().map((n) => n + 0),
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(tie('key'), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
    ),
  })).value
}

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex)
  if (decoded === undefined) throw new Error(`not hex: ${hex}`)
  return decoded
}
