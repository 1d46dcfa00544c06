// The attack that key commitment is there for: one ChaCha20-Poly1305 ciphertext that opens under two keys. Poly1305 is a
// polynomial over a prime field, so that one free block is the solution of one linear equation.
// (Len, Grubbs, Ristenpart, "Partitioning Oracle Attacks", USENIX Security 2021.)

import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js'

const prime = 2n ** 130n - 5n
const block = 16

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0)
  return value
}

function toBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: block }, (_, at) => Number((value >> BigInt(8 * at)) & 255n))
}

function inverse(value: bigint): bigint {
  let result = 1n
  for (let base = value, exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % prime
    base = (base * base) % prime
  }
  return result
}

/** The two secrets of Poly1305 under a key. */
function authenticator(key: Uint8Array, nonce: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const stream = chacha20(key, nonce, new Uint8Array(32))
  return { r: toNumber(stream.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn, s: toNumber(stream.subarray(16)) }
}

/**
 * A ciphertext of `blocks` blocks of 16 bytes with its tag, which opens under both keys with this nonce and associated
 * data of whole blocks.
 */
export function openUnderBoth(
  keys: readonly [Uint8Array, Uint8Array],
  nonce: Uint8Array,
  ad: Uint8Array,
  blocks: number,
): Uint8Array {
  const secrets = keys.map((key) => authenticator(key, nonce))
  for (let attempt = 0; attempt < 1000; attempt++) {
    const ciphertext = new Uint8Array(blocks * block).fill(attempt & 255)
    ciphertext[1] = attempt >> 8
    const lengths = new Uint8Array(block)
    new DataView(lengths.buffer).setUint32(0, ad.length, true)
    new DataView(lengths.buffer).setUint32(8, ciphertext.length, true)
    const free = ad.length / block + blocks - 1
    const input = Buffer.concat([ad, ciphertext.subarray(0, -block), new Uint8Array(block), lengths])
    // The free block counts with its bytes zero; its closing bit is in the sum already.
    const sums = secrets.map(({ r }) => {
      let sum = 0n
      for (let at = 0; at < input.length; at += block) {
        sum = ((sum + toNumber(input.subarray(at, at + block)) + (1n << 128n)) * r) % prime
      }
      return sum
    })
    const exponent = BigInt(input.length / block - free)
    const powers = secrets.map(({ r }) => r ** exponent % prime)
    const [sum0 = 0n, sum1 = 0n] = sums
    const [power0 = 0n, power1 = 0n] = powers
    const [s0 = 0n, s1 = 0n] = secrets.map(({ s }) => s)
    const difference = (((sum1 + s1 - sum0 - s0) % prime) + prime) % prime
    const solution = (difference * inverse((((power0 - power1) % prime) + prime) % prime)) % prime
    if (solution >= 1n << 128n) continue
    ciphertext.set(toBytes(solution), (blocks - 1) * block)
    const tag = (((sum0 + solution * power0) % prime) + s0) & ((1n << 128n) - 1n)
    const sealed = Uint8Array.from(Buffer.concat([ciphertext, toBytes(tag)]))
    if (keys.every((key) => opens(key, nonce, ad, sealed))) return sealed
  }
  throw new Error('no ciphertext found')
}

function opens(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): boolean {
  try {
    chacha20poly1305(key, nonce, ad).decrypt(sealed)
    return true
  } catch {
    return false
  }
}
