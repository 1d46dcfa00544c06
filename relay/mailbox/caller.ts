// Who sends commands, as far as rates and pushes go. Kept in memory, never logged.

import type { Listener } from './hub.ts'

export interface Caller {
  /** A connection; undefined: HTTP, where each request may have one of its own. */
  readonly rateKey?: string
  /** Where it comes from: all connections and HTTP requests from there together have a bound too. Undefined: no limit by it. */
  readonly address?: string
  /** A stream that can be pushed to, and the authenticated peer behind it. */
  readonly stream?: { readonly listener: MailboxListener; readonly peerId: string }
}

export interface MailboxListener extends Listener {
  /** Told once per mailbox, before the first `wake`: pushes start above this sequence. */
  follow(mailboxId: Uint8Array, newest: number): void
}
