// The halves in WebCrypto, several times as fast. Not to be used as they are: best.ts decides whether to trust them, and
// does without them where they fail.

import { type Bytes, concatBytes } from '../../bytes.ts'
import { remembered } from '../../remembered.ts'
import { baselineMlKem } from './baseline.ts'
import type { MlKem, X25519 } from './halves.ts'
import { subtle } from './subtle.ts'

/** PKCS #8 up to the 32 bytes of the key (RFC 8410 §7): the format in which every platform takes a secret key. */
const pkcs8Head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20)
const basePoint = new Uint8Array(32).fill(9, 0, 1)

const importDhSecret = remembered((secretKey: Bytes) =>
  subtle.importKey('pkcs8', concatBytes(pkcs8Head, secretKey), 'X25519', false, ['deriveBits']),
)

async function agree(secretKey: Bytes, publicKey: Bytes): Promise<Bytes> {
  const [own, other] = await Promise.all([
    importDhSecret(secretKey),
    subtle.importKey('raw', publicKey, 'X25519', true, []),
  ])
  return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: other }, own, 256))
}

async function exportDhPublicKey(secretKey: Bytes): Promise<Bytes> {
  const publicKey = await subtle.getPublicKey(await importDhSecret(secretKey), [])
  return new Uint8Array(await subtle.exportKey('raw', publicKey))
}

export const nativeX25519: X25519 = {
  // Most platforms have X25519 and no `getPublicKey`: there, one's own key is agreed on with the base point.
  publicKey: remembered((secretKey: Bytes) => exportDhPublicKey(secretKey).catch(() => agree(secretKey, basePoint))),
  agree,
}

const importSeed = remembered((seed: Bytes) =>
  subtle.importKey('raw-seed', seed, 'ML-KEM-768', false, ['decapsulateBits']),
)

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
