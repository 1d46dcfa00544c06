// What a mailbox stream pushes: which mailboxes it follows, and what is new in them.
//
// [Note: Pushes] A push is not built when an envelope arrives: the mailbox is only marked, and a pump reads what is new
// from the store once the peer has taken what was sent before. A slow peer so costs a set of mailbox ids, never a queue
// of envelopes.

import { encodePush } from '../../src/protocol/mailbox/codec.ts'
import type { Held } from '../held-bytes.ts'
import type { RelayLimits } from '../limits.ts'
import { keyOf } from '../mailbox/hub.ts'
import type { Metrics } from '../metrics.ts'
import type { MailboxStore } from '../storage/store.ts'

export interface MailboxPushes {
  /** Pushes start above this sequence; once told, a mailbox stays where it is. */
  follow(mailboxId: Uint8Array, newest: number): void
  /** Something came. */
  wake(mailboxId: Uint8Array): void
  /** No more are sent. */
  end(): void
}

export interface MailboxPushOptions {
  readonly mailboxes: Pick<MailboxStore, 'fetch'>
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly now: () => number
  /** Room for so many bytes, whenever there is; undefined: the stream has ended. */
  readonly roomFor: (bytes: number) => Promise<Held | undefined>
  /** Until the peer took it. */
  readonly write: (frame: Uint8Array, room: Held) => Promise<void>
  readonly fail: (error: unknown) => void
}

interface Followed {
  readonly id: Uint8Array
  /** Highest sequence that was pushed. */
  sent: number
}

export function createMailboxPushes(options: MailboxPushOptions): MailboxPushes {
  const { mailboxes, limits, metrics, now, roomFor, write, fail } = options
  const followed = new Map<string, Followed>()
  const marked = new Set<string>()
  let pumping = false
  let ended = false

  async function pump(): Promise<void> {
    pumping = true
    try {
      for (const key of marked) {
        if (ended) return
        marked.delete(key)
        const mailbox = followed.get(key)
        if (mailbox !== undefined) await push(key, mailbox)
      }
    } catch (error) {
      fail(error)
    } finally {
      pumping = false
    }
  }

  async function push(key: string, mailbox: Followed): Promise<void> {
    const room = await roomFor(limits.pushBytes)
    if (room === undefined) return
    try {
      await pushInto(room, key, mailbox)
    } finally {
      room.release()
    }
  }

  async function pushInto(room: Held, key: string, mailbox: Followed): Promise<void> {
    const found = await mailboxes.fetch(mailbox.id, {
      after: mailbox.sent,
      limit: limits.pushEnvelopes,
      nowMs: now(),
      budget: { bytes: limits.pushBytes, envelopes: limits.pushEnvelopes },
    })
    if (typeof found === 'string') return
    const newest = found.items.at(-1)
    if (newest === undefined) return
    mailbox.sent = newest.sequence
    // Marked again, behind the others: a busy mailbox does not keep the rest waiting.
    if (found.more) marked.add(key)
    await write(encodePush({ mailboxId: mailbox.id, items: found.items }), room)
    metrics.count('safelight_envelopes_served_total', found.items.length)
  }

  return {
    follow(id, newest) {
      const key = keyOf(id)
      if (!followed.has(key)) followed.set(key, { id, sent: newest })
    },
    wake(id) {
      marked.add(keyOf(id))
      if (!pumping) void pump()
    },
    end() {
      ended = true
      followed.clear()
      marked.clear()
    },
  }
}
