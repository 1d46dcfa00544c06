// What an implementation of a half has to know before it is used (see [Note: Trust in native halves]). The answers were
// computed with two implementations that have nothing in common.

import { type Bytes, equalBytes, toHex } from '../../bytes.ts'
import { sha256 } from '../hash.ts'
import { baselineMlKem } from './baseline.ts'
import type { MlKem, X25519 } from './halves.ts'

/** 00 01 02 … */
const counting = (length: number): Bytes => Uint8Array.from({ length }, (_, index) => index)

const dhPublicKey = '8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f'
/** Of the key with itself. */
const dhSharedSecret = 'df6baf6f6a43b9744fc5ef9dea1122782f9f696dc4a0d15c03c1787ee6d15e64'

export async function knowsX25519(half: X25519): Promise<boolean> {
  const secretKey = counting(32)
  const publicKey = await half.publicKey(secretKey)
  if (toHex(publicKey) !== dhPublicKey) return false
  if (toHex(await half.agree(secretKey, publicKey)) !== dhSharedSecret) return false
  const refusesSmallOrder = await half.agree(secretKey, new Uint8Array(32)).then(
    () => false,
    () => true,
  )
  return refusesSmallOrder
}

const kemPublicKeyHash = '0b7934c83125c788995e2ba6bd761e33046b3e40571be53e023309a29f398cc9'
/** The secret for a ciphertext of zeros, which nobody made: it comes from the key alone. */
const kemRejection = 'c8fbeddafdacef2ffeb8b354ea644f11b5c150f3e2c4a74ce38abba8f854ae16'

export async function knowsMlKem(half: MlKem): Promise<boolean> {
  const seed = counting(64)
  const publicKey = await half.publicKey(seed)
  if (toHex(sha256(publicKey)) !== kemPublicKeyHash) return false
  if (toHex(await half.decapsulate(seed, new Uint8Array(1088))) !== kemRejection) return false
  const { ciphertext, sharedSecret } = await half.encapsulate(publicKey, 'system')
  const opened = await Promise.all([half.decapsulate(seed, ciphertext), baselineMlKem.decapsulate(seed, ciphertext)])
  return opened.every((secret) => equalBytes(secret, sharedSecret))
}
