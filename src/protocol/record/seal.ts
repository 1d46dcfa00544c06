// Records at rest: each is bound to its store and key, so that rows cannot be swapped, and the vault key that seals them
// is wrapped by a slot key in a key-committing way. Synchronous: it runs inside database transactions.
// Spec: docs/protocol.md §8.

import type { Bytes, Random } from '../bytes.ts'
import { concatBytes, equalBytes, utf8, withLength } from '../bytes.ts'
import { labels } from '../labels.ts'
import { CryptoError, requireLength } from '../primitives/error.ts'
import { deriveKey } from '../primitives/hkdf.ts'
import { openXChaCha, sealXChaCha, xchachaOverheadBytes } from '../primitives/xchacha.ts'

const version = 1
const nonceBytes = 24
const vaultKeyBytes = 32
const commitmentBytes = 32
export const wrappedVaultKeyBytes = 1 + nonceBytes + commitmentBytes + vaultKeyBytes + xchachaOverheadBytes

/** `version ‖ nonce ‖ ciphertext`. @throws CryptoError `usage` */
export function sealRecord(input: {
  readonly vaultKey: Bytes
  readonly store: string
  readonly key: string
  readonly plaintext: Bytes
  readonly random: Random
}): Bytes {
  const nonce = input.random(nonceBytes)
  const sealed = sealXChaCha(input.vaultKey, nonce, input.plaintext, recordAd(input.store, input.key))
  return concatBytes(Uint8Array.of(version), nonce, sealed)
}

/** Undefined unless these bytes were sealed under this vault key for this place. @throws CryptoError `usage` */
export function openRecord(input: {
  readonly vaultKey: Bytes
  readonly store: string
  readonly key: string
  readonly sealed: Bytes
}): Bytes | undefined {
  const { vaultKey, store, key, sealed } = input
  requireLength(vaultKey, vaultKeyBytes)
  if (sealed[0] !== version || sealed.length < 1 + nonceBytes + xchachaOverheadBytes) return undefined
  return openXChaCha(
    vaultKey,
    sealed.subarray(1, 1 + nonceBytes),
    sealed.subarray(1 + nonceBytes),
    recordAd(store, key),
  )
}

/** `version ‖ nonce ‖ commitment ‖ ciphertext`, 105 bytes. @throws CryptoError `usage` */
export function wrapVaultKey(input: {
  readonly slotKey: Bytes
  readonly vaultKey: Bytes
  readonly random: Random
}): Bytes {
  requireLength(input.vaultKey, vaultKeyBytes)
  const nonce = input.random(nonceBytes)
  const { key, commitment } = wrappingKey(input.slotKey, nonce)
  return concatBytes(Uint8Array.of(version), nonce, commitment, sealXChaCha(key, nonce, input.vaultKey, wrapAd))
}

/** The vault key, or undefined when the slot key is another one or the bytes are damaged. @throws CryptoError `usage` */
export function unwrapVaultKey(input: { readonly slotKey: Bytes; readonly wrapped: Bytes }): Bytes | undefined {
  const { slotKey, wrapped } = input
  requireLength(slotKey, vaultKeyBytes)
  if (wrapped[0] !== version || wrapped.length !== wrappedVaultKeyBytes) return undefined
  const nonce = wrapped.subarray(1, 1 + nonceBytes)
  const { key, commitment } = wrappingKey(slotKey, nonce)
  const sealedAt = 1 + nonceBytes + commitmentBytes
  if (!equalBytes(commitment, wrapped.subarray(1 + nonceBytes, sealedAt))) return undefined
  return openXChaCha(key, nonce, wrapped.subarray(sealedAt), wrapAd)
}

const wrapAd = concatBytes(labels.vaultWrap, Uint8Array.of(version))

/** Poly1305 alone does not commit to its key: one wrap could be made that opens under two passphrases. */
function wrappingKey(slotKey: Bytes, nonce: Bytes): { readonly key: Bytes; readonly commitment: Bytes } {
  requireLength(slotKey, vaultKeyBytes)
  const derived = deriveKey({ ikm: slotKey, salt: nonce, info: labels.vaultWrap, length: 32 + commitmentBytes })
  return { key: derived.slice(0, 32), commitment: derived.slice(32) }
}

/** @throws CryptoError `usage` for names with lone surrogates: two of them would look the same here */
function recordAd(store: string, key: string): Bytes {
  if (!store.isWellFormed() || !key.isWellFormed()) throw new CryptoError('usage')
  return concatBytes(labels.record, Uint8Array.of(version), withLength(utf8(store)), withLength(utf8(key)))
}
