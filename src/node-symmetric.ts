// The symmetric primitives of node:crypto, several times as fast as JavaScript for a message and synchronous like it. Not to
// be used as they are: protocol/primitives/symmetric asks them for known answers first.

import { createCipheriv, createDecipheriv, createSecretKey, hash } from 'node:crypto'
import { type Bytes, concatBytes } from './protocol/bytes.ts'
import type { Symmetric } from './protocol/primitives/symmetric/symmetric.ts'

const chacha = 'chacha20-poly1305'
const tagBytes = 16
const options = { authTagLength: tagBytes }

// A key is wrapped because Node takes ten times as long to look at bare bytes. Its copy is wiped when it is collected. And
// joining parts costs less than an object that takes them one by one and is collected later.

export const nodeSymmetric: Symmetric = {
  sha256(parts) {
    const [first] = parts
    return plain(hash('sha256', first !== undefined && parts.length === 1 ? first : concatBytes(...parts), 'buffer'))
  },
  sealChaCha(key, nonce, plaintext, ad) {
    const cipher = createCipheriv(chacha, createSecretKey(key), nonce, options)
    cipher.setAAD(ad, { plaintextLength: plaintext.length })
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    const sealed = new Uint8Array(ciphertext.length + tagBytes)
    sealed.set(ciphertext)
    sealed.set(cipher.getAuthTag(), ciphertext.length)
    return sealed
  },
  openChaCha(key, nonce, sealed, ad) {
    const tagAt = sealed.length - tagBytes
    const decipher = createDecipheriv(chacha, createSecretKey(key), nonce, options)
    decipher.setAAD(ad, { plaintextLength: tagAt })
    decipher.setAuthTag(sealed.subarray(tagAt))
    const plaintext = decipher.update(sealed.subarray(0, tagAt))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plain(plaintext)
  },
}

/** A view without the class: `slice` of a `Buffer` copies nothing. */
function plain(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
