// The page of the vault bench: a locked profile in this browser, and the derivation of a key by itself.

import { argon2id } from 'hash-wasm'
import { openBrowserStorage } from '../../../src/storage/browser.ts'

export interface VaultBench {
  /** Makes the profile and locks it. */
  lock(): Promise<void>
  /** Milliseconds from nothing to an open profile, by its passphrase. */
  open(): Promise<number>
  /** Milliseconds of one Argon2id with the parameters of the vault, called in the page. */
  bare(): Promise<number>
}

declare global {
  var vaultBench: VaultBench
}

const name = 'bench'
const passphrase = 'lantern meadow copper violin'
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

globalThis.vaultBench = {
  async lock() {
    const storage = await openBrowserStorage({ name, random })
    await storage.vault.setPassphrase(passphrase)
    await storage.release()
  },
  async open() {
    const startedAt = performance.now()
    const storage = await openBrowserStorage({ name, random, unlock: () => ({ kind: 'passphrase', passphrase }) })
    const tookMs = performance.now() - startedAt
    await storage.release()
    return tookMs
  },
  async bare() {
    const startedAt = performance.now()
    await argon2id({
      password: passphrase,
      salt: random(32),
      memorySize: 64 * 1024,
      iterations: 3,
      parallelism: 1,
      hashLength: 32,
      outputType: 'binary',
    })
    return performance.now() - startedAt
  },
}
