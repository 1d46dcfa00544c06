// The platform of a browser tab: IndexedDB and OPFS, libp2p over WebRTC, media in a worker.

import { browserMediaPreparer } from './media/client/browser-media.ts'
import type { Log, Platform, Unlock } from './messenger/ports.ts'
import { openBrowserStorage } from './storage/browser.ts'
import { quietLog, systemClock, systemRandom } from './system.ts'
import { browserTransport } from './transport/browser.ts'

export { arePasskeysOffered, createPasskey, usePasskey } from './storage/browser/passkey.ts'

export interface BrowserPlatformOptions {
  /** Which profile of this origin: letters, digits, `-` and `_`. */
  readonly name?: string
  /** Waits for another tab to let go of the profile instead of failing with `locked`. */
  readonly wait?: boolean
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /** Asked where a passphrase is set. Without it, opening such a profile fails with `sealed`. */
  readonly unlock?: Unlock
  readonly log?: Log
}

/** One profile of this origin; its own keys, contacts and history. */
export function browserPlatform(options: BrowserPlatformOptions = {}): Platform {
  const { name = 'main', wait = false, signal, unlock, log = quietLog } = options
  const clock = systemClock
  const random = systemRandom
  return {
    clock,
    random,
    log,
    media: browserMediaPreparer(),
    async open() {
      // First, so that its code is there when another tab lets go of the profile.
      const transport = browserTransport({ random, log, clock })
      const storage = await openBrowserStorage({
        name,
        wait,
        unlock,
        random: (length) => random.bytes(length),
        ...(signal === undefined ? {} : { signal }),
      })
      return { ...storage, transport }
    },
  }
}
