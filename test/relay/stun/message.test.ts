import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBinding } from '../../../relay/stun/message.ts'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'

// Transaction id, addresses and their written form are those of RFC 5769, sections 2.2 and 2.3.
const transaction = 'b7e7a701bc34d686fa87dfae'
const question = fromHex(`000100002112a442${transaction}`) ?? new Uint8Array()

const answerTo = (address: string, port = 32_853): string =>
  toHex(answerBinding(question, { address, port }) ?? new Uint8Array())

describe('answerBinding', () => {
  it('tells an IPv4 sender its address', () => {
    expect(answerTo('192.0.2.1')).toBe(`0101000c2112a442${transaction}002000080001a147e112a643`)
  })

  it('tells an IPv6 sender its address', () => {
    expect(answerTo('2001:db8:1234:5678:11:2233:4455:6677')).toBe(
      `010100182112a442${transaction}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    )
  })

  it('writes an IPv4 address that came over an IPv6 socket as what it is, and leaves a zone out', () => {
    expect(answerTo('::ffff:192.0.2.1')).toBe(answerTo('192.0.2.1'))
    expect(answerTo('fe80::1%eth0')).toBe(answerTo('fe80::1'))
    expect(answerTo('::1')).toHaveLength(88)
  })

  it('answers a request that carries attributes', () => {
    const withSoftware = fromHex(`000100082112a442${transaction}8022000461626364`) ?? new Uint8Array()
    expect(answerBinding(withSoftware, { address: '192.0.2.1', port: 1 })).toBeDefined()
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a short header', '000100002112a442'],
    ['an answer, which would go back and forth for ever', `010100002112a442${transaction}`],
    ['an indication', `001100002112a442${transaction}`],
    ['another cookie', `0001000021120000${transaction}`],
    ['a length that is not its own', `000100042112a442${transaction}`],
    ['an uneven length', `000100012112a442${transaction}00`],
    ['a TURN allocation', `000300002112a442${transaction}`],
  ]
  it.each(wrong)('does not answer %s', (_name, hex) => {
    expect(answerBinding(fromHex(hex) ?? new Uint8Array(), { address: '192.0.2.1', port: 1 })).toBeUndefined()
  })

  it('never answers more than 44 bytes, nor throws, whatever comes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(...question, ...tail)),
    )
    const sender = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 0, max: 65_535 }) })
    fc.assert(
      fc.property(bytes, sender, (request, from) => {
        expect(answerBinding(request, from)?.length ?? 0).toBeLessThanOrEqual(44)
      }),
    )
  })
})
