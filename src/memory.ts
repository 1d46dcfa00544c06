// The platform that leaves no trace: for tests of what is built on the library, and for programs that forget.

import { plainMediaPreparer } from './media/plain.ts'
import type { Log } from './messenger/ports.ts'
import type { Platform } from './messenger/ports/platform.ts'
import type { Unlock } from './messenger/ports/vault.ts'
import type { MemoryDisk } from './storage/memory.ts'
import { openMemoryStorage } from './storage/memory.ts'
import { quietLog, systemClock, systemRandom } from './system.ts'
import type { MemoryNetwork } from './transport/memory/network.ts'
import { createMemoryNetwork } from './transport/memory/network.ts'

export interface MemoryPlatformOptions {
  /** Shared by the messengers that are to reach each other. Without it, one for all of this process. */
  readonly network?: MemoryNetwork
  /** Keeps the profile over closing and opening again. */
  readonly disk?: MemoryDisk
  /** Asked where a passphrase is set. Without it, opening such a profile fails with `sealed`. */
  readonly unlock?: Unlock
  readonly log?: Log
}

let shared: MemoryNetwork | undefined

/** A network of its own, where a relay answers at every address. */
export function memoryNetwork(): MemoryNetwork {
  return createMemoryNetwork({ clock: systemClock, anyRelay: true })
}

/** A profile in memory on a network in memory; each relay that a messenger names is there. */
export function memoryPlatform({ network, disk, unlock, log = quietLog }: MemoryPlatformOptions = {}): Platform {
  const clock = systemClock
  const random = systemRandom
  return {
    clock,
    random,
    log,
    media: plainMediaPreparer(),
    async open() {
      shared ??= memoryNetwork()
      const storage = await openMemoryStorage(disk, (length) => random.bytes(length), { unlock })
      return { ...storage, transport: (network ?? shared).transport({ random }) }
    },
  }
}
