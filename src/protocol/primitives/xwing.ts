// X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 in one KEM that holds while either does, made of the
// fastest halves that the platform has. Spec: docs/protocol.md §3, §4.

import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import type { Bytes, Random } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import { bestHalves } from './agreement/best.ts'
import type { Encapsulated, Halves } from './agreement/halves.ts'
import { remembered } from '../remembered.ts'
import { requireLength } from './error.ts'
import { isSystemRandom } from './system-random.ts'
import { isDhPublicKey } from './x25519.ts'

export const xwingPublicKeyBytes = 1216
export const xwingCiphertextBytes = 1120
export const xwingSecretKeyBytes = 32

/** Where the X25519 half of a public key begins. */
const dhKeyAt = 1184
/** Where the X25519 half of a ciphertext begins. */
const dhCiphertextAt = 1088

export interface KemKey {
  /** The 32-byte seed. Not to be changed in place. */
  readonly secretKey: Bytes
  /** 1,216 bytes. */
  readonly publicKey: Bytes
}

// `halves` in what follows are for tests: left out, they are the best.

export async function createKemKey(random: Random, halves?: Halves): Promise<KemKey> {
  return kemKeyOf(random(xwingSecretKeyBytes), halves)
}

/** The pair of a stored secret key. @throws CryptoError `usage` */
export async function kemKeyOf(secretKey: Bytes, halves?: Halves): Promise<KemKey> {
  requireLength(secretKey, xwingSecretKeyBytes)
  const { x25519, mlKem } = halves ?? (await bestHalves())
  const { seed, dhSecret } = expand(secretKey)
  const parts = await Promise.all([mlKem.publicKey(seed), x25519.publicKey(dhSecret)])
  return { secretKey, publicKey: concatBytes(...parts) }
}

const mlKemModulus = 3329
/** 3 · 256 coefficients of 12 bits; the 32 bytes of rho and the X25519 key follow. */
const coefficientBytes = 1152

/** Whether somebody can encapsulate to it: all coefficients reduced, the X25519 half canonical and of full order. */
export function isKemPublicKey(publicKey: Bytes): boolean {
  if (publicKey.length !== xwingPublicKeyBytes) return false
  for (let at = 0; at < coefficientBytes; at += 3) {
    const [a, b, c] = [publicKey[at] ?? 0, publicKey[at + 1] ?? 0, publicKey[at + 2] ?? 0]
    if ((a | ((b & 15) << 8)) >= mlKemModulus || ((b >> 4) | (c << 4)) >= mlKemModulus) return false
  }
  return isDhPublicKey(publicKey.subarray(dhKeyAt))
}

/**
 * Undefined when the public key is not one. Takes 64 bytes of `random`, and nothing else decides the result unless it is
 * the system's. @throws CryptoError `usage` on a wrong length
 */
export async function encapsulate(
  publicKey: Bytes,
  random: Random,
  halves?: Halves,
): Promise<Encapsulated | undefined> {
  requireLength(publicKey, xwingPublicKeyBytes)
  const drawn = random(64)
  requireLength(drawn, 64)
  const { x25519, mlKem } = halves ?? (await bestHalves())
  const dhPublicKey = publicKey.slice(dhKeyAt)
  const ephemeral = drawn.slice(32)
  const coins = isSystemRandom(random) ? 'system' : drawn.slice(0, 32)
  try {
    // The native half first: it works while the other one computes.
    const [dhCiphertext, dhSecret, kem] = await Promise.all([
      x25519.publicKey(ephemeral),
      x25519.agree(ephemeral, dhPublicKey),
      mlKem.encapsulate(publicKey.slice(0, dhKeyAt), coins),
    ])
    return {
      ciphertext: concatBytes(kem.ciphertext, dhCiphertext),
      sharedSecret: combine(kem.sharedSecret, dhSecret, dhCiphertext, dhPublicKey),
    }
  } catch {
    return undefined
  }
}

/**
 * The shared secret; a ciphertext that was tampered with gives another one (implicit rejection) and only one with an
 * X25519 point of small order gives undefined. @throws CryptoError `usage` on a wrong length
 */
export async function decapsulate(secretKey: Bytes, ciphertext: Bytes, halves?: Halves): Promise<Bytes | undefined> {
  requireLength(secretKey, xwingSecretKeyBytes)
  requireLength(ciphertext, xwingCiphertextBytes)
  const { x25519, mlKem } = halves ?? (await bestHalves())
  const { seed, dhSecret } = expand(secretKey)
  const dhCiphertext = ciphertext.slice(dhCiphertextAt)
  try {
    const [dhShared, dhPublicKey, kemShared] = await Promise.all([
      x25519.agree(dhSecret, dhCiphertext),
      x25519.publicKey(dhSecret),
      mlKem.decapsulate(seed, ciphertext.slice(0, dhCiphertextAt)),
    ])
    return combine(kemShared, dhShared, dhCiphertext, dhPublicKey)
  } catch {
    return undefined
  }
}

const expand = remembered((secretKey: Bytes) => {
  const expanded = shake256(secretKey, { dkLen: 96 })
  return { seed: expanded.slice(0, 64), dhSecret: expanded.slice(64) }
})

/** `\.//^\` */
const xwingLabel = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

function combine(kemSecret: Bytes, dhSecret: Bytes, dhCiphertext: Bytes, dhPublicKey: Bytes): Bytes {
  return sha3_256(concatBytes(kemSecret, dhSecret, dhCiphertext, dhPublicKey, xwingLabel))
}
