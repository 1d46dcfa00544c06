import { describe, expect, it } from 'vitest'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { checkWork, searchWork, workSeed } from '../../../src/protocol/mailbox/work.ts'

const bytes = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill)
const input = { token: bytes(1), mailboxId: bytes(2), envelopeId: bytes(3) }
const seed = workSeed(input)

function nonceFor(bits: number): number {
  const nonce = searchWork(seed, bits, 0, 2 ** 20)
  if (nonce === undefined) throw new Error('not found')
  return nonce
}

describe('proof of work', () => {
  it('is a nonce whose hash with the seed begins with zero bits', () => {
    const nonce = nonceFor(12)
    const block = new Uint8Array(40)
    block.set(seed)
    new DataView(block.buffer).setBigUint64(32, BigInt(nonce))
    const [first = 255, second = 255] = sha256(block)
    expect([first, second >> 4]).toEqual([0, 0])
  })

  it('holds for fewer bits and not for more', () => {
    const nonce = nonceFor(8)
    expect(checkWork(seed, nonce, 8)).toBe(true)
    expect(checkWork(seed, nonce, 1)).toBe(true)
    expect(checkWork(seed, nonce, 256)).toBe(false)
  })

  it('is worth nothing for another token, mailbox or envelope', () => {
    const nonce = nonceFor(16)
    for (const other of [{ token: bytes(9) }, { mailboxId: bytes(9) }, { envelopeId: bytes(9) }])
      expect(checkWork(workSeed({ ...input, ...other }), nonce, 16)).toBe(false)
    // The three do not run into each other either.
    const shifted = workSeed({ token: bytes(2), mailboxId: bytes(1), envelopeId: bytes(3) })
    expect(checkWork(shifted, nonce, 16)).toBe(false)
  })

  it('goes on where an earlier search stopped, and finds the first nonce there is', () => {
    const nonce = nonceFor(10)
    expect(searchWork(seed, 10, 0, nonce)).toBeUndefined()
    expect(searchWork(seed, 10, nonce, 1)).toBe(nonce)
    const next = searchWork(seed, 10, nonce + 1, 2 ** 16)
    expect(next).toBeGreaterThan(nonce)
  })

  it('counts in 64 bits', () => {
    const beyond = 2 ** 32 + 5
    const block = new Uint8Array(40)
    block.set(seed)
    new DataView(block.buffer).setBigUint64(32, BigInt(beyond))
    const zeros = Math.clz32(new DataView(sha256(block).buffer).getUint32(0))
    expect(checkWork(seed, beyond, zeros)).toBe(true)
    expect(checkWork(seed, beyond, zeros + 1)).toBe(false)
  })

  it('is not computed of inputs of another length', () => {
    for (const part of ['token', 'mailboxId', 'envelopeId'])
      expect(() => workSeed({ ...input, [part]: bytes(1, 31) })).toThrow(CryptoError)
    expect(() => searchWork(bytes(1, 31), 1, 0, 1)).toThrow(CryptoError)
  })
})
