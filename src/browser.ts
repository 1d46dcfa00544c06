// The platform of a browser tab: IndexedDB and OPFS, libp2p over WebRTC, media in a worker.

import { browserMediaPreparer } from './media/client/browser-media.ts'
import type { FileMetadata, SizeEstimate } from './media/look.ts'
import type { Log, Quality } from './messenger/ports.ts'
import type { Passkey, Unlock, VaultSecret, VaultWay } from './messenger/ports/vault.ts'
import type { Platform } from './messenger/ports/platform.ts'
import { openBrowserStorage } from './storage/browser.ts'
import { quietLog, systemClock, systemRandom } from './system.ts'
import { browserUplink } from './browser-uplink.ts'
import { browserTransport } from './transport/browser.ts'

export type { BrowserMedia, QualityOutlook, VideoOutlook } from './media/client/browser-media.ts'
export type { FileMetadata, SizeEstimate }
export { browserMediaPreparer }

// Most people have none: its code comes when it is asked for.
const passkeys = () => import('./storage/browser/passkey.ts')

/** Whether this browser may give keys by passkeys. */
export async function arePasskeysOffered(): Promise<boolean> {
  return (await passkeys()).arePasskeysOffered()
}

/** Asks the person for a new one. @throws PasskeyError */
export async function createPasskey(): Promise<Passkey> {
  return (await passkeys()).createPasskey()
}

/** Asks the person for one of these. @throws PasskeyError */
export async function usePasskey(ways: readonly VaultWay[]): Promise<VaultSecret> {
  return (await passkeys()).usePasskey(ways)
}

/**
 * What would leave with this file in quality `file`, for a warning before: data, not sentences. For the person's own eyes,
 * never for a log. @throws MediaError `unreadable`
 */
export async function describeMetadata(from: Blob | Uint8Array): Promise<FileMetadata> {
  return (await import('./media/look.ts')).describeMetadata(from)
}

/**
 * About how large a photo will be at this quality; undefined for a video.
 * @throws MediaError `empty`, `not-media`, `too-large`, `unreadable`
 */
export async function estimate(from: Blob | Uint8Array, quality: Quality): Promise<SizeEstimate | undefined> {
  return (await import('./media/look.ts')).estimate(from, quality)
}

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
    uplink: browserUplink(),
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
