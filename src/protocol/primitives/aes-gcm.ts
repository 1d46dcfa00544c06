// AES-256-GCM for bulk media (§7), through WebCrypto. The caller imports a key once and seals many segments under it.
// A nonce must never repeat under one key.

import type { Bytes } from '../bytes.ts'
import { requireLength } from './error.ts'
import type { KeyHandle } from './subtle.ts'
import { subtle } from './subtle.ts'

export const aesGcmKeyBytes = 32
export const aesGcmNonceBytes = 12
export const aesGcmTagBytes = 16

export interface AesGcmKey {
  readonly aesGcm: KeyHandle
}

/** @throws CryptoError `usage` unless the key has 32 bytes */
export async function importAesGcmKey(key: Bytes): Promise<AesGcmKey> {
  requireLength(key, aesGcmKeyBytes)
  return { aesGcm: await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']) }
}

/** Ciphertext ‖ 16-byte tag. @throws CryptoError `usage` unless the nonce has 12 bytes */
export async function sealAesGcm(key: AesGcmKey, nonce: Bytes, plaintext: Bytes, ad: Bytes): Promise<Bytes> {
  requireLength(nonce, aesGcmNonceBytes)
  return new Uint8Array(await subtle.encrypt(parameters(nonce, ad), key.aesGcm, plaintext))
}

/** Undefined when the tag does not fit. @throws CryptoError `usage` unless the nonce has 12 bytes */
export async function openAesGcm(key: AesGcmKey, nonce: Bytes, sealed: Bytes, ad: Bytes): Promise<Bytes | undefined> {
  requireLength(nonce, aesGcmNonceBytes)
  if (sealed.length < aesGcmTagBytes) return undefined
  try {
    return new Uint8Array(await subtle.decrypt(parameters(nonce, ad), key.aesGcm, sealed))
  } catch (error) {
    // What WebCrypto throws for a wrong tag; anything else is a defect and must not pass for one.
    if (error instanceof Error && error.name === 'OperationError') return undefined
    throw error
  }
}

function parameters(nonce: Bytes, ad: Bytes) {
  return { name: 'AES-GCM', iv: nonce, additionalData: ad, tagLength: 128 } as const
}
