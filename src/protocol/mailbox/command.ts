// What a device and a relay say to each other, as values. The same commands go over the libp2p stream
// `/safelight/mailbox/1` and over `POST /v1/mailbox`; codec.ts turns them into bytes, capability.ts derives the keys.

import type { Work, WorkChallenge } from './work.ts'

/** 32 random bytes: may read, acknowledge, attach presence and close. */
export type ReadKey = Uint8Array
/** HKDF of the read key: may deposit, locate and take a bundle. */
export type WriteKey = Uint8Array

export type MailboxCommand =
  /**
   * Creates the mailbox; a no-op when it exists. `invite` mailboxes are small and strictly limited. A relay for members
   * makes none without the membership of one.
   */
  | {
      readonly kind: 'open'
      readonly readKey: ReadKey
      readonly tier: 'contact' | 'invite'
      readonly membership?: string
    }
  /** Deletes it and its contents; later deposits get `gone`. */
  | { readonly kind: 'close'; readonly readKey: ReadKey }
  /** Stores durably. Idempotent by envelope hash. Reply `stored`. With `work` it has one envelope, which that is for. */
  | {
      readonly kind: 'put'
      readonly writeKey: WriteKey
      readonly envelopes: readonly Uint8Array[]
      readonly work?: Work
    }
  /** Envelopes with a sequence above `after`, oldest first, at most `limit`. Reply `envelopes`. */
  | { readonly kind: 'fetch'; readonly readKey: ReadKey; readonly after: number; readonly limit: number }
  /** Deletes by envelope id. Unknown ids are fine. */
  | { readonly kind: 'ack'; readonly readKey: ReadKey; readonly ids: readonly Uint8Array[] }
  /** Stream only: pushes new envelopes of these mailboxes; attaches presence when a peer id is given. Adds to earlier ones. */
  | { readonly kind: 'subscribe'; readonly readKeys: readonly ReadKey[]; readonly peerId?: string }
  /** The owner's current peer id, if it is connected. Reply `presence`. */
  | { readonly kind: 'locate'; readonly writeKey: WriteKey }
  /** Replaces the sealed prekey bundle, with what is left of its pool. A part that was taken is never offered again. */
  | {
      readonly kind: 'bundle.put'
      readonly readKey: ReadKey
      readonly main: Uint8Array
      readonly oneTime: readonly Uint8Array[]
    }
  /** Pops one one-time part. The same `takeId` (16 random bytes) gets the same answer again, so a crash wastes nothing. Reply `bundle`. */
  | { readonly kind: 'bundle.take'; readonly writeKey: WriteKey; readonly takeId: Uint8Array }
  /** What is left of the bundle. Reply `pool`. */
  | { readonly kind: 'bundle.count'; readonly readKey: ReadKey }
  /**
   * Makes a member of whoever has this membership, a secret that the client chose (membership.ts): one use of the code.
   * The same membership again is `ok` and uses nothing, so a crash wastes nothing.
   */
  | { readonly kind: 'join'; readonly code: Uint8Array; readonly membership: string }
  /**
   * Wakes this device (16 random bytes) without a payload when something comes while nobody listens. Takes the place of
   * what the device set before; without an endpoint it is woken no more. `bad-request`: the relay sends nothing there.
   */
  | { readonly kind: 'push.set'; readonly readKey: ReadKey; readonly device: Uint8Array; readonly endpoint?: string }
  /** Stream only, once it follows a mailbox: credentials for the relay's TURN server, if it has one. Reply `turn`. */
  | { readonly kind: 'turn' }

export type MailboxReply =
  | { readonly kind: 'ok' }
  /** Kept until these times (ms since the epoch, rounded to the hour), one per envelope. Said only after fsync. */
  | { readonly kind: 'stored'; readonly until: readonly number[] }
  | { readonly kind: 'envelopes'; readonly items: readonly StoredEnvelope[]; readonly more: boolean }
  | { readonly kind: 'presence'; readonly peerId?: string }
  | { readonly kind: 'bundle'; readonly main: Uint8Array; readonly oneTime?: Uint8Array }
  /** Whether there is a main part, and how many one-time parts can still be taken. */
  | { readonly kind: 'pool'; readonly main: boolean; readonly oneTime: number }
  /** For new connections within `lifetimeMs` of the answer. */
  | {
      readonly kind: 'turn'
      readonly urls: readonly string[]
      readonly username: string
      readonly credential: string
      readonly lifetimeMs: number
    }
  /** `work`, with `too-many-requests` to a `put`: each envelope is taken, one at a time, with a proof of this work. */
  | {
      readonly kind: 'error'
      readonly code: RelayErrorCode
      readonly retryAfterMs?: number
      readonly work?: WorkChallenge
    }

export interface StoredEnvelope {
  /** Rises within a mailbox. */
  readonly sequence: number
  /** SHA-256 of the envelope. */
  readonly id: Uint8Array
  readonly bytes: Uint8Array
}

/** What the relay sends unasked on a stream. */
export interface MailboxPush {
  readonly mailboxId: Uint8Array
  readonly items: readonly StoredEnvelope[]
}

export type RelayErrorCode =
  | 'unknown-mailbox'
  | 'gone'
  | 'full'
  | 'too-large'
  | 'too-many-requests'
  | 'relay-full'
  | 'not-a-member'
  | 'bad-request'
  | 'unsupported-version'
  | 'internal'
  // Only to `join`, or, `banned`, to an `open` with a membership.
  | 'unknown-code'
  | 'code-used'
  | 'code-expired'
  | 'joining-closed'
  | 'banned'

/** `/.well-known/safelight`, as JSON. */
export interface RelayInfo {
  readonly service: 'safelight'
  readonly versions: readonly number[]
  /** libp2p peer id of the relay; kept over restarts. */
  readonly peerId: string
  /** Path of the libp2p WebSocket on the same origin, `/p2p`. */
  readonly webSocketPath: string
  readonly membership: 'open' | 'invite' | 'closed'
  readonly limits: {
    readonly envelopeBytes: number
    readonly mailboxEnvelopes: number
    readonly mailboxBytes: number
    readonly segmentBytes: number
    readonly blobBytes: number
    readonly envelopeDays: number
    readonly blobDays: number
    readonly commandsPerRequest: number
  }
  /** Its public key at push services (push.ts), base64url. Absent: it wakes nobody. */
  readonly pushKey?: string
  /** STUN or TURN servers of this relay; empty: none (host candidates only). */
  readonly iceServers: readonly { readonly urls: string | readonly string[] }[]
  /** It has a TURN server, and answers `turn`. */
  readonly turn?: boolean
}
