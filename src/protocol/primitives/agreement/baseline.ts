// The halves in JavaScript, by noble: what runs everywhere, and what a native half has to agree with.

import { x25519 } from '@noble/curves/ed25519.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Bytes } from '../../bytes.ts'
import { remembered } from '../../remembered.ts'
import { systemRandom } from '../system-random.ts'
import type { MlKem, X25519 } from './halves.ts'

export const baselineX25519: X25519 = {
  publicKey: remembered(async (secretKey: Bytes) => x25519.getPublicKey(secretKey)),
  agree: async (secretKey, publicKey) => x25519.getSharedSecret(secretKey, publicKey),
}

const keysOf = remembered((seed: Bytes) => ml_kem768.keygen(seed))

export const baselineMlKem: MlKem = {
  publicKey: async (seed) => keysOf(seed).publicKey,
  async encapsulate(publicKey, coins) {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, coins === 'system' ? systemRandom(32) : coins)
    return { ciphertext: cipherText, sharedSecret }
  },
  decapsulate: async (seed, ciphertext) => ml_kem768.decapsulate(ciphertext, keysOf(seed).secretKey),
}
