// How the profile can be opened, and closing it so that only those ways are left.

import type { Passkey, VaultSlot } from '../ports/vault.ts'

export interface VaultApi {
  /**
   * When the profile was opened, the ways to open it were not those that had been stored: something else wrote to the
   * disk. They were put back, or a passphrase that was found stays. Something to tell the person.
   */
  readonly repaired: boolean
  slots(): Promise<readonly VaultSlot[]>
  /**
   * Sets the passphrase or changes it: 8 characters or more, compared by NFKC, otherwise as they are. From then on the
   * device alone does not open the profile. Whoever copied it before still can with what opened it then.
   * @throws UsageError `bad-passphrase`
   */
  setPassphrase(passphrase: string): Promise<void>
  /** The device opens the profile by itself again; passkeys go with the passphrase. Recovery words stay. */
  removePassphrase(): Promise<void>
  /** New ones, to be written down: they open nothing before `confirmRecoveryWords`. 12 unless asked for 24. */
  createRecoveryWords(options?: { readonly count?: 12 | 24 }): Promise<readonly string[]>
  /** From now on these open the profile on this device, and earlier ones do not. @throws StorageError `mistyped-words` */
  confirmRecoveryWords(words: string): Promise<void>
  /** @throws UsageError `no-passphrase`: a passkey is a second way in; `too-many-passkeys` */
  addPasskey(passkey: Passkey): Promise<void>
  /** A passkey or the recovery words; for the passphrase, the same as `removePassphrase`. @throws UsageError `unknown-slot` */
  removeSlot(id: string): Promise<void>
  /** Closes the messenger and forgets its keys. @throws UsageError `no-passphrase`: the device would open it again */
  lock(): Promise<void>
}
