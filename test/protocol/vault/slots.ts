// One slot of each kind, for one vault.

import type { Bytes } from '../../../src/protocol/bytes.ts'
import { sealSlot } from '../../../src/protocol/vault/slot.ts'
import type { Slot, SlotParameters } from '../../../src/protocol/vault/slot-table.ts'
import { seededRandom } from '../seeded-random.ts'

export const random = seededRandom('slots')
export const vaultKey = random(32)

const common = () => ({ id: random(8), createdAtMs: 1_700_000_000_000, salt: random(32) })

export interface Sealed {
  readonly slot: Slot
  readonly secret: Bytes
}

function sealed(parameters: SlotParameters, secret: Bytes): Sealed {
  return { slot: sealSlot({ parameters, secret, vaultKey, random }), secret }
}

export const passphrase = sealed(
  { ...common(), kind: 'passphrase', cost: { memoryKib: 65_536, passes: 3, lanes: 1 } },
  random(32),
)
export const words = sealed({ ...common(), kind: 'words', entropyBytes: 16 }, random(16))
export const moreWords = sealed({ ...common(), kind: 'words', entropyBytes: 32 }, random(32))
export const passkey = sealed({ ...common(), kind: 'passkey', credentialId: random(48) }, random(32))
export const otherPasskey = sealed({ ...common(), kind: 'passkey', credentialId: random(1023) }, random(32))
