// The part of WebCrypto that the protocol uses, declared here because this layer compiles without the DOM library.
// Bulk data goes through it: it is 10 to 30 times as fast as JavaScript. Only agreement/ and
// system-random.ts declare other parts of `crypto`; nothing else touches it.

import type { Bytes } from '../bytes.ts'

/** An imported key. Its bytes stay inside WebCrypto. */
export interface KeyHandle {
  readonly type: string
  readonly extractable: boolean
}

interface AesGcmParameters {
  readonly name: 'AES-GCM'
  readonly iv: Bytes
  readonly additionalData: Bytes
  readonly tagLength: 128
}

interface Subtle {
  importKey(
    format: 'raw',
    key: Bytes,
    algorithm: 'AES-GCM',
    extractable: false,
    usages: readonly ('encrypt' | 'decrypt')[],
  ): Promise<KeyHandle>
  encrypt(parameters: AesGcmParameters, key: KeyHandle, data: Bytes): Promise<ArrayBuffer>
  decrypt(parameters: AesGcmParameters, key: KeyHandle, data: Bytes): Promise<ArrayBuffer>
  digest(algorithm: 'SHA-256' | 'SHA-512', data: Bytes): Promise<ArrayBuffer>
  generateKey(
    algorithm: { readonly name: 'HMAC'; readonly hash: 'SHA-256'; readonly length: 256 },
    extractable: false,
    usages: readonly 'sign'[],
  ): Promise<KeyHandle>
  sign(algorithm: 'HMAC', key: KeyHandle, data: Bytes): Promise<ArrayBuffer>
}

declare const crypto: { readonly subtle: Subtle }

/** Undefined at run time in a page that is neither HTTPS nor localhost: the app refuses to start there. */
export const subtle = crypto.subtle
