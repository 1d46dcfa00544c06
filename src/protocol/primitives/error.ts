// The one error of the cryptographic layer. It carries no detail on purpose: what exactly failed helps only an attacker.
// `usage` means a bug on this side (a key of the wrong length); `damaged` means stored or received bytes do not verify,
// and is thrown only where a contract says so; elsewhere opening returns undefined.

import type { Bytes } from '../bytes.ts'

export type CryptoErrorCode = 'usage' | 'damaged'

export class CryptoError extends Error {
  override readonly name = 'CryptoError'
  readonly code: CryptoErrorCode
  constructor(code: CryptoErrorCode, options?: ErrorOptions) {
    super(`crypto: ${code}`, options)
    this.code = code
  }
}

/** @throws CryptoError `usage` unless `bytes` has exactly this length */
export function requireLength(bytes: Bytes, length: number): void {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) throw new CryptoError('usage')
}
