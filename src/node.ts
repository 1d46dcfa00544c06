// The platform of a Node process: SQLite and files in one folder, libp2p with WebRTC, media stripped without re-encoding.

import { nodeMediaPreparer } from './media/node.ts'
import type { Log } from './messenger/ports.ts'
import type { Platform } from './messenger/ports/platform.ts'
import type { Unlock } from './messenger/ports/vault.ts'
import { nodeSymmetric } from './node-symmetric.ts'
import { offerSymmetric } from './protocol/primitives/symmetric/choice.ts'
import { openNodeStorage } from './storage/node.ts'
import { quietLog, systemClock, systemRandom } from './system.ts'
import { nodeTransport } from './transport/node.ts'

export type { FileMetadata } from './media/look.ts'
export { describeMetadata } from './media/look.ts'

export interface NodePlatformOptions {
  /** The profile's folder, made when it is missing. Holds keys: nobody else should be able to read it. */
  readonly directory: string
  /** Asked where a passphrase is set. Without it, opening such a profile fails with `sealed`. */
  readonly unlock?: Unlock
  readonly log?: Log
}

/** One profile in one folder. One process at a time. */
export function nodePlatform({ directory, unlock, log = quietLog }: NodePlatformOptions): Platform {
  offerSymmetric(nodeSymmetric)
  const clock = systemClock
  const random = systemRandom
  return {
    clock,
    random,
    log,
    media: nodeMediaPreparer(),
    async open() {
      const storage = await openNodeStorage({ directory, unlock, random: (length) => random.bytes(length) })
      return { ...storage, transport: nodeTransport({ random, log, clock }) }
    },
  }
}
