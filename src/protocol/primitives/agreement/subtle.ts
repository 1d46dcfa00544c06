// The part of WebCrypto that agrees on keys. Any of it may be missing: ML-KEM is in few platforms yet, X25519 not in all.
// Whoever calls has another implementation at hand. Beside ../subtle.ts, nothing else declares `crypto`.

import type { Bytes } from '../../bytes.ts'
import type { KeyHandle } from '../subtle.ts'

interface AgreementSubtle {
  importKey(
    format: 'pkcs8' | 'raw',
    key: Bytes,
    algorithm: 'X25519',
    extractable: boolean,
    usages: readonly 'deriveBits'[],
  ): Promise<KeyHandle>
  deriveBits(
    parameters: { readonly name: 'X25519'; readonly public: KeyHandle },
    key: KeyHandle,
    bits: 256,
  ): Promise<ArrayBuffer>

  importKey(
    format: 'raw-seed' | 'raw-public',
    key: Bytes,
    algorithm: 'ML-KEM-768',
    extractable: boolean,
    usages: readonly ('encapsulateBits' | 'decapsulateBits')[],
  ): Promise<KeyHandle>
  getPublicKey(key: KeyHandle, usages: readonly 'encapsulateBits'[]): Promise<KeyHandle>
  exportKey(format: 'raw' | 'raw-public', key: KeyHandle): Promise<ArrayBuffer>
  encapsulateBits(
    algorithm: 'ML-KEM-768',
    key: KeyHandle,
  ): Promise<{ readonly ciphertext: ArrayBuffer; readonly sharedKey: ArrayBuffer }>
  decapsulateBits(algorithm: 'ML-KEM-768', key: KeyHandle, ciphertext: Bytes): Promise<ArrayBuffer>
}

declare const crypto: { readonly subtle: AgreementSubtle }

export const subtle = crypto.subtle
