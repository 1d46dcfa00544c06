// The ways to open the profile, with what a caller can get wrong refused before storage is asked.

import { limits } from '../../protocol/limits.ts'
import { isPassphrase } from '../../protocol/vault/passphrase.ts'
import type { VaultApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Vault, VaultSlot } from '../ports/vault.ts'

/** `close` ends the messenger. */
export function createVault({ events }: Context, vault: Vault, close: () => Promise<void>): VaultApi {
  async function changed(change: Promise<void>): Promise<void> {
    try {
      await change
    } finally {
      // Also when it failed: the new way in may be stored already, and only an old one not removed yet.
      events.emit('change', { what: 'vault' })
    }
  }

  async function requirePassphrase(): Promise<readonly VaultSlot[]> {
    const slots = await vault.slots()
    if (!slots.some(({ kind }) => kind === 'passphrase')) throw new UsageError('no-passphrase')
    return slots
  }

  return {
    repaired: vault.repaired,
    slots: () => vault.slots(),
    async setPassphrase(passphrase) {
      if (!isPassphrase(passphrase)) throw new UsageError('bad-passphrase')
      await changed(vault.setPassphrase(passphrase))
    },
    removePassphrase: () => changed(vault.removePassphrase()),
    createRecoveryWords: (options) => vault.createRecoveryWords(options),
    confirmRecoveryWords: (words) => changed(vault.confirmRecoveryWords(words)),
    async addPasskey(passkey) {
      const slots = await requirePassphrase()
      if (slots.filter(({ kind }) => kind === 'passkey').length >= limits.passkeys) {
        throw new UsageError('too-many-passkeys')
      }
      await changed(vault.addPasskey(passkey))
    },
    async removeSlot(id) {
      const slot = (await vault.slots()).find((candidate) => candidate.id === id)
      if (slot === undefined || slot.kind === 'device') throw new UsageError('unknown-slot')
      await changed(slot.kind === 'passphrase' ? vault.removePassphrase() : vault.removeSlot(id))
    },
    async lock() {
      await requirePassphrase()
      await close()
    },
  }
}
