// What strangers may put into invite mailboxes: for nothing as long as little comes, then with proof of work
// (docs/protocol.md §2, "Proof of work"). Nothing is kept for a challenge: its token is a MAC of the mailbox and the time,
// under a key of this process. What is kept is which work was used, up to a number.
//
// [Note: Spent work] Work is for one envelope of one mailbox within some minutes, and counts once. When more of it is
// remembered than there is room for, the oldest is forgotten, and could be used again to put the same envelope once more,
// if its owner has taken it meanwhile; they would drop it. Making room for that costs more work than it saves.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { limits as protocol } from '../../src/protocol/limits.ts'
import type { Work, WorkChallenge } from '../../src/protocol/mailbox/work.ts'
import { checkWork, workSeed } from '../../src/protocol/mailbox/work.ts'
import type { RelayLimits } from '../limits.ts'
import { keyOf } from './hub.ts'
import { createTokenBuckets } from './token-bucket.ts'

const keyBytes = 32
/** How soon it is worth trying again without work when a mailbox is too full for that; its owner empties it. */
const fullWaitMs = 60_000

/** Work that is good, for the one deposit it was done for. */
export interface ProvenWork {
  readonly key: string
}

export interface StrangerWork {
  /** Undefined: this relay asks for none. */
  challenge(mailboxId: Uint8Array): WorkChallenge | undefined
  /** Two MACs and two hashes; undefined: it is not good (any more). */
  prove(mailboxId: Uint8Array, envelopeId: Uint8Array, work: Work): ProvenWork | undefined
  /**
   * Whether `added` envelopes may be put into an invite mailbox that holds `held`, and what the proof is used for.
   * Otherwise how long to wait, and whether work helps.
   */
  admit(
    mailboxId: Uint8Array,
    deposit: { readonly added: number; readonly held: number; readonly proven: ProvenWork | undefined },
  ): { readonly waitMs: number; readonly helps: boolean } | undefined
  /** How much work is remembered as used. */
  readonly spent: number
}

export function createStrangerWork(options: {
  readonly limits: RelayLimits
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
}): StrangerWork {
  const { limits, now } = options
  const bits = Math.min(limits.workBits, protocol.workBits)
  // After a restart clients are asked anew: they notice a second of work more.
  const key = options.random(keyBytes)
  const buckets = (rate: RelayLimits['invitePuts']) => createTokenBuckets(rate, { keys: limits.bucketKeys, now })
  const free = buckets(limits.invitePuts)
  const freeInAll = createTokenBuckets(limits.invitePutsInAll, { keys: 1, now })
  const proven = buckets(limits.provenPuts)
  const spent = new Set<string>()

  function tokenOf(mailboxId: Uint8Array, window: number): Uint8Array {
    const time = new Uint8Array(8)
    new DataView(time.buffer).setBigUint64(0, BigInt(window))
    return createHmac('sha256', key).update(time).update(mailboxId).digest()
  }

  const windowNow = (): number => Math.max(0, Math.floor(now() / limits.workMs))

  function spend(work: ProvenWork): void {
    spent.add(work.key)
    const [oldest] = spent
    if (spent.size > limits.spentWork && oldest !== undefined) spent.delete(oldest)
  }

  return {
    challenge: (mailboxId) => (bits === 0 ? undefined : { token: tokenOf(mailboxId, windowNow()), bits }),

    prove(mailboxId, envelopeId, { token, nonce }) {
      if (bits === 0) return undefined
      const window = windowNow()
      // The one before, too: what was asked for just before its end is still being worked on.
      const known = [window, Math.max(0, window - 1)].some((at) => timingSafeEqual(tokenOf(mailboxId, at), token))
      if (!known) return undefined
      const seed = workSeed({ token, mailboxId, envelopeId })
      const workKey = keyOf(seed)
      return checkWork(seed, nonce, bits) && !spent.has(workKey) ? { key: workKey } : undefined
    },

    admit(mailboxId, { added, held, proven: work }) {
      const mailbox = keyOf(mailboxId)
      const helps = bits > 0
      if (work !== undefined) {
        // Two deposits of one envelope may have been on their way together.
        if (spent.has(work.key)) return { waitMs: 0, helps }
        const waitMs = proven.take(mailbox, added)
        if (waitMs !== undefined) return { waitMs, helps: false }
        spend(work)
        return undefined
      }
      if (helps && held + added > limits.inviteFreeEnvelopes) return { waitMs: fullWaitMs, helps }
      const waitMs = free.take(mailbox, added) ?? freeInAll.take('', added)
      return waitMs === undefined ? undefined : { waitMs, helps }
    },

    get spent() {
      return spent.size
    },
  }
}
