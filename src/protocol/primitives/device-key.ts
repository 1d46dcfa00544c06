// The device's own slot key (§8): a key that WebCrypto made and never gives out. It can be kept in IndexedDB, where
// copying the files alone does not yield its bytes through any interface; whoever runs code in the page can use it,
// and whoever reads the browser's own key material on the disk can extract it.
//
// It is an HMAC key and not an AES key, so that the derived slot key feeds the same key-committing wrap as every other
// slot: AES-GCM commits to no key.

import type { Bytes } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from './error.ts'
import type { KeyHandle } from './subtle.ts'
import { subtle } from './subtle.ts'

export const deviceSaltBytes = 32

/** Survives structured cloning, so it can be stored; its bytes cannot be read. */
export interface DeviceKey {
  readonly deviceKey: KeyHandle
}

export async function createDeviceKey(): Promise<DeviceKey> {
  return { deviceKey: await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']) }
}

/** The 32-byte slot key for this salt. @throws CryptoError `usage` unless the salt has 32 bytes */
export async function deriveSlotKey(key: DeviceKey, salt: Bytes): Promise<Bytes> {
  requireLength(salt, deviceSaltBytes)
  return new Uint8Array(await subtle.sign('HMAC', key.deviceKey, concatBytes(labels.deviceSlot, salt)))
}
