// Argon2id (RFC 9106) in WebAssembly: several times as fast as in JavaScript, so that a person waits a second for what
// costs an attacker as much for each guess. Import it late: few visits need it.

import { argon2id } from 'hash-wasm'
import type { Bytes } from '../bytes.ts'
import type { StretchCost } from '../vault/slot-table.ts'

const keyBytes = 32

/** 32 bytes. Takes `cost.memoryKib` of memory until it is done, and the whole thread meanwhile. */
export function stretch(secret: Bytes, salt: Bytes, { memoryKib, passes, lanes }: StretchCost): Promise<Bytes> {
  return argon2id({
    password: secret,
    salt,
    memorySize: memoryKib,
    iterations: passes,
    parallelism: lanes,
    hashLength: keyBytes,
    outputType: 'binary',
  })
}
