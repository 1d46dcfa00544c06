// Puts envelopes into a mailbox, and does the work that its relay asks for when strangers flood it. The work is done in
// slices, with pauses in which everything else goes on, and never beyond what stands in limits.ts.
// Spec: docs/protocol.md §2, "Proof of work".

import { deriveMailboxId, envelopeId } from '../../protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply } from '../../protocol/mailbox/command.ts'
import type { WorkChallenge } from '../../protocol/mailbox/work.ts'
import { searchWork, workSeed } from '../../protocol/mailbox/work.ts'
import { limits as protocol } from '../../protocol/limits.ts'
import { limits, times } from '../limits.ts'
import type { Clock, RelayConnection } from '../ports.ts'
import { pause } from '../wait.ts'

/** `too-much-work`: more is asked for than a device does. `later`: it has done its share for this relay for now. */
export type DepositReply = MailboxReply | { readonly kind: 'too-much-work' } | { readonly kind: 'later' }

export interface Deposits {
  /**
   * All of them are in the mailbox after `stored`. After anything else some may be: putting them again is harmless.
   * `isInvite`: only there strangers write, so only there work is done.
   * @throws TransportError
   */
  put(
    relay: RelayConnection,
    mailbox: { readonly writeKey: Uint8Array; readonly isInvite: boolean },
    envelopes: readonly Uint8Array[],
  ): Promise<DepositReply | undefined>
}

type Put = Extract<MailboxCommand, { readonly kind: 'put' }>

/** @param workHashes what is done for one relay in `times.workMs` */
export function createDeposits(
  context: { readonly clock: Clock; readonly closing: AbortSignal },
  workHashes: number = limits.workHashes,
): Deposits {
  const { clock, closing } = context
  /** Hashes done for a relay, by its address, since a time. */
  const done = new Map<string, { readonly sinceMs: number; hashes: number }>()

  const call = async (relay: RelayConnection, put: Put): Promise<MailboxReply | undefined> => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(times.callMs)])
    const [reply] = await relay.call([put], { signal })
    return reply
  }

  const accountOf = (url: string): { hashes: number } => {
    const known = done.get(url)
    if (known !== undefined && Math.abs(clock.now() - known.sinceMs) < times.workMs) return known
    const fresh = { sinceMs: clock.now(), hashes: 0 }
    done.set(url, fresh)
    return fresh
  }

  /** Undefined: the relay has had its share. */
  async function search(url: string, seed: Uint8Array, bits: number): Promise<number | undefined> {
    const account = accountOf(url)
    let sliceBegan = clock.now()
    for (let first = 0; account.hashes < workHashes; first += limits.workBatch) {
      account.hashes += limits.workBatch
      const nonce = searchWork(seed, bits, first, limits.workBatch)
      if (nonce !== undefined) return nonce
      const isFull = (first / limits.workBatch) % limits.workBatches === limits.workBatches - 1
      if (!isFull && Math.abs(clock.now() - sliceBegan) < times.workSliceMs) continue
      await pause(clock, times.workPauseMs, closing)
      closing.throwIfAborted()
      sliceBegan = clock.now()
    }
    return undefined
  }

  async function putOne(
    relay: RelayConnection,
    writeKey: Uint8Array,
    envelope: Uint8Array,
    challenge: WorkChallenge,
  ): Promise<DepositReply | undefined> {
    const { token, bits } = challenge
    if (bits > protocol.workBits) return { kind: 'too-much-work' }
    const mailboxId = deriveMailboxId(writeKey)
    const seed = workSeed({ token, mailboxId, envelopeId: envelopeId(envelope) })
    const nonce = await search(relay.url, seed, bits)
    if (nonce === undefined) return { kind: 'later' }
    return call(relay, { kind: 'put', writeKey, envelopes: [envelope], work: { token, nonce } })
  }

  return {
    async put(relay, { writeKey, isInvite }, envelopes) {
      const reply = await call(relay, { kind: 'put', writeKey, envelopes })
      if (!isInvite || challengeIn(reply) === undefined) return reply
      const until: number[] = []
      for (const envelope of envelopes) {
        // Those that are there already cost nothing.
        let one: DepositReply | undefined =
          envelopes.length === 1 ? reply : await call(relay, { kind: 'put', writeKey, envelopes: [envelope] })
        const challenge = challengeIn(one)
        if (challenge !== undefined) one = await putOne(relay, writeKey, envelope, challenge)
        if (one?.kind !== 'stored') return one
        until.push(...one.until)
      }
      return { kind: 'stored', until }
    },
  }
}

function challengeIn(reply: MailboxReply | undefined): WorkChallenge | undefined {
  return reply?.kind === 'error' && reply.code === 'too-many-requests' ? reply.work : undefined
}
