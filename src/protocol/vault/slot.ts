// One slot of a vault: the vault key, wrapped under a key that is made of what a person knows or holds, and of all that
// the slot says of itself. Spec: docs/protocol.md §8.

import type { Bytes, Random } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { deriveKey } from '../primitives/hkdf.ts'
import { unwrapVaultKey, wrapVaultKey } from '../record/seal.ts'
import type { Slot, SlotKind, SlotParameters } from './slot-table.ts'
import { encodeSlotParameters } from './slot-table.ts'

/** What Argon2id makes of a passphrase, and what a passkey's PRF gives. Recovery words have their own lengths. */
const secretBytes = 32

const kindLabels: Readonly<Record<SlotKind, Bytes>> = {
  passphrase: labels.passphraseSlot,
  words: labels.wordsSlot,
  passkey: labels.passkeySlot,
}

/** @throws CryptoError `usage` for a secret of the wrong length */
export function sealSlot(input: {
  readonly parameters: SlotParameters
  readonly secret: Bytes
  readonly vaultKey: Bytes
  readonly random: Random
}): Slot {
  const { parameters, secret, vaultKey, random } = input
  const slotKey = slotKeyOf(parameters, secret)
  const wrapped = wrapVaultKey({ slotKey, vaultKey, random })
  slotKey.fill(0)
  return { parameters, wrapped }
}

/** The vault key; undefined for another secret, or when anything of the slot was changed. @throws CryptoError `usage` */
export function openSlot({ parameters, wrapped }: Slot, secret: Bytes): Bytes | undefined {
  const slotKey = slotKeyOf(parameters, secret)
  const vaultKey = unwrapVaultKey({ slotKey, wrapped })
  slotKey.fill(0)
  return vaultKey
}

function slotKeyOf(parameters: SlotParameters, secret: Bytes): Bytes {
  requireLength(secret, parameters.kind === 'words' ? parameters.entropyBytes : secretBytes)
  const info = concatBytes(kindLabels[parameters.kind], encodeSlotParameters(parameters))
  return deriveKey({ ikm: secret, info, length: 32 })
}
