// The port of the vault: the ways in which a profile that is sealed at rest is opened, and how they are changed.

/** A way to open a vault that is sealed, as somebody is asked for it. */
export type VaultWay =
  | { readonly kind: 'passphrase' }
  | { readonly kind: 'words' }
  | { readonly kind: 'passkey'; readonly credentialId: Uint8Array; readonly salt: Uint8Array }

/** What a person gives for it. Spelling of recovery words: case and spacing do not matter. */
export type VaultSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'words'; readonly words: string }
  /** The 32 bytes that the passkey's PRF gives for the salt. */
  | { readonly kind: 'passkey'; readonly credentialId: Uint8Array; readonly secret: Uint8Array }

/**
 * Called once when the device alone cannot open the profile, which stays locked for everybody else until it answers.
 * Undefined: not now, opening fails with `sealed`.
 */
export type Unlock = (ways: readonly VaultWay[]) => VaultSecret | undefined | Promise<VaultSecret | undefined>

export interface VaultSlot {
  readonly id: string
  /** `device`: this browser or folder opens the vault by itself. Not there while there is a passphrase. */
  readonly kind: 'device' | 'passphrase' | 'words' | 'passkey'
  readonly createdAt?: number
}

/** A new passkey: its id, a salt made for it, and what its PRF gives for that. */
export interface Passkey {
  readonly credentialId: Uint8Array
  readonly salt: Uint8Array
  readonly secret: Uint8Array
}

export type PasskeyErrorCode =
  | 'refused' // cancelled, too late, or not on this device: browsers do not say which
  | 'unsupported' // the browser, or this passkey, gives no keys (PRF)

export class PasskeyError extends Error {
  override readonly name = 'PasskeyError'
  readonly code: PasskeyErrorCode
  constructor(code: PasskeyErrorCode, options?: ErrorOptions) {
    super(`passkey: ${code}`, options)
    this.code = code
  }
}

/** The ways to open the profile that is open. A change is durable when it resolves, and never leaves none. */
export interface Vault {
  /** When it was opened, the ways to open it were not those that were stored: somebody else wrote to the disk. */
  readonly repaired: boolean
  slots(): Promise<readonly VaultSlot[]>
  /** Sets or changes it. The device alone does not open the profile from then on. @throws StorageError */
  setPassphrase(passphrase: string): Promise<void>
  /** The device opens the profile by itself again; passkeys go with the passphrase. @throws StorageError */
  removePassphrase(): Promise<void>
  /** New ones, to be written down: nothing is stored before `confirmRecoveryWords`. 12 unless asked for 24. */
  createRecoveryWords(options?: { readonly count?: 12 | 24 }): Promise<readonly string[]>
  /** From now on these open the profile, and those from before do not. @throws StorageError `mistyped-words` */
  confirmRecoveryWords(words: string): Promise<void>
  /** @throws StorageError `conflict` without a passphrase, or when there are `limits.passkeys` */
  addPasskey(passkey: Passkey): Promise<void>
  /** Removing the passphrase is `removePassphrase`. @throws StorageError `conflict` for the device, or an unknown id */
  removeSlot(id: string): Promise<void>
}
