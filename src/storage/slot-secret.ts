// From what a person gives to the vault key: which slot it is for, and the secret that opens that slot.

import type { Unlock, VaultSecret, VaultWay } from '../messenger/ports/vault.ts'
import { StorageError } from '../messenger/ports.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { equalBytes } from '../protocol/bytes.ts'
import { encodePassphrase } from '../protocol/vault/passphrase.ts'
import { openSlot } from '../protocol/vault/slot.ts'
import type { Slot, SlotTable, StretchCost } from '../protocol/vault/slot-table.ts'

/** Argon2id, off the page's own thread where there is one to keep free. 32 bytes. @throws StorageError `no-memory` */
export type Stretch = (secret: Bytes, salt: Bytes, cost: StretchCost) => Promise<Bytes>

/** The list of words comes when it is needed. */
export function recoveryWords() {
  return import('../protocol/primitives/recovery-words.ts')
}

/** @throws StorageError `sealed` when nothing is given, `wrong-secret`, `mistyped-words` */
export async function unlockWith(
  { unlock, stretch }: { readonly unlock?: Unlock | undefined; readonly stretch: Stretch },
  table: SlotTable,
): Promise<Bytes> {
  const given = await unlock?.(table.slots.map(wayOf))
  if (given === undefined) throw new StorageError('sealed')
  const slot = table.slots.find((candidate) => isFor(candidate, given))
  const secret = await secretOf(given, slot, stretch)
  const fits = slot !== undefined && secret !== undefined && secret.length === secretLength(slot)
  const vaultKey = fits ? openSlot(slot, secret) : undefined
  secret?.fill(0)
  if (vaultKey === undefined) throw new StorageError('wrong-secret')
  return vaultKey
}

function wayOf({ parameters }: Slot): VaultWay {
  if (parameters.kind !== 'passkey') return { kind: parameters.kind }
  return { kind: 'passkey', credentialId: parameters.credentialId.slice(), salt: parameters.salt.slice() }
}

function isFor({ parameters }: Slot, given: VaultSecret): boolean {
  if (parameters.kind !== 'passkey' || given.kind !== 'passkey') return parameters.kind === given.kind
  return equalBytes(parameters.credentialId, given.credentialId)
}

/** Owned by the caller. Undefined when it cannot be the secret of any slot. @throws StorageError `mistyped-words` */
async function secretOf(given: VaultSecret, slot: Slot | undefined, stretch: Stretch): Promise<Bytes | undefined> {
  switch (given.kind) {
    case 'passphrase': {
      const passphrase = encodePassphrase(given.passphrase)
      if (passphrase === undefined || slot?.parameters.kind !== 'passphrase') return undefined
      return stretch(passphrase, slot.parameters.salt, slot.parameters.cost)
    }
    case 'words': {
      const entropy = (await recoveryWords()).entropyOfWords(given.words)
      if (entropy === undefined) throw new StorageError('mistyped-words')
      return entropy
    }
    case 'passkey':
      return given.secret.slice()
  }
}

function secretLength({ parameters }: Slot): number {
  return parameters.kind === 'words' ? parameters.entropyBytes : 32
}
