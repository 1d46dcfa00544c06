// X25519 and ML-KEM-768 as X-Wing and the handshake need them. Each has two implementations, in JavaScript and in
// WebCrypto, that give the same bytes. Callers have
// checked all lengths, and change neither what they pass nor what they get.

import type { Bytes } from '../../bytes.ts'

export interface X25519 {
  publicKey(secretKey: Bytes): Promise<Bytes>
  /** The shared secret. Rejects for a public key of small order; takes one that is not canonical as what it stands for. */
  agree(secretKey: Bytes, publicKey: Bytes): Promise<Bytes>
}

export interface MlKem {
  /** `seed` is d ‖ z, 64 bytes. */
  publicKey(seed: Bytes): Promise<Bytes>
  /**
   * `coins`: the 32 bytes that decide everything, or `system` to let the implementation draw them from the system.
   * Rejects for a public key with a coefficient that is not reduced.
   */
  encapsulate(publicKey: Bytes, coins: Bytes | 'system'): Promise<Encapsulated>
  /** A ciphertext that nobody made for this key gives a secret that nobody else has. */
  decapsulate(seed: Bytes, ciphertext: Bytes): Promise<Bytes>
}

export interface Encapsulated {
  readonly ciphertext: Bytes
  readonly sharedSecret: Bytes
}

export interface Halves {
  readonly x25519: X25519
  readonly mlKem: MlKem
}
