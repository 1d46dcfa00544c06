// What a worker or thread is given to stretch a passphrase.

import type { Bytes } from '../protocol/bytes.ts'
import type { StretchCost } from '../protocol/vault/slot-table.ts'

export interface StretchRequest {
  readonly secret: Bytes
  readonly salt: Bytes
  readonly cost: StretchCost
}
