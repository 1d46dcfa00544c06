// The halves in WebCrypto, several times as fast. Not to be used as they are: best.ts decides whether to trust them, and
// does without them where they fail.

import { type Bytes, concatBytes } from '../../bytes.ts'
import { baselineMlKem } from './baseline.ts'
import type { MlKem, X25519 } from './halves.ts'
import { remembered } from './remembered.ts'
import { subtle } from './subtle.ts'

/** PKCS #8 up to the 32 bytes of the key (RFC 8410 §7): the format in which every platform takes a secret key. */
const pkcs8Head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20)
const basePoint = new Uint8Array(32).fill(9, 0, 1)

const importDhSecret = remembered((secretKey) =>
  subtle.importKey('pkcs8', concatBytes(pkcs8Head, secretKey), 'X25519', false, ['deriveBits']),
)

async function derive(secretKey: Bytes, publicKey: Bytes): Promise<Bytes> {
  const [own, other] = await Promise.all([
    importDhSecret(secretKey),
    subtle.importKey('raw', publicKey, 'X25519', true, []),
  ])
  return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: other }, own, 256))
}

export const nativeX25519: X25519 = {
  publicKey: remembered((secretKey) => derive(secretKey, basePoint)),
  agree: derive,
}

const importSeed = remembered((seed) => subtle.importKey('raw-seed', seed, 'ML-KEM-768', false, ['decapsulateBits']))

export const nativeMlKem: MlKem = {
  async publicKey(seed) {
    const publicKey = await subtle.getPublicKey(await importSeed(seed), ['encapsulateBits'])
    return new Uint8Array(await subtle.exportKey('raw-public', publicKey))
  },
  async encapsulate(publicKey, coins) {
    // WebCrypto takes none.
    if (coins !== 'system') return baselineMlKem.encapsulate(publicKey, coins)
    const key = await subtle.importKey('raw-public', publicKey, 'ML-KEM-768', true, ['encapsulateBits'])
    const { ciphertext, sharedKey } = await subtle.encapsulateBits('ML-KEM-768', key)
    return { ciphertext: new Uint8Array(ciphertext), sharedSecret: new Uint8Array(sharedKey) }
  },
  decapsulate: async (seed, ciphertext) =>
    new Uint8Array(await subtle.decapsulateBits('ML-KEM-768', await importSeed(seed), ciphertext)),
}
